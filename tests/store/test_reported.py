"""The history that a tool reports itself: each change once, with the tool's moment and person."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from canonical.database import writing
from canonical.history import Change, as_of, changes
from canonical.ids import entity_id
from canonical.intake import ReportedChange
from canonical.records import Project, Task
from canonical.schema.operations import change, touched
from canonical.schema.writing import writeback
from canonical.store import Counts, Lease
from canonical.store.changes import Origin
from canonical.store.connectors import note_history, register
from canonical.store.quarantine import quarantined
from canonical.store.unmapped import forget_unmapped
from canonical.values import FieldValue, encode
from canonical.vocabulary import EntityKind, HowKnown
from tests.store.conftest import NOW, rows_of

Store = Callable[..., Counts]
TASK_ID = entity_id(EntityKind.TASK, "plan", "1")


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def reported(
    field: str, old: FieldValue, new: FieldValue, minutes: float, /, actor: str | None = "id:ada", **parts: Any
) -> ReportedChange:
    facts = {"entity": EntityKind.TASK, "external_id": "1", "change_id": f"{minutes}", "at": at(minutes)}
    return ReportedChange(field=field, old=old, new=new, actor=actor, **facts | parts)


def said(found: list[Change]) -> list[tuple[Any, ...]]:
    return [(one.field, one.old, one.new, one.at, one.actor, one.how_known) for one in found]


def test_a_reported_change_is_kept_with_the_tools_moment_and_person(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", status="Doing"), changes=[reported("status", "To do", "Doing", -30)])
    (kept,) = changes(engine, TASK_ID)
    assert said([kept]) == [("status", "To do", "Doing", at(-30), "id:ada", HowKnown.REPORTED)]
    assert (kept.entity, kept.run_id, kept.by_hub) == ("task", "run-0", False)


def test_the_same_changes_again_write_nothing(engine: Engine, store: Store) -> None:
    told = [reported("status", "To do", "Doing", -30), reported("due", None, date(2026, 4, 1), -30)]
    store(Task(external_id="1"), changes=told)
    before = [rows_of(engine, table) for table in (change, touched)]
    for again in (told, [*reversed(told)], told[:1]):
        store(Task(external_id="1"), changes=[*again, *again], minutes=5)
    assert [rows_of(engine, table) for table in (change, touched)] == before


def test_a_change_that_came_before_its_item_is_the_items_once_it_comes(engine: Engine, store: Store) -> None:
    store(changes=[reported("title", "A", "B", -30)])
    store(Task(external_id="1", title="B"), minutes=5)
    assert [one.new for one in changes(engine, TASK_ID)] == ["B"]


@pytest.mark.parametrize("first", ["the record", "the change", "neither"])
def test_what_the_hub_saw_gives_way_to_what_the_tool_reports(engine: Engine, store: Store, first: str) -> None:
    told = [reported("status", "To do", "Doing", 2), reported("status", "Doing", "Done", 3)]
    store(Task(external_id="1", status="To do", source_updated_at=at(0)))
    seen = Task(external_id="1", status="Done", source_updated_at=at(3))
    match first:
        case "the record":
            store(seen, minutes=5)
            store(changes=told, minutes=6)
        case "the change":
            store(changes=told, minutes=5)
            store(seen, minutes=6)
        case _:
            store(seen, changes=told, minutes=5)
    assert [(one.new, one.at, one.actor) for one in changes(engine, TASK_ID)] == [
        ("Doing", at(2), "id:ada"),
        ("Done", at(3), "id:ada"),
    ]


def test_what_the_tool_has_not_reported_yet_stays_seen(engine: Engine, store: Store) -> None:
    """The status was set to the same long before, and that is another change."""
    early = [reported("status", None, "Doing", -90), reported("status", "Doing", "To do", -60)]
    store(Task(external_id="1", status="To do", source_updated_at=at(0)), changes=early)
    store(Task(external_id="1", status="Doing", source_updated_at=at(3)), minutes=5)
    assert [(one.new, one.how_known) for one in changes(engine, TASK_ID)][2:] == [("Doing", HowKnown.OBSERVED)]


def test_what_no_history_of_the_tool_tells_stays_seen(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="A", status="To do", source_updated_at=at(0)))
    told = [reported("status", "To do", "Doing", 2)]
    store(Task(external_id="1", title="B", status="Doing", source_updated_at=at(2)), changes=told, minutes=5)
    assert sorted((one.field, one.how_known.value) for one in changes(engine, TASK_ID)) == [
        ("status", "reported"),
        ("title", "observed"),
    ]


def test_values_are_kept_as_the_hub_would_have_seen_them(engine: Engine, store: Store) -> None:
    fields = {"percent_complete": Decimal(10), "labels": ("a",), "fields": {"Gate": date(2026, 3, 1)}}
    store(Task(external_id="1", source_updated_at=at(0), **fields))
    fields = {"percent_complete": Decimal("12.5"), "labels": ("a", "b"), "fields": {"Gate": None}}
    told = [
        reported("percent_complete", Decimal(10), Decimal("12.50"), 2),
        reported("labels", ["a"], ["b", "a"], 2),
        reported("fields.Gate", date(2026, 3, 1), None, 2),
    ]
    store(Task(external_id="1", source_updated_at=at(2), **fields), changes=told, minutes=5)
    assert {one.how_known for one in changes(engine, TASK_ID)} == {HowKnown.REPORTED}
    assert [one.new for one in changes(engine, TASK_ID, "labels")] == [["a", "b"]]


def test_a_change_told_otherwise_is_corrected(engine: Engine, store: Store) -> None:
    """The mapping of a status changed, and all was read again."""
    store(Task(external_id="1"), changes=[reported("status_category", None, "todo", -30)])
    store(changes=[reported("status_category", None, "in_progress", -30)], minutes=5)
    assert [one.new for one in changes(engine, TASK_ID)] == ["in_progress"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (reported("colour", None, "red", 1), "no history is kept of 'colour' of a task"),
        (reported("due", None, "tomorrow", 1), "date"),
        (reported("title", None, "A\x00B", 1), "NUL"),
        (reported("fields.Size", None, 2**70, 1), "too large"),
        (reported("title", "A", "B", 1, at=datetime(2026, 3, 2)), "no time zone"),  # noqa: DTZ001  # the fault
    ],
    ids=["field", "type", "character", "number", "moment"],
)
def test_a_change_that_cannot_be_kept_is_set_aside_alone(
    engine: Engine, store: Store, broken: ReportedChange, reason: str
) -> None:
    good = reported("status", "To do", "Doing", 2)
    assert store(Task(external_id="1"), changes=[broken, good]) == Counts(seen=2, changed=1, quarantined=1)
    assert [one.field for one in changes(engine, TASK_ID)] == ["status"]
    (kept,) = quarantined(engine)
    assert reason in kept.record.reason


def test_a_change_that_can_be_kept_now_leaves_quarantine(engine: Engine, store: Store) -> None:
    store(Task(external_id="1"), changes=[reported("due", None, "tomorrow", 1)])
    store(changes=[reported("due", None, date(2026, 4, 1), 1)], minutes=5)
    assert quarantined(engine) == []


def test_histories_of_several_kinds_are_told_apart(engine: Engine, store: Store) -> None:
    of_project = reported("name", "A", "B", 1, entity=EntityKind.PROJECT)
    store(Task(external_id="1"), Project(external_id="1"), changes=[of_project, reported("title", "C", "D", 1)])
    assert [one.new for one in changes(engine, TASK_ID)] == ["D"]
    assert [one.new for one in changes(engine, entity_id(EntityKind.PROJECT, "plan", "1"))] == ["B"]


def test_what_a_mapping_took_away_is_not_taken_for_a_change_in_the_tool(
    engine: Engine, store: Store, lease: Lease
) -> None:
    register(engine, "plan", "memory", "engineering", {EntityKind.TASK: {"due"}}, fresh_for=None)
    days = [None, date(2026, 4, 1), None, date(2026, 4, 2)]
    told = [reported("due", old, new, n) for n, (old, new) in enumerate(pairwise(days))]
    store(Task(external_id="1", due=days[-1]), changes=told)
    forget_unmapped(engine, lease, {EntityKind.TASK: frozenset()}, Origin("plan", "run", at(9), by_hub=True))
    kept = [(one.new, one.how_known.value, one.by_hub) for one in changes(engine, TASK_ID, "due")]
    assert kept == [*((day, "reported", False) for day in days[1:]), (None, "observed", True)]


def sent_by_the_hub(engine: Engine, field: str, after: str, **facts: object) -> None:
    values = dict.fromkeys(("department_id", "mode", "entity", "external_id", "carrier", "reason"), "x")
    values |= {"id": f"{after}", "plan_id": "P1", "connector": "plan", "entity_id": TASK_ID, "field": field}
    values |= {"state": "applied", "before": encode(None), "after": encode(after)}
    with writing(engine) as connection:
        connection.execute(insert(writeback).values(**values | {"journaled_at": NOW, "ended_at": NOW} | facts))


def test_the_hubs_own_write_is_known_by_its_author(engine: Engine, store: Store) -> None:
    """A person set the same value before and after, which the value alone does not tell."""
    note_history(engine, "plan", "id:hub", {})
    store(Task(external_id="1", fields={"pmo_phase": None}))
    sent_by_the_hub(engine, "pmo_phase", "planning")
    values = [("planning", "id:ada"), ("closing", "id:ada"), ("planning", "id:hub"), ("x", "id:hub"), ("planning", "")]
    told = [reported("fields.pmo_phase", None, new, n, actor or None) for n, (new, actor) in enumerate(values, 1)]
    store(Task(external_id="1", fields={"pmo_phase": "planning"}), changes=told, minutes=9)
    assert [one.by_hub for one in changes(engine, TASK_ID)] == [False, False, True, False, False]


@pytest.mark.parametrize("together", [True, False])
def test_a_connector_without_an_account_knows_the_hubs_write_by_its_value(
    engine: Engine, store: Store, *, together: bool
) -> None:
    store(Task(external_id="1", title=None, source_updated_at=at(0)))
    sent_by_the_hub(engine, "title", "Named")
    told = [reported("title", None, "Named", 1)]
    store(Task(external_id="1", title="Named", source_updated_at=at(1)), changes=told if together else (), minutes=5)
    store(changes=told, minutes=6)
    assert [(one.how_known, one.by_hub) for one in changes(engine, TASK_ID)] == [(HowKnown.REPORTED, True)]


MADE = {"source_created_at": at(-600)}


def told_back_to_the_beginning() -> list[ReportedChange]:
    values = ["To do", "Doing", "To do", "Done"]
    pairs = zip([None, *values], values, [-500, -300, -100, 20], strict=False)
    return [reported("status", old, new, minutes) for old, new, minutes in pairs]


@pytest.mark.parametrize("order", ["0123", "3210", "1302"])
def test_what_an_item_was_is_known_from_its_beginning_where_the_tool_tells_it(
    engine: Engine, store: Store, order: str
) -> None:
    note_history(engine, "plan", None, {EntityKind.TASK: frozenset({"status"})})
    told = [told_back_to_the_beginning()[int(place)] for place in order]
    store(Task(external_id="1", title="A", status="To do", **MADE), changes=told[:2])
    store(Task(external_id="1", title="B", status="Done", **MADE), changes=told[2:], minutes=30)
    moments = {-550: None, -400: "To do", -200: "Doing", -1: "To do", 10: "To do", 25: "Done", 40: "Done"}
    then = {minutes: as_of(engine, [TASK_ID], at(minutes))[TASK_ID] for minutes in moments}
    assert {minutes: state["status"] for minutes, state in then.items()} == moments
    assert set(then[-1]) == {"status", "deleted_at"}, "what the title was before it was seen is not known"
    assert [then[minutes]["title"] for minutes in (10, 25, 40)] == ["A", "A", "B"]
    assert as_of(engine, [TASK_ID], at(-601)) == {}


def test_of_changes_in_one_instant_the_higher_id_is_the_later(engine: Engine, store: Store) -> None:
    told = [reported("status", *pair, 5, change_id=f"{n}") for n, pair in enumerate(["AB", "BC", "CD"], 9)]
    store(Task(external_id="1", status="D"), changes=[told[1], told[2], told[0]])
    assert [one.new for one in changes(engine, TASK_ID)] == ["B", "C", "D"]
    assert as_of(engine, [TASK_ID], at(4))[TASK_ID]["status"] == "A"
