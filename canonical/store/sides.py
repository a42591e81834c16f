"""Rows that follow from a record's row: labels, further projects, typed custom fields, and the PMO's own row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Connection, Table, delete, insert, literal, select

from canonical.records import Record, Task
from canonical.schema import entities
from canonical.schema.entities import field_value, further_project, task_label
from canonical.store.layout import from_typed
from canonical.store.sets import add_rows, among
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind

LARGEST_NUMBER = Decimal(2**63 - 1).scaleb(-4)
"""The column keeps 1/10,000 in 64 bits."""
MERGED_TABLES = {
    EntityKind.PROJECT: (entities.source_project, entities.project, "project_id"),
    EntityKind.PERSON: (entities.source_person, entities.person, "person_id"),
}


class SideRows:
    """Collects what follows from the rows of a batch, and stores it in sets."""

    def __init__(self) -> None:
        self.labels: list[tuple[str, str]] = []
        self.projects: list[tuple[str, str]] = []
        self.values: list[dict[str, Any]] = []
        self.stale: dict[str, list[str]] = {}

    def add(self, row_id: str, record: Record) -> None:
        """Take what follows from a new row."""
        if isinstance(record, Task):
            if record.labels:
                self.labels += [(label, row_id) for label in set(record.labels)]
            if record.further_projects:
                self.projects += [(row_id, ref) for ref in set(record.further_projects)]
        if record.fields:
            self.values += [
                typed_row(row_id, name, value) for name, value in record.fields.items() if value is not None
            ]

    def replace(self, row_id: str, record: Record, columns: Mapping[str, Any]) -> None:
        """Take what follows from the changed columns of a row, in place of what is stored."""
        if "labels" in columns and isinstance(record, Task):
            self.stale.setdefault("labels", []).append(row_id)
            self.labels += [(label, row_id) for label in set(record.labels)]
        if "further_projects" in columns and isinstance(record, Task):
            self.stale.setdefault("projects", []).append(row_id)
            self.projects += [(row_id, ref) for ref in set(record.further_projects)]
        if "fields" in columns:
            self.stale.setdefault("values", []).append(row_id)
            fields = {name: from_typed(value) for name, value in orjson.loads(columns["fields"]).items()}
            self.values += [typed_row(row_id, name, value) for name, value in fields.items() if value is not None]

    def store(self, connection: Connection) -> None:
        """Remove the rows that no longer hold, then add the new ones."""
        _remove(connection, task_label, "task_id", self.stale.get("labels"))
        _remove(connection, further_project, "task_id", self.stale.get("projects"))
        _remove(connection, field_value, "entity_id", self.stale.get("values"))
        add_rows(connection, task_label, ("label", "task_id"), self.labels)
        add_rows(connection, further_project, ("task_id", "project_ref"), self.projects)
        if self.values:
            connection.execute(insert(field_value), self.values)


def _remove(connection: Connection, table: Table, column: str, ids: Sequence[str] | None) -> None:
    if ids:
        connection.execute(delete(table).where(among(connection, table.c[column], ids)))


def typed_row(row_id: str, name: str, value: FieldValue) -> dict[str, Any]:
    """Give the row of `field_value` that keeps a value in the column of its type, and as text for who asks for text.

    A column of numbers, or of a number here and a text there, is one field to whoever asks whether it is filled.
    """
    row: dict[str, Any] = {
        "entity_id": row_id,
        "name": name,
        "text": None,
        "number": None,
        "date": None,
        "instant": None,
    }
    match value:
        case bool():
            row["text"] = "true" if value else "false"
        case int() | Decimal():
            number = Decimal(value)
            row["text"] = f"{number.normalize():f}"
            if abs(number) <= LARGEST_NUMBER:
                row["number"] = round(number, 4)
        case datetime():
            row |= {"instant": value, "text": value.isoformat()}
        case date():
            row |= {"date": value, "text": value.isoformat()}
        case list():
            row["text"] = orjson.dumps(value).decode()
        case _:
            row["text"] = value
    return row


def add_merged(connection: Connection, kind: EntityKind, ids: Sequence[str]) -> None:
    """Give each new source row the row of its own that the PMO sees; a resolution merges it later.

    Its empty content hash says that nothing was merged into it yet.
    """
    source, merged, key = MERGED_TABLES[kind]
    shared = [place for place in merged.c if place.name in source.c and place.name not in {"id", "content_hash"}]
    values = select(source.c[key], literal(""), *(source.c[place.name] for place in shared)).where(
        among(connection, source.c.id, ids), source.c[key].not_in(select(merged.c.id))
    )
    connection.execute(insert(merged).from_select([merged.c.id, merged.c.content_hash, *shared], values))
