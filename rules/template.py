"""What the template fields should hold, item by item: the hub's computed values and the defaults of empty team fields.

Only live work is looked at: nothing is written to what is archived, closing, completed, cancelled, on hold or gone,
nor to a task that is done or cancelled.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Table,
    Text,
    and_,
    func,
    literal,
    or_,
    select,
    true,
)

from canonical.schema.entities import department, project, source_project, task
from canonical.schema.operations import connector as connector_table
from canonical.schema.writing import assigned_value
from canonical.store.layout import from_typed
from canonical.store.sets import among
from canonical.values import FieldValue, decode, shown
from canonical.vocabulary import EntityKind, Phase, PmoMode, ProjectStatus, StatusCategory
from rules.expressions import Catalogue, Environment, Subject, typed
from rules.expressions.kinds import Kind
from rules.template_fields import Owner, Template, TemplateField, WriteWhen
from rules.wanted import Wanted, when_written

LIVE = (ProjectStatus.PROPOSED, ProjectStatus.PLANNED, ProjectStatus.ACTIVE)
ENDED = (StatusCategory.DONE, StatusCategory.CANCELLED)
DEPARTMENT = func.coalesce(source_project.c.department_id, connector_table.c.department_id)
"""To which a record belongs: its project's, else its connector's."""


def wanted_values(
    connection: Connection, template: Template, catalogue: Catalogue, environment: Environment
) -> Iterator[Wanted]:
    """Give for each live item that carries a template field what the field holds and should hold.

    An item whose tool did not supply the field is left out: what it holds is not known. Team fields without a value in
    sight (no default, or before their gate) are left out too.
    """
    for entity, fields in ((EntityKind.PROJECT, template.project), (EntityKind.TASK, template.task)):
        for name, field in fields.items():
            computed = None
            if when_written(field) is not WriteWhen.NEVER:
                computed = _computed(entity, name, field, catalogue, environment)
            if computed is None:
                continue
            for connector, carrier in field.carrier.items():
                for row in connection.execute(_carriers(entity, connector, computed.query)):
                    yield from _wanted(row, computed.read(row.value), entity, name, field, carrier)


@dataclass(frozen=True, slots=True)
class _Computed:
    """The value that a field should have in each project or task (`id`, `value`), and how to read it from a row."""

    query: Select[Any]
    read: Callable[[Any], FieldValue]


def _computed(
    entity: EntityKind, name: str, field: TemplateField, catalogue: Catalogue, environment: Environment
) -> _Computed | None:
    if field.owner is Owner.TEAM:
        return _default(entity, name, field, catalogue, environment)
    if field.assign == "once":
        once = select(assigned_value.c.entity_id.label("id"), assigned_value.c.value.label("value"))
        return _Computed(once.where(assigned_value.c.field == name), decode)
    if field.value is None:
        return None
    subject = Subject(entity.value, catalogue, environment)
    value = subject.value(field.value)
    query = subject.apply(select(subject.table.c.id.label("id"), value.sql.label("value")))
    return _Computed(query, lambda raw: typed(raw, value.type))


def _default(
    entity: EntityKind, name: str, field: TemplateField, catalogue: Catalogue, environment: Environment
) -> _Computed | None:
    """Give what fills an empty field: of a project first what another of its tools holds, else the default."""
    if field.default is None and not field.values:
        return None
    subject = Subject(entity.value, catalogue, environment)
    gate = None
    if field.from_phase is not None:
        whose = "project" if entity is EntityKind.PROJECT else "task.project"
        gate = subject.condition(f"phase_at_least({whose}, '{field.from_phase}')")
    value: ColumnElement[Any] = literal(field.default, Text)
    if entity is EntityKind.PROJECT and field.default is not None:
        elsewhere = subject.value(catalogue.entities[entity.value].path_of(name))
        if elsewhere.type.kind is Kind.TEXT:
            value = func.coalesce(elsewhere.sql, value)
    query = subject.apply(select(subject.table.c.id.label("id"), value.label("value")))
    return _Computed(query if gate is None else query.where(gate.sql), lambda raw: raw)


def standing_of(connection: Connection, entity: EntityKind, ids: Collection[str]) -> Mapping[str, tuple[str, bool]]:
    """Give by id of stored records the department that each belongs to now, and whether its work is live.

    What is not stored is not given: nothing is known of it.
    """
    rows, sources = _records(entity)
    query = select(rows.c.id, DEPARTMENT.label("department_id"), is_live(rows).label("live"))
    query = query.select_from(
        sources.join(project, project.c.id == source_project.c.project_id).join(
            connector_table, connector_table.c.id == rows.c.connector
        )
    )
    found = connection.execute(query.where(among(connection, rows.c.id, ids)))
    return {row.id: (row.department_id, bool(row.live)) for row in found}


def is_live(rows: Table) -> ColumnElement[bool]:
    """Whether a record may be written: it is there and open, and its project is not closing, closed, parked or gone."""
    open_work = rows.c.status_category.is_(None) | rows.c.status_category.not_in(ENDED) if rows is task else true()
    return and_(
        open_work,
        rows.c.deleted_at.is_(None),
        rows.c.lost_access_at.is_(None),
        connector_table.c.retired_at.is_(None),
        project.c.deleted_at.is_(None),
        project.c.archived.is_not(True),
        or_(project.c.status.is_(None), project.c.status.in_(LIVE)),
        or_(project.c.phase.is_(None), project.c.phase != Phase.CLOSING),
    )


def _records(entity: EntityKind) -> tuple[Table, FromClause]:
    """The table of the tools' records of an entity, and the same with the source project of each."""
    if entity is EntityKind.PROJECT:
        return source_project, source_project
    return task, task.join(source_project, source_project.c.id == task.c.source_project_id)


