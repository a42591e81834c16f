"""What is over goes when somebody says so, and nothing that another row still names."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select

from canonical.database import open_engine, reading, writing
from canonical.schema.columns import metadata
from canonical.schema.entities import field_value, project, source_project, task, task_label, time_entry
from canonical.schema.governance import deviation
from canonical.schema.names import identity
from canonical.schema.operations import change, hold, quarantine, run, told
from canonical.store import acquire
from canonical.upkeep import retention
from canonical.upkeep.consistency import check
from canonical.upkeep.retention import Retention, over, remove
from tests.sync.conftest import emptied

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
KEEP = Retention(runs=YEAR, quarantine=YEAR, tombstones=2 * YEAR, history=3 * YEAR)
LONG_AGO, LATELY = NOW - 4 * YEAR, NOW - timedelta(days=30)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, fresh_store: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(fresh_store(request.param))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(shared: Engine) -> Engine:
    emptied(shared)
    return shared


def row(name: str, **values: Any) -> dict[str, Any]:
    return {
        "id": name,
        "connector": "plan",
        "external_id": name,
        "first_seen_at": LONG_AGO,
        "content_hash": name,
        "fields": "{}",
        "deleted_at": None,
        **values,
    }


def store(engine: Engine, table: Any, *rows: dict[str, Any]) -> None:
    with writing(engine) as connection:
        for one in rows:
            connection.execute(insert(table).values(one))


def ids(engine: Engine, table: Any) -> set[str]:
    with reading(engine) as connection:
        return set(connection.execute(select(table.c.id)).scalars())


def prune(engine: Engine) -> dict[str, int]:
    told = over(engine, KEEP, NOW)
    lease = acquire(engine, "hub", "test", timedelta(minutes=1))
    assert lease is not None
    removed = remove(engine, lease, KEEP, NOW)
    assert removed == told
    assert list(check(engine)) == []
    return removed


def item(name: str, **values: Any) -> dict[str, Any]:
    return row(name, kind="task", is_leaf=True, labels="[]", further_projects="[]", **values)


def entry(name: str, **values: Any) -> dict[str, Any]:
    return row(name, work_date=LONG_AGO.date(), duration=60, **values)


def ended(name: str, status: str) -> dict[str, Any]:
    moments = {"status_since": LONG_AGO, "first_seen_at": LONG_AGO}
    return {"id": name, "status": status, "content_hash": name, **moments}


def test_a_deleted_task_goes_with_what_belongs_to_it(engine: Engine) -> None:
    store(engine, task, item("old", deleted_at=LONG_AGO), item("late", deleted_at=LATELY), item("live"))
    store(engine, task_label, {"label": "x", "task_id": "old"}, {"label": "x", "task_id": "live"})
    store(engine, field_value, {"entity_id": "old", "name": "risk", "text": "1"})
    assert prune(engine)["tombstones"] == 3
    assert ids(engine, task) == {"late", "live"}


def test_a_deleted_task_stays_as_long_as_something_that_stays_names_it(engine: Engine) -> None:
    store(engine, task, item("parent", deleted_at=LONG_AGO), item("child", parent_id="parent"))
    store(engine, task, item("worked-on", deleted_at=LONG_AGO), item("over", deleted_at=LONG_AGO))
    store(engine, time_entry, entry("e1", task_id="worked-on"), entry("e2", task_id="over", deleted_at=LONG_AGO))
    assert prune(engine)["tombstones"] == 2
    assert ids(engine, task) == {"parent", "child", "worked-on"}
    assert ids(engine, time_entry) == {"e1"}


def test_history_of_a_project_that_ended_long_ago_goes_and_that_of_one_under_way_stays(engine: Engine) -> None:
    for name, status in (("done", "completed"), ("busy", "active")):
        store(engine, project, ended(name, status))
        store(engine, source_project, row(f"s-{name}", project_id=name))
        store(engine, task, item(f"t-{name}", project_id=name))
    changes = [
        {"entity": kind, "entity_id": of, "field": "title", "at": at, "how_known": "observed", "run_id": "r"}
        for kind, names in (("project", ("done", "s-done", "busy")), ("task", ("t-done", "t-busy")))
        for of in names
        for at in (LONG_AGO, LATELY)
    ]
    store(engine, change, *changes)
    assert prune(engine)["history"] == 3
    with reading(engine) as connection:
        left = connection.execute(select(change.c.entity_id, func.count()).group_by(change.c.entity_id)).all()
    assert dict(map(tuple, left)) == {"done": 1, "s-done": 1, "t-done": 1, "busy": 2, "t-busy": 2}


def test_what_hangs_below_a_deleted_task_goes_with_it_in_batches_of_any_size(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    chain = [item(f"t{n}", deleted_at=LONG_AGO, parent_id=f"t{n - 1}" if n else None) for n in range(5)]
    store(engine, task, *chain)
    store(engine, task, *(item(f"k{n}", deleted_at=LONG_AGO, parent_id=f"k{n - 1}" if n else None) for n in range(3)))
    store(engine, time_entry, entry("e", task_id="k1"))
    assert prune(engine)["tombstones"] == 6
    assert ids(engine, task) == {"k0", "k1"}, "somebody's hours name the one, and that one the other"


def test_former_keys_and_history_go_with_their_task_and_those_that_an_earlier_pruning_left(engine: Engine) -> None:
    store(engine, task, item("old", deleted_at=LONG_AGO), item("live"))
    known = {"entity": "task", "connector": "plan", "scheme": "key", "valid_from": LONG_AGO}
    changed = {"entity": "task", "field": "title", "at": LATELY, "how_known": "observed", "run_id": "r"}
    for of in ("old", "live", "pruned"):
        store(engine, identity, {**known, "value": of, "entity_id": of})
        store(engine, change, {**changed, "entity_id": of})
    removed = prune(engine)
    assert (removed["tombstones"], removed["history"]) == (3, 2)
    with reading(engine) as connection:
        for table in (identity, change):
            assert set(connection.execute(select(table.c.entity_id)).scalars()) == {"live"}


def test_what_people_were_told_goes_when_it_is_closed_and_long_ago(engine: Engine) -> None:
    found = {"rule_id": "r", "subject": "task", "severity": "major", "message": "m", "rule_version": "1"}
    found |= {"first_seen_at": LONG_AGO, "opened_at": LONG_AGO}
    for number, state in enumerate(("open", "closed", "closed", "waived"), 1):
        store(engine, deviation, {**found, "number": number, "subject_id": f"t{number}", "state": state})
    told_of = {1: LONG_AGO, 2: LONG_AGO, 3: LATELY, 4: LONG_AGO, 9: LONG_AGO}
    for number, at in told_of.items():
        store(engine, told, {"recipient": "pmo", "matter": f"deviation:{number}", "token": "x", "at": at})
    store(engine, told, {"recipient": "pmo", "matter": "connector:plan", "token": "failing", "at": LONG_AGO})
    assert prune(engine)["notices"] == 2
    with reading(engine) as connection:
        left = set(connection.execute(select(told.c.matter)).scalars())
    assert left == {"deviation:1", "deviation:3", "deviation:4", "connector:plan"}


def test_a_hold_goes_once_it_was_let_through_long_ago(engine: Engine) -> None:
    for name, released in (("over", LONG_AGO), ("lately", LATELY), ("held", None)):
        store(engine, hold, {"run_id": name, "since": LONG_AGO, "problem": "{}", "released_at": released})
        store(engine, told, {"recipient": "pmo", "matter": f"hold:{name}", "token": "held", "at": LONG_AGO})
    removed = prune(engine)
    assert (removed["runs"], removed["notices"]) == (1, 2)
    with reading(engine) as connection:
        assert set(connection.execute(select(hold.c.run_id)).scalars()) == {"lately", "held"}
        assert set(connection.execute(select(told.c.matter)).scalars()) == {"hold:held"}


def test_old_runs_and_quarantine_go_but_not_a_run_that_waits_for_a_person(engine: Engine) -> None:
    for name, ended in (("old", LONG_AGO), ("held", LONG_AGO), ("new", LATELY), ("going", None)):
        state = "running" if ended is None else "done"
        store(engine, run, {"id": name, "kind": "sync", "state": state, "started_at": LONG_AGO, "ended_at": ended})
    store(engine, hold, {"run_id": "held", "since": LONG_AGO, "problem": "{}"})
    for place, since in (("a", LONG_AGO), ("b", LATELY)):
        kept = {"reason": "r", "remedy": "m", "raw": "{}", "run_id": "old", "since": since}
        store(engine, quarantine, {"connector": "plan", "entity": "task", "place": place, **kept})
    removed = prune(engine)
    assert (removed["runs"], removed["quarantine"]) == (1, 1)
    assert ids(engine, run) == {"held", "new", "going"}


@pytest.mark.parametrize("column", ["parent_id", "project_id", "assignee_id"])
def test_a_row_that_names_nothing_is_found(engine: Engine, column: str) -> None:
    store(engine, task, item("lost", **{column: "nowhere"}))
    (problem,) = check(engine)
    assert problem.what.startswith("1 rows of task name a ")
    assert metadata.tables["task"].c[column] is not None
