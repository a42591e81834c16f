"""After a sync only what it touched is evaluated, and the outcome is that of evaluating everything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Table, event, select

from canonical import unevaluated
from canonical.database import open_engine, reading
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings
from canonical.schema import governance
from canonical.store import Lease, LeaseLostError, RunKind
from canonical.vocabulary import EntityKind, PmoMode
from pmohub.testing.memory import MemoryTool, small_tool
from rules.evaluation import Evaluation, EvaluationSettings, evaluate
from rules.standards import load_standards
from sync.hub import hub_run, resolve_all
from sync.reports import Nobody
from sync.runs import Worker, sync_connector
from sync.stopping import Stop
from tests.sync.conftest import emptied, setup_of, store_of

CORE = load_standards(["pmo-core"], Path())
BOTH = ("plan", "hours")
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
RESOLUTION = ResolutionSettings(
    departments=(DepartmentSettings(id="engineering", name="Engineering", mode=PmoMode.CONTROLLING),),
    connectors={name: ConnectorDepartments(default="engineering") for name in BOTH},
)
OUTCOME = (governance.deviation, governance.verdict_count, governance.compliance_day, governance.project_day)


@dataclass
class Portfolio:
    """A store that two tools fill, and a clock."""

    engine: Engine
    tools: dict[str, MemoryTool]
    now: datetime = MONDAY
    settings: ResolutionSettings = RESOLUTION
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        emptied(self.engine)
        self.worker = Worker("test", lambda: self.now, Nobody(), Stop(), timedelta(minutes=5))

    def sync(self) -> None:
        for name, tool in self.tools.items():
            sync_connector(self.engine, setup_of(tool, name, page_size=100), self.worker)
        resolve_all(self.engine, self.settings, self.worker)

    def evaluate(self, *, everything: bool = False) -> Evaluation:
        with hub_run(self.engine, self.worker, RunKind.EVALUATE) as run:
            return evaluate(self.engine, run.lease, CORE, EvaluationSettings(), run.id, self.now, everything=everything)

    def outcome(self) -> dict[str, list[Any]]:
        """What the evaluations left; numbers follow the order of opening, and due dates of what was already so too."""
        with reading(self.engine) as connection:
            return {table.name: sorted(connection.execute(select(*told(table))), key=repr) for table in OUTCOME}


def told(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in {"number", "due_on"}]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def two_engines(request: pytest.FixtureRequest, fresh_store: Callable[[str], str]) -> Iterator[tuple[Engine, Engine]]:
    engines = open_engine(fresh_store(request.param)), open_engine(fresh_store(request.param))
    yield engines
    for engine in engines:
        engine.dispose()


def tools() -> dict[str, MemoryTool]:
    return {name: small_tool(name) for name in BOTH}


DAYS = st.sampled_from(["2026-01-05", "2026-02-20", "2026-03-02", "2026-03-04", "2026-06-01", None])
PROJECTS = st.sampled_from(["id:ALPHA", "id:BETA", None])
PEOPLE = st.sampled_from(["id:u1", "id:u2", "name:Ada Byron", "name:Somebody", None])
TASKS = ("ALPHA-1", "ALPHA-2", "ALPHA-3", "BETA-1", "BETA-2", "BETA-3", "new")
NAMED = st.sampled_from([f"id:{task}" for task in TASKS] + [None])
HOW_MUCH = st.sampled_from([None, "40", "100", "150"])
VALUES = {
    EntityKind.TASK: {
        "project": PROJECTS,
        "parent": NAMED,
        "assignee": PEOPLE,
        "due": DAYS,
        "planned_start": DAYS,
        "status": st.sampled_from(["To do", "Doing", "Done", "Odd"]),
        "original_estimate": st.sampled_from([None, 0, 7200]),
        "time_spent": st.sampled_from([None, 0, 7200]),
    },
    EntityKind.PROJECT: {
        "status": st.sampled_from(["active", "planned", "completed", "on_hold"]),
        "phase": st.sampled_from(["planning", "execution", None]),
        "health": st.sampled_from(["red", "green", None]),
        "manager": PEOPLE,
        "planned_finish": DAYS,
        "baseline_finish": DAYS,
        "same_as": st.sampled_from([None, "key:ALPHA", "key:BETA"]),
    },
    EntityKind.PERSON: {
        "active": st.sampled_from(["yes", "no", "unknown"]),
        "email": st.sampled_from([None, "ada@example.com"]),
        "weekly_capacity": st.sampled_from([None, 72_000, 144_000]),
    },
    EntityKind.TIME_ENTRY: {"project": PROJECTS, "task": NAMED, "person": PEOPLE, "work_date": DAYS.filter(bool)},
    EntityKind.DEPENDENCY: {"predecessor": NAMED.filter(bool), "successor": NAMED.filter(bool)},
    EntityKind.STATUS_UPDATE: {"project": PROJECTS.filter(bool), "at": st.sampled_from(["2026-01-09T08:00:00Z"])},
    EntityKind.ALLOCATION: {"project": PROJECTS, "person": PEOPLE, "last_day": DAYS, "percent": HOW_MUCH},
    EntityKind.LEAVE: {"person": PEOPLE, "last_day": DAYS},
}
IDS = {
    EntityKind.TASK: TASKS,
    EntityKind.PROJECT: ("ALPHA", "BETA"),
    EntityKind.PERSON: ("u1", "u2"),
    EntityKind.TIME_ENTRY: ("w1", "w2"),
    EntityKind.DEPENDENCY: ("d1", "d2"),
    EntityKind.STATUS_UPDATE: ("s1", "s2"),
    EntityKind.ALLOCATION: ("b1", "b2"),
    EntityKind.LEAVE: ("l1", "l2"),
}
NEEDED = {
    EntityKind.TIME_ENTRY: {"work_date": "2026-02-02", "duration": 3600},
    EntityKind.DEPENDENCY: {"predecessor": "id:ALPHA-1", "successor": "id:BETA-1"},
    EntityKind.STATUS_UPDATE: {"project": "id:BETA", "at": "2026-02-02T08:00:00Z"},
    EntityKind.ALLOCATION: {"first_day": "2026-01-05", "weekly_effort": None},
    EntityKind.LEAVE: {"first_day": "2026-01-05"},
}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, EntityKind, str, dict[str, Any] | None]:
    kind = draw(st.sampled_from([EntityKind.TASK, EntityKind.TASK, *VALUES]))
    values = st.none() | st.fixed_dictionaries({}, optional=VALUES[kind])
    return draw(st.sampled_from(BOTH)), kind, draw(st.sampled_from(IDS[kind])), draw(values)


def edit(portfolio: Portfolio, name: str, kind: EntityKind, own: str, values: dict[str, Any] | None) -> None:
    """Change, create or, without values, delete one thing in one tool."""
    tool = portfolio.tools[name]
    if values is None and (kind, own) in tool.items:
        tool.remove(kind, own)
    elif values is not None:
        there = tool.items[kind, own].values if (kind, own) in tool.items else {}
        tool.put(kind, own, **{**NEEDED.get(kind, {}), **there, **values})


STEP = st.tuples(st.lists(edits(), max_size=3), st.sampled_from([0, 0, 1, 3]))
HISTORY = given(steps=st.lists(STEP, min_size=1, max_size=3))
BOUNDED = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def same_outcome(engines: tuple[Engine, Engine], steps: list[Any]) -> None:
    one, other = (Portfolio(engine, tools()) for engine in engines)
    for changes, days in [([], 0), *steps]:
        for portfolio in (one, other):
            for changed in changes:
                edit(portfolio, *changed)
            portfolio.now += timedelta(days=days, hours=1)
            portfolio.sync()
        one.evaluate()
        other.evaluate(everything=True)
        assert one.outcome() == other.outcome()


@settings(BOUNDED, max_examples=3)
@HISTORY
def test_evaluating_what_syncs_touched_gives_what_evaluating_everything_gives(
    two_engines: tuple[Engine, Engine], steps: list[Any]
) -> None:
    same_outcome(two_engines, steps)


@pytest.mark.long
@settings(BOUNDED, max_examples=25)
@HISTORY
def test_long_histories_of_syncs_give_what_evaluating_everything_gives(
    two_engines: tuple[Engine, Engine], steps: list[Any]
) -> None:
    same_outcome(two_engines, steps)


@pytest.fixture
def portfolio(two_engines: tuple[Engine, Engine]) -> Portfolio:
    portfolio = Portfolio(two_engines[0], tools())
    portfolio.sync()
    portfolio.evaluate()
    return portfolio


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_after_a_sync_without_changes_no_row_is_read_and_none_written_but_the_evaluation(
    portfolio: Portfolio,
) -> None:
    before = store_of(portfolio.engine)
    portfolio.now += timedelta(hours=1)
    portfolio.sync()
    with statements(portfolio.engine) as sent:
        portfolio.evaluate()
    after = store_of(portfolio.engine)
    assert len(after.pop("evaluation")) == len(before.pop("evaluation")) + 1
    assert after == before
    rows = ("task", "time_entry", "dependency", "status_update", "source_project", "project", "person")
    assert not [one for one in sent for name in rows if f"FROM {name}" in one or f"JOIN {name}" in one]


def test_what_was_resolved_before_a_crash_is_evaluated_after_it(portfolio: Portfolio) -> None:
    opened = portfolio.evaluate().open
    portfolio.tools["plan"].put(EntityKind.TASK, "ALPHA-1", status="Done")
    portfolio.sync()
    portfolio.sync()
    assert portfolio.evaluate().open < opened


def test_an_evaluation_that_lost_its_lease_leaves_what_changed_to_the_next(portfolio: Portfolio) -> None:
    opened = portfolio.evaluate().open
    portfolio.tools["plan"].put(EntityKind.TASK, "ALPHA-1", status="Done")
    portfolio.sync()
    lost = Lease("hub", "another", 0, timedelta(minutes=5))
    with pytest.raises(LeaseLostError):
        evaluate(portfolio.engine, lost, CORE, EvaluationSettings(), "lost", portfolio.now)
    assert portfolio.evaluate().open < opened


def test_other_settings_make_the_next_evaluation_look_at_everything(portfolio: Portfolio) -> None:
    portfolio.settings = RESOLUTION.model_copy(update={"timezone": "Europe/Berlin"})
    portfolio.sync()
    with reading(portfolio.engine) as connection:
        assert unevaluated.concerns_everything(connection)
    portfolio.evaluate()
    with reading(portfolio.engine) as connection:
        assert not unevaluated.anything_pending(connection)
