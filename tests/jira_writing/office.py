"""A sandbox Jira with a hub that writes to it and a team that edits it, also in the very moment of a write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType
from connectors.base import ConnectorContext, FieldChange, Target, WriteResult
from connectors.jira.config import JiraOptions
from connectors.jira.reader import JiraReader
from connectors.jira.writer import JiraWriter
from pmohub.testing.jira import Flavour, Sandbox, Server, running
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.editing import Editor
from pmohub.testing.jira.world.issue import Issue
from tests.jira_sandbox.clients import client
from tests.jira_sandbox.recording import Recorder
from tests.meanwhile import Meanwhile

PHASE, BUDGET, GO_LIVE, BASELINE, OBJECTIVE = "PMO Phase", "Budget (EUR)", "Go-live at", "Baseline finish", "Objective"
BOTH = pytest.mark.parametrize(
    "flavour", [Flavour.CLOUD, pytest.param(Flavour.DATA_CENTER, marks=pytest.mark.long)], ids=["cloud", "data center"]
)
"""Cloud at once, Data Center among the long ones: what is asked of both in the same words."""
EDIT = r"/issue/\d+(\?|$)"
"""The address of an edit of an issue, as faults know it."""


@dataclass(slots=True)
class Office:
    """A site, and what its hub and its team do there."""

    server: Server
    http: httpx.Client
    folder: Path
    flavour: Flavour
    meanwhile: Meanwhile
    more: dict[str, Any] = field(default_factory=dict)
    stories: list[str] = field(default_factory=list)
    issue: str = ""
    writers: dict[str, JiraWriter] = field(default_factory=dict)
    readers: dict[str, JiraReader] = field(default_factory=dict)
    carriers: dict[EntityKind, dict[str, str]] = field(default_factory=dict)
    types: dict[EntityKind, dict[str, FieldType]] = field(default_factory=dict)

    def options(self) -> JiraOptions:
        """Give the connector's options."""
        (self.folder / "token").write_text(self.server.token)
        login = {"email": self.server.email} if self.flavour is Flavour.CLOUD else {}
        given = {"url": self.server.url, "token": {"file": "token"}, "charter": {"jql": "issuetype = Charter"}}
        return JiraOptions.model_validate({**given, **login, **self.more})

    def context(self) -> ConnectorContext:
        """Give what the hub says."""
        zone = ZoneInfo("Europe/Berlin")
        return ConnectorContext("jira", self.folder, zone, self.folder, self.carriers, self.types)

    def writer(self) -> JiraWriter:
        """Give a writer with the options of now; logging in is what takes time."""
        return self.writers.setdefault(repr(self.more), JiraWriter(self.options(), self.context()))

    def write(self, *changes: FieldChange) -> list[WriteResult]:
        """Write changes."""
        return list(self.writer().write(changes))

    def one(self, carrier: str, before: FieldValue, after: FieldValue, issue: str | None = None) -> WriteResult:
        """Write one field of an issue."""
        (result,) = self.write(self.change(carrier, before, after, issue))
        return result

    def change(self, carrier: str, before: FieldValue, after: FieldValue, issue: str | None = None) -> FieldChange:
        """Plan a change of a field of an issue, or of the usual one."""
        return FieldChange(Target(EntityKind.TASK, issue or self.issue, "own", carrier), before, after)

    def anew(self, **more: Any) -> "Office":
        """Give the same site with a story that nothing was done to, with every permission and without faults."""
        state = self.server.state
        state.faults.clear()
        state.mails.clear()
        state.forbidden -= state.forbidden - {"ADMINISTER"}
        return replace(self, issue=self.stories.pop(), more=more)

    def fields(self, issue: str | None = None) -> Any:
        """Ask the site what an issue holds."""
        return self.http.get(f"/issue/{issue or self.issue}").json()["fields"]

    def key(self) -> str:
        """Give the key of the issue."""
        return str(self.http.get(f"/issue/{self.issue}").json()["key"])

    def field(self, name: str) -> str:
        """Give the id of a field by its name."""
        return next(str(one["id"]) for one in self.http.get("/field").json() if one["name"] == name)

    def team(self, *, issue: str | None = None, **values: Any) -> None:
        """Let somebody of the team edit an issue."""
        world = self.server.state.world
        found = world.find(issue or self.issue)
        assert found is not None
        Editor(world).edit(found, values, world.people[0])

    def move(self, issue: Issue, project: Project) -> None:
        """Let somebody of the team move an issue to another project."""
        world = self.server.state.world
        Editor(world).move(issue, project, world.people[0])

    def history(self) -> int:
        """Count the changes of the issue."""
        if self.flavour is Flavour.CLOUD:
            return int(self.http.get(f"/issue/{self.issue}/changelog").json()["total"])
        return len(
            self.http.get(f"/issue/{self.issue}", params={"expand": "changelog"}).json()["changelog"]["histories"]
        )

    def amid(self, team: Callable[[], None], write: Callable[[], Any]) -> Any:
        """Let the team edit after the hub has read, in the moment in which its edit arrives."""
        self.meanwhile.wanted.append(team)
        result = write()
        assert not self.meanwhile.wanted
        return result

    def reader(self) -> JiraReader:
        """Give a reader with the options of now."""
        return self.readers.setdefault(repr(self.more), JiraReader(self.options(), self.context()))


def stories(http: httpx.Client, flavour: Flavour) -> list[str]:
    """Give the ids of the stories of software projects, in which the PMO's fields are empty."""
    jql = {"jql": 'issuetype = Story AND category = "Engineering"', "maxResults": 100}
    answer = http.post("/search/jql", json=jql) if flavour is Flavour.CLOUD else http.get("/search", params=jql)
    return [str(issue["id"]) for issue in answer.json()["issues"]]


@contextmanager
def office(folder: Path, flavour: Flavour = Flavour.CLOUD) -> Iterator[Office]:
    """Run a site with a hub and a team; all that they ask of it and are answered must be as Atlassian documents it."""
    meanwhile, recorder = Meanwhile(), Recorder()
    layers = lambda app: recorder(meanwhile(app))  # noqa: E731  # a layer around a layer
    with running(Sandbox(flavour=flavour, issues=240), layers) as server, client(server, flavour) as http:
        yield Office(server, http, folder, flavour, meanwhile, stories=stories(http, flavour))
    assert recorder.faults() == []
