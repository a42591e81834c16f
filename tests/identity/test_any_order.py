"""Whatever the order in which tools deliver, and however often it is resolved in between, the outcome is the same."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.identity.sources import TYPED
from canonical.records import Allocation, Dependency, Leave, Record, TimeEntry
from canonical.schema.entities import (
    allocation,
    dependency,
    leave,
    person,
    project,
    source_person,
    source_project,
    task,
    time_entry,
)
from canonical.schema.operations import unresolved
from canonical.vocabulary import EntityKind
from tests.identity.world import NOW, World, a_person, a_project, a_task, emptied

CONNECTORS = st.sampled_from(["jira", "sheet", "asana"])
IDS = st.sampled_from("123")
KEYS = st.sampled_from([None, "K-1", "K-2", "K-3"])
NAMES = st.sampled_from([None, "Kim Lee", "kim  lee", "Jo Ann", "tbd"])
EMAILS = st.sampled_from([None, None, "kim@example.com", "KIM@example.com", "jo@example.com"])
NUMBERS = st.sampled_from([None, None, "PMO-1", "PMO-2"])
REFS = st.sampled_from([None, "id:1", "id:2", "key:K-1", "key:K-2", "key:K-3", "name:Kim Lee"])
PEOPLE = st.sampled_from(
    [None, "id:1", "name:Kim Lee", "name:JO ANN", "email:kim@example.com", "email:new@example.com"]
)

KINDS = ("project", "person", "task", "task", "entry", "dependency", "allocation", "leave")


@st.composite
def records(draw: st.DrawFn) -> Record:
    kind, external_id = draw(st.sampled_from(KINDS)), draw(IDS)
    match kind:
        case "project":
            number = draw(NUMBERS)
            return a_project(
                external_id,
                key=draw(KEYS),
                name=draw(NAMES),
                same_as=draw(REFS),
                manager=draw(PEOPLE),
                fields={} if number is None else {"pmo_id": number},
            )
        case "person":
            return a_person(external_id, name=draw(NAMES), email=draw(EMAILS))
        case "task":
            parts = {"project": draw(REFS), "parent": draw(REFS), "assignee": draw(PEOPLE), "reporter": draw(PEOPLE)}
            return a_task(external_id, key=draw(KEYS), title=draw(NAMES), **parts)
        case "entry":
            parts = {"task": draw(REFS), "project": draw(REFS), "person": draw(PEOPLE)}
            return TimeEntry(external_id=external_id, work_date=NOW.date(), duration=60, **parts)
        case "allocation" | "leave":
            parts = {"external_id": external_id, "person": draw(PEOPLE), "first_day": NOW.date()}
            return Leave(**parts) if kind == "leave" else Allocation(project=draw(REFS), **parts)
        case _:
            return Dependency(external_id=external_id, predecessor=draw(REFS) or "id:1", successor=draw(REFS) or "id:2")


GIVEN = st.dictionaries(st.tuples(CONNECTORS, st.sampled_from(range(40))), records(), min_size=4, max_size=14)
BOUNDED = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def outcome(engine: Engine) -> dict[str, Any]:
    """What was found, by the tools' own ids: which of our ids survive depends on who came first."""
    with reading(engine) as connection:

        def rows(table: Any) -> list[Any]:
            return list(connection.execute(select(table)).mappings())

        def label(row: Any) -> str:
            return f"{row['connector']}:{row['external_id']}"

        sources = {row["id"]: label(row) for row in rows(source_project)}
        people = {row["id"]: row for row in rows(source_person) if not retired(row)}
        merged: dict[str | None, Any] = {None: None}
        for row in [*rows(source_project), *people.values()]:
            own = row.get("project_id") or row["person_id"]
            merged[own] = tuple(sorted([*(merged.get(own) or ()), label(row)]))

        def named(row: Any, column: str) -> Any:
            return merged[row[column]] if row["deleted_at"] is None else merged.get(row[column], "gone")

        tasks: dict[str | None, Any] = {None: None, **{row["id"]: label(row) for row in rows(task)}}
        found: dict[str, Any] = {f"open {row['entity_id']} {row['field']}": row["reason"] for row in rows(unresolved)}
        for row in rows(task):
            people_of = (named(row, "assignee_id"), named(row, "reporter_id"))
            above = (tasks[row["parent_id"]], row["is_leaf"])
            found[f"task {label(row)}"] = (merged[row["project_id"]], *above, *people_of)
        for row in rows(time_entry):
            where = (merged[row["project_id"]], tasks[row["task_id"]], named(row, "person_id"))
            found[f"entry {label(row)}"] = where
        for row in [*rows(allocation), *rows(leave)]:
            found[f"from {row['id']}"] = (merged[row.get("project_id")], named(row, "person_id"))
        for row in rows(dependency):
            found[f"dependency {label(row)}"] = (tasks[row["predecessor_id"]], tasks[row["successor_id"]])
        for row in rows(source_project):
            found[f"project {sources[row['id']]}"] = (merged[row["project_id"]], named(row, "manager_id"))
        found["people"] = sorted(merged[row["person_id"]] for row in people.values())
        standing = {row["id"] for table in (project, person) for row in rows(table) if row["merged_into"] is None}
        assert {row["project_id"] for row in rows(source_project)} <= standing
        return found


