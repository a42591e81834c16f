"""A large portfolio for benchmarks: most of it in order, a few of a hundred tasks deviating from pmo-core."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Engine, Table, insert, text

from canonical.calendars import fill as fill_calendars
from canonical.database import writing
from canonical.records import RECORDS
from canonical.schema import entities, operations

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
TODAY = NOW.date()
DEPARTMENTS = ("engineering", "marketing", "legal", "operations")
PEOPLE, TASKS_A_PROJECT, BATCH = 500, 500, 20_000
SEEN = {"first_seen_at": NOW - timedelta(days=200), "content_hash": ""}
Row = dict[str, Any]


def fill(engine: Engine, rows: int) -> None:
    """Fill an empty store with so many tasks, their projects, people, labels and dependencies."""
    chance = random.Random(1)
    with writing(engine) as connection:

        def add(table: Table, rows: list[Row]) -> None:
            if rows:
                connection.execute(insert(table), rows)

        add(entities.department, [department(name) for name in DEPARTMENTS])
        fill_calendars(connection, dict.fromkeys(DEPARTMENTS), date(2024, 1, 1), date(2028, 12, 31))
        add(operations.connector, [connector(name) for name in DEPARTMENTS])
        add(entities.person, [person(number) for number in range(PEOPLE)])
        projects = [project(chance, number) for number in range(-(-rows // TASKS_A_PROJECT))]
        add(entities.project, projects)
        add(entities.source_project, [source_of(row) for row in projects])
        add(entities.source_person, [account(number) for number in range(PEOPLE)])
        add(entities.leave, [leave(number) for number in range(0, PEOPLE, 10)])
        for start in range(0, rows, BATCH):
            numbers = range(start, min(start + BATCH, rows))
            tasks = [task(chance, number) for number in numbers]
            add(entities.task, tasks)
            add(entities.task_label, [row for own in tasks for row in labels(chance, own["id"])])
            add(entities.dependency, [link(number) for number in numbers if number % 5 == 1])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def department(name: str) -> Row:
    return {"id": name, "name": name.title(), "mode": "controlling", "timezone": "UTC"}


def connector(department_id: str) -> Row:
    provides = {entity.value: list(record.model_fields) for entity, record in RECORDS.items()}
    row = {"id": department_id, "kind": "memory", "department_id": department_id, "last_success_at": NOW}
    return row | {"provides": orjson.dumps(provides).decode()}


def person(number: int) -> Row:
    active = "no" if number % 100 == 0 else "yes"
    return {**SEEN, "id": f"h{number}", "name": f"Person {number}", "active": active}


def account(number: int) -> Row:
    own = {"person_id": f"h{number}", "external_id": str(number), "connector": DEPARTMENTS[0]}
    return {**SEEN, **own, "id": f"a{number}", "active": "yes"}


def leave(number: int) -> Row:
    first = TODAY + timedelta(days=number % 30)
    own = {"person_id": f"h{number}", "external_id": str(number), "connector": DEPARTMENTS[0]}
    return {**SEEN, **own, "id": f"l{number}", "first_day": first, "last_day": first + timedelta(days=13)}


def project(chance: random.Random, number: int) -> Row:
    start = TODAY - timedelta(days=chance.randrange(30, 300))
    finish = TODAY + timedelta(days=chance.randrange(-10, 300))
    return {
        **SEEN,
        "id": f"p{number}",
        "key": f"P{number}",
        "name": f"Project {number}",
        "department_id": DEPARTMENTS[number % len(DEPARTMENTS)],
        "status": chance.choice(["active"] * 6 + ["planned", "on_hold", "completed", "cancelled"]),
        "phase": chance.choice(["initiation", "planning", "execution", "execution", None]),
        "health": chance.choice(["green", "green", "amber", None]),
        "manager_id": f"h{chance.randrange(PEOPLE)}" if chance.random() < 0.97 else None,
        "sponsor_id": f"h{chance.randrange(PEOPLE)}" if chance.random() < 0.9 else None,
        "objective": chance.choice(["Cut the invoice run from 5 to 2 days by June."] * 9 + ["tbd"]),
        "planned_start": start,
        "planned_finish": finish if chance.random() < 0.95 else None,
        "baseline_start": start,
        "baseline_finish": finish - timedelta(days=chance.randrange(20)) if chance.random() < 0.9 else None,
        "actual_start": start,
        "status_since": NOW - timedelta(days=chance.randrange(200)),
        "last_activity_at": NOW - timedelta(days=chance.choice([1, 2, 40])),
        "last_status_update_on": TODAY - timedelta(days=chance.choice([3, 10, 16, 30])),
    }


def source_of(row: Row) -> Row:
    shared = {name: row[name] for name in ("name", "status", "department_id")}
    return {**SEEN, **shared, "id": f"s{row['id']}", "project_id": row["id"], "external_id": row["id"]} | {
        "connector": row["department_id"]
    }


def task(chance: random.Random, number: int) -> Row:
    owner = number // TASKS_A_PROJECT
    category = chance.choice(["todo", "in_progress", "done", "done"])
    start = TODAY + timedelta(days=chance.randrange(-120, 40) - (120 if category == "done" else 0))
    due = start + timedelta(days=chance.randrange(60))
    if category != "done" and due < TODAY and chance.random() < 0.9:
        due = TODAY + timedelta(days=chance.randrange(40))
    assignee = f"h{chance.randrange(PEOPLE)}" if chance.random() < 0.97 else None
    share = Decimal({"todo": 0, "in_progress": 40, "done": 100}[category])
    return {
        **SEEN,
        "id": f"t{number}",
        "connector": DEPARTMENTS[owner % len(DEPARTMENTS)],
        "external_id": str(number),
        "key": f"ENG-{number}",
        "kind": chance.choice(["task"] * 9 + ["milestone"]),
        "title": f"Task {number}: make the thing that was asked for",
        "status": category,
        "status_category": category if chance.random() < 0.995 else None,
        "project_id": f"p{owner}",
        "assignee_ref": assignee and f"id:{assignee}",
        "assignee_id": assignee,
        "planned_start": start,
        "due": due if chance.random() < 0.8 else None,
        "actual_start": start if category != "todo" and start <= TODAY else None,
        "completed_at": datetime(due.year, due.month, due.day, 15, tzinfo=UTC) if category == "done" else None,
        "last_activity_at": NOW - timedelta(days=chance.choice([1, 3, 8, 12] * 5 + [40])),
        "time_spent": 0 if category == "todo" else 7200,
        "remaining_estimate": 0 if category == "done" else 3600,
        "percent_complete": share if chance.random() < 0.99 else Decimal(50),
        "is_leaf": number % 10 != 0,
    }


def labels(chance: random.Random, task_id: str) -> Iterator[Row]:
    for name in ("blocked", "follow-on", "awaiting-acceptance"):
        if chance.random() < 0.03:
            yield {"task_id": task_id, "label": name}


def link(number: int) -> Row:
    ends = {"predecessor_id": f"t{number - 1}", "predecessor_ref": "", "successor_id": f"t{number}"}
    kind = ("FS", "FS", "FS", "SS", "FF")[number // 5 % 5]
    own = {"id": f"d{number}", "connector": "engineering", "external_id": str(number), "type": kind, "lag": 0}
    return {**SEEN, **own, **ends, "successor_ref": ""}
