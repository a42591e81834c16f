"""Runs as they are noted, and the limit on deletions."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from canonical.intake import Listing
from canonical.problems import LimitError, Problem
from canonical.records import Task
from canonical.schema.entities import task
from canonical.store import (
    Counts,
    DeletionLimits,
    Lease,
    LeaseLostError,
    RunKind,
    RunNote,
    RunState,
    acquire,
    begin_run,
    end_run,
    find_runs,
    holder_of,
    mark_lost,
    note_run,
    recent_runs,
    release,
    store_batch,
)
from canonical.store.connectors import state
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW, batch_of, expire, rows_of

ODD = Problem("Odd.", commands=("look",))
LATER = NOW + timedelta(minutes=5)


def test_a_run_comes_back_as_it_was_noted(engine: Engine, lease: Lease) -> None:
    run_id = begin_run(engine, lease, RunKind.SYNC, NOW, connector="plan", cursor={"page": 1}, config_version="c1")
    counts = Counts(9, 3, 5, 1, 1, lost_access=2)
    waits = {"the tool asked for a pause": 1.5, "the quota": 0.25}
    note = RunNote(counts, {"page": 2}, 4, waits, {"pull": 0.5}, 1024, (ODD,), {"applied": 2})
    end_run(engine, run_id, RunState.IN_PART, note, LATER)
    (run,) = recent_runs(engine, connector="plan")
    assert find_runs(engine, run_id[:8]) == [run]
    assert run.note.waited == 1.75
    assert (run.id, run.state, run.started_at, run.ended_at, run.note) == (run_id, RunState.IN_PART, NOW, LATER, note)
    assert (run.cursor_before, run.config_version) == ({"page": 1}, "c1")


def test_a_killed_run_keeps_what_it_noted_and_is_lost_when_the_next_begins(engine: Engine, lease: Lease) -> None:
    killed = begin_run(engine, lease, RunKind.SYNC, NOW, connector="plan")
    note_run(engine, killed, RunNote(Counts(seen=7)))
    begin_run(engine, lease, RunKind.SYNC, LATER, connector="plan")
    after, before = recent_runs(engine)
    assert (before.id, before.state, before.note.counts.seen) == (killed, RunState.LOST, 7)
    assert after.state is RunState.RUNNING


def test_a_large_run_ends_like_any_other(engine: Engine, lease: Lease) -> None:
    run_id = begin_run(engine, lease, RunKind.SYNC, NOW, connector="plan")
    end_run(engine, run_id, RunState.DONE, RunNote(Counts(seen=20_000, changed=20_000)), LATER)
    assert recent_runs(engine)[0].state is RunState.DONE


def test_a_run_that_was_taken_for_lost_stays_lost(engine: Engine, lease: Lease) -> None:
    overtaken = begin_run(engine, lease, RunKind.SYNC, NOW, connector="plan")
    begin_run(engine, lease, RunKind.SYNC, LATER, connector="plan")
    end_run(engine, overtaken, RunState.DONE, RunNote(), LATER)
    assert recent_runs(engine)[1].state is RunState.LOST
    assert state(engine, "plan").last_success_at is None


def test_a_run_whose_lease_expired_is_lost_and_others_are_not(engine: Engine, lease: Lease) -> None:
    brief = acquire(engine, "evaluation", "one", timedelta(minutes=5))
    assert brief
    alive = begin_run(engine, lease, RunKind.SYNC, NOW, connector="plan")
    gone = begin_run(engine, brief, RunKind.EVALUATE, NOW)
    expire(engine, brief)
    assert mark_lost(engine, LATER) == 1
    assert {run.id: run.state for run in recent_runs(engine)} == {alive: RunState.RUNNING, gone: RunState.LOST}


def test_a_run_needs_the_lease(engine: Engine, lease: Lease) -> None:
    release(engine, lease)
    with pytest.raises(LeaseLostError):
        begin_run(engine, lease, RunKind.SYNC, NOW)


def ended_in(engine: Engine, lease: Lease, ended: RunState, at: datetime) -> datetime | None:
    end_run(engine, begin_run(engine, lease, RunKind.SYNC, at, connector="plan"), ended, RunNote(), at)
    return state(engine, "plan").last_success_at


@pytest.mark.parametrize("ended", [RunState.IN_PART, RunState.FAILED, RunState.CANCELLED])
def test_only_a_complete_sync_makes_its_connector_fresh_again(engine: Engine, lease: Lease, ended: RunState) -> None:
    assert ended_in(engine, lease, RunState.DONE, NOW) == NOW
    assert ended_in(engine, lease, ended, LATER) == NOW
    assert ended_in(engine, lease, RunState.DONE, LATER) == LATER


@pytest.mark.parametrize("ended", [RunState.IN_PART, RunState.FAILED, RunState.CANCELLED])
def test_a_first_sync_in_part_is_worth_a_look(engine: Engine, lease: Lease, ended: RunState) -> None:
    assert ended_in(engine, lease, ended, NOW) == (NOW if ended is RunState.IN_PART else None)


def test_who_holds_a_lease_can_be_told(engine: Engine, lease: Lease) -> None:
    assert holder_of(engine, lease.name).holder == "test"
    release(engine, lease)
    assert holder_of(engine, lease.name) is None


def deleting(count: int) -> dict[str, object]:
    return {"deleted": [(EntityKind.TASK, str(number)) for number in range(count)]}


@pytest.mark.parametrize(
    ("deleted", "limits", "stopped"),
    [
        (5, DeletionLimits(), False),
        (60, DeletionLimits(share=0.5), True),
        (60, DeletionLimits(share=0.7), False),
        (30, DeletionLimits(number=29, share=1), True),
        (15, DeletionLimits(few=20, share=0.01), False),
        (15, DeletionLimits(few=20, share=0.2, before=10), True),
        (100, None, False),
    ],
)
def test_implausibly_many_deletions_store_nothing(
    engine: Engine, lease: Lease, store: Callable[..., Counts], deleted: int, limits: DeletionLimits, stopped: bool
) -> None:
    store(*(Task(external_id=str(number), scope="A") for number in range(100)))
    batch = batch_of(Task(external_id="new"), cursor={"page": 2}, **deleting(deleted))
    if not stopped:
        assert store_batch(engine, lease, "plan", "run", batch, LATER, limits).deleted == deleted
        return
    with pytest.raises(LimitError) as caught:
        store_batch(engine, lease, "plan", "run", batch, LATER, limits)
    assert "--allow-deletions" in caught.value.problem.commands[0]
    assert not [row for row in rows_of(engine, task) if row["deleted_at"] or row["external_id"] == "new"]
    assert state(engine, "plan").cursor == {"page": 1}


def test_what_a_listing_no_longer_shows_counts_too(engine: Engine, lease: Lease, store: Callable[..., Counts]) -> None:
    store(*(Task(external_id=str(number), scope="A") for number in range(100)))
    listing = Listing(EntityKind.TASK, "A")
    batch = batch_of(Task(external_id="1", scope="A"), begins=[listing], complete=[listing])
    with pytest.raises(LimitError):
        store_batch(engine, lease, "plan", "run", batch, LATER, DeletionLimits())