def _carriers(entity: EntityKind, connector: str, computed: Select[Any]) -> Select[Any]:
    """Select every live record of a connector with its stored fields, its mode and the value that it should have."""
    rows, sources = _records(entity)
    value = computed.subquery("wanted")
    owner = rows.c.project_id if entity is EntityKind.PROJECT else rows.c.id
    return (
        select(
            rows.c.id,
            rows.c.connector,
            rows.c.external_id,
            rows.c.key,
            rows.c.fields,
            department.c.id.label("department_id"),
            department.c.mode,
            value.c.value,
        )
        .select_from(
            sources.join(value, value.c.id == owner)
            .join(project, project.c.id == source_project.c.project_id)
            .join(connector_table, connector_table.c.id == rows.c.connector)
            .join(department, department.c.id == DEPARTMENT)
        )
        .where(rows.c.connector == connector, is_live(rows))
        .order_by(rows.c.id)
    )


def _wanted(
    row: Row[Any], computed: FieldValue, entity: EntityKind, name: str, field: TemplateField, carrier: str
) -> Iterator[Wanted]:
    stored = orjson.loads(row.fields)
    if name not in stored:
        return
    current = from_typed(stored[name])
    mode = PmoMode(row.mode)
    value, reason, tidies = _judged(field, current, computed, mode)
    if value is None:
        return
    yield Wanted(
        connector=row.connector,
        department_id=row.department_id,
        mode=mode,
        entity=entity,
        entity_id=row.id,
        external_id=row.external_id,
        key=row.key,
        field=name,
        carrier=carrier,
        current=current,
        value=value,
        owner=field.owner,
        write=when_written(field),
        reason=reason,
        tidies=tidies,
    )


def _judged(
    field: TemplateField, current: FieldValue, computed: FieldValue, mode: PmoMode
) -> tuple[FieldValue, str, bool]:
    """Give the value to propose, why, and whether it only tidies the team's own."""
    if field.owner is Owner.HUB:
        # A tool that offers values has its own spelling of them; an id is exactly what it is.
        is_spelt_otherwise = (
            field.assign == "always" and current and _folded(shown(current)) == _folded(shown(computed))
        )
        return current if is_spelt_otherwise else computed, "hub-owned, computed", False
    if current is None:
        if computed == field.default:
            return computed, "template default; the field is empty", False
        is_allowed = not field.values or computed in field.values
        return computed if is_allowed else None, "as another of its tools has it; the field is empty", False
    tidy = _listed(field.values, current)
    if mode is PmoMode.DIRECTIVE and tidy is not None and tidy != current:
        return tidy, "the team's own value, as the list of allowed values writes it", True
    return current, "", False


def _listed(allowed: tuple[str, ...], current: FieldValue) -> str | None:
    folded = _folded(shown(current))
    matches = [value for value in allowed if _folded(value) == folded]
    return matches[0] if len(matches) == 1 else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
