"""Once a day everything is read anew and held against what is stored: together no dearer than one whole reading."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from canonical.database import open_engine, reading
from canonical.problems import Weight
from canonical.schema.entities import task
from canonical.store import RunState
from canonical.vocabulary import EntityKind
from connectors.asana.client import paging
from pmohub.testing.asana import Plan
from pmohub.testing.asana.faults import Fault, Kind
from sync.reports import RunReport
from sync.runs import ConnectorSetup, Worker, sync_connector
from tests.asana_reading.sites import Site, pulled, site, tasks
from tests.sync.conftest import NOW

HANDFUL = 5


@pytest.fixture
def store(fresh_store: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(fresh_store("sqlite"))
    yield engine
    engine.dispose()


def sync(store: Engine, asana: Site, later: timedelta = timedelta(0), *, took: timedelta = timedelta(0)) -> RunReport:
    """Sync so much later than at first, by a clock that goes on as long as the run takes.

    One request at a time, so that what a plan lacks is refused as often in each.
    """
    times = iter([NOW + later])
    reader = partial(asana.reader, projects=["*"], requests_at_once=1)
    setup = ConnectorSetup("asana", "asana", "marketing", reader, deletion_limits=None)
    report = sync_connector(store, setup, Worker("test", lambda: next(times, NOW + later + took)))
    assert report.state is RunState.DONE, report.problems
    return report


def gone(store: Engine) -> set[str]:
    with reading(store) as connection:
        lost = task.c.lost_access_at.is_not(None) | task.c.deleted_at.is_not(None)
        return set(connection.scalars(select(task.c.external_id).where(lost)))


@pytest.mark.parametrize("plan", [Plan.ENTERPRISE, Plan.FREE])
def test_a_day_later_a_run_costs_no_more_than_the_first_and_a_handful(
    tmp_path: Path, store: Engine, plan: Plan
) -> None:
    """Also where nobody looked for a day, so that no token of events is good any more."""
    with site(tmp_path, tasks=120, plan=plan) as asana:
        first = sync(store, asana)
        asana.hands.pass_time(25 * 3600)
        daily = sync(store, asana, timedelta(hours=25))
        assert daily.counts.seen >= first.counts.seen
        assert daily.requests <= first.requests + HANDFUL


def test_what_is_read_anew_is_counted_in_the_same_run_and_not_in_the_next(tmp_path: Path, store: Engine) -> None:
    """The first run takes longest: a day after its start is not yet one after its end."""
    with site(tmp_path, tasks=120) as asana:
        whole = sync(store, asana, took=timedelta(minutes=40)).requests
        dear, passed = [], timedelta(0)
        for passing in (23 * 60, 70, 15, 60, 23 * 60, 70, 15):
            asana.hands.pass_time(60 * passing)
            passed += timedelta(minutes=passing)
            cost = sync(store, asana, passed).requests
            dear += [cost] if cost > whole / 2 else []
        assert len(dear) == 2
        assert max(dear) <= whole + HANDFUL


def test_a_task_that_left_unseen_is_no_longer_to_be_seen_after_a_day(tmp_path: Path, store: Engine) -> None:
    with site(tmp_path) as asana:
        left = asana.family()
        sync(store, asana)
        asana.hands.pass_time(3600)
        asana.server.state.world.feed.lost = 1
        asana.hands.delete(left)
        sync(store, asana, timedelta(hours=1))
        assert left not in gone(store)
        asana.hands.pass_time(24 * 3600)
        sync(store, asana, timedelta(hours=25))
        assert gone(store) == {left}


def test_the_second_look_and_the_question_by_gid_ask_asana_anew(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest, project = asana.family(), asana.projects()[0].gid
        reader = asana.reader()
        read = {name for name, one in tasks(pulled(reader)).items() if one.scope == project}
        before = reader.traffic().requests
        assert reader.listed_anew()
        assert reader.census(EntityKind.TASK, project).external_ids == read
        assert reader.traffic().requests == before
        asana.hands.delete(lowest)
        assert reader.census(EntityKind.TASK, project).external_ids == read - {lowest}
        assert reader.confirm_gone(EntityKind.TASK, project, frozenset({lowest})) == {lowest}


def test_a_reading_that_was_cut_off_or_is_the_rest_of_one_counts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "A_PAGE", 10)
    with site(tmp_path) as asana:
        lowest, project = asana.family(), asana.projects()[0].gid
        whole = pulled(asana.reader())
        cut = asana.reader()
        batches = cut.pull(None)
        for _ in whole[:-1]:
            place = next(batches).cursor
        batches.close()  # type: ignore[attr-defined]  # a generator
        rest = asana.reader()
        pulled(rest, place)
        asana.hands.delete(lowest)
        for reader in (cut, rest):
            assert not reader.listed_anew()
            assert lowest not in reader.census(EntityKind.TASK, project).external_ids


def test_a_project_that_was_hidden_while_it_was_read_is_not_counted_by_that(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest, project = asana.family(), asana.projects()[0].gid
        reader = asana.reader()
        batches = reader.pull(None)
        next(batches)
        asana.hands.hide(project)
        list(batches)
        asana.hands.hide(project, hidden=False)
        assert lowest in reader.census(EntityKind.TASK, project).external_ids


def test_a_search_that_fails_is_told_once_and_the_rest_is_read(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        task = asana.hands.create(asana.projects()[0].gid, "Before")
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(3600)
        asana.hands.edit(task, name="After")
        asana.hands.pass_time(60)
        asana.server.state.faults.arm(Fault(kind=Kind.INTERNAL, path="search", times=None))
        batches = pulled(asana.reader(), cursor)
        assert tasks(batches)[task].title == "After"
        told = [problem for batch in batches for problem in batch.problems]
        assert [problem.weight for problem in told if "search" in problem.where] == [Weight.WARNING]
