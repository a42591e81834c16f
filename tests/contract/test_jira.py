"""The Jira connector keeps the contract, on both flavours of the sandbox.

Each test starts a site of its own: hence among the long ones. `tests/jira_reading` has the quick ones.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from canonical.vocabulary import EntityKind
from connectors.base import Reader, Target, Writer
from connectors.jira import KIND
from pmohub.testing.contract import ConnectorContract, Key
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.faults import Fault, Kind
from pmohub.testing.jira.world.scheme import BLOCKED_REASON
from tests.jira_reading.sites import identity, site

CARRIER = "Blocked reason"
CARRIERS = {EntityKind.TASK: {"blocked": CARRIER}}


class Jira(ConnectorContract):
    """A small site. The target is a custom field of text."""

    flavour: Flavour
    secrets = ("sandbox-token",)
    unwatched = (
        Target(EntityKind.PROJECT, "10000", "gate", "property:pmo.gate"),
        Target(EntityKind.PROJECT, "10000", "portfolio", "category"),
    )

    @pytest.fixture(autouse=True)
    def running(self, tmp_path: Path) -> Iterator[None]:
        with site(self.flavour, tmp_path, issues=60) as self.jira:
            self.issues = self.jira.some(4)
            self.target = Target(EntityKind.TASK, identity(self.issues[0]), "blocked", CARRIER)
            yield

    def reader(self) -> Reader:
        keys = [project.key for project in self.jira.server.state.world.projects if not project.archived]
        return self.jira.reader(CARRIERS, projects=keys, patience=1)

    def writer(self) -> Writer:
        return KIND.writer(*self.jira.setup(CARRIERS, patience=1))

    def team_sets(self, value: str) -> None:
        self.jira.pass_time(1)
        self.jira.edit(self.issues[0], **{BLOCKED_REASON: value})

    def team_deletes(self) -> Key:
        self.jira.server.state.world.remove(self.issues[1].number)
        return EntityKind.TASK, identity(self.issues[1])

    def spoil(self) -> Key:
        self.jira.pass_time(1)
        self.jira.edit(self.issues[2], timespent=-5)
        return EntityKind.TASK, identity(self.issues[2])

    def hide(self) -> None:
        world = self.jira.server.state.world
        world.hidden_projects.update(each.place for each in world.projects if each.place != self.issues[0].project)

    def take_down(self) -> None:
        self.jira.server.state.faults.arm(Fault(kind=Kind.UNAVAILABLE, times=None))

    def state(self) -> object:
        world = self.jira.server.state.world
        return world.edits, dict(world.edited)


@pytest.mark.long
class TestCloud(Jira):
    flavour = Flavour.CLOUD


@pytest.mark.long
class TestDataCenter(Jira):
    flavour = Flavour.DATA_CENTER
