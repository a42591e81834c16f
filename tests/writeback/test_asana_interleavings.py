"""Teams edit tasks at any request of write-backs to Asana and of their undoing: none is lost, nothing written twice."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.asana.writer import AsanaWriter
from connectors.base import Reader
from tests.asana_reading.sites import site
from tests.enumeration import EVERY
from tests.sync.conftest import emptied
from tests.writeback.interleaving import TASK, TITLE, Hurried, Round, ask_nothing, check_round

SEEDS = 24 // EVERY
PROJECT, POINTS = "Trade fair Hannover 2027", "Story points"
CARRIERS = {TASK: {"budget": POINTS}}
SCOPE: dict[str, Any] = {"projects": [PROJECT], "history": True, "rates": False}


class AsanaRound(Round):
    """Tasks of an Asana."""

    connector = "mkt-asana"
    carrier = POINTS

    def make(self) -> str:
        return str(self.site.hands.create(PROJECT, TITLE))

    def reader(self) -> Reader:
        return self.site.reader(CARRIERS, **SCOPE)  # type: ignore[no-any-return]

    def new_writer(self) -> AsanaWriter:
        return AsanaWriter(*self.site.setup(CARRIERS, **SCOPE))

    def held(self, name: str) -> Any:
        return self.site.hands.value(name, POINTS)

    def team_sets(self, name: str, value: int) -> None:
        self.site.hands.fill(name, POINTS, value)

    def by_hub(self, name: str) -> list[int | None]:
        world = self.site.server.state.world
        hub = next(one.gid for one in world.of("user") if one["email"] == self.site.server.state.sandbox.email)
        stories = [one for one in world.all(world.stories(name)) if one["created_by"] == hub]
        told = [one["new_number_value"] for one in stories if one["resource_subtype"] == "number_custom_field_changed"]
        return [None if value is None else int(value) for value in told]

    def pass_time(self) -> None:
        self.site.hands.pass_time(600)


def rounds(engine: Engine, folder: Path, seeds: range, tasks: int) -> None:
    for seed in seeds:
        emptied(engine)
        with ExitStack() as stack:
            hurried = Hurried(r"/api/1\.0/tasks/(\d+)")
            asana = stack.enter_context(site(folder, hurried, tasks=20))
            check_round(AsanaRound(engine, asana, hurried, Random(seed), tasks))  # noqa: S311  # can be tried again


def test_edits_around_writes_to_asana_are_neither_lost_nor_written_over(own_engine: Engine, tmp_path: Path) -> None:
    rounds(own_engine, tmp_path, range(1), tasks=25)


@pytest.mark.long
def test_hundreds_of_edits_around_writes_to_asana_are_neither_lost_nor_written_over(
    own_engine: Engine, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    rounds(own_engine, tmp_path, range(100, 100 + SEEDS), tasks=70)
    tell(f"{SEEDS * 70:,} interleavings, and as many of their undoing")


def test_not_asking_what_a_write_replaced_does_not_get_by(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nothing(monkeypatch)
    with pytest.raises(AssertionError):
        rounds(own_engine, tmp_path, range(2, 3), tasks=25)
