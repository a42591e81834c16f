"""How each kind of record lies in its table, and how its values look to the database's driver.

The store compares and writes values in the driver's form: a value is turned once, and only when its row is new or may
have changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, get_args

import orjson
from sqlalchemy import Column, Date, Dialect, Table

from canonical.records import RECORDS, Record
from canonical.schema import entities
from canonical.schema.columns import Instant, milliseconds
from canonical.values import FieldValue, decode, encode
from canonical.vocabulary import EntityKind

Convert: TypeAlias = Callable[[Any], Any]

TABLES: dict[EntityKind, Table] = {
    EntityKind.PERSON: entities.source_person,
    EntityKind.PROJECT: entities.source_project,
    EntityKind.TASK: entities.task,
    EntityKind.TIME_ENTRY: entities.time_entry,
    EntityKind.DEPENDENCY: entities.dependency,
    EntityKind.STATUS_UPDATE: entities.status_update,
    EntityKind.ALLOCATION: entities.allocation,
    EntityKind.LEAVE: entities.leave,
}
"""Where each kind is stored, in the order in which a batch stores them."""
UNTRACKED = frozenset({"source_created_at", "source_updated_at"})
"""Instants of the tool's own bookkeeping: kept on the row, but no history of a person's making."""
SPECIAL = frozenset({"external_id", "fields"})


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field of a record and its column; `bind` turns a value into the driver's form, `read` back."""

    name: str
    column: str
    bind: Convert | None
    read: Convert | None
    tracked: bool

    def bound(self, value: Any) -> Any:
        """Give a value in the driver's form."""
        return value if value is None or self.bind is None else self.bind(value)

    def bound_all(self, values: Sequence[Any]) -> Sequence[Any]:
        """Give many values in the driver's form."""
        bind = self.bind
        return values if bind is None else [None if value is None else bind(value) for value in values]

    def value(self, bound: Any) -> FieldValue:
        """Give back a value from the driver's form."""
        value: FieldValue = bound if bound is None or self.read is None else self.read(bound)
        return value

    def encoded(self, bound: Any) -> str:
        """Write a value that is in the driver's form as history keeps it."""
        return encode(self.value(bound))


@dataclass(frozen=True, slots=True)
class Layout:
    """All stored fields of a kind, in the order of the record, without its id and its mapped custom fields."""

    kind: EntityKind
    table: Table
    fields: tuple[StoredField, ...]

    @property
    def instant(self) -> StoredField:
        """The field whose form every instant of the row shares."""
        return next(stored for stored in self.fields if stored.name == "source_updated_at")

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns of the stored fields, in their order."""
        return [self.table.c[field.column] for field in self.fields]


@cache
def layout_of(kind: EntityKind, dialect: Dialect) -> Layout:
    """Work out where each field of a kind is stored and how; once for each database."""
    table = TABLES[kind]
    names = [name for name in RECORDS[kind].model_fields if name not in SPECIAL]
    return Layout(kind, table, tuple(_stored(RECORDS[kind], table, name, dialect) for name in names))


def _stored(record: type[Record], table: Table, name: str, dialect: Dialect) -> StoredField:
    place = next(table.c[found] for found in (name, f"{name}_ref", f"{name}_name") if found in table.c)
    annotation = record.model_fields[name].annotation
    bind, read = _converters(place, annotation, dialect)
    return StoredField(name, place.name, bind, read, name not in UNTRACKED)


def _converters(place: Column[Any], annotation: Any, dialect: Dialect) -> tuple[Convert | None, Convert | None]:
    parts = (annotation, *get_args(annotation))
    if any(isinstance(part, type) and issubclass(part, Enum) for part in parts):
        return str.__str__, None
    if getattr(annotation, "__origin__", None) is tuple:
        return _as_set, orjson.loads
    kind = place.type.dialect_impl(dialect)
    if dialect.name == "sqlite" and isinstance(place.type, Date):
        return date.isoformat, date.fromisoformat
    if dialect.name == "sqlite" and isinstance(place.type, Instant):
        return milliseconds, kind.result_processor(dialect, None)
    return kind.bind_processor(dialect), kind.result_processor(dialect, None)


def _as_set(values: tuple[str, ...]) -> str:
    """Labels and further projects have no order of their own: the same ones are the same text."""
    return orjson.dumps(sorted(set(values))).decode() if values else "[]"


def typed(value: FieldValue) -> Any:
    """Give a custom field's value as the JSON that keeps its type (`canonical.values.encode`)."""
    return orjson.loads(encode(value))


def from_typed(kept: Any) -> FieldValue:
    """Give back the value that `typed` kept."""
    return decode(orjson.dumps(kept).decode())


def as_json(fields: Any) -> str:
    """Write the typed custom fields of a row, always in the same order."""
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS).decode()