def retired(row: Any) -> bool:
    """Made from a typed name, and gone since nothing live names it or a tool's own record bears it."""
    return row["content_hash"] == TYPED and row["deleted_at"] is not None


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: (one.get(key), other.get(key)) for key in one | other if one.get(key) != other.get(key)}


ARRIVING = given(given_records=GIVEN, data=st.data())
TOUCHING = given(given_records=GIVEN, deleted=st.lists(st.tuples(CONNECTORS, IDS), max_size=3))


@settings(BOUNDED, max_examples=4)
@ARRIVING
def test_any_order_of_arrival_gives_the_same_resolution(
    engine: Engine, given_records: dict[tuple[str, int], Record], data: st.DataObject
) -> None:
    any_order_is_one(engine, given_records, data)


@pytest.mark.long
@settings(BOUNDED, max_examples=12)
@ARRIVING
def test_many_more_orders_of_arrival_give_the_same_resolution(
    engine: Engine, given_records: dict[tuple[str, int], Record], data: st.DataObject
) -> None:
    any_order_is_one(engine, given_records, data)


def any_order_is_one(engine: Engine, given_records: dict[tuple[str, int], Record], data: st.DataObject) -> None:
    last = {(c, r.entity, r.external_id): (c, r) for (c, _), r in given_records.items()}
    at_once = World(emptied(engine))
    for connector, record in last.values():
        at_once.give(connector, record)
    at_once.resolve()
    expected = outcome(engine)
    step_by_step = World(emptied(engine))
    for connector, record in data.draw(st.permutations(list(last.values()))):
        step_by_step.give(connector, record)
        if data.draw(st.booleans()):
            step_by_step.resolve()
    step_by_step.resolve()
    assert differences(outcome(engine), expected) == {}


@settings(BOUNDED, max_examples=3)
@TOUCHING
def test_looking_at_what_was_touched_gives_what_looking_at_everything_gives(
    engine: Engine, given_records: dict[tuple[str, int], Record], deleted: list[tuple[str, str]]
) -> None:
    touched_is_everything(engine, given_records, deleted)


@pytest.mark.long
@settings(BOUNDED, max_examples=10)
@TOUCHING
def test_looking_at_more_that_was_touched_gives_what_looking_at_everything_gives(
    engine: Engine, given_records: dict[tuple[str, int], Record], deleted: list[tuple[str, str]]
) -> None:
    touched_is_everything(engine, given_records, deleted)


def touched_is_everything(
    engine: Engine, given_records: dict[tuple[str, int], Record], deleted: list[tuple[str, str]]
) -> None:
    world = World(emptied(engine))
    for (connector, _), record in given_records.items():
        world.give(connector, record)
        world.resolve()
    for connector, external_id in deleted:
        kinds = tuple(EntityKind)
        world.give(connector, deleted=[(kind, external_id) for kind in kinds])
        world.resolve()
    step_by_step = outcome(engine)
    world.settings = world.settings.model_copy(update={"timezone": "Europe/Berlin"})
    assert world.resolve().everything
    assert differences(outcome(engine), step_by_step) == {}
