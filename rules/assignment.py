"""Values that the hub assigns once, such as the PMO id: kept for ever, unique, never recomputed."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

import orjson
from sqlalchemy import Connection, Select, insert, select, update

from canonical import unevaluated
from canonical.schema.entities import project, source_project
from canonical.schema.writing import assigned_value
from canonical.store.layout import from_typed
from canonical.values import FieldValue, decode, encode, shown
from canonical.vocabulary import EntityKind
from rules.expressions import Catalogue, Compiled, Environment, Subject, typed
from rules.template_fields import Owner, Template

PMO_ID = "pmo_id"


def assign_once(
    connection: Connection, template: Template, catalogue: Catalogue, environment: Environment, *, now: datetime
) -> int:
    """Assign what is to be assigned once to each project that has it not yet; give how many were assigned.

    A value that a tool already carries is taken over. A computed one that another project has gets a number behind it.
    """
    assigned = 0
    for name, field in template.project.items():
        if field.owner is not Owner.HUB or field.assign != "once" or field.value is None:
            continue
        subject = Subject("project", catalogue, environment)
        value = subject.value(field.value)
        computed = connection.execute(_without(name, subject, value))
        values = [(project_id, typed(raw, value.type)) for project_id, raw in computed]
        rows = list(_assigned(connection, name, values, now))
        if rows:
            connection.execute(insert(assigned_value), rows)
        if name == PMO_ID:
            _show(connection, rows)
        assigned += len(rows)
    return assigned


def _show(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Let the project's row carry its PMO id from the first day, before any tool does."""
    unevaluated.look_at(connection, EntityKind.PROJECT, (row["entity_id"] for row in rows))
    for row in rows:
        mine = project.c.id == row["entity_id"]
        pmo_id = shown(decode(row["value"]))
        connection.execute(update(project).where(mine, project.c.pmo_id.is_(None)).values(pmo_id=pmo_id))


def _without(name: str, subject: Subject, value: Compiled) -> Select[Any]:
    """Select the projects that have no value yet, oldest first, with the computed one."""
    known = select(assigned_value.c.entity_id).where(assigned_value.c.field == name)
    return (
        subject.apply(select(project.c.id, value.sql))
        .where(project.c.id.not_in(known), project.c.deleted_at.is_(None), project.c.merged_into.is_(None))
        .order_by(project.c.first_seen_at, project.c.id)
    )


def _assigned(
    connection: Connection, name: str, values: list[tuple[str, FieldValue]], now: datetime
) -> Iterator[dict[str, Any]]:
    carried = _carried(connection, name)
    taken = _taken(connection, name) | {encode(value) for value in carried.values()}
    for project_id, computed in values:
        chosen = carried.get(project_id) or next(_free(computed, taken), None)
        if chosen is not None:
            taken.add(encode(chosen))
            yield {"entity_id": project_id, "field": name, "value": encode(chosen), "at": now}


def _taken(connection: Connection, name: str) -> set[str]:
    return set(connection.scalars(select(assigned_value.c.value).where(assigned_value.c.field == name)))


def _carried(connection: Connection, name: str) -> dict[str, FieldValue]:
    """Give by project what its oldest record that has the field says there."""
    query = (
        select(source_project.c.project_id, source_project.c.fields)
        .where(source_project.c.fields.contains(f'"{name}"', autoescape=True), source_project.c.deleted_at.is_(None))
        .order_by(source_project.c.first_seen_at, source_project.c.id)
    )
    found: dict[str, FieldValue] = {}
    for project_id, fields in connection.execute(query):
        value = from_typed(orjson.loads(fields).get(name))
        if value is not None:
            found.setdefault(project_id, value)
    return found


def _free(value: FieldValue, taken: set[str]) -> Iterator[FieldValue]:
    """Give the value, or it with the first number behind it that nobody has; nothing when it is undetermined."""
    if value is None:
        return
    if encode(value) not in taken:
        yield value
    yield from (f"{value}-{number}" for number in count(2) if encode(f"{value}-{number}") not in taken)
