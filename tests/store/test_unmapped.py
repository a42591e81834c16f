"""What a mapping no longer gives is forgotten, with its history; given again, all is as if it had never been away."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine

from canonical.records import Project, Task
from canonical.schema.entities import field_value, source_project, task, task_label
from canonical.schema.operations import change
from canonical.store import Counts, Lease
from canonical.store.changes import Origin
from canonical.store.connectors import Provides, register
from canonical.store.unmapped import forget_unmapped
from canonical.vocabulary import EntityKind, TaskKind
from tests.store.conftest import NOW, one_row, rows_of

Store = Callable[..., Counts]
ALL: Provides = {EntityKind.TASK: {"title", "due", "labels", "kind", "fields.team", "fields.tier"}}
FEWER: Provides = {EntityKind.TASK: {"title", "fields.tier"}}
WHOLE = Task(
    external_id="1",
    title="Dig",
    due=date(2026, 3, 1),
    labels=("a", "b"),
    kind=TaskKind.BUG,
    fields={"team": "red", "tier": "one"},
)
HASHED = ("content_hash",)


def mapped(engine: Engine, lease: Lease, provides: Provides) -> list[str]:
    forgotten = forget_unmapped(engine, lease, provides, Origin("plan", "run", NOW, by_hub=True))
    register(engine, "plan", "memory", "engineering", provides, fresh_for=None)
    return [one.what for one in forgotten]


def test_what_is_no_longer_mapped_is_not_known(engine: Engine, lease: Lease, store: Store) -> None:
    mapped(engine, lease, ALL)
    store(WHOLE)
    told = "plan no longer supplies due, fields.team, kind, labels: they are forgotten in 1 record."
    assert mapped(engine, lease, FEWER) == [told]
    row = one_row(engine, task)
    assert (row["title"], row["due"], row["labels"], row["kind"]) == ("Dig", None, "[]", "task")
    assert row["fields"] == '{"tier":"one"}'
    assert rows_of(engine, task_label) == []
    assert [one["name"] for one in rows_of(engine, field_value)] == ["tier"]
    lost = {(one["field"], one["old"], one["by_hub"]) for one in rows_of(engine, change)}
    assert lost >= {("due", '{"date":"2026-03-01"}', True), ("fields.team", '"red"', True)}
    assert mapped(engine, lease, FEWER) == []


def test_mapped_again_it_is_known_again_from_the_very_same_record(engine: Engine, lease: Lease, store: Store) -> None:
    mapped(engine, lease, ALL)
    store(WHOLE)
    before = [rows_of(engine, table, *HASHED) for table in (task, task_label, field_value)]
    mapped(engine, lease, FEWER)
    mapped(engine, lease, ALL)
    store(WHOLE, minutes=5)
    assert [rows_of(engine, table, *HASHED) for table in (task, task_label, field_value)] == before


def test_killed_before_the_new_mapping_is_registered_it_is_forgotten_by_the_next(
    engine: Engine, lease: Lease, store: Store
) -> None:
    mapped(engine, lease, ALL)
    store(WHOLE)
    origin = Origin("plan", "run", NOW, by_hub=True)
    assert [len(forget_unmapped(engine, lease, FEWER, origin)) for _ in range(2)] == [1, 0]


def test_an_entity_that_is_not_mapped_at_all_is_left_to_its_listing(engine: Engine, lease: Lease, store: Store) -> None:
    mapped(engine, lease, {EntityKind.PROJECT: {"name"}, **ALL})
    store(Project(external_id="P", name="Bridge"))
    assert mapped(engine, lease, ALL) == []
    assert one_row(engine, source_project)["name"] == "Bridge"
