"""Every field's history can be asked for, and what an entity was at any past moment."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Engine, insert, update

from canonical.database import writing
from canonical.history import as_of, changes
from canonical.ids import entity_id
from canonical.records import Project, Task
from canonical.schema.operations import connector
from canonical.schema.writing import writeback
from canonical.store import Counts
from canonical.values import encode
from canonical.vocabulary import EntityKind, HowKnown, StatusCategory
from tests.store.conftest import NOW

Store = Callable[..., Counts]
TASK_ID = entity_id(EntityKind.TASK, "plan", "1")


def at(minutes: int) -> object:
    return NOW + timedelta(minutes=minutes)


def test_the_history_of_a_field_has_old_new_and_when(engine: Engine, store: Store) -> None:
    for minutes, due in enumerate([date(2026, 3, 1), date(2026, 3, 8), None]):
        store(Task(external_id="1", due=due, title=f"Title {minutes}"), minutes=minutes)
    told = [(change.old, change.new, change.at) for change in changes(engine, TASK_ID, "due")]
    assert told == [(date(2026, 3, 1), date(2026, 3, 8), at(1)), (date(2026, 3, 8), None, at(2))]
    assert {change.how_known for change in changes(engine, TASK_ID)} == {HowKnown.OBSERVED}


def test_an_entity_is_shown_as_it_was_at_a_past_moment(engine: Engine, store: Store) -> None:
    first = Task(
        external_id="1",
        title="A",
        labels=("x",),
        status_category=StatusCategory.TODO,
        percent_complete=Decimal("12.5"),
        fields={"Gate": date(2026, 4, 1)},
    )
    store(first)
    store(Task(external_id="1", title="B", labels=(), fields={"Gate": None}, assignee="name:Ada"), minutes=10)
    store(deleted=[(EntityKind.TASK, "1")], minutes=20)
    then = as_of(engine, [TASK_ID], NOW + timedelta(minutes=5))[TASK_ID]
    expected = {"title": "A", "labels": ["x"], "status_category": "todo", "percent_complete": Decimal("12.5")}
    assert {name: then[name] for name in expected} == expected
    assert (then["fields.Gate"], then["assignee"], then["deleted_at"]) == (date(2026, 4, 1), None, None)
    later = as_of(engine, [TASK_ID], NOW + timedelta(minutes=15))[TASK_ID]
    assert (later["title"], later["labels"], later["fields.Gate"], later["deleted_at"]) == ("B", [], None, None)
    assert as_of(engine, [TASK_ID], NOW + timedelta(minutes=25))[TASK_ID]["deleted_at"] == at(20)


def test_what_was_not_seen_yet_is_left_out(engine: Engine, store: Store) -> None:
    store(Task(external_id="1"))
    assert as_of(engine, [TASK_ID, "t-unknown"], NOW - timedelta(minutes=1)) == {}


def test_entities_of_several_kinds_are_asked_for_at_once(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="A"), Project(external_id="1", name="P", budget=Decimal(5)))
    source = entity_id(EntityKind.PROJECT, "plan", "1")
    now = as_of(engine, [TASK_ID, source, "p" + source[1:]], NOW)
    assert (now[TASK_ID]["title"], now[source]["name"], now["p" + source[1:]]["budget"]) == ("A", "P", Decimal(5))


def sent_by_the_hub(engine: Engine, field: str, after: str, **facts: object) -> None:
    values = dict.fromkeys(("department_id", "mode", "entity", "external_id", "carrier", "reason"), "x")
    values |= {"id": f"{after}", "plan_id": "P1", "connector": "plan", "entity_id": TASK_ID, "field": field}
    values |= {"state": "applied", "before": encode(None), "after": encode(after)}
    with writing(engine) as connection:
        connection.execute(insert(writeback).values(**values | {"journaled_at": NOW, "ended_at": NOW} | facts))


def read_in_full(engine: Engine, minutes: int) -> None:
    """Say when the last run began that read the connector in full."""
    with writing(engine) as connection:
        connection.execute(update(connector).values(last_success_at=at(minutes)))


def by_hub(engine: Engine, field: str = "title") -> list[bool]:
    return [change.by_hub for change in changes(engine, TASK_ID, field)]


def test_the_hubs_own_write_coming_back_is_marked_as_its_own(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title="A", fields={"pmo_phase": None}))
    sent_by_the_hub(engine, "pmo_phase", "planning")
    store(Task(external_id="1", title="B", fields={"pmo_phase": "planning"}), minutes=5)
    assert (by_hub(engine), by_hub(engine, "fields.pmo_phase")) == ([False], [True])


def test_what_was_read_back_and_is_not_what_was_sent_is_a_persons(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title=None))
    sent_by_the_hub(engine, "title", "Named", read_back=encode("Renamed"))
    store(Task(external_id="1", title="Renamed"), minutes=1)
    assert by_hub(engine) == [False]


def test_the_same_value_set_again_by_a_person_is_not_the_hubs(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title=None))
    sent_by_the_hub(engine, "title", "Named")
    for minutes, title in enumerate(["Named", "Renamed", "Named"], start=1):
        store(Task(external_id="1", title=title), minutes=minutes)
    assert by_hub(engine) == [True, False, False]


def test_a_value_that_a_person_set_after_another_one_is_not_the_hubs(engine: Engine, store: Store) -> None:
    """The hub's write was typed over before anybody read it."""
    store(Task(external_id="1", title=None))
    sent_by_the_hub(engine, "title", "Named")
    for minutes, title in enumerate(["Renamed", "Named"], start=1):
        store(Task(external_id="1", title=title), minutes=minutes)
    assert by_hub(engine) == [False, False]


def test_a_write_that_the_next_reading_did_not_find_is_not_waited_for(engine: Engine, store: Store) -> None:
    """A person put the old value back before anybody read it, and types the hub's a month later."""
    store(Task(external_id="1", title=None))
    sent_by_the_hub(engine, "title", "Named")
    read_in_full(engine, minutes=1)
    store(Task(external_id="1", title="Named"), minutes=2)
    assert by_hub(engine) == [False]


def test_of_two_writes_that_nobody_read_in_between_the_later_comes_back(engine: Engine, store: Store) -> None:
    store(Task(external_id="1", title=None))
    sent_by_the_hub(engine, "title", "Ninth", plan_id="P9")
    sent_by_the_hub(engine, "title", "Tenth", plan_id="P10")
    store(Task(external_id="1", title="Ninth"), minutes=1)
    assert by_hub(engine) == [False]
