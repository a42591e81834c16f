"""Conditions of pmo-core over many tasks, as compiled from their expressions, against SQL written by hand for the same.

`python -m benchmarks.bench_rules [--rows N]`. Both sides count the same rows in the same database, taking turns; the
best of three counts. A count that differs is a fault and stops the run.
"""

import argparse
import random
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text

from benchmarks.databases import databases
from canonical.database import open_engine, reading, writing
from canonical.migrations import upgrade
from canonical.schema.entities import person, project, task, task_label, time_entry, working_day
from rules.expressions import Catalogue, Environment, Subject

TODAY = date(2026, 3, 16)
AIM = 1.5
TASKS_A_PROJECT, ROUNDS, BATCH = 500, 3, 20_000
PARAMS = {"grace": 2, "window": 15}
OPEN = "status_category in ['todo', 'in_progress']"
WORKDAYS = (
    "(select ordinal from working_day where calendar = p.department_id and day = :today)"
    " - (select ordinal from working_day where calendar = p.department_id and day = t.due)"
)
LIVE = "from task t join project p on p.id = t.project_id where p.status = 'active' and t.is_leaf"


@dataclass(frozen=True, slots=True)
class Rule:
    """The same condition twice."""

    name: str
    entity: str
    expression: str
    by_hand: str


RULES = (
    Rule(
        "overdue",
        "task",
        f"task.{OPEN} && task.is_leaf && task.kind != 'milestone' && task.project.status == 'active' &&"
        " workdays(task.due, today) > params.grace",
        f"select count(*) {LIVE} and t.status_category in ('todo', 'in_progress') and t.kind <> 'milestone'"
        f" and {WORKDAYS} > 2",
    ),
    Rule(
        "owner-missing",
        "task",
        f"task.{OPEN} && task.is_leaf && task.project.status == 'active' && !has(task.assignee) &&"
        " (task.status_category == 'in_progress' || has(task.due) && task.due < today + days(10))",
        f"select count(*) {LIVE} and t.status_category in ('todo', 'in_progress') and t.assignee_id is null"
        " and t.assignee_ref is null and (t.status_category = 'in_progress' or t.due < :soon)",
    ),
    Rule(
        "owner-inactive",
        "task",
        f"task.{OPEN} && has(task.assignee) && !task.assignee.active",
        "select count(*) from task t join person h on h.id = t.assignee_id where h.active = 'no'"
        " and t.status_category in ('todo', 'in_progress')",
    ),
    Rule(
        "stale",
        "task",
        "task.status_category == 'in_progress' && task.is_leaf && task.project.status == 'active' &&"
        " !('blocked' in task.labels) && task.last_activity_at < now - days(params.window)",
        f"select count(*) {LIVE} and t.status_category = 'in_progress' and t.last_activity_at < :since"
        " and not exists (select 1 from task_label l where l.label = 'blocked' and l.task_id = t.id)",
    ),
    Rule(
        "contradicts-progress",
        "task",
        "task.is_leaf && task.status_category == 'done' && task.percent_complete < 100",
        "select count(*) from task t where t.is_leaf and t.status_category = 'done' and t.percent_complete < 10000",
    ),
    Rule(
        "key-malformed",
        "task",
        "!task.key.matches('^[A-Z]+-[0-9]+$')",
        "",
    ),
    Rule(
        "over-estimate",
        "task",
        "task.time_entries.map(e, e.duration).sum() > task.original_estimate * 1.25",
        "select count(*) from task t where (select coalesce(sum(e.duration), 0) from time_entry e"
        " where e.task_id = t.id and e.deleted_at is null) * 100 > t.original_estimate * 125",
    ),
    Rule(
        "closed-open-work",
        "project",
        "project.tasks.exists(t, has(t.status_category) && t.status_category in ['todo', 'in_progress'] && t.is_leaf)",
        "select count(*) from project p where exists (select 1 from task t where t.project_id = p.id"
        " and t.deleted_at is null and t.is_leaf and t.status_category in ('todo', 'in_progress'))",
    ),
    Rule(
        "share-done",
        "project",
        "project.tasks.filter(t, has(t.status_category) && t.status_category == 'done').size() * 3"
        " < project.tasks.size()",
        "select count(*) from project p join (select project_id, count(*) n, sum(case when status_category = 'done'"
        " then 1 else 0 end) d from task where deleted_at is null group by project_id) c on c.project_id = p.id"
        " where c.d * 3 < c.n",
    ),
)


