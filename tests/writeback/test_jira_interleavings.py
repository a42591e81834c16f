"""Teams edit issues at any request of write-backs to Jira and of their undoing: no edit is lost, nothing written twice.

Each story of a round has a schedule of its own, so that one round is as many interleavings as it has stories.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine, select
from starlette.types import ASGIApp, Receive, Scope, Send

from canonical.database import open_engine, reading
from canonical.schema.entities import task
from canonical.schema.operations import change
from canonical.schema.writing import writeback
from canonical.store.writebacks import Plan, State, find
from canonical.values import decode
from canonical.vocabulary import EntityKind, PmoMode
from connectors.base import WriteResult
from connectors.jira.writer import JiraWriter
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.numbering import FIRST_ID
from rules.template_fields import Owner, WriteWhen
from rules.wanted import Wanted
from sync import outcomes
from sync.apply import apply_plan
from sync.approval import Selection, approve
from sync.leases import HUB, held
from sync.plan import make_plan
from sync.runs import ConnectorSetup, Worker, sync_connector
from sync.sending import Applied, Hand, Sending
from sync.undo import ToUndo, plan_undo
from tests.enumeration import EVERY
from tests.jira_reading.sites import BOTH, Site, site
from tests.sync.conftest import emptied
from tests.writeback.conftest import UNLIMITED

SEEDS = 24 // EVERY

TASK = EntityKind.TASK
BUDGET, OURS = "customfield_10106", 1500
CARRIERS = {TASK: {"budget": "Budget (EUR)"}}
SCOPE = {"projects": ["PAY"], "jql": 'summary ~ "written"'}
MOMENTS = range(1, 8)
"""Requests about one issue for one write, before each of which its team may edit."""


class Hurried:
    """Lets the team of an issue edit right before the nth request about it."""

    def __init__(self) -> None:
        self.edit: Callable[[str, int], None] = lambda _issue, _moment: None
        self.seen: Counter[str] = Counter()

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def hurried(scope: Scope, receive: Receive, send: Send) -> None:
            if found := re.search(r"/rest/api/./issue/(\d+)", scope.get("path", "")):
                issue = found.group(1)
                self.seen[issue] += 1
                self.edit(issue, self.seen[issue])
            await app(scope, receive, send)

        return hurried


@dataclass
class Round:
    """A site with as many stories, a hub, and what each story's team will do when."""

    engine: Engine
    jira: Site
    hurried: Hurried
    random: Random
    stories: int
    now: datetime = datetime(2026, 11, 25, 12, tzinfo=UTC)
    schedule: dict[tuple[str, int], float] = field(default_factory=dict)
    last_edit: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        state = self.jira.server.state
        project = state.world.project("PAY")
        assert project is not None
        values = {"summary": "To be written", "issuetype": scheme.STORY}
        made = [state.editor.create(project, values, state.world.people[1]) for _ in range(self.stories)]
        self.names = [str(one.number + FIRST_ID) for one in made]
        self.writer = JiraWriter(*self.jira.setup(CARRIERS, **SCOPE))
        self.hurried.edit = self.edit

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def held(self, name: str) -> Any:
        return self.jira.issue(name).values.get(BUDGET)

    def edit(self, name: str, moment: int) -> None:
        value = self.schedule.pop((name, moment), None)
        if value is not None:
            state = self.jira.server.state
            state.editor.edit(self.jira.issue(name), {BUDGET: value}, state.world.people[1])
            self.last_edit[name] = value

    def plan_edits(self) -> None:
        """Let a team in two edit, at one or two moments; nobody types the same twice."""
        self.hurried.seen.clear()
        self.last_edit.clear()
        self.schedule.clear()
        for name in self.names:
            for moment in self.random.sample(MOMENTS, self.random.choice((0, 0, 1, 1, 2))):
                self.schedule[name, moment] = float(self.random.randrange(10_000, 10**9))

    def edit_at_last(self) -> None:
        """Let those edit whose moment never came."""
        for name, moment in sorted(self.schedule):
            self.edit(name, moment)

    def sync(self) -> None:
        self.jira.pass_time(600)
        setup = ConnectorSetup("jira", "jira", "office", lambda: self.jira.reader(CARRIERS, **SCOPE))
        assert not sync_connector(self.engine, setup, Worker("test", self.clock)).problems

    def plan(self) -> Plan:
        limits = replace(UNLIMITED, max_overwrite_share=1.0)
        with held(self.engine, HUB, "test") as lease:
            return make_plan(self.engine, lease, wanted, limits, actor="ana", now=self.clock()).plan

    def send(self, plan: Plan) -> Applied:
        with held(self.engine, "connector:jira", "test") as lease:
            hand = Hand("jira", self.jira.reader(CARRIERS, **SCOPE), self.writer, lease, UNLIMITED)
            return apply_plan(self.engine, plan.id, hand, clock=self.clock, actor="ana")


