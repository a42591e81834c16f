"""Small worlds: rows written straight into a migrated store, and expressions asked of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, delete, insert, select

from canonical.database import open_engine, writing
from canonical.schema import entities
from rules.expressions import Catalogue, Environment, Kind, Subject, ValueType, rendered, typed

TODAY = date(2026, 3, 16)
CUSTOM = {
    "task": {
        "pmo_phase": ValueType(Kind.TEXT),
        "cost": ValueType(Kind.NUMBER, scale=4),
        "approved": ValueType(Kind.BOOL),
        "gate": ValueType(Kind.DATE),
    }
}
NEEDED: Mapping[str, Any] = {
    "connector": "sheet",
    "first_seen_at": datetime(2026, 1, 1, tzinfo=UTC),
    "content_hash": "",
    "kind": "task",
    "is_leaf": True,
    "active": "unknown",
    "type": "FS",
    "lag": 0,
    "predecessor_ref": "key:P",
    "successor_ref": "key:S",
    "project_ref": "key:A",
    "work_date": TODAY,
    "duration": 3600,
    "at": datetime(2026, 3, 1, tzinfo=UTC),
}


@dataclass
class World:
    """A store under test; `env` is what expressions are compiled for."""

    engine: Engine
    env: Environment = field(default_factory=lambda: Environment.on(TODAY))
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(CUSTOM))
    filled: set[Table] = field(default_factory=set)

    def add(self, entity: str, id: str, **values: Any) -> str:  # noqa: A002  # the column's name
        table: Table = getattr(entities, entity)
        row = {name: NEEDED[name] for name in NEEDED if name in table.c and not table.c[name].nullable}
        if "external_id" in table.c:
            row["external_id"] = id
        self.fill(table, {**row, "id": id, **values})
        return id

    def fill(self, table: Table, *rows: dict[str, Any]) -> None:
        self.filled.add(table)
        with writing(self.engine) as connection:
            connection.execute(insert(table), list(rows))

    def values(self, entity: str, text: str) -> dict[str, Any]:
        """Each row's value of an expression; None where it is undetermined."""
        subject = Subject(entity, self.catalogue, self.env)
        compiled = subject.value(text)
        with self.engine.connect() as connection:
            rows = connection.execute(subject.apply(select(subject.table.c.id, compiled.sql))).all()
        return {row.id: typed(row[1], compiled.type) for row in rows}

    def value(self, entity: str, text: str) -> Any:
        """The value of an expression for the only row there is."""
        (value,) = self.values(entity, text).values()
        return value

    def message(self, entity: str, text: str) -> str:
        subject = Subject(entity, self.catalogue, self.env)
        message = subject.message(text)
        with self.engine.connect() as connection:
            row = connection.execute(subject.apply(select(*(value.sql for value in message.values)))).one()
        return rendered(message, row)


def calendar(name: str, first: date, days: int, holidays: frozenset[date] = frozenset()) -> list[dict[str, Any]]:
    """Rows of a working calendar: Monday to Friday without the holidays."""
    rows, ordinal = [], 0
    for number in range(days):
        day = first + timedelta(days=number)
        working = day.weekday() < 5 and day not in holidays
        ordinal += working
        rows.append({"calendar": name, "day": day, "ordinal": ordinal, "is_working": working})
    return rows


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_engine(request: pytest.FixtureRequest, fresh_store: Callable[[str], str]) -> Iterator[Engine]:
    """One store for all tests here, once for each database."""
    engine = open_engine(fresh_store(request.param))
    yield engine
    engine.dispose()


@pytest.fixture
def world(shared_engine: Engine) -> Iterator[World]:
    """An empty world, once for each database."""
    world = World(shared_engine)
    yield world
    with writing(shared_engine) as connection:
        for table in world.filled:
            connection.execute(delete(table))
