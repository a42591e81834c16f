"""A sandbox Jira, a reader of it, and a team's hands on it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from canonical.intake import Batch, Cursor
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.jira.config import JiraOptions
from connectors.jira.reader import JiraReader
from pmohub.testing.jira import Flavour, Sandbox, Server, running
from pmohub.testing.jira.world.issue import Change, Issue, Item
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.sandbox.loopback import Layer, unchanged

FLAVOURS = (Flavour.CLOUD, Flavour.DATA_CENTER)
BOTH = pytest.mark.parametrize("flavour", FLAVOURS)
Key = tuple[EntityKind, str]


@dataclass
class Site:
    """A running Jira and how the hub is configured to read it."""

    server: Server
    flavour: Flavour
    folder: Path

    def options(self, **more: Any) -> JiraOptions:
        token = self.folder / "token"
        token.write_text(self.server.token)
        values: dict[str, Any] = {"url": self.server.url, "token": {"file": str(token)}, "requests_per_second": 200}
        if self.flavour is Flavour.CLOUD:
            values["email"] = self.server.email
        return JiraOptions.model_validate({"patience": 2, **values, **more})

    def setup(
        self, carriers: Mapping[EntityKind, Mapping[str, str]] | None = None, **more: Any
    ) -> tuple[JiraOptions, ConnectorContext]:
        context = ConnectorContext("eng-jira", self.folder, ZoneInfo("UTC"), self.folder, carriers or {})
        return self.options(**more), context

    def reader(self, carriers: Mapping[EntityKind, Mapping[str, str]] | None = None, **more: Any) -> JiraReader:
        return JiraReader(*self.setup(carriers, **more))

    def issue(self, key: str) -> Issue:
        found = self.server.state.world.find(key)
        assert found is not None
        return found

    def some(self, count: int) -> list[Issue]:
        world = self.server.state.world
        every = (world.issue(number) for number in range(world.size))
        shown = (one for one in every if one and not world.projects[one.project].archived)
        return list(islice((one for one in shown if not one.values.get("security")), count))

    def shown(self) -> int:
        """Count the issues that the account sees."""
        return len(self.server.state.finder.find("", None).numbers)

    def edit(self, issue: Issue, **values: Any) -> None:
        world = self.server.state.world
        world.put(issue.changed(updated=world.now(), values={**issue.values, **values}))

    def log(self, issue: Issue, seconds: int) -> None:
        """Add a worklog."""
        state = self.server.state
        now = self.issue(identity(issue))
        state.timekeeper.add(now, state.world.people[0], {"started": state.world.now(), "seconds": seconds})

    def unlog(self, issue: Issue, *, quiet: bool = True) -> str:
        """Delete the first worklog of an issue, whose `updated` stays as it is if `quiet`; give its id."""
        state = self.server.state
        now = self.issue(identity(issue))
        gone = now.worklogs[0]
        state.timekeeper.delete(now, gone, state.world.people[0], quiet=quiet)
        return str(gone.id)

    def move(self, issue: Issue, key: str) -> None:
        """Move an issue to another project, as Jira tells it in the history."""
        world = self.server.state.world
        project = world.project(key)
        assert project is not None
        was, new = world.projects[issue.project], world.new_key(project)
        items = (
            Item("project", "project", False, was.id, was.name, project.id, project.name),
            Item("Key", "issuekey", False, None, issue.key, None, new),
        )
        change = Change(world.new_change(), issue.values["reporter"], world.now(), items)
        values = {**issue.values, **dict.fromkeys(("components", "fixVersions", "versions"), ())}
        world.put(issue.changed(change, updated=world.now(), project=project.place, key=new, values=values))

    def pass_time(self, seconds: float) -> None:
        self.server.state.clock.advance(seconds)


@contextmanager
def site(flavour: Flavour, folder: Path, around: Layer = unchanged, **sandbox: Any) -> Iterator[Site]:
    with running(Sandbox(flavour=flavour, **{"issues": 120, **sandbox}), around) as server:
        yield Site(server, flavour, folder)


def identity(issue: Issue) -> str:
    return str(issue.number + FIRST_ID)


def records(batches: Iterable[Batch]) -> dict[Key, Record]:
    return {(record.entity, record.external_id): record for batch in batches for record in batch.records}


def tasks(batches: Iterable[Batch]) -> dict[str, Record]:
    return {name: record for (kind, name), record in records(batches).items() if kind is EntityKind.TASK}


def pulled(reader: JiraReader, cursor: Cursor | None = None) -> list[Batch]:
    batches = list(reader.pull(cursor))
    assert not [broken.reason for batch in batches for broken in batch.quarantined]
    return batches
