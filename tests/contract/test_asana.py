"""The Asana connector keeps the contract, on the sandbox.

Each test starts a site of its own: hence among the long ones. `tests/asana_reading` has the quick ones.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from canonical.vocabulary import EntityKind
from connectors.asana import KIND
from connectors.base import Reader, Target, Writer
from pmohub.testing.asana.answers.values import fields_of
from pmohub.testing.asana.faults import Fault, Kind
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World
from pmohub.testing.contract import ConnectorContract, Key
from tests.asana_reading.sites import site

CARRIER = "Briefing"
CARRIERS = {EntityKind.TASK: {"briefing": CARRIER}}


def names_on(world: World, task: Thing) -> set[str]:
    """Give the names of the custom fields that a task has."""
    return {field["name"] for field in fields_of(world, task)}


@pytest.mark.long
class TestAsana(ConnectorContract):
    """A small site. The target is a custom field of text."""

    secrets = ("sandbox-token",)
    unwatched = (
        Target(EntityKind.PROJECT, "1", "pmo_id", "PMO id"),
        Target(EntityKind.TASK, "1", "description", "notes"),
    )

    @pytest.fixture(autouse=True)
    def running(self, tmp_path: Path) -> Iterator[None]:
        with site(tmp_path, sharing=True) as self.asana:
            world, hands = self.asana.server.state.world, self.asana.hands
            of_each = {one.gid: hands.tasks(one.gid) for one in self.asana.projects()}
            carried = (gid for gid, tasks in of_each.items() if tasks and CARRIER in names_on(world, tasks[0]))
            self.project = next(carried)
            self.tasks = [one.gid for one in of_each[self.project]][:4]
            self.target = Target(EntityKind.TASK, self.tasks[0], "briefing", CARRIER)
            yield

    def reader(self) -> Reader:
        names = [project["name"] for project in self.asana.projects()]
        return self.asana.reader(CARRIERS, projects=names, patience=1)

    def writer(self) -> Writer:
        return KIND.writer(*self.asana.setup(CARRIERS, patience=1))

    def team_sets(self, value: str) -> None:
        self.asana.hands.pass_time(1)
        self.asana.hands.fill(self.tasks[0], CARRIER, value)

    def team_deletes(self) -> Key:
        self.asana.hands.delete(self.tasks[1])
        return EntityKind.TASK, self.tasks[1]

    def spoil(self) -> Key:
        self.asana.hands.pass_time(1)
        self.asana.hands.edit(self.tasks[2], due_on="2026-13-01")
        return EntityKind.TASK, self.tasks[2]

    def hide(self) -> None:
        for project in self.asana.projects():
            if project.gid != self.project:
                self.asana.hands.hide(project.gid)

    def take_down(self) -> None:
        self.asana.server.state.faults.arm(Fault(kind=Kind.UNAVAILABLE, times=None))

    def state(self) -> object:
        return self.asana.server.state.world.edits
