"""Looking only at what changed gives the same store as looking at everything."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Steps
from hypothesis import strategies as st
from sqlalchemy import Engine, make_url, text

from canonical.calendars import fill
from canonical.database import open_engine, writing
from canonical.schema import metadata
from canonical.vocabulary import EntityKind, Health, Phase, ProjectStatus, StatusCategory, TaskKind
from rules.standards import load_standards
from tests.rules.house import MONDAY, OVERDUE, House

CORE = load_standards(["pmo-core"], Path())
DAYS = st.none() | st.dates(date(2026, 2, 1), date(2026, 4, 15))
MOMENTS = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 20)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
PROJECTS, PEOPLE, TASKS = [f"p{n}" for n in range(4)], [f"h{n}" for n in range(3)], [f"t{n}" for n in range(14)]
PERSON = st.none() | st.sampled_from(PEOPLE)
TASK = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from([TaskKind.TASK, TaskKind.MILESTONE]),
        "status": st.none() | st.sampled_from(["Open", "Parked"]),
        "status_category": st.none() | st.sampled_from(StatusCategory),
        "assignee_id": PERSON,
        "planned_start": DAYS,
        "due": DAYS,
        "actual_start": DAYS,
        "completed_at": MOMENTS,
        "time_spent": st.none() | st.integers(0, 9),
        "is_leaf": st.booleans(),
        "last_activity_at": MOMENTS,
        "deleted_at": st.none() | st.just(MONDAY),
        "lost_access_at": st.none() | st.just(MONDAY),
        "project_id": st.none() | st.sampled_from(PROJECTS),
    },
)
PROJECT = st.fixed_dictionaries(
    {},
    optional={
        "status": st.none() | st.sampled_from(ProjectStatus),
        "phase": st.none() | st.sampled_from(Phase),
        "health": st.none() | st.sampled_from(Health),
        "manager_id": PERSON,
        "sponsor_id": PERSON,
        "planned_start": DAYS,
        "planned_finish": DAYS,
        "baseline_start": DAYS,
        "baseline_finish": DAYS,
        "archived": st.none() | st.booleans(),
        "last_status_update_on": DAYS,
        "department_id": st.none() | st.just("engineering"),
    },
)
HUMAN = st.fixed_dictionaries({"active": st.sampled_from(["yes", "no", "unknown"])})
CHANGE = st.one_of(
    st.tuples(st.just("task"), st.sampled_from(TASKS), TASK),
    st.tuples(st.just("project"), st.sampled_from(PROJECTS), PROJECT),
    st.tuples(st.just("person"), st.sampled_from(PEOPLE), HUMAN),
)
STEP = st.tuples(st.lists(CHANGE, max_size=4), st.sampled_from([0, 0, 0, 1]))


@contextmanager
def store() -> Iterator[Engine]:
    with TemporaryDirectory(prefix="pmohub-rules-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'house.db'}")
        with writing(engine) as connection:
            metadata.create_all(connection)
            fill(connection, {}, date(2025, 10, 1), date(2026, 8, 31))
        yield engine
        engine.dispose()


@contextmanager
def copied(engine: Engine) -> Iterator[Engine]:
    """The same store once more, so that both ways start from one state."""
    source = make_url(str(engine.url)).database or ""
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    shutil.copy(source, f"{source}.copy")
    other = open_engine(f"sqlite:///{source}.copy")
    yield other
    other.dispose()
    for left in Path(source).parent.glob("*.copy*"):
        left.unlink()


def planted(engine: Engine, tasks: Sequence[Mapping[str, Any]], projects: Sequence[Mapping[str, Any]]) -> House:
    house = House(engine, CORE)
    house.department("engineering")
    for own in PEOPLE:
        house.plant("person", id=own, name=own.upper(), active="yes")
    for own, values in zip(PROJECTS, projects, strict=True):
        house.plant("project", **{"id": own, "status": "active", **values})
    for number, (own, values) in enumerate(zip(TASKS, tasks, strict=True)):
        given = {"id": own, "key": own.upper(), "project_id": PROJECTS[number % 3], "status_category": "todo"}
        house.plant("task", **{**given, **values})
    for number in range(3):
        ends = {"predecessor_id": TASKS[number], "successor_id": TASKS[number + 5]}
        house.plant("dependency", id=f"d{number}", **ends)
    return house


@dataclass
class Changes:
    """Which ids a step touched, the former project of a moved task among them."""

    ids: dict[EntityKind, list[str]] = field(default_factory=dict)

    def make(self, house: House, entity: str, own: str, values: Mapping[str, Any]) -> None:
        if entity == "task":
            with writing(house.engine) as connection:
                former = connection.execute(text("SELECT project_id FROM task WHERE id = :id"), {"id": own}).scalar()
            if former is not None and "project_id" in values:
                self.ids.setdefault(EntityKind.PROJECT, []).append(former)
        if values:
            house.change(entity, own, **values)
        self.ids.setdefault(EntityKind(entity), []).append(own)


def told(house: House) -> dict[str, list[dict[str, Any]]]:
    """What an evaluation left behind, apart from numbers, which follow the order of opening."""
    deviations = [
        {name: value for name, value in row.items() if name not in {"number", "due_on"}} for row in house.deviations()
    ]
    deviations.sort(key=lambda row: (row["rule_id"], row["subject_id"], row["discriminator"]))
    counts, verdicts = ([dict(row) for row in house.rows(table)] for table in ("verdict_count", "item_verdict"))
    return {"deviations": deviations, "counts": counts, "verdicts": verdicts}


def same_store(tasks: Sequence[Any], projects: Sequence[Any], steps: Sequence[tuple[Sequence[Any], int]]) -> None:
    with store() as engine:
        house = planted(engine, tasks, projects)
        house.evaluate()
        for changes, days in steps:
            made = Changes()
            for entity, own, values in changes:
                made.make(house, entity, own, values)
            house.now += timedelta(days=days)
            with copied(engine) as other:
                whole = House(other, CORE, now=house.now, runs=house.runs)
                whole.evaluate()
                house.evaluate(made.ids)
                assert told(house) == told(whole)
                whole.evaluate()
                assert told(house) == told(whole)


HISTORY = given(
    st.lists(TASK, min_size=len(TASKS), max_size=len(TASKS)),
    st.lists(PROJECT, min_size=len(PROJECTS), max_size=len(PROJECTS)),
    st.lists(STEP, min_size=1, max_size=2),
)
UNSHRUNK = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Steps.explicit, Steps.generate),  # shrinking takes minutes, and a failing house is small enough to read
)


@settings(UNSHRUNK, max_examples=4)
@HISTORY
def test_what_changed_and_everything_give_the_same_store(tasks: Any, projects: Any, steps: Any) -> None:
    same_store(tasks, projects, steps)


@pytest.mark.long
@settings(UNSHRUNK, max_examples=25)
@HISTORY
def test_a_long_history_of_changes_gives_the_same_store(tasks: Any, projects: Any, steps: Any) -> None:
    same_store(tasks, projects, steps)


def test_a_few_changed_ids_are_followed_to_all_they_touch(house: Callable[..., House]) -> None:
    home = house()
    home.standards = CORE
    home.plant("person", id="jane", name="Jane", active="yes")
    mine = {"status_category": "in_progress", "assignee_id": "jane", "due": date(2026, 5, 1), "status": "Open"}
    home.plant("project", id="p1", status="active", manager_id="jane", tasks=[mine | {"id": "t1"}])
    home.evaluate()
    before = {row["rule_id"] for row in home.deviations() if row["state"] == "open"}
    home.change("person", "jane", active="no")
    home.evaluate({EntityKind.PERSON: ["jane"]})
    after = {row["rule_id"] for row in home.deviations() if row["state"] == "open"}
    assert after - before == {"project-manager-inactive", "task-owner-inactive"}


def test_what_is_told_by_the_moment_is_looked_at_each_time(house: Callable[..., House]) -> None:
    quiet = "task.last_activity_at < now - days(5)"
    home = house(
        OVERDUE.replace("workdays(task.due, today) > params.grace", quiet).replace("was due {task.due}", "rests")
    )
    home.plant("task", id="t1", status_category="todo", last_activity_at=MONDAY - timedelta(days=5, hours=-2))
    home.evaluate()
    assert home.deviations() == []
    home.now += timedelta(hours=3)
    home.evaluate({})
    assert len(home.deviations()) == 1
