"""Whatever teams type between the steps of write-backs stays, unless a person approved to replace just that."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canonical.database import reading
from canonical.problems import ConfigurationError
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import State, WriteBack
from canonical.values import alike
from pmohub.composition import Hub
from pmohub.writing import plan, send
from sync import leases
from sync.approval import release
from sync.undo import ToUndo, plan_undo
from tests.crash.workplace import TASKS, decide, hub_of, journal, latest, put_back_to, read, set_up

COLUMNS = {"pmo_phase": "Phase", "pmo_code": "Code"}
EVER = datetime(2000, 1, 1, tzinfo=UTC)
Cells: TypeAlias = dict[tuple[str, str], str | None]


@dataclass
class Work:
    """A hub on a folder, and what a team and a person at the hub may do there."""

    hub: Hub
    path: Path

    def rows(self) -> list[dict[str, str]]:
        with self.path.open(newline="") as stream:
            return list(csv.DictReader(stream, delimiter=";"))

    def cells(self) -> Cells:
        return {(row["Nr"], column): row[column] or None for row in self.rows() for column in row}

    def type(self, key: str, column: str, value: str) -> None:
        rows = self.rows()
        with self.path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0], delimiter=";")
            writer.writeheader()
            writer.writerows({**row, column: value} if row["Nr"] == key else row for row in rows)

    def send(self, plan_id: str) -> None:
        """Send a plan, and hold it to what was approved: these places, from these values to those, nothing else."""
        approved = {_cell(item): item for item in journal(self.hub) if _may_be_sent(item, plan_id)}
        before = self.cells()
        done = send(self.hub, plan_id)
        after = self.cells()
        assert done.problems == []
        for cell, held in before.items():
            item = approved.get(cell)
            wanted = item.after if item is not None and alike(held, item.before) else held
            assert alike(after[cell], wanted), (cell, held, item)
        assert set(before) == set(after)


def _cell(item: WriteBack) -> tuple[str, str]:
    return item.external_id.rpartition("#")[2], COLUMNS.get(item.field, "")


def _may_be_sent(item: WriteBack, plan_id: str) -> bool:
    return item.state is State.APPROVED and item.plan_id == plan_id and item.connector == "tasks"


def edit_phase(work: Work, key: str, value: str) -> None:
    work.type(key, "Phase", value)


def edit_code(work: Work, key: str, value: str) -> None:
    work.type(key, "Code", value)


def rename(work: Work, key: str, value: str) -> None:
    work.type(key, "Task", value or "Nameless")


def sync_all(work: Work, key: str, value: str) -> None:
    read(work.hub)


def make_plan(work: Work, key: str, value: str) -> None:
    plan(work.hub)


def approve_it(work: Work, key: str, value: str) -> None:
    if (planned := latest(work.hub)) is not None:
        decide(work.hub, planned)


def apply_it(work: Work, key: str, value: str) -> None:
    if (planned := latest(work.hub)) is not None:
        work.send(planned)


def undo_all(work: Work, key: str, value: str) -> None:
    try:
        with leases.held(work.hub.engine, leases.HUB, "test") as lease:
            back = plan_undo(work.hub.engine, lease, ToUndo(since=EVER), actor="ana", now=work.hub.now())
    except ConfigurationError:
        return
    work.send(back.id)
    ended = {item.id: item for item in journal(work.hub)}
    for item in back.items:
        gone = ended[item.id].state in {State.APPLIED, State.ALREADY_TRUE}
        assert (ended[item.undo_of or ""].state is State.UNDONE) == gone


def let_go(work: Work, key: str, value: str) -> None:
    with reading(work.hub.engine) as connection:
        held = sorted(vetoes(connection))
    for entity_id, field in held[:1]:
        assert release(work.hub.engine, entity_id, field, actor="ana", now=work.hub.now())


Deed: TypeAlias = Callable[[Work, str, str], None]
DEEDS: tuple[Deed, ...] = (
    edit_phase,
    edit_code,
    rename,
    sync_all,
    make_plan,
    approve_it,
    apply_it,
    undo_all,
    let_go,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.sampled_from(TASKS), st.sampled_from(["", "planning", "ours", "T-Task 1"])),
    min_size=4,
    max_size=16,
)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("random")
    set_up(base / "work")
    shutil.copytree(base / "work", base / "seed")
    return base / "seed"


def check(seed: Path, steps: list[tuple[Deed, str, str]]) -> None:
    folder = seed.with_name("work")
    put_back_to(seed, folder)
    with hub_of(folder) as hub:
        work = Work(hub, folder / "files/tasks.csv")
        for deed, key, value in steps:
            deed(work, key, value)
        for deed in (sync_all, make_plan, approve_it, apply_it, sync_all):
            deed(work, "", "")
        assert plan(hub).plan.items == (), "after apply and sync nothing is left to plan"
        assert sorted(path.name for path in work.path.parent.iterdir()) == ["Register.xlsx", "tasks.csv"]


FIXTURE_IS_RESET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, deadline=None, suppress_health_check=FIXTURE_IS_RESET, derandomize=True)
@given(steps=STEPS)
def test_what_a_team_typed_stays_unless_it_was_approved_away(seed: Path, steps: list[tuple[Deed, str, str]]) -> None:
    check(seed, steps)


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURE_IS_RESET)
@given(steps=STEPS)
def test_what_a_team_typed_stays_in_long_histories(seed: Path, steps: list[tuple[Deed, str, str]]) -> None:
    check(seed, steps)
