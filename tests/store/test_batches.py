"""What a batch does to the store, field by field."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from canonical.ids import entity_id
from canonical.records import Dependency, Person, Project, Record, StatusUpdate, Task, TimeEntry
from canonical.schema.entities import (
    dependency,
    field_value,
    further_project,
    person,
    project,
    source_person,
    source_project,
    status_update,
    task,
    task_label,
    time_entry,
)
from canonical.schema.names import identity
from canonical.schema.operations import change, connector, touched
from canonical.store import Counts
from canonical.values import decode
from canonical.vocabulary import EntityKind, Health, StatusCategory
from tests.store.conftest import NOW, one_row, rows_of

Store = Callable[..., Counts]
WHOLE_TASK = Task(
    external_id="10042",
    key="ENG-12",
    url="https://tool.example/ENG-12",
    scope="ENG",
    source_created_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    source_updated_at=datetime(2026, 2, 27, 16, 0, tzinfo=UTC),
    fields={"pmo_phase": "planning", "Effort": Decimal("12.5"), "Gate": date(2026, 4, 1), "Approved": True},
    project="key:ENG",
    further_projects=("key:OPS",),
    parent="key:ENG-1",
    title="Build it",
    status="Doing",
    status_category=StatusCategory.IN_PROGRESS,
    assignee="email:ada@example.com",
    due=date(2026, 3, 31),
    original_estimate=3600,
    percent_complete=Decimal("12.5"),
    story_points=Decimal(3),
    labels=("urgent", "approval"),
)


def history(engine: Engine) -> list[tuple[str, Any, Any]]:
    return [(row["field"], decode(row["old"]), decode(row["new"])) for row in rows_of(engine, change)]


def test_a_task_is_stored_as_it_was_given(engine: Engine, store: Store) -> None:
    assert store(WHOLE_TASK) == Counts(seen=1, changed=1)
    row = one_row(engine, task)
    supplied = WHOLE_TASK.model_fields_set - {"fields", "labels", "further_projects"}
    for name in supplied:
        assert row.get(name, row.get(f"{name}_ref")) == getattr(WHOLE_TASK, name), name
    assert row["id"] == entity_id(EntityKind.TASK, "plan", "10042")
    assert row["first_seen_at"] == NOW
    assert row["is_leaf"] is True


@pytest.mark.parametrize(
    ("record", "table"),
    [
        (TimeEntry(external_id="1", work_date=date(2026, 3, 1), duration=60, person="name:Ada"), time_entry),
        (Dependency(external_id="1", predecessor="id:1", successor="id:2", lag=-1), dependency),
        (StatusUpdate(external_id="1", project="key:ENG", at=NOW, health=Health.AMBER, text="Slow"), status_update),
        (Person(external_id="1", name="Ada", cost_rate=Decimal("80.25"), cost_rate_currency="EUR"), source_person),
        (Project(external_id="1", name="Bridge", department="Legal", budget=Decimal("1000.50")), source_project),
    ],
    ids=lambda value: value.entity.value if isinstance(value, Record) else "",
)
def test_every_kind_is_stored_as_it_was_given(engine: Engine, store: Store, record: Record, table: Any) -> None:
    store(record)
    row = one_row(engine, table)
    for name in record.model_fields_set:
        stored = row.get(name, row.get(f"{name}_ref", row.get(f"{name}_name")))
        assert stored == getattr(record, name), name


def test_the_same_batch_again_changes_nothing(engine: Engine, store: Store) -> None:
    store(WHOLE_TASK)
    before = [rows_of(engine, table) for table in (task, task_label, field_value, touched)]
    assert store(WHOLE_TASK, minutes=5) == Counts(seen=1, unchanged=1)
    assert [rows_of(engine, table) for table in (task, task_label, field_value, touched)] == before
    assert history(engine) == []


def test_a_changed_field_is_rewritten_with_its_history(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="Build", due=date(2026, 3, 1)))
    assert store(Task(external_id="1", title="Build", due=date(2026, 3, 8)), minutes=5).changed == 1
    assert one_row(engine, task)["due"] == date(2026, 3, 8)
    assert history(engine) == [("due", date(2026, 3, 1), date(2026, 3, 8))]


def test_a_field_that_is_not_supplied_keeps_its_value(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="Build", due=date(2026, 3, 1)))
    assert store(Task(external_id="1", title="Build"), minutes=5) == Counts(seen=1, unchanged=1)
    assert store(Task(external_id="1", status="Doing"), minutes=6).changed == 1
    row = one_row(engine, task)
    assert (row["title"], row["due"], row["status"]) == ("Build", date(2026, 3, 1), "Doing")
    assert history(engine) == [("status", None, "Doing")]


def test_a_field_known_to_be_empty_is_emptied(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", due=date(2026, 3, 1)))
    store(Task(external_id="1", due=None), minutes=5)
    assert one_row(engine, task)["due"] is None
    assert history(engine) == [("due", date(2026, 3, 1), None)]


def test_an_older_record_does_not_undo_a_newer_one(engine: Engine, store: Store) -> None:
    older, newer = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    store(Task(external_id="1", title="New", source_updated_at=newer))
    counts = store(Task(external_id="1", title="Old", source_updated_at=older), minutes=5)
    assert counts == Counts(seen=1, unchanged=1)
    assert one_row(engine, task)["title"] == "New"


def test_of_a_record_given_twice_the_last_by_the_tools_time_counts(engine: Engine, store: Store) -> None:
    older, newer = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    counts = store(
        Task(external_id="1", title="New", source_updated_at=newer),
        Task(external_id="1", title="Old", source_updated_at=older),
    )
    assert counts == Counts(seen=2, changed=1, unchanged=1)
    assert one_row(engine, task)["title"] == "New"


def test_of_a_record_given_twice_without_a_time_the_last_in_order_counts(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="First"), Task(external_id="1", title="Second"))
    assert one_row(engine, task)["title"] == "Second"
    assert len(rows_of(engine, task)) == 1


def test_custom_fields_are_typed_for_rules(engine: Engine, store: Store) -> None:
    store(WHOLE_TASK)
    values = {row["name"]: row for row in rows_of(engine, field_value)}
    assert values["pmo_phase"]["text"] == "planning"
    assert values["Effort"]["number"] == Decimal("12.5")
    assert values["Gate"]["date"] == date(2026, 4, 1)
    assert values["Approved"]["text"] == "true"


def test_a_custom_field_can_be_asked_for_as_text_whatever_its_type(engine: Engine, store: Store) -> None:
    store(WHOLE_TASK)
    texts = {row["name"]: row["text"] for row in rows_of(engine, field_value)}
    assert texts == {"pmo_phase": "planning", "Effort": "12.5", "Gate": "2026-04-01", "Approved": "true"}


def test_a_custom_field_changes_alone_with_its_history(engine: Engine, store: Store) -> None:
    store(WHOLE_TASK)
    store(Task(external_id="10042", fields={"pmo_phase": "closing", "Effort": None}), minutes=5)
    values = {row["name"]: row["text"] for row in rows_of(engine, field_value)}
    assert values == {"pmo_phase": "closing", "Gate": "2026-04-01", "Approved": "true"}
    assert history(engine) == [("fields.pmo_phase", "planning", "closing"), ("fields.Effort", Decimal("12.5"), None)]


def test_labels_and_further_projects_have_rows_of_their_own(engine: Engine, store: Store) -> None:
    store(WHOLE_TASK)
    assert [row["label"] for row in rows_of(engine, task_label)] == ["approval", "urgent"]
    assert one_row(engine, further_project)["project_ref"] == "key:OPS"
    store(Task(external_id="10042", labels=("approval", "late"), further_projects=()), minutes=5)
    assert [row["label"] for row in rows_of(engine, task_label)] == ["approval", "late"]
    assert rows_of(engine, further_project) == []


def test_labels_in_another_order_are_no_change(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", labels=("b", "a")))
    assert store(Task(external_id="1", labels=("a", "b")), minutes=5).unchanged == 1


def test_a_new_project_gets_the_row_that_the_pmo_sees(engine: Engine, store: Store) -> None:
    store(Project(external_id="7", key="ENG", name="Bridge", budget=Decimal(1000)))
    source, seen = one_row(engine, source_project), one_row(engine, project)
    assert source["project_id"] == seen["id"] == "p" + source["id"][1:]
    assert (seen["key"], seen["name"], seen["budget"], seen["content_hash"]) == ("ENG", "Bridge", Decimal(1000), "")


def test_a_new_person_gets_the_row_that_the_pmo_sees(engine: Engine, store: Store) -> None:
    store(Person(external_id="7", name="Ada", email="ada@example.com"))
    source, seen = one_row(engine, source_person), one_row(engine, person)
    assert source["person_id"] == seen["id"] == "h" + source["id"][1:]
    assert (seen["name"], seen["active"]) == ("Ada", "unknown")


def test_a_former_key_is_kept_with_the_time_in_which_it_held(engine: Engine, store: Store) -> None:
    for minutes, key in enumerate(["ENG-1", "OPS-1", "LEG-1"]):
        store(Task(external_id="1", key=key), minutes=minutes)
    held = {row["value"]: (row["valid_from"].minute, row["valid_to"].minute) for row in rows_of(engine, identity)}
    assert held == {"ENG-1": (0, 1), "OPS-1": (1, 2)}
    assert one_row(engine, task)["key"] == "LEG-1"


def test_what_was_stored_is_named_for_the_next_resolution(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="A"), Task(external_id="2", title="B"))
    store(Task(external_id="1", title="A"), Task(external_id="2", title="C"), minutes=5)
    ids = [row["entity_id"] for row in rows_of(engine, touched)]
    one, two = (entity_id(EntityKind.TASK, "plan", number) for number in "12")
    assert ids == [one, two, two]


def test_the_cursor_is_stored_with_its_batch(engine: Engine, store: Store) -> None:
    store(Task(external_id="1"), cursor={"since": "2026-03-01T00:00:00Z"})
    assert one_row(engine, connector)["cursor"] == '{"since":"2026-03-01T00:00:00Z"}'
