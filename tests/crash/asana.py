"""A department on a sandbox Asana, in a process that is forked anew."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from canonical.vocabulary import EntityKind
from pmohub.testing.asana import Sandbox
from pmohub.testing.asana.handle import Hands
from pmohub.testing.asana.routes.table import BASE
from pmohub.testing.asana.server import configured
from pmohub.testing.asana.state import begin
from tests.crash.forked import ForkedSite, Wish, standing

CAMPAIGN = "Spring campaign 2027"
CONNECTOR = """
[connectors.asana]
kind = "asana"
department = "office"
url = "URL"
token = { file = "token" }
workspaces = ["Nordhaus"]
requests_at_once = 1
requests_per_minute = 12000
patience = 2
rates = false
"""
TWO = 'projects = ["Spring campaign 2027", "Brand refresh"]\n'
WRITTEN = """
projects = ["Spring campaign 2027"]
sections = true
post_status_updates = true

[template.task.pmo_phase]
owner = "team"
carrier = { asana = "PMO phase" }

[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.name"
carrier = { asana = "PMO id" }
"""


class AsanaSite(ForkedSite):
    """An Asana; tasks and projects are watched, by gid."""

    api = BASE
    writes = (
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/addTask"),
        ("POST", "/status_updates"),
        ("POST", "/addCustomFieldSetting"),
        ("POST", "/enum_options"),
    )

    def __init__(self, tasks: int, sent: Path) -> None:
        super().__init__(begin(Sandbox(tasks=tasks)), sent)
        self.hands = Hands(self.state)
        self.watched: list[str] = []

    def configured(self, around: Callable[[ASGIApp], ASGIApp]) -> uvicorn.Server:
        return configured(self.state, self.listener, around)

    def config(self) -> str:
        return CONNECTOR.replace("URL", f"{self.state.site}{BASE}")

    def told(self) -> Iterable[object]:
        for path in self.watched:
            answer = self.http.get(path).raise_for_status().json()
            yield answer["data"]


@contextmanager
def forked_site(base: Path, tasks: int) -> Iterator[AsanaSite]:
    """Make a site."""
    with standing(AsanaSite(tasks, base / "sent")) as site:
        yield site


def teams_work(site: AsanaSite) -> None:
    """Let an hour pass in which teams do everything that a later sync must find."""
    hands = site.hands
    hands.pass_time(3600)
    mine = [task.gid for task in hands.tasks(CAMPAIGN)]
    edited, moved, shared, deleted, logged, parent = mine[:6]
    hands.edit(edited, name="Edited", due_on="2027-02-02")
    hands.fill(edited, "Briefing", "late")
    hands.move(moved, "Waiting")
    hands.add_project(shared, "Brand refresh")
    hands.delete(deleted)
    hands.log_time(logged, 30, "2026-11-24")
    others = [task.gid for task in hands.tasks("Brand refresh")]
    busy = next(task for task in others if hands.entries(task))
    hands.delete_time(hands.entries(busy)[0].gid)
    lowest = hands.create_subtask(hands.create_subtask(parent, "Below"), "Far below")
    hands.edit(lowest, completed=True)
    new = hands.create(CAMPAIGN, "New")
    hands.depend(new, edited)
    hands.report(CAMPAIGN, "at_risk", "A week late.")
    hands.edit(hands.project(CAMPAIGN).gid, notes="Renewed.")
    hands.pass_time(3600)


def task_to_write(site: AsanaSite) -> str:
    """Make a new task, and watch it and its project."""
    task, project = site.hands.create(CAMPAIGN, "To be written"), site.hands.project(CAMPAIGN).gid
    site.hands.fill(task, "Channels", ("Web",))
    stories = "opt_fields=resource_subtype,created_by.name,text,created_at&limit=100"
    site.watched += [
        f"/tasks/{task}?opt_fields=name,due_on,completed,memberships.section.name,custom_fields.display_value",
        f"/tasks/{task}/stories?{stories}",
        f"/projects/{project}?opt_fields=name,custom_fields.display_value",
        f"/status_updates?parent={project}&opt_fields=status_type,text,created_by.name&limit=100",
    ]
    return task


def wishes(site: AsanaSite, task: str) -> Iterator[Wish]:
    """One of each kind of place: options, one and several, a number, a date, a section, a project's field, a report."""
    project = site.hands.project(CAMPAIGN).gid
    yield EntityKind.TASK, task, "pmo_phase", "PMO phase", None, "Planning"
    yield EntityKind.TASK, task, "channels", "Channels", ["Web"], ["Print", "Web"]
    yield EntityKind.TASK, task, "points", "Story points", None, 8
    yield EntityKind.TASK, task, "due", "due_on", None, date(2027, 3, 1)
    yield EntityKind.TASK, task, "step", "section", "To do", "Waiting"
    yield EntityKind.PROJECT, project, "pmo_id", "PMO id", None, f"PMO-{CAMPAIGN}"
    yield EntityKind.PROJECT, project, "state", "status update", "green", "amber"