def fill(engine: Engine, rows: int) -> None:
    chance = random.Random(1)
    seen = {"first_seen_at": datetime(2026, 1, 1, tzinfo=UTC), "content_hash": ""}
    first = TODAY - timedelta(days=400)
    days = [first + timedelta(days=number) for number in range(800)]
    with writing(engine) as connection:
        ordinals = {day: sum(other.weekday() < 5 for other in days[: number + 1]) for number, day in enumerate(days)}
        connection.execute(
            insert(working_day),
            [
                {"calendar": "eng", "day": day, "ordinal": ordinals[day], "is_working": day.weekday() < 5}
                for day in days
            ],
        )
        people = [{"id": f"h{n}", "name": f"P {n}", "active": chance.choice(["yes", "no"]), **seen} for n in range(200)]
        connection.execute(insert(person), people)
        projects = [
            {"id": f"p{n}", "name": f"Project {n}", "status": chance.choice(["active", "planned"]), **seen}
            | {"department_id": "eng"}
            for n in range(1 + rows // TASKS_A_PROJECT)
        ]
        connection.execute(insert(project), projects)
        for start in range(0, rows, BATCH):
            tasks = [made(chance, number) for number in range(start, min(start + BATCH, rows))]
            connection.execute(insert(task), [{**seen, **row} for row in tasks])
            labels = [{"task_id": row["id"], "label": "blocked"} for row in tasks if chance.random() < 0.1]
            connection.execute(insert(task_label), labels)
            connection.execute(
                insert(time_entry), [{**seen, **booked(chance, row["id"])} for row in tasks if chance.random() < 0.5]
            )


def made(chance: random.Random, number: int) -> dict[str, Any]:
    hour = timedelta(hours=chance.randrange(5000))
    return {
        "id": f"t{number}",
        "connector": "eng",
        "external_id": str(number),
        "key": f"ENG-{number}" if chance.random() < 0.99 else "eng",
        "kind": chance.choice(["task", "story", "milestone"]),
        "title": f"Task {number}: make the thing that was asked for",
        "status_category": chance.choice(["todo", "in_progress", "done", "done", None]),
        "project_id": f"p{number // TASKS_A_PROJECT}",
        "assignee_id": f"h{chance.randrange(200)}" if chance.random() < 0.8 else None,
        "due": TODAY + timedelta(days=chance.randrange(-60, 60)) if chance.random() < 0.7 else None,
        "last_activity_at": datetime(2026, 3, 16, tzinfo=UTC) - hour,
        "original_estimate": chance.choice([None, 3600, 36_000]),
        "percent_complete": None,
        "is_leaf": chance.random() < 0.8,
    }


def booked(chance: random.Random, task_id: str) -> dict[str, Any]:
    return {
        "id": f"e{task_id}",
        "connector": "eng",
        "external_id": task_id,
        "task_id": task_id,
        "work_date": TODAY,
        "duration": chance.choice([1800, 7200, 72_000]),
    }


def counts(connection: Connection, rule: Rule) -> tuple[tuple[float, int], tuple[float, int]]:
    """Seconds and rows of the compiled condition and of the SQL by hand."""
    started = time.perf_counter()
    subject = Subject(rule.entity, Catalogue(), Environment.on(TODAY, PARAMS))
    condition = subject.condition(rule.expression)
    compiled = connection.execute(subject.apply(select(func.count()).where(condition.sql))).scalar_one()
    middle = time.perf_counter()
    if not rule.by_hand:
        return (middle - started, compiled), (0.0, compiled)
    since = Environment.on(TODAY).now - timedelta(days=15)
    moment = since if connection.dialect.name == "postgresql" else int(since.timestamp() * 1000)
    values = {"today": str(TODAY), "soon": str(TODAY + timedelta(days=10)), "since": moment}
    used = {name: value for name, value in values.items() if f":{name}" in rule.by_hand}
    if connection.dialect.name == "postgresql":
        used |= {name: date.fromisoformat(used[name]) for name in ("today", "soon") if name in used}
    by_hand = connection.execute(text(rule.by_hand), used).scalar_one()
    return (middle - started, compiled), (time.perf_counter() - middle, by_hand)


def measured(engine: Engine) -> float:
    total_compiled = total_by_hand = 0.0
    with reading(engine) as connection:
        for rule in RULES:
            runs = [counts(connection, rule) for _ in range(ROUNDS)]
            (_, rows), (_, expected) = runs[0]
            if rows != expected:
                message = f"{rule.name}: {rows} rows by expression, {expected} by hand"
                raise SystemExit(message)
            compiled, by_hand = min(run[0][0] for run in runs), min(run[1][0] for run in runs)
            if rule.by_hand:
                total_compiled, total_by_hand = total_compiled + compiled, total_by_hand + by_hand
            ratio = f"{compiled / by_hand:5.2f}x" if by_hand else "  no peer in SQL"
            print(f"  {rule.name:22}{rows:10,} rows {compiled * 1000:9.1f} ms by expression {ratio}")
    return total_compiled / total_by_hand


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        for kind, urls in databases(Path(folder)):
            engine = open_engine(next(urls))
            upgrade(engine)
            fill(engine, rows)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            print(f"{kind}, {rows:,} tasks")
            ratio = measured(engine)
            print(f"  all together {ratio:.2f} times the SQL by hand (aim: at most {AIM})")
            engine.dispose()


if __name__ == "__main__":
    main()
