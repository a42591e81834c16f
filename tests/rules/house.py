"""A small house to evaluate: rows planted in a store, on both databases, and a clock that the test sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Engine, RowMapping, insert, select, update

from canonical import unevaluated
from canonical.calendars import fill
from canonical.database import reading, writing
from canonical.schema import entities, governance, operations
from canonical.vocabulary import EntityKind
from rules.evaluation import Evaluation, EvaluationSettings, evaluate
from rules.planting import Garden
from rules.standards import Standards

MONDAY = datetime(2026, 3, 16, 12, tzinfo=UTC)
HEAD = '[standard]\nid = "ours"\ntitle = "Ours"\n'
OVERDUE = HEAD + (
    '[rules.overdue]\nentity = "task"\nclass = "timeliness"\nseverity = "major"\n'
    "when = \"task.status_category == 'todo'\"\n"
    'deviates_if = "workdays(task.due, today) > params.grace"\n'
    'params.grace = { value = 2, stricter = "lower", range = [0, 5] }\nneeds = []\n'
    'message = "{task.title} was due {task.due}."\nremedy = "Do it."\nsource = "Us"\n'
)


@dataclass
class House:
    """A store with the standards that hold in it."""

    engine: Engine
    standards: Standards
    now: datetime = MONDAY
    settings: EvaluationSettings = field(default_factory=EvaluationSettings)
    runs: int = 0

    def plant(self, entity: str, **given: Any) -> str:
        with writing(self.engine) as connection:
            garden = Garden(connection, first_seen=self.now - timedelta(days=90), number=self.number())
            return garden.plant(entity, given)

    def number(self) -> int:
        self.runs += 100
        return self.runs

    def change(self, entity: str, own: str, **values: Any) -> None:
        table = getattr(entities, entity)
        with writing(self.engine) as connection:
            connection.execute(update(table).where(table.c.id == own).values(**values))

    def department(self, name: str, mode: str = "controlling", zone: str = "UTC") -> None:
        row = {"id": name, "name": name.title(), "mode": mode, "timezone": zone}
        with writing(self.engine) as connection:
            connection.execute(insert(entities.department), row)
            fill(connection, {name: None}, date(2025, 1, 1), date(2027, 12, 31))

    def connector(
        self, name: str = "example", provides: Mapping[str, Sequence[str]] | None = None, **given: Any
    ) -> None:
        supplied = orjson.dumps(provides or {}).decode()
        row = {"id": name, "kind": "memory", "department_id": "", "provides": supplied, "last_success_at": self.now}
        with writing(self.engine) as connection:
            connection.execute(insert(operations.connector), row | given)

    def provide(self, name: str, provides: Mapping[str, Sequence[str]]) -> None:
        self.update_connector(name, provides=orjson.dumps(provides).decode())

    def refresh(self, name: str) -> None:
        self.update_connector(name, last_success_at=self.now)

    def update_connector(self, name: str, **values: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(operations.connector).where(operations.connector.c.id == name).values(**values))

    def evaluate(self, changed: Mapping[EntityKind, Sequence[str]] | None = None) -> Evaluation:
        """Look at everything, or at what changed only."""
        run_id, everything = f"run-{self.number()}", changed is None
        with writing(self.engine) as connection:
            for kind, ids in (changed or {}).items():
                unevaluated.look_at(connection, kind, ids)
        args = (self.engine, None, self.standards, self.settings, run_id, self.now)
        return evaluate(*args, everything=everything)

    def later(self, days: int) -> None:
        self.now += timedelta(days=days)

    def rows(self, table: str) -> list[RowMapping]:
        source = getattr(governance, table)
        with reading(self.engine) as connection:
            return list(connection.execute(select(source).order_by(*source.primary_key)).mappings())

    def deviations(self, rule: str | None = None) -> list[RowMapping]:
        return [row for row in self.rows("deviation") if rule in {None, row["rule_id"]}]

    def states(self) -> dict[str, str]:
        return {row["subject_id"]: row["state"] for row in self.deviations()}
