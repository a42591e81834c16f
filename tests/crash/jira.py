"""A department on a sandbox Jira, in a process that is forked anew, so that each case finds the site untouched."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from canonical.ids import entity_id
from canonical.migrations import upgrade
from canonical.store import RunState
from canonical.vocabulary import EntityKind, PmoMode
from connectors.jira.client import cloud, data_center
from pmohub.composition import Hub
from pmohub.syncing import setup_of
from pmohub.testing.jira import Flavour, Sandbox
from pmohub.testing.jira.faults import Fault
from pmohub.testing.jira.server import configured
from pmohub.testing.jira.state import State, begin
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.sandbox.faults.injector import ADMIN_PATH
from pmohub.testing.sandbox.loopback import listening
from pmohub.writing import limits_of
from rules.template_fields import Owner, WriteWhen
from rules.wanted import Wanted
from sync.leases import HUB, held
from sync.plan import make_plan
from sync.reports import RunReport
from sync.runs import Worker, sync_connector
from tests.crash.steps import Steps, number_requests
from tests.crash.workplace import OFFICE, decide, hub_of
from tests.sync.conftest import NOW

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
WRITES = {"PUT", "DELETE"}


@dataclass
class ForkedSite:
    """A site that stands by; each beginning forks a process that serves what it holds, and forgets what was done."""

    state: State
    sent: Path
    watched: list[Issue] = field(default_factory=list)
    pid: int = 0

    def __post_init__(self) -> None:
        self.listener = listening()
        self.server = configured(self.state, self.listener, self._noting)
        self.server.config.load()
        self.http = httpx.Client(base_url=f"{self.state.site}/_sandbox/as/Anna Keller")

    def begin(self) -> None:
        self.end()
        self.sent.unlink(missing_ok=True)
        self.pid = os.fork()
        if not self.pid:
            try:
                self.server.run(sockets=[self.listener])
            finally:
                os._exit(0)

    def end(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
            self.http.close()
            self.http = httpx.Client(base_url=self.http.base_url)

    def watch(self, steps: Steps) -> None:
        number_requests(steps)

    def done(self) -> list[str]:
        """Give each write that the site took, and what the issues hold and tell of themselves."""
        return self.writes() + [self._told(issue) for issue in self.watched]

    def writes(self) -> list[str]:
        return sorted(self.sent.read_text().splitlines()) if self.sent.exists() else []

    def arm(self, fault: Fault | None) -> None:
        """Let a request go wrong, or none any more."""
        url = f"{self.state.site}{ADMIN_PATH}"
        told = None if fault is None else fault.model_dump(mode="json")
        self.http.request("DELETE" if fault is None else "POST", url, json=told).raise_for_status()

    def hits(self) -> int:
        """Count the requests that went wrong."""
        return len(self.http.get(f"{self.state.site}{ADMIN_PATH}").json()["hits"])

    def _told(self, issue: Issue) -> str:
        answer = self.http.get(f"/issue/{issue.number + FIRST_ID}", params={"expand": "changelog"}).raise_for_status()
        return orjson.dumps(answer.json(), option=orjson.OPT_SORT_KEYS).decode()

    def _noting(self, app: ASGIApp) -> ASGIApp:
        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start" and message["status"] < 300:
                    with self.sent.open("a") as stream:
                        stream.write(f"{scope['method']} {scope['path']}\n")
                await send(message)

            writes = scope["type"] == "http" and (
                scope["method"] in WRITES or (scope["method"] == "POST" and scope["path"].endswith("/transitions"))
            )
            await app(scope, receive, noting if writes else send)

        return site


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
def forked_site(base: Path, flavour: Flavour, issues: int) -> Iterator[ForkedSite]:
    """Make a site whose clock stands still, so that the same is stored whenever it is read."""
    state = begin(Sandbox(flavour=flavour, issues=issues))
    state.clock.stop()
    site = ForkedSite(state, base / "sent")
    try:
        yield site
    finally:
        site.end()
        site.http.close()
        site.listener.close()


def lay_out(folder: Path, site: ForkedSite, more: str = "") -> None:
    """Write the configuration, and make the store."""
    folder.mkdir(parents=True)
    (folder / "token").write_text(site.state.sandbox.token)
    config = OFFICE + CONNECTOR.replace("URL", site.state.site)
    if site.state.cloud:
        config += f'email = "{site.state.sandbox.email}"\n'
    (folder / "config.toml").write_text(config + more)
    with hub_of(folder) as hub:
        upgrade(hub.engine)


def pull_report(hub: Hub, days: int = 0) -> RunReport:
    """Sync, so many days after the first time: a census is due after one."""
    (connector,) = hub.configuration.connectors.values()
    setup = setup_of(hub, connector)
    return sync_connector(hub.engine, setup, Worker("test", lambda: NOW + timedelta(days=days)))


def pull(hub: Hub, days: int = 0) -> None:
    """Sync, and nothing may go wrong."""
    done = pull_report(hub, days)
    assert (done.state, done.problems) == (RunState.DONE, []), done.problems


def seeded(base: Path, site: ForkedSite, *steps: Callable[[Hub], object], more: str = "") -> Path:
    """Lay out a hub, go so far, and keep that as the state to begin with."""
    lay_out(base / "work", site, more)
    site.begin()
    with hub_of(base / "work") as hub:
        for step in steps:
            step(hub)
    site.end()
    shutil.copytree(base / "work", base / "seed")
    return base / "seed"


def teams_work(site: ForkedSite) -> None:
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


def story_to_write(site: ForkedSite) -> Issue:
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


def wishes(story: Issue) -> Iterator[Wanted]:
    """One of each kind of place: a field of choice, a number, labels, a status, a charter's field, a property."""
    task, project = EntityKind.TASK, EntityKind.PROJECT
    number = str(story.number + FIRST_ID)
    for entity, external_id, name, carrier, current, value in (
        (task, number, "pmo_phase", "PMO Phase", None, "Planning"),
        (task, number, "budget", "Budget (EUR)", None, 1500),
        (task, number, "labels", "Labels", ["a", "b"], ["a", "b", "pmo"]),
        (task, number, "status", "Status", "To Do", "In Progress"),
        (project, str(10_000 + story.project), "pmo_id", "charter:PMO id", None, "PMO-DCX"),
        (project, str(10_000 + story.project), "pmo_gate", "property:pmo.gate", None, "G-DCX"),
    ):
        yield Wanted(
            connector="jira",
            department_id="office",
            mode=PmoMode.CONTROLLING,
            entity=entity,
            entity_id=entity_id(entity, "jira", external_id),
            external_id=external_id,
            key=story.key,
            field=name,
            carrier=carrier,
            current=current,  # type: ignore[arg-type]
            value=value,  # type: ignore[arg-type]
            owner=Owner.HUB,
            write=WriteWhen.DEFAULT,
            reason="hub-owned, computed",
        )


def approved(story: Issue) -> Callable[[Hub], None]:
    """Plan and approve what is to be written."""

    def decided(hub: Hub) -> None:
        with held(hub.engine, HUB, "test") as lease:
            planned = make_plan(hub.engine, lease, lambda _: wishes(story), limits_of(hub), actor="ana", now=hub.now())
        decide(hub, planned.plan.id)

    return decided
