"""A connector moves, is retired, is purged: what is kept is the same as before, what is erased is nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, insert, select

from canonical import purging
from canonical.database import open_engine, reading, writing
from canonical.problems import ConfigurationError, ToolError
from canonical.schema import metadata
from canonical.schema.entities import project, source_project, task, time_entry
from canonical.schema.governance import deviation, waiver
from canonical.schema.names import identity
from canonical.schema.operations import change, told
from canonical.store import RunKind, RunState, recent_runs
from canonical.store.connectors import state
from canonical.store.told import note_told
from canonical.store.writebacks import Plan, State, WriteBack, insert_plan
from canonical.vocabulary import EntityKind, PmoMode
from pmohub.testing.memory import Fault, MemoryTool, small_tool
from pmohub.testing.memory.tool import Item
from rules.waivers import Request, grant
from sync.approval import trusted_plan
from sync.changing import Moved, move, purge_connector, retire_connector
from sync.leases import LeaseHeldError, connector_lease, held
from sync.plan import plan_hash
from sync.runs import sync_connector
from tests.sync.conftest import emptied, setup_of, store_of, worker
from tests.sync.test_evaluating_what_changed import Portfolio

PROJECT, TASK, PERSON = EntityKind.PROJECT, EntityKind.TASK, EntityKind.PERSON
CANARY = "Canary Quarterly Relaunch"


@pytest.fixture
def portfolio(engine: Engine) -> Portfolio:
    """Two tools, read and evaluated, and evaluated once more after some tasks fell overdue."""
    return judged(engine)


def judged(engine: Engine) -> Portfolio:
    home = Portfolio(engine, {"plan": small_tool("plan"), "hours": small_tool("hours")})
    home.sync()
    home.evaluate()
    return home


def migrated(tool: MemoryTool, ids: Mapping[tuple[EntityKind, str], str], name: str = "cloud") -> MemoryTool:
    """The same tool in another place, where ids are others and keys are the same."""
    moved = MemoryTool(name)
    for (kind, old), item in tool.items.items():
        values = {field: referred(value, ids) for field, value in item.values.items()}
        moved.put(kind, ids.get((kind, old), old), **values)
    return moved


def referred(value: Any, ids: Mapping[tuple[EntityKind, str], str]) -> Any:
    if not isinstance(value, str) or not value.startswith("id:"):
        return value
    return next((f"id:{new}" for (_, old), new in ids.items() if value == f"id:{old}"), value)


def moved_to(home: Portfolio, tool: MemoryTool, *, really: bool = True) -> Moved:
    home.tools["plan"] = tool
    return move(home.engine, setup_of(tool, "plan"), home.worker, really=really)


def rows(engine: Engine, table: Table, *conditions: Any) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(select(table).where(*conditions).order_by(*table.primary_key)))


def deviations(engine: Engine) -> list[tuple[Any, ...]]:
    kept = deviation.c.subject.in_(["task", "project"])
    return [
        (row.number, row.rule_id, row.subject_id, row.discriminator, row.state) for row in rows(engine, deviation, kept)
    ]


def fresh(tool: MemoryTool) -> dict[tuple[EntityKind, str], str]:
    return {(kind, old): f"1000{number}" for number, (kind, old) in enumerate(tool.items)}


def test_a_move_takes_everything_along_that_has_a_key(portfolio: Portfolio) -> None:
    engine, old = portfolio.engine, portfolio.tools["plan"]
    before, ids = deviations(engine), {row.key: row.id for row in rows(engine, task, task.c.connector == "plan")}
    result = moved_to(portfolio, migrated(old, fresh(old)))
    assert (result.movement.by_key[TASK], result.movement.by_key[PROJECT], result.movement.by_key[PERSON]) == (6, 2, 1)
    assert result.complete
    portfolio.sync()
    portfolio.evaluate()
    assert deviations(engine) == before
    live = rows(engine, task, task.c.connector == "plan", task.c.deleted_at.is_(None))
    assert {row.key: row.id for row in live} == ids
    assert {row.external_id for row in live} == {new for (kind, _), new in fresh(old).items() if kind is TASK}
    assert None not in {row.project_id for row in live}
    run = next(run for run in recent_runs(engine) if run.kind is RunKind.MOVE)
    assert (run.connector, run.state, run.note.outcomes["found by key"]) == ("plan", RunState.DONE, 9)


def test_the_old_ids_are_kept_with_their_time(portfolio: Portfolio) -> None:
    old = portfolio.tools["plan"]
    moved_to(portfolio, migrated(old, fresh(old)))
    known = rows(portfolio.engine, identity, identity.c.entity == "task", identity.c.scheme == "id")
    assert {row.value for row in known} == {name for kind, name in old.items if kind is TASK}
    assert {(row.connector, row.valid_to) for row in known} == {("plan", portfolio.now)}


def test_rehearsing_a_move_changes_nothing_and_says_the_same(portfolio: Portfolio) -> None:
    old = portfolio.tools["plan"]
    new = migrated(old, fresh(old))
    before, runs = store_of(portfolio.engine), len(recent_runs(portfolio.engine))
    rehearsed = moved_to(portfolio, new, really=False)
    assert store_of(portfolio.engine) == before
    assert len(recent_runs(portfolio.engine)) == runs
    assert moved_to(portfolio, new) == rehearsed


def test_what_is_not_there_any_more_is_listed_and_gone(portfolio: Portfolio) -> None:
    old = portfolio.tools["plan"]
    new = migrated(old, fresh(old))
    new.remove(TASK, fresh(old)[TASK, "ALPHA-3"])
    result = moved_to(portfolio, new)
    assert (TASK, "ALPHA-3") in result.movement.named
    (left,) = rows(portfolio.engine, task, task.c.connector == "plan", task.c.key == "ALPHA-3")
    assert left.deleted_at == portfolio.now
    assert [row.field for row in rows(portfolio.engine, change, change.c.entity_id == left.id)] == ["deleted_at"]


def test_a_place_that_is_not_shown_whole_makes_nothing_deleted(portfolio: Portfolio) -> None:
    old = portfolio.tools["plan"]
    new = migrated(old, fresh(old))
    new.withhold(fresh(old)[PROJECT, "ALPHA"], shown=1)
    result = moved_to(portfolio, new)
    assert not result.complete
    left = rows(portfolio.engine, task, task.c.connector == "plan", task.c.key == "ALPHA-3")
    assert [(row.deleted_at, row.lost_access_at) for row in left] == [(None, portfolio.now)]


def test_a_new_place_that_fails_changes_nothing(portfolio: Portfolio) -> None:
    old = portfolio.tools["plan"]
    new = migrated(old, fresh(old))
    new.fail(Fault.DOWN, call=2)
    before = store_of(portfolio.engine)
    with pytest.raises(ToolError):
        moved_to(portfolio, new)
    assert store_of(portfolio.engine) == before


def test_the_same_place_is_no_move(portfolio: Portfolio) -> None:
    with pytest.raises(ConfigurationError, match="as it did when it was last read"):
        moved_to(portfolio, portfolio.tools["plan"])


def test_another_record_with_the_same_id_is_another_record(portfolio: Portfolio) -> None:
    """Two places count from one: an old task's id is that of a new project's task there."""
    old = portfolio.tools["plan"]
    ids = fresh(old)
    new = migrated(old, ids)
    new.put(TASK, "ALPHA-1", key="GAMMA-1", title="Quite another", project=f"id:{ids[PROJECT, 'BETA']}", status="Doing")
    moved_to(portfolio, new)
    portfolio.sync()
    by_key = {row.key: row for row in rows(portfolio.engine, task, task.c.connector == "plan")}
    assert by_key["ALPHA-1"].title == "Task 1"
    assert by_key["GAMMA-1"].title == "Quite another"
    assert by_key["ALPHA-1"].id != by_key["GAMMA-1"].id


def test_the_same_tool_under_another_address_is_found_by_its_ids(portfolio: Portfolio) -> None:
    old = portfolio.tools["plan"]
    new = migrated(old, {})
    new.put(TASK, "ALPHA-1", key="OPS-5")
    result = moved_to(portfolio, new)
    assert not result.movement.left
    assert result.movement.by_id[TASK] == 1
    before = len(rows(portfolio.engine, time_entry))
    portfolio.sync()
    assert len(rows(portfolio.engine, time_entry)) == before


def written(plan_id: str, external_id: str, entity_id: str, item_state: State) -> WriteBack:
    return WriteBack(
        id=f"{plan_id}-1", plan_id=plan_id, connector="plan", department_id="engineering", mode=PmoMode.CONTROLLING,
        entity=TASK, entity_id=entity_id, external_id=external_id, key="ALPHA-1", field="risk", carrier="risk note",
        before=None, after="high", reason="asked", state=item_state,
    )  # fmt: skip


def test_what_was_written_can_be_settled_and_undone_in_the_new_place(portfolio: Portfolio) -> None:
    (row,) = rows(portfolio.engine, task, task.c.connector == "plan", task.c.key == "ALPHA-1")
    items = (written("P1", "ALPHA-1", row.id, State.APPLIED),)
    with writing(portfolio.engine) as connection:
        insert_plan(connection, Plan("P1", plan_hash(items), portfolio.now, "ana", items))
    old = portfolio.tools["plan"]
    moved_to(portfolio, migrated(old, fresh(old)))
    with reading(portfolio.engine) as connection:
        (item,) = trusted_plan(connection, "P1").items
    assert item.external_id == fresh(old)[TASK, "ALPHA-1"]


def test_a_plan_that_was_tampered_with_stays_refused(portfolio: Portfolio) -> None:
    items = (written("P1", "ALPHA-1", "t", State.APPROVED),)
    with writing(portfolio.engine) as connection:
        insert_plan(connection, Plan("P1", "another hash", portfolio.now, "ana", items))
    old = portfolio.tools["plan"]
    moved_to(portfolio, migrated(old, fresh(old)))
    with reading(portfolio.engine) as connection, pytest.raises(ConfigurationError):
        trusted_plan(connection, "P1")


def test_a_connector_that_is_being_read_cannot_be_changed(portfolio: Portfolio) -> None:
    with held(portfolio.engine, connector_lease("plan"), "pmohub serve"), pytest.raises(LeaseHeldError):
        retire_connector(portfolio.engine, "plan", portfolio.worker)


IDS = st.permutations(["ALPHA-1", "ALPHA-2", "ALPHA-3", "BETA-1", "BETA-2", "BETA-3", "7", "8"])


BOUNDED = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MOVE = given(
    tasks=IDS, projects=st.permutations(["ALPHA", "BETA", "1", "2"]), waived=st.integers(0, 3), added=st.booleans()
)


@settings(BOUNDED, max_examples=2)
@MOVE
def test_a_move_keeps_the_number_and_the_waiver_of_every_deviation(
    engine: Engine, tasks: list[str], projects: list[str], waived: int, added: bool
) -> None:
    keeps_deviations(engine, tasks, projects, waived, added=added)


@pytest.mark.long
@settings(BOUNDED, max_examples=10)
@MOVE
def test_whatever_moves_keeps_the_number_and_the_waiver_of_every_deviation(
    engine: Engine, tasks: list[str], projects: list[str], waived: int, added: bool
) -> None:
    keeps_deviations(engine, tasks, projects, waived, added=added)


def keeps_deviations(engine: Engine, tasks: list[str], projects: list[str], waived: int, *, added: bool) -> None:
    home = judged(engine)
    chosen = deviations(engine)[:: waived + 1]
    with writing(engine) as connection:
        for number, rule, *_ in chosen:
            asked = Request(rule, "deviation", scope_of(connection, number), "Agreed", "ana", date(2026, 4, 1))
            grant(connection, asked, home.now)
    before, waivers = deviations(engine), rows(engine, waiver)
    old = home.tools["plan"]
    keys = {TASK: iter(tasks), PROJECT: iter(projects)}
    ids = {(kind, name): next(keys[kind]) for kind, name in old.items if kind in keys}
    new = migrated(old, ids)
    if added:
        free = (set(tasks) - set(ids.values())).pop()
        new.put(TASK, free, key="GAMMA-1", title="Another", project=f"id:{ids[PROJECT, 'ALPHA']}", status="Done")
    moved_to(home, new)
    home.now += timedelta(minutes=5)
    home.sync()
    home.evaluate(everything=True)
    kept = {row[0] for row in before}
    assert [row for row in deviations(engine) if row[0] in kept] == before
    assert {row[4] for row in before if row[0] in {number for number, *_ in chosen}} == {"waived"}
    assert rows(engine, waiver) == waivers


def scope_of(connection: Any, number: int) -> str:
    found: str = connection.execute(select(deviation.c.subject_id).where(deviation.c.number == number)).scalar_one()
    return found


def test_a_retired_connector_is_not_read_and_its_deviations_are_frozen(portfolio: Portfolio) -> None:
    engine, tool = portfolio.engine, portfolio.tools["plan"]
    retire_connector(engine, "plan", portfolio.worker)
    before, calls = deviations(engine), len(tool.calls)
    tool.put(TASK, "ALPHA-1", due="2027-01-01")
    tool.remove(TASK, "ALPHA-3")
    portfolio.now += timedelta(days=30)
    portfolio.sync()
    portfolio.evaluate()
    assert len(tool.calls) == calls
    mine = {row.id for table in (task, source_project) for row in rows(engine, table, table.c.connector == "plan")}
    after = {row[0]: row[4] for row in deviations(engine) if row[2] in mine}
    assert after == {row[0]: row[4] for row in before if row[2] in mine}
    assert not state(engine, "plan").is_fresh(portfolio.now)
    problems = [problem.what for run in recent_runs(engine) for problem in run.note.problems]
    assert not [what for what in problems if "fault" in what]


def test_a_retired_connector_can_be_taken_into_use_again(portfolio: Portfolio) -> None:
    retire_connector(portfolio.engine, "plan", portfolio.worker)
    retire_connector(portfolio.engine, "plan", portfolio.worker, undo=True)
    portfolio.tools["plan"].put(TASK, "ALPHA-1", title="Edited")
    portfolio.sync()
    (row,) = rows(portfolio.engine, task, task.c.external_id == "ALPHA-1", task.c.connector == "plan")
    assert row.title == "Edited"


def everything(engine: Engine) -> str:
    held_now: list[Any] = []
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            held_now += connection.execute(select(table)).all()
    return repr(held_now)


def test_a_purge_leaves_nothing_but_counts_and_touches_no_other_connector(engine: Engine) -> None:
    alone = Portfolio(engine, {"hours": small_tool("hours")})
    alone.sync()
    alone.evaluate()
    without = outcome_of(engine)
    emptied(engine)
    home = judged(engine)
    doomed = home.tools["plan"]
    doomed.put(PROJECT, "ALPHA", name=CANARY, same_as="hours:BETA")
    doomed.put(TASK, "ALPHA-1", title=CANARY, due="31 February")
    doomed.put(PERSON, "u9", name=CANARY, email="canary@example.com")
    home.sync()
    home.evaluate()
    with writing(engine) as connection:
        note_told(connection, "Canary@example.com", {"deviation:900": "open"}, home.now)
    assert CANARY in everything(engine)
    told_of = [f"deviation:{row.number}" for row in rows(engine, deviation, deviation.c.project_id.in_(own_of(engine)))]
    with writing(engine) as connection:
        for matter in [*told_of, "connector:plan", "connector:hours"]:
            connection.execute(insert(told), {"recipient": "ana", "matter": matter, "token": "", "at": home.now})
    counts = purge_connector(engine, "plan", home.worker, really=True).rows
    assert CANARY not in everything(engine)
    assert "canary@" not in everything(engine).lower()
    assert counts["task"] == 6
    assert [row.matter for row in rows(engine, told)] == ["connector:hours"]
    assert state(engine, "plan") is None
    del home.tools["plan"]
    home.sync()
    home.evaluate(everything=True)
    assert outcome_of(engine) == without
    run = next(run for run in recent_runs(engine) if run.connector == "plan")
    assert (run.kind, run.state, run.note.outcomes) == (RunKind.PURGE, RunState.DONE, counts)


def own_of(engine: Engine) -> list[str]:
    """The projects of which the plan alone knows."""
    mine, others = source_project.c.connector == "plan", source_project.c.connector != "plan"
    shared = {row.project_id for row in rows(engine, source_project, others)}
    return [row.project_id for row in rows(engine, source_project, mine) if row.project_id not in shared]


KEPT = {
    "department", "working_day", "rule_state", "evaluation", "compliance_day",  # the house's own
    "lease", "hold", "plan", "writeback_event",  # without a name of anybody; events go with their write-back
    "resolution",
}  # fmt: skip


def test_every_table_is_erased_from_or_said_to_hold_nothing_of_a_connector() -> None:
    """A new table must be named in one or the other."""
    ours = {table for table, _ in (*purging.BY_ENTITY, *purging.BY_BOTH)} | set(purging.BY_CONNECTOR)
    erased = {table.name for table in ours} | {"run", "connector", "told"}
    assert set(metadata.tables) - erased - KEPT == set()


def outcome_of(engine: Engine) -> tuple[Any, ...]:
    """What the PMO sees: live projects, tasks with their projects, and open deviations without their numbers."""
    return (
        sorted((row.id, row.name, row.department_id) for row in rows(engine, project)),
        sorted((row.id, row.project_id, row.assignee_id) for row in rows(engine, task)),
        sorted((row.rule_id, row.subject_id, row.state) for row in rows(engine, deviation)),
    )


def test_rehearsing_a_purge_changes_nothing_and_counts_the_same(portfolio: Portfolio) -> None:
    before = store_of(portfolio.engine)
    rehearsed = purge_connector(portfolio.engine, "plan", portfolio.worker, really=False)
    assert store_of(portfolio.engine) == before
    assert purge_connector(portfolio.engine, "plan", portfolio.worker, really=True) == rehearsed


def test_what_was_purged_is_not_left_in_the_file(fresh_store: Callable[[str], str]) -> None:
    engine = open_engine(fresh_store("sqlite"))
    home = judged(engine)
    home.tools["plan"].put(PROJECT, "ALPHA", name=CANARY)
    home.sync()
    purge_connector(engine, "plan", home.worker, really=True)
    files = [Path(f"{engine.url.database}{ending}") for ending in ("", "-wal")]
    assert not [file for file in files if file.exists() and CANARY.encode() in file.read_bytes()]
    engine.dispose()


def test_what_a_reader_keeps_in_the_file_is_told_until_it_ends(
    fresh_store: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canonical.database.BUSY_TIMEOUT_SECONDS", 0.2)
    engine = open_engine(fresh_store("sqlite"))
    home = judged(engine)
    with reading(engine) as connection:
        connection.execute(select(task.c.id)).first()
        purged = purge_connector(engine, "plan", home.worker, really=True)
    assert purged.rows["source_project"] > 0
    (told,) = purged.problems
    assert told.where == f"{engine.url.database}-wal"
    assert "Stop every pmohub process" in told.next_step
    engine.dispose()
    assert not Path(told.where).exists()


def test_nothing_is_known_of_a_connector_that_was_never_read(engine: Engine) -> None:
    with pytest.raises(ConfigurationError, match="Nothing is stored"):
        purge_connector(engine, "never", Portfolio(engine, {}).worker, really=True)


def history_of(engine: Engine, field: str) -> list[tuple[Any, ...]]:
    of = change.c.entity_id.in_(select(task.c.id).where(task.c.connector == "plan"))
    return [
        (row.entity_id, row.old, row.new, row.at, row.how_known)
        for row in rows(engine, change, of, change.c.field == field)
    ]


def test_history_is_not_written_twice_after_a_move(engine: Engine) -> None:
    """The new place numbers its changes anew, and a number of the old place is another change there."""
    tool = small_tool("plan")
    for title in ("First", "Second"):
        tool.put(TASK, "ALPHA-1", title=title)
    report = sync_connector(engine, setup_of(tool, "plan", history=True), worker())
    before = history_of(engine, "title")
    assert report.state is RunState.DONE
    assert len(before) == 8
    cloud = MemoryTool("cloud")
    cloud.put(EntityKind.STATUS_UPDATE, "elsewhere", at="2026-01-05T16:00:00Z", project="id:none")
    numbers = len(cloud.history)
    cloud.items |= {(kind, fresh(tool)[kind, old]): moved_item(tool, kind, old) for kind, old in tool.items}
    cloud.history += [replace(entry, id=fresh(tool)[entry.kind, entry.id]) for entry in tool.history]
    assert numbers
    cloud.now = tool.now
    move(engine, setup_of(cloud, "plan", history=True), worker(), really=True)
    report = sync_connector(engine, setup_of(cloud, "plan", history=True), worker())
    assert report.state is RunState.DONE
    assert sorted(history_of(engine, "title")) == sorted(before)


def test_a_purge_takes_also_the_history_of_items_that_never_came(engine: Engine) -> None:
    """One that cannot be mapped, say: its history waits for it."""
    tool = small_tool("plan")
    tool.put(TASK, "odd", project="id:ALPHA", title="Odd", due="31 February")
    sync_connector(engine, setup_of(tool, "plan", history=True), worker())
    stored = select(task.c.id).where(task.c.connector == "plan")
    assert rows(engine, change, change.c.entity == "task", change.c.entity_id.not_in(stored))
    purge_connector(engine, "plan", worker(), really=True)
    assert rows(engine, change) == []


def moved_item(tool: MemoryTool, kind: EntityKind, old: str) -> Item:
    item = tool.items[kind, old]
    return replace(item, id=fresh(tool)[kind, old])
