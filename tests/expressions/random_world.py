"""A seeded random world: rows for the store, full of absences, and the same rows as maps for the oracle.

An absent value is a key left out: null or a default would make the oracle answer another question.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import Connection, Engine, Table, insert

from canonical.database import writing
from canonical.schema import entities
from canonical.vocabulary import Phase, ProjectStatus, StatusCategory
from tests.expressions.conftest import NEEDED, TODAY, calendar

WORDS = ["High", "Critical", "a", "é", "B", "50%", "plan", "T1", "  To  Do ", "late", "É_x", "\tz", "tbd"]
LABELS = ["late", "urgent", "épique", "Bug", "risk", "T1"]
PEOPLE, PROJECTS, TASKS, ENTRIES, LINKS = 6, 5, 60, 60, 40

Row = dict[str, Any]


def timestamp(value: date | datetime) -> Timestamp:
    stamp = Timestamp()
    moment = value if isinstance(value, datetime) else datetime.combine(value, time(), tzinfo=UTC)
    stamp.FromDatetime(moment.astimezone(UTC).replace(tzinfo=None))
    return stamp


@dataclass
class RandomWorld:
    """Rows by table, and `maps`: what the oracle sees of each task."""

    random: Random
    rows: dict[str, list[Row]] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    custom: dict[str, Row] = field(default_factory=dict)
    maps: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows["person"] = [self.person(f"p{number}") for number in range(PEOPLE)]
        self.rows["project"] = [self.project(f"a{number}") for number in range(PROJECTS)]
        self.rows["task"] = [self.task(f"t{number:02}") for number in range(TASKS)]
        self.rows["time_entry"] = [self.time_entry(f"e{number}") for number in range(ENTRIES)]
        self.rows["dependency"] = [self.dependency(f"d{number}") for number in range(LINKS)]
        for row in self.rows["task"]:
            self.labels[row["id"]] = self.random.sample(LABELS, self.random.choice([0, 0, 1, 2, 3]))
            self.custom[row["id"]] = self.known(phase=self.word(), cost=self.money(), approved=self.flag())
        self.maps = {row["id"]: self.task_map(row) for row in self.rows["task"]}

    # -- rows

    def maybe(self, value: Any, share: float = 0.7) -> Any:
        return value if self.random.random() < share else None

    def word(self) -> str | None:
        return self.maybe(self.random.choice(WORDS))

    def day(self) -> date | None:
        return self.maybe(TODAY + timedelta(days=self.random.randint(-40, 40)))

    def moment(self) -> datetime | None:
        return self.maybe(datetime(2026, 3, 16, tzinfo=UTC) + timedelta(minutes=self.random.randint(-60_000, 9_000)))

    def flag(self) -> bool | None:
        return self.maybe(self.random.random() < 0.5)

    def money(self) -> Decimal | None:
        return self.maybe(self.random.choice([Decimal(0), Decimal("10.5"), Decimal("1000.5"), Decimal(-3)]))

    def one_of(self, table: str) -> str | None:
        return self.maybe(self.random.choice(self.rows[table])["id"], 0.8) if self.rows.get(table) else None

    def number(self) -> int | None:
        return self.maybe(self.random.choice([0, 1, 7, 60, -7, 3600, 2**40, 2**62]))

    @staticmethod
    def known(**values: Any) -> Row:
        return {name: value for name, value in values.items() if value is not None}

    def person(self, id: str) -> Row:  # noqa: A002
        return {"id": id, "name": self.word(), "active": self.random.choice(["yes", "no", "unknown"])}

    def project(self, id: str) -> Row:  # noqa: A002
        return {
            "id": id,
            "name": self.word(),
            "status": self.maybe(self.random.choice(list(ProjectStatus))),
            "phase": self.maybe(self.random.choice(list(Phase)), 0.5),
            "planned_start": self.day(),
            "planned_finish": self.day(),
            "budget": self.money(),
            "archived": self.flag(),
            "manager_id": self.one_of("person"),
            "department_id": "de",
        }

    def task(self, id: str) -> Row:  # noqa: A002
        parent = self.maybe(f"t{self.random.randrange(TASKS):02}", 0.5)
        return {
            "id": id,
            "external_id": id,
            "key": self.word(),
            "title": self.word(),
            "priority": self.word(),
            "status_category": self.maybe(self.random.choice(list(StatusCategory)), 0.8),
            "planned_start": self.day(),
            "due": self.day(),
            "completed_at": self.moment(),
            "last_activity_at": self.moment(),
            "original_estimate": self.number(),
            "time_spent": self.number(),
            "percent_complete": self.maybe(
                self.random.choice([Decimal(0), Decimal("33.33"), Decimal(50), Decimal(100)])
            ),
            "is_leaf": self.random.random() < 0.5,
            "project_id": self.one_of("project"),
            "parent_id": parent,
            "assignee_id": self.one_of("person"),
            "deleted_at": self.maybe(datetime(2026, 1, 1, tzinfo=UTC), 0.1),
        }

    def time_entry(self, id: str) -> Row:  # noqa: A002
        return {
            "id": id,
            "external_id": id,
            "task_id": self.one_of("task"),
            "duration": self.random.choice([0, 60, 3600, 90_000]),
            "billable": self.flag(),
            "note": self.word(),
            "work_date": TODAY - timedelta(days=self.random.randint(0, 30)),
        }

    def dependency(self, id: str) -> Row:  # noqa: A002
        # always resolved: has() of a reference that is not is undetermined here, which a map cannot say
        ends = [self.random.choice(self.rows["task"])["id"] for _ in range(2)]
        lag = self.random.randint(-2, 3)
        return {"id": id, "external_id": id, "predecessor_id": ends[0], "successor_id": ends[1], "lag": lag}

    # -- what the oracle sees

    def found(self, table: str, id: str | None) -> Row | None:  # noqa: A002
        return next((row for row in self.rows[table] if row["id"] == id), None)

    def plain(self, row: Row | None) -> Row | None:
        return None if row is None else {name: self.shown(value) for name, value in row.items() if value is not None}

    @staticmethod
    def shown(value: Any) -> Any:
        if isinstance(value, date | datetime):
            return timestamp(value)
        if isinstance(value, StrEnum):
            return value.value  # the runtime refuses subclasses of str
        return float(value) if isinstance(value, Decimal) else value

    def person_map(self, id: str | None) -> Row | None:  # noqa: A002
        row = self.found("person", id)
        if row is None:
            return None
        active = {"yes": True, "no": False}.get(row["active"])
        return self.known(**{**(self.plain(row) or {}), "active": active})

    def member_map(self, row: Row) -> Row:
        custom = {name: self.shown(value) for name, value in self.custom[row["id"]].items()}
        plain = self.plain(row) or {}
        person = self.person_map(row["assignee_id"])
        return self.known(**plain, labels=self.labels[row["id"]], fields=custom, assignee=person)

    def project_map(self, id: str | None) -> Row | None:  # noqa: A002
        row = self.found("project", id)
        tasks = [self.member_map(task) for task in self.rows["task"] if task["project_id"] == id and self.alive(task)]
        if row is None:
            return None
        return self.known(**(self.plain(row) or {}), manager=self.person_map(row["manager_id"]), tasks=tasks)

    @staticmethod
    def alive(row: Row) -> bool:
        return row.get("deleted_at") is None

    def task_map(self, row: Row) -> Row:
        parent = self.found("task", row["parent_id"])
        entries = [self.plain(entry) for entry in self.rows["time_entry"] if entry["task_id"] == row["id"]]
        return self.known(
            **self.member_map(row),
            project=self.project_map(row["project_id"]),
            parent=self.member_map(parent) if parent else None,
            time_entries=entries,
            children=[self.member_map(t) for t in self.rows["task"] if t["parent_id"] == row["id"] and self.alive(t)],
            predecessors=[
                self.known(
                    **(self.plain(link) or {}), predecessor=self.plain(self.found("task", link["predecessor_id"]))
                )
                for link in self.rows["dependency"]
                if link["successor_id"] == row["id"]
            ],
        )

    # -- into the store

    def store(self, engine: Engine) -> None:
        with writing(engine) as connection:
            for name, rows in self.rows.items():
                self.insert(connection, getattr(entities, name), rows)
            labels = [{"task_id": id, "label": label} for id, given in self.labels.items() for label in given]  # noqa: A001
            connection.execute(insert(entities.task_label), labels)
            connection.execute(insert(entities.field_value), list(self.field_values()))
            for department in ("de", ""):
                connection.execute(insert(entities.working_day), calendar(department, TODAY - timedelta(days=60), 130))

    @staticmethod
    def insert(connection: Connection, table: Table, rows: list[Row]) -> None:
        needed = {name: NEEDED[name] for name in NEEDED if name in table.c and not table.c[name].nullable}
        connection.execute(insert(table), [{**needed, **row} for row in rows])

    def field_values(self) -> Iterable[Row]:
        for id, values in self.custom.items():  # noqa: A001
            for name, value in values.items():
                row: Row = {"entity_id": id, "name": name, "text": None, "number": None, "date": None, "instant": None}
                if isinstance(value, bool):
                    row["text"] = "true" if value else "false"
                else:
                    row["number" if isinstance(value, Decimal) else "text"] = value
                yield row
