"""A department on a sandbox Jira, in a process that is forked anew."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from canonical.vocabulary import EntityKind
from connectors.jira.client import cloud, data_center
from pmohub.testing.jira import Flavour, Sandbox
from pmohub.testing.jira.server import configured
from pmohub.testing.jira.state import begin
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.numbering import FIRST_ID
from tests.crash.forked import ForkedSite, Wish, standing

CONNECTOR = """
[connectors.jira]
kind = "jira"
department = "office"
url = "URL"
token = { file = "token" }
requests_at_once = 1
requests_per_second = 200
patience = 2
"""
WRITTEN = """
projects = ["DCX"]
jql = 'issuetype = Charter OR summary ~ "written"'
transitions = true
charter = { jql = "issuetype = Charter" }

[template.task.pmo_phase]
owner = "team"
default = "Planning"
carrier = { jira = "PMO Phase" }

[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.key"
carrier = { jira = "charter:PMO id" }

[template.project.pmo_gate]
owner = "hub"
value = "'G-' + project.key"
carrier = { jira = "property:pmo.gate" }
"""


class JiraSite(ForkedSite):
    """A Jira; issues are watched."""

    api = "/rest/"
    writes = (("PUT", ""), ("DELETE", ""), ("POST", "/transitions"))

    def __init__(self, flavour: Flavour, issues: int, sent: Path) -> None:
        super().__init__(begin(Sandbox(flavour=flavour, issues=issues)), sent)
        self.watched: list[Issue] = []

    def configured(self, around: Callable[[ASGIApp], ASGIApp]) -> uvicorn.Server:
        return configured(self.state, self.listener, around)

    def config(self) -> str:
        email = f'email = "{self.state.sandbox.email}"\n' if self.state.cloud else ""
        return CONNECTOR.replace("URL", self.state.site) + email

    def told(self) -> Iterable[object]:
        for issue in self.watched:
            answer = self.http.get(f"/issue/{issue.number + FIRST_ID}", params={"expand": "changelog"})
            yield answer.raise_for_status().json()


@contextmanager
def small_pages(size: int) -> Iterator[None]:
    """Let a pull give a batch for so few issues; a process that is forked inherits it."""
    kept = cloud.CloudClient.at_a_time, data_center.DataCenterClient.at_a_time
    cloud.CloudClient.at_a_time = data_center.DataCenterClient.at_a_time = size
    try:
        yield
    finally:
        cloud.CloudClient.at_a_time, data_center.DataCenterClient.at_a_time = kept


@contextmanager
def forked_site(base: Path, flavour: Flavour, issues: int) -> Iterator[JiraSite]:
    """Make a site."""
    with standing(JiraSite(flavour, issues, base / "sent")) as site:
        yield site


def teams_work(site: JiraSite) -> None:
    """Let an hour pass in which teams do everything that a later sync must find."""
    state = site.state
    state.clock.advance(3600)
    world, editor, keeper, anna = state.world, state.editor, state.timekeeper, state.world.people[0]
    every = [one for number in range(world.size) if (one := world.issue(number))]
    mine = [one for one in every if not world.projects[one.project].archived and one.values["issuetype"] != "10000"]
    edited, moved, deleted, logged, under, *_ = [one for one in mine if not world.children(one)]
    editor.edit(edited, {"summary": "Edited", "labels": ("late",)}, anna)
    other = next(one for one in world.projects if one.place != moved.project and not one.archived)
    editor.move(moved, other, anna)
    editor.delete(deleted)
    keeper.add(logged, anna, {"started": world.now(), "seconds": 1800})
    busy = next(one for one in mine if one.worklogs and one.number != deleted.number)
    keeper.delete(busy, busy.worklogs[0], anna, quiet=True)
    new = editor.create(world.projects[under.project], {"summary": "New", "issuetype": scheme.TASK}, anna)
    editor.link("10000", new, edited if world.issue(edited.number) is None else world.issue(edited.number), anna)  # type: ignore[arg-type]
    world.change_project(world.projects[under.project].changed(name="Renamed"))
    state.clock.advance(3600)


def story_to_write(site: JiraSite) -> Issue:
    """Make a new story in a project with a charter, and watch both."""
    world = site.state.world
    project = world.project("DCX")
    assert project is not None
    values = {"summary": "To be written", "issuetype": scheme.STORY, "labels": ("a", "b")}
    story = site.state.editor.create(project, values, world.people[0])
    charter = world.find("DCX-1")
    assert charter is not None
    site.watched += [story, charter]
    return story


def wishes(story: Issue) -> Iterator[Wish]:
    """One of each kind of place: a field of choice, a number, labels, a status, a charter's field, a property."""
    task, project = EntityKind.TASK, EntityKind.PROJECT
    number, of = str(story.number + FIRST_ID), str(10_000 + story.project)
    yield task, number, "pmo_phase", "PMO Phase", None, "Planning"
    yield task, number, "budget", "Budget (EUR)", None, 1500
    yield task, number, "labels", "Labels", ["a", "b"], ["a", "b", "pmo"]
    yield task, number, "status", "Status", "To Do", "In Progress"
    yield project, of, "pmo_id", "charter:PMO id", None, "PMO-DCX"
    yield project, of, "pmo_gate", "property:pmo.gate", None, "G-DCX"
