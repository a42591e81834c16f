"""Any order, repetition or overlap of pages gives the same store, and an incremental history that of a full pull."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from canonical.database import writing
from canonical.intake import Listing
from canonical.records import Task
from canonical.schema import metadata
from canonical.schema.entities import field_value, further_project, task, task_label
from canonical.store import Counts, Lease, store_batch
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW, batch_of, rows_of

STATE = (task, task_label, further_project, field_value)
PLAN = Listing(EntityKind.TASK, "Plan")
MOMENTS = count()

bounded = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def versions(draw: st.DrawFn) -> list[Task]:
    """A few tasks, each in several versions, one for each instant of the tool's clock."""
    content = st.fixed_dictionaries(
        {
            "title": st.sampled_from(["A", "B", None]),
            "key": st.sampled_from(["K-1", "K-2"]),
            "labels": st.lists(st.sampled_from("xyz"), unique=True).map(tuple),
            "further_projects": st.lists(st.sampled_from(["key:P", "key:Q"]), unique=True).map(tuple),
            "fields": st.fixed_dictionaries(
                {"Phase": st.sampled_from(["one", "two", None]), "Size": st.integers(0, 2)}
            ),
        }
    )
    given_versions = []
    for number in draw(st.lists(st.integers(1, 4), min_size=1, unique=True)):
        for instant in range(draw(st.integers(1, 3))):
            updated_at = NOW + timedelta(seconds=instant)
            values = draw(content)
            given_versions.append(Task(external_id=str(number), source_updated_at=updated_at, scope="Plan", **values))
    return given_versions


@st.composite
def pages(draw: st.DrawFn, records: Sequence[Task]) -> list[list[Task]]:
    """All records in any order, some of them again, cut into pages anywhere."""
    again = draw(st.lists(st.sampled_from(records), max_size=4))
    shuffled = draw(st.permutations([*records, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    return [list(shuffled[start:end]) for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


def emptied(engine: Engine) -> None:
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            if table.name not in {"connector", "lease"}:
                connection.execute(delete(table))


def stored(engine: Engine, lease: Lease, batches: Sequence[Sequence[Task]]) -> tuple[list[object], Counts]:
    emptied(engine)
    counts = Counts()
    for batch in batches:
        now = NOW + timedelta(minutes=next(MOMENTS))
        counts += store_batch(engine, lease, "plan", "run", batch_of(*batch), now)
    return [rows_of(engine, table, "first_seen_at", "content_hash") for table in STATE], counts


@bounded
@given(data=st.data(), records=versions())
def test_any_order_repetition_or_overlap_gives_the_same_store(
    engine: Engine, lease: Lease, data: st.DataObject, records: list[Task]
) -> None:
    expected, _ = stored(engine, lease, [records])
    shuffled = data.draw(pages(records))
    state, counts = stored(engine, lease, shuffled)
    assert state == expected
    assert counts.seen == sum(map(len, shuffled)) == counts.changed + counts.unchanged + counts.quarantined


@bounded
@given(records=versions())
def test_an_incremental_history_ends_where_a_full_pull_does(engine: Engine, lease: Lease, records: list[Task]) -> None:
    by_time = sorted(records, key=lambda record: record.source_updated_at or NOW)
    latest = {record.external_id: record for record in by_time}
    full, _ = stored(engine, lease, [list(latest.values())])
    incremental, _ = stored(engine, lease, [[record] for record in by_time])
    assert incremental == full


@bounded
@given(records=versions())
def test_what_was_stored_is_never_changed_by_storing_it_again(
    engine: Engine, lease: Lease, records: list[Task]
) -> None:
    latest = list({record.external_id: record for record in records}.values())
    stored(engine, lease, [latest])
    before = [rows_of(engine, table) for table in metadata.sorted_tables]
    assert store_batch(engine, lease, "plan", "run", batch_of(*latest), NOW).changed == 0
    assert [rows_of(engine, table) for table in metadata.sorted_tables] == before


@bounded
@given(data=st.data(), shown=st.lists(st.sets(st.integers(1, 5)), min_size=1, max_size=4))
def test_after_a_complete_listing_just_what_it_showed_is_live(
    engine: Engine, lease: Lease, data: st.DataObject, shown: list[set[int]]
) -> None:
    emptied(engine)
    for numbers in shown:
        records = [Task(external_id=str(number), scope="Plan") for number in sorted(numbers)]
        cut = data.draw(st.integers(0, len(records)))
        store_batch(engine, lease, "plan", "run", batch_of(*records[:cut], begins=[PLAN]), NOW)
        store_batch(engine, lease, "plan", "run", batch_of(*records[cut:], complete=[PLAN]), NOW)
        live = {int(row["external_id"]) for row in rows_of(engine, task) if row["deleted_at"] is None}
        assert live == (numbers or live), "an empty listing is a question"


def test_a_batch_of_nothing_stores_its_cursor(engine: Engine, lease: Lease) -> None:
    assert store_batch(engine, lease, "plan", "run", batch_of(), NOW) == Counts()
