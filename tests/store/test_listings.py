"""Deletion is inferred from a complete listing or the tool's own word only; a row that comes back is the same row."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from canonical.intake import Listing, Quarantined
from canonical.records import Task
from canonical.schema.entities import task
from canonical.schema.operations import change, sighting, touched
from canonical.store import Counts, DeletionLimits, Lease, store_batch
from canonical.values import decode
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW, batch_of, one_row, rows_of

Store = Callable[..., Counts]
PLAN = Listing(EntityKind.TASK, "Plan")


def in_plan(*numbers: int) -> list[Task]:
    return [Task(external_id=str(number), scope="Plan", title=f"Task {number}") for number in numbers]


def live(engine: Engine) -> list[str]:
    return [row["external_id"] for row in rows_of(engine, task) if row["deleted_at"] is None]


@pytest.fixture
def three(store: Store) -> None:
    store(*in_plan(1, 2, 3), begins=[PLAN], complete=[PLAN])


@pytest.mark.usefixtures("three")
def test_what_a_complete_listing_did_not_show_is_gone(engine: Engine, store: Store) -> None:
    counts = store(*in_plan(1, 3), begins=[PLAN], complete=[PLAN], minutes=5)
    assert counts == Counts(seen=2, unchanged=2, deleted=1)
    assert sorted(live(engine)) == ["1", "3"]
    (told,) = rows_of(engine, change)
    assert (told["field"], decode(told["old"])) == ("deleted_at", None)
    assert told["entity_id"] in [row["entity_id"] for row in rows_of(engine, touched)]


@pytest.mark.usefixtures("three")
def test_a_listing_may_take_several_batches(engine: Engine, store: Store) -> None:
    store(*in_plan(1), begins=[PLAN], minutes=5)
    store(*in_plan(2), minutes=6)
    assert store(complete=[PLAN], minutes=7).deleted == 1
    assert sorted(live(engine)) == ["1", "2"]
    assert rows_of(engine, sighting) == []


@pytest.mark.usefixtures("three")
def test_an_incomplete_listing_deletes_nothing(engine: Engine, store: Store) -> None:
    assert store(*in_plan(1), begins=[PLAN], minutes=5).deleted == 0
    assert len(live(engine)) == 3


@pytest.mark.usefixtures("three")
def test_a_listing_that_begins_anew_forgets_what_was_seen(engine: Engine, store: Store) -> None:
    store(*in_plan(1), begins=[PLAN], minutes=5)
    store(*in_plan(2), begins=[PLAN], complete=[PLAN], minutes=6)
    assert live(engine) == ["2"]


@pytest.mark.usefixtures("three")
def test_a_listing_whose_beginning_was_not_stored_deletes_nothing(engine: Engine, store: Store) -> None:
    counts = store(*in_plan(1), complete=[PLAN], minutes=5)
    assert (counts.deleted, len(counts.problems)) == (0, 1)
    assert len(live(engine)) == 3


@pytest.mark.usefixtures("three")
def test_nothing_found_where_there_was_something_is_a_question(engine: Engine, lease: Lease) -> None:
    batch = batch_of(begins=[PLAN], complete=[PLAN])
    counts = store_batch(engine, lease, "plan", "run", batch, NOW, DeletionLimits())
    assert counts.deleted == 0
    assert "No task was found where the store holds 3" in counts.problems[0].what
    assert counts.problems[0].commands == ("pmohub sync plan --allow-deletions",)
    assert len(live(engine)) == 3


@pytest.mark.usefixtures("three")
def test_nothing_found_can_be_let_through(engine: Engine, store: Store) -> None:
    assert store(begins=[PLAN], complete=[PLAN], minutes=5).deleted == 3
    assert live(engine) == []


def test_an_empty_listing_of_an_empty_scope_is_no_question(store: Store) -> None:
    assert store(begins=[PLAN], complete=[PLAN]) == Counts()


@pytest.mark.usefixtures("three")
def test_a_known_record_that_no_longer_maps_is_not_gone(engine: Engine, store: Store) -> None:
    broken = Quarantined(
        EntityKind.TASK, "Plan!3", "The date is ambiguous.", "Write it as 2026-03-01.", {}, "2", "Plan"
    )
    counts = store(*in_plan(1), quarantined=[broken], begins=[PLAN], complete=[PLAN], minutes=5)
    assert counts == Counts(seen=2, unchanged=1, quarantined=1, deleted=1)
    assert sorted(live(engine)) == ["1", "2"]


@pytest.mark.usefixtures("three")
def test_other_scopes_and_connectors_are_left_alone(engine: Engine, store: Store) -> None:
    store(Task(external_id="9", scope="Other"), minutes=1)
    store(*in_plan(1), begins=[PLAN], complete=[PLAN], minutes=5)
    assert sorted(live(engine)) == ["1", "9"]


@pytest.mark.usefixtures("three")
def test_what_moved_to_another_scope_is_not_gone(engine: Engine, store: Store) -> None:
    store(Task(external_id="2", scope="Other", title="Task 2"), minutes=5)
    store(*in_plan(1, 3), begins=[PLAN], complete=[PLAN], minutes=6)
    assert len(live(engine)) == 3


@pytest.mark.usefixtures("three")
def test_what_the_tool_reports_as_deleted_is_gone_once(engine: Engine, store: Store) -> None:
    assert store(deleted=[(EntityKind.TASK, "2"), (EntityKind.TASK, "unknown")], minutes=5).deleted == 1
    assert store(deleted=[(EntityKind.TASK, "2")], minutes=6).deleted == 0
    assert len(rows_of(engine, change)) == 1


def test_what_comes_back_is_revived_with_its_id_and_history(engine: Engine, store: Store) -> None:
    store(*in_plan(1))
    before = one_row(engine, task)
    store(deleted=[(EntityKind.TASK, "1")], minutes=5)
    assert store(*in_plan(1), minutes=9).changed == 1
    assert one_row(engine, task) == before
    gone, back = rows_of(engine, change)
    assert (gone["field"], back["field"]) == ("deleted_at", "deleted_at")
    assert decode(gone["new"]) == decode(back["old"]) == datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    assert decode(back["new"]) is None


def test_an_older_page_given_again_revives_nothing(engine: Engine, store: Store) -> None:
    older, newer = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    store(Task(external_id="1", title="New", source_updated_at=newer))
    store(deleted=[(EntityKind.TASK, "1")], minutes=5)
    store(Task(external_id="1", title="Old", source_updated_at=older), minutes=6)
    assert live(engine) == []
