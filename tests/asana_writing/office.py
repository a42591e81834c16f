"""A sandbox Asana with a hub that writes to it and a team that edits it, also in the very moment of a write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType
from connectors.asana.reader import AsanaReader
from connectors.asana.writer import AsanaWriter
from connectors.base import ConnectorContext, CurrentValue, FieldChange, Target, WriteResult
from pmohub.testing.asana.handle import Hands
from pmohub.testing.asana.world.catalogue import BRIEF, PHASE
from tests.asana_reading.sites import Site, site
from tests.asana_sandbox.clients import client
from tests.asana_sandbox.recording import Recorder
from tests.meanwhile import Meanwhile

TASK, PROJECT = EntityKind.TASK, EntityKind.PROJECT
CAMPAIGN, REFRESH, RELAUNCH, FLEET = (
    "Spring campaign 2027",
    "Brand refresh",
    "Website relaunch",
    "Fleet electrification",
)
EDIT = r"/(tasks|projects)/\d+(\?|$)"
"""The address of an edit, as faults know it."""
OURS = "PMO Hub"


@dataclass(slots=True)
class Office:
    """A site, and what its hub and its team do there, around one task that nothing was done to yet."""

    asana: Site
    http: httpx.Client
    meanwhile: Meanwhile
    more: dict[str, Any] = field(default_factory=dict)
    carriers: dict[EntityKind, dict[str, str]] = field(default_factory=dict)
    types: dict[EntityKind, dict[str, FieldType]] = field(default_factory=dict)
    task: str = ""
    writers: dict[str, AsanaWriter] = field(default_factory=dict)

    @property
    def hands(self) -> Hands:
        return self.asana.hands

    def anew(self, project: str = CAMPAIGN, **more: Any) -> "Office":
        """Give the same site with a new task and without faults; `more` are options."""
        state = self.asana.server.state
        state.faults.clear()
        state.locked.clear()
        return replace(self, task=self.hands.create(project, "To be written"), more=more)

    def setup(self) -> tuple[Any, ConnectorContext]:
        options, context = self.asana.setup(self.carriers, projects=["*"], **self.more)
        return options, replace(context, carrier_types=self.types)

    def writer(self) -> AsanaWriter:
        """Give a writer with the options of now; logging in is what takes time."""
        return self.writers.setdefault(repr(self.more), AsanaWriter(*self.setup()))

    def reader(self) -> AsanaReader:
        return AsanaReader(*self.setup())

    def write(self, *changes: FieldChange) -> list[WriteResult]:
        return list(self.writer().write(changes))

    def one(self, carrier: str, before: FieldValue, after: FieldValue) -> WriteResult:
        """Write one field of the task."""
        (result,) = self.write(self.change(carrier, before, after))
        return result

    def change(self, carrier: str, before: FieldValue, after: FieldValue) -> FieldChange:
        """Plan a change of a field of the task."""
        return FieldChange(Target(TASK, self.task, "own", carrier), before, after)

    def of_project(self, name: str, carrier: str, before: FieldValue, after: FieldValue) -> FieldChange:
        """Plan a change of a field of a project."""
        return FieldChange(Target(PROJECT, self.hands.project(name).gid, "own", carrier), before, after)

    def replaced(self, change: FieldChange) -> CurrentValue:
        """Ask what a write replaced."""
        (told,) = self.writer().overtaken([change])
        return told

    def held(self, carrier: str) -> FieldValue:
        """Read what a field of the task holds, as the hub's reader does."""
        return self.read(self.change(carrier, None, None))

    def read(self, change: FieldChange) -> FieldValue:
        """Read what a target holds, as the hub's reader does."""
        (current,) = self.reader().read([change.target])
        assert current.problem is None, current.problem
        return current.value

    def stories(self) -> list[dict[str, Any]]:
        """Ask for the task's history."""
        asked = {"opt_fields": "resource_subtype,created_by.name", "limit": 100}
        return list(self.http.get(f"/tasks/{self.task}/stories", params=asked).json()["data"])

    def ours(self) -> int:
        """Count what the hub did to the task."""
        return sum(story["created_by"]["name"] == OURS for story in self.stories())

    def amid(self, team: Callable[[], None], write: Callable[[], Any]) -> Any:
        """Let the team edit after the hub has read, in the moment in which its edit arrives."""
        self.meanwhile.wanted.append(team)
        result = write()
        assert not self.meanwhile.wanted
        return result


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Run a site with a hub and a team; what they write must be as Asana documents it."""
    meanwhile, recorder = Meanwhile("PUT", "POST"), Recorder()
    layers = lambda app: recorder(meanwhile(app))  # noqa: E731  # a layer around a layer
    with site(folder, layers) as asana, client(asana.server) as http:
        yield Office(asana, http, meanwhile)
    faults = [fault for fault in recorder.faults() if fault.startswith(("PUT", "POST"))]
    assert not faults, "\n".join(faults)


__all__ = ["BRIEF", "PHASE", "Office", "office"]