def wanted(connection: Connection) -> Iterator[Wanted]:
    for row in connection.execute(select(task.c.id, task.c.external_id, task.c.fields)):
        yield Wanted(
            connector="jira",
            department_id="office",
            mode=PmoMode.CONTROLLING,
            entity=TASK,
            entity_id=row.id,
            external_id=row.external_id,
            key=row.external_id,
            field="budget",
            carrier="Budget (EUR)",
            current=orjson.loads(row.fields).get("budget"),
            value=OURS,
            owner=Owner.HUB,
            write=WriteWhen.DEFAULT,
            reason="hub-owned, computed",
        )


def by_hub(one: Round, name: str) -> list[float | None]:
    """What the hub's account wrote into an issue, by its history."""
    people = one.jira.server.state.world
    changes = [each for each in one.jira.issue(name).changes if each.author != people.people[1].id]
    items = [item for each in changes for item in each.items if item.field_id == BUDGET]
    return [None if item.new_text is None else float(item.new_text) for item in items]


def check_round(one: Round) -> None:
    one.sync()
    plan = one.plan()
    assert len(plan.items) == one.stories
    approve(one.engine, plan.id, Selection(), actor="ana", now=one.clock())
    one.plan_edits()
    done = one.send(plan)
    assert done.problems == []
    assert {item.state for item in done.ended} <= {State.APPLIED, State.STALE, State.OVERTOOK}
    one.edit_at_last()
    for name in one.names:
        assert one.held(name) == one.last_edit.get(name, OURS), name
        assert by_hub(one, name).count(OURS) <= 1, "written once"
    one.sync()
    check_whose(one)
    assert one.plan().items == (), "what is written is as wished, and what a team typed is left alone"
    check_undone(one)


def check_whose(one: Round) -> None:
    """What came back is the hub's where its account wrote its value or put back what is there now, else the team's."""
    account = one.jira.reader().account()
    rows = select(task.c.external_id, change.c.by_hub, change.c.actor, change.c.new)
    mine = rows.join(change, change.c.entity_id == task.c.id).where(change.c.field == "fields.budget")
    with reading(one.engine) as connection:
        told = connection.execute(mine).all()
    assert {row.external_id for row in told} == set(one.names)
    assert [row for row in told if row.by_hub and row.actor != account] == []
    for row in told:
        if row.actor == account and decode(row.new) in (OURS, one.held(row.external_id)):
            assert row.by_hub, row


def check_undone(one: Round) -> None:
    """Undo everything while teams go on editing; nothing of the hub's is left."""
    before = {name: one.held(name) for name in one.names}
    with held(one.engine, HUB, "test") as lease:
        ever = ToUndo(since=datetime(2000, 1, 1, tzinfo=UTC))
        back = plan_undo(one.engine, lease, ever, actor="ana", now=one.clock())
    one.plan_edits()
    one.send(back)
    one.edit_at_last()
    for name in one.names:
        left = None if before[name] == OURS else before[name]
        assert one.held(name) == one.last_edit.get(name, left), name
    with reading(one.engine) as connection:
        assert find(connection, writeback.c.state.in_((State.JOURNALED, State.UNKNOWN))) == []
    one.sync()
    assert one.plan().items == ()


def rounds(engine: Engine, folder: Path, flavour: Flavour, seeds: range, stories: int) -> None:
    for seed in seeds:
        emptied(engine)
        with ExitStack() as stack:
            hurried = Hurried()
            jira = stack.enter_context(site(flavour, folder, hurried, issues=14))
            check_round(Round(engine, jira, hurried, Random(seed), stories))  # noqa: S311  # can be tried again


@pytest.fixture
def own_engine(fresh_store: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(fresh_store("sqlite"))
    yield engine
    engine.dispose()


@BOTH
def test_edits_around_writes_to_jira_are_neither_lost_nor_written_over(
    own_engine: Engine, tmp_path: Path, flavour: Flavour
) -> None:
    rounds(own_engine, tmp_path, flavour, range(1), stories=25)


@pytest.mark.long
@BOTH
def test_hundreds_of_edits_around_writes_to_jira_are_neither_lost_nor_written_over(
    own_engine: Engine, tmp_path: Path, flavour: Flavour, tell: Callable[[str], None]
) -> None:
    rounds(own_engine, tmp_path, flavour, range(100, 100 + SEEDS), stories=70)
    tell(f"{SEEDS * 70:,} interleavings, and as many of their undoing")


def test_not_asking_what_a_write_replaced_does_not_get_by(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_nothing(sending: Sending, result: WriteResult) -> WriteResult:
        return result

    monkeypatch.setattr("sync.apply.checked", ask_nothing)
    monkeypatch.setattr(outcomes, "checked", ask_nothing)
    with pytest.raises(AssertionError):
        rounds(own_engine, tmp_path, Flavour.CLOUD, range(1), stories=25)
