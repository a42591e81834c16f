"""The row that the PMO sees, merged field by field from the records of the tools that are one project or one person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from canonical.identity.custom_fields import merge_custom_fields
from canonical.identity.names import plain
from canonical.identity.settings import ResolutionSettings
from canonical.identity.sources import SOURCE_TABLES, TYPED, Source, field, pmo_id
from canonical.identity.working_tables import widen_by
from canonical.schema.entities import project_columns, source_project
from canonical.schema.operations import change, connector
from canonical.schema.writing import assigned_value
from canonical.store.connectors import reporters
from canonical.values import decode, shown
from canonical.vocabulary import Activity, EntityKind, Phase, ProjectStatus

PAIRS = {"currency": "budget", "url": "key"}
"""A field is taken from the record that gave the other; an address where that has none from the first that has one."""
MERGED_FIELDS = ("key", *(column.name for column in project_columns() if column.name not in PAIRS))


def assign_departments(
    connection: Connection, sources: Mapping[str, Source], settings: ResolutionSettings
) -> dict[str, Source | dict[str, Any]]:
    """Write the department of each source project: its own word for it, then `departments_by`, then the default.

    A word that is no configured department's id or name counts as none.
    """
    ids = {plain(each): one.id for one in settings.departments for each in (one.id, one.name)}
    registered = {
        row.id: row.department_id for row in connection.execute(select(connector.c.id, connector.c.department_id))
    }
    after: dict[str, Source | dict[str, Any]] = {}
    for each, row in sources.items():
        named = ids.get(plain(row["department_name"] or ""))
        configured = settings.connectors.get(row["connector"])
        default = registered.get(row["connector"])
        if configured is not None:
            fields = set(configured.by) - set(row)
            default = configured.department_of({**row, **{name: field(row, name) for name in fields}})
        department = named or default
        after[each] = {**row, "department_id": department}
        if row["department_id"] != department:
            connection.execute(
                update(source_project).where(source_project.c.id == each).values(department_id=department)
            )
    return after


def merge_projects(
    connection: Connection,
    sources: Mapping[str, Source | dict[str, Any]],
    survivor: Mapping[str, str],
    settings: ResolutionSettings,
) -> int:
    """Write the merged rows of projects that differ from what is stored; say how many did."""
    since = _last_changes(connection, ("status", "phase"))
    since |= _never_changed(connection, sources, since)
    grouped = _by_merged(sources, survivor)
    rows = {merged: _merged_project(records, settings, since) for merged, records in grouped.items()}
    for merged, number in _assigned_numbers(connection).items():
        if merged in rows and rows[merged]["pmo_id"] is None:
            rows[merged]["pmo_id"] = number
    counting = {merged: _counting(records) for merged, records in grouped.items()}
    written = merge_custom_fields(connection, counting, settings.precedence)
    return written + _store(connection, EntityKind.PROJECT, rows)


def merge_people(
    connection: Connection, sources: Mapping[str, Source], survivor: Mapping[str, str], today: date
) -> int:
    """Write the merged rows of people that differ from what is stored; say how many did."""
    rows = {merged: _merged_person(records, today) for merged, records in _by_merged(sources, survivor).items()}
    return _store(connection, EntityKind.PERSON, rows)


def _by_merged(sources: Mapping[str, Any], survivor: Mapping[str, str]) -> Mapping[str, Sequence[Any]]:
    """The records of each merged row, the oldest first; deleted ones only where nothing else is left."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for each, row in sources.items():
        grouped[survivor[each]].append(row)
    return grouped


def _counting(records: Sequence[Any]) -> Sequence[Any]:
    return [row for row in records if row["deleted_at"] is None] or records


def _merged_project(
    records: Sequence[Any], settings: ResolutionSettings, since: Mapping[tuple[str, str], datetime]
) -> dict[str, Any]:
    counting = _counting(records)
    giver = {
        name: _giver(counting, name, settings.precedence.get(name, ())) for name in (*MERGED_FIELDS, "department_id")
    }
    values = {name: None if row is None else row[name] for name, row in giver.items()}
    for name, other in PAIRS.items():
        row = giver[other]
        if name == "url" and (row is None or row[name] is None):
            # A currency says nothing without its amount; an address leads to a project that has no key, too.
            row = _giver(counting, name, settings.precedence.get(other, ()))
        values[name] = None if row is None else row[name]
    numbers = [number for row in counting if (number := pmo_id(row)) is not None]
    created = [row["source_created_at"] for row in records if row["source_created_at"] is not None]
    return {
        **values,
        "pmo_id": numbers[0] if numbers else None,
        "first_seen_at": min(row["first_seen_at"] for row in records),
        "source_created_at": min(created, default=None),
        "deleted_at": _deleted_at(records),
        "status_since": _held_since(giver["status"], "status", since, _started(values)),
        "phase_since": _held_since(giver["phase"], "phase", since, _started(values)),
    }


