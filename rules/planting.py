"""Small worlds written down as nested fields, put into a store as rows: for the examples of rules and for tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Date, Table, insert

from canonical.schema import entities
from canonical.schema.columns import Amount, Instant, Percentage
from canonical.schema.entities import field_value, source_project, task_label
from canonical.store.sides import typed_row
from canonical.values import FieldValue

PARENTS: Mapping[str, Mapping[str, str]] = {
    "project": {"manager": "person", "sponsor": "person"},
    "task": {"project": "project", "parent": "task", "assignee": "person", "reporter": "person"},
    "time_entry": {"task": "task", "project": "project", "person": "person"},
    "dependency": {"predecessor": "task", "successor": "task"},
    "status_update": {"project": "project", "author": "person"},
    "allocation": {"project": "project", "person": "person"},
    "leave": {"person": "person"},
}
CHILDREN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "project": {
        "tasks": ("task", "project_id"),
        "time_entries": ("time_entry", "project_id"),
        "status_updates": ("status_update", "project_id"),
        "allocations": ("allocation", "project_id"),
    },
    "task": {"children": ("task", "parent_id"), "time_entries": ("time_entry", "task_id")},
    "person": {
        "tasks": ("task", "assignee_id"),
        "allocations": ("allocation", "person_id"),
        "leave": ("leave", "person_id"),
    },
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "project": {"name": "The project"},
    "task": {"kind": "task", "title": "The task", "is_leaf": True},
    "person": {"active": "unknown"},
    "source_person": {"active": "unknown"},
    "time_entry": {"duration": 3600, "work_date": date(2026, 1, 5)},
    "dependency": {"type": "FS", "lag": 0},
    "status_update": {"at": datetime(2026, 1, 5, tzinfo=UTC)},
    "allocation": {"first_day": date(2026, 1, 5)},
    "leave": {"first_day": date(2026, 1, 5)},
}


class PlantingError(ValueError):
    """A field that the entity does not have, or a value of the wrong kind."""


@dataclass
class Garden:
    """Puts rows into a store; `first_seen` is when all of them were first read."""

    connection: Connection
    first_seen: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    connector: str = "example"
    number: int = 0
    ids: dict[str, str] = field(default_factory=dict)

    def plant(self, entity: str, given: Mapping[str, Any]) -> str:
        """Insert a row with its parents, collections, labels and custom fields, and give its id.

        Raises PlantingError for a field that the entity does not have.
        """
        self.number += 1
        data = {**DEFAULTS[entity], **given}
        own = str(data.pop("id", f"{entity[0]}{self.number}"))
        labels, custom = data.pop("labels", ()), data.pop("fields", {})
        children = [(data.pop(name), *CHILDREN[entity][name]) for name in CHILDREN.get(entity, {}) if name in data]
        for name, parent in PARENTS.get(entity, {}).items():
            if isinstance(data.get(name), Mapping):
                data[f"{name}_id"] = self.plant(parent, data.pop(name))
        self.insert(entity, own, data)
        for items, child, key in children:
            for item in items:
                self.plant(child, {**item, key: own})
        if labels:
            self.connection.execute(insert(task_label), [{"label": label, "task_id": own} for label in labels])
        for name, value in custom.items():
            exact = Decimal(str(value)) if isinstance(value, float) else value
            self.connection.execute(insert(field_value), typed_row(own, name, exact))
        if entity == "project":
            self.link(own, data)
        return own

    def insert(self, entity: str, own: str, data: Mapping[str, Any]) -> None:
        """Insert one row."""
        table: Table = getattr(entities, entity)
        row: dict[str, Any] = {"id": own, "content_hash": own, "first_seen_at": self.first_seen}
        if "external_id" in table.c:
            row |= {"connector": self.connector, "external_id": own}
        references = ("project_ref", "predecessor_ref", "successor_ref")
        row |= {name: f"id:{name}" for name in references if required(table, name)}
        for name, value in data.items():
            column = {"department": "department_id"}.get(name, name)
            if column not in table.c:
                message = f"a {entity} has no field {name!r}"
                raise PlantingError(message)
            row[column] = stored(table, column, value)
        self.connection.execute(insert(table), row)

    def link(self, own: str, data: Mapping[str, Any]) -> None:
        """Let the connector supply the project."""
        row = {"id": f"s{own}", "project_id": own, "external_id": own, "content_hash": own, "name": data.get("name")}
        place = {"connector": self.connector, "first_seen_at": self.first_seen}
        self.connection.execute(insert(source_project), row | place)


def required(table: Table, name: str) -> bool:
    """Whether the table insists on the column."""
    return name in table.c and not table.c[name].nullable


def stored(table: Table, column: str, value: FieldValue) -> Any:
    """Give a written value the type that the column takes."""
    kind = table.c[column].type
    convert: Callable[[Any], Any] | None = None
    match kind:
        case Percentage() | Amount():
            convert = lambda number: Decimal(str(number))  # noqa: E731  # three one-line conversions side by side
        case Instant():
            convert = lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # noqa: E731
        case Date():
            convert = lambda day: day.date() if isinstance(day, datetime) else day  # noqa: E731
    try:
        return value if value is None or convert is None else convert(value)
    except (AttributeError, ArithmeticError) as error:
        message = f"{column}: {value!r} is not of the kind that is kept there"
        raise PlantingError(message) from error