def _assigned_numbers(connection: Connection) -> Mapping[str, str]:
    """The PMO ids that were assigned, whether a tool carries them yet or not."""
    query = select(assigned_value.c.entity_id, assigned_value.c.value).where(assigned_value.c.field == "pmo_id")
    return {each: shown(decode(value)) for each, value in connection.execute(query)}


def _giver(records: Sequence[Any], name: str, precedence: Sequence[str]) -> Any:
    having = [row for row in records if row[name] is not None]
    order = {each: place for place, each in enumerate(precedence)}
    return min(having, key=lambda row: order.get(row["connector"], len(order)), default=None)


RUNNING = frozenset({ProjectStatus.ACTIVE, Phase.EXECUTION, Phase.MONITORING})
"""What a project has been since its start, as long as no change says otherwise."""


def _started(values: Mapping[str, Any]) -> datetime | None:
    day: date | None = values["actual_start"] or values["planned_start"]
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _held_since(
    giver: Any, name: str, since: Mapping[tuple[str, str], datetime], started: datetime | None
) -> datetime | None:
    """Since the last change of it; without one, since the earliest moment that speaks for it.

    That is when the record was first seen, when it was last updated or, for what is running, when it started: a project
    that was under way before the hub came is not new.
    """
    if giver is None:
        return None
    changed = since.get((giver["id"], name))
    known = (giver["first_seen_at"], giver["source_updated_at"], started if giver[name] in RUNNING else None)
    return changed or min(filter(None, known))


def _last_changes(connection: Connection, fields: Iterable[str]) -> dict[tuple[str, str], datetime]:
    query = (
        select(change.c.entity_id, change.c.field, func.max(change.c.at, type_=change.c.at.type))
        .where(change.c.entity_id.in_(select(source_project.c.id)), change.c.field.in_(list(fields)))
        .group_by(change.c.entity_id, change.c.field)
    )
    return {(entity_id, name): at for entity_id, name, at in connection.execute(query)}


def _never_changed(
    connection: Connection, sources: Mapping[str, Any], since: Mapping[tuple[str, str], datetime]
) -> dict[tuple[str, str], datetime]:
    """Where a tool reports every change, what has none is what it was when the record was made."""
    reported = reporters(connection, EntityKind.PROJECT)
    return {
        (each, name): row["source_created_at"]
        for each, row in sources.items()
        for name in reported.get(row["connector"], ())
        if row["source_created_at"] is not None and (each, name) not in since
    }


def _merged_person(records: Sequence[Any], today: date) -> dict[str, Any]:
    """Active in any tool is active; "no" holds where no tool says yes, since "unknown" says nothing.

    Capacity and cost rate are those that hold today, of several the latest; where all are still to come, the next.
    """
    counting = _counting(records)
    named = [row for row in counting if row["content_hash"] != TYPED] or counting
    said = {row["active"] for row in counting}
    active = next((each for each in (Activity.YES, Activity.NO) if each.value in said), Activity.UNKNOWN)
    capacity = _holding(counting, "weekly_capacity", "capacity_from", today)
    rate = _holding(counting, "cost_rate", "cost_rate_from", today)
    return {
        "name": next((row["name"] for row in named if row["name"] is not None), None),
        "email": next((row["email"] for row in named if row["email"] is not None), None),
        "active": active.value,
        "weekly_capacity": capacity and capacity["weekly_capacity"],
        "capacity_from": capacity and capacity["capacity_from"],
        "cost_rate": rate and rate["cost_rate"],
        "cost_rate_currency": rate and rate["cost_rate_currency"],
        "cost_rate_from": rate and rate["cost_rate_from"],
        "first_seen_at": min(row["first_seen_at"] for row in records),
        "deleted_at": _deleted_at(records),
    }


def _holding(records: Sequence[Any], name: str, start: str, today: date) -> Any:
    having = [row for row in records if row[name] is not None]
    begun = [row for row in having if (row[start] or date.min) <= today]
    if begun:
        return max(begun, key=lambda row: row[start] or date.min)
    return min(having, key=lambda row: row[start], default=None)


def _deleted_at(records: Sequence[Any]) -> datetime | None:
    gone = [row["deleted_at"] for row in records]
    return None if None in gone else max(gone)


def _store(connection: Connection, kind: EntityKind, rows: Mapping[str, dict[str, Any]]) -> int:
    table: Table = SOURCE_TABLES[kind][1]
    stored = {row.id: row.content_hash for row in connection.execute(select(table.c.id, table.c.content_hash))}
    written = set()
    for each, values in rows.items():
        content_hash = blake2b(repr(sorted(values.items())).encode(), digest_size=10).hexdigest()
        if stored.get(each) == content_hash:
            continue
        written.add(each)
        row = {**values, "content_hash": content_hash}
        if each in stored:
            connection.execute(update(table).where(table.c.id == each).values(row))
        else:
            connection.execute(insert(table).values(id=each, **row))
    widen_by(connection, f"changed {table.name}", written)
    return len(written)
