"""Teams edit items at any request of write-backs and of their undoing: what every tool over HTTP is tried with.

Each item of a round has a schedule of its own, so that one round is as many interleavings as it has items.
"""

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar

import orjson
import pytest
from sqlalchemy import Connection, Engine, select
from starlette.types import ASGIApp, Receive, Scope, Send

from canonical.database import reading
from canonical.schema.entities import task
from canonical.schema.operations import change
from canonical.schema.writing import writeback
from canonical.store.writebacks import Plan, State, find
from canonical.values import decode
from canonical.vocabulary import EntityKind, PmoMode
from connectors.base import Reader, Writer, WriteResult
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
from tests.writeback.conftest import UNLIMITED

TASK, TITLE, OURS = EntityKind.TASK, "To be written", 1500
MOMENTS = range(1, 8)
"""Requests about one item for one write, before each of which its team may edit."""


class Hurried:
    """Lets the team of an item edit right before the nth request about it; `items` finds its id in a path."""

    def __init__(self, items: str) -> None:
        self.edit: Callable[[str, int], None] = lambda _item, _moment: None
        self.seen: Counter[str] = Counter()
        self._items = re.compile(items)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def hurried(scope: Scope, receive: Receive, send: Send) -> None:
            if found := self._items.search(scope.get("path", "")):
                item = found.group(1)
                self.seen[item] += 1
                self.edit(item, self.seen[item])
            await app(scope, receive, send)

        return hurried


@dataclass
class Round(ABC):
    """A site with as many items, a hub, and what each item's team will do when."""

    engine: Engine
    site: Any
    hurried: Hurried
    random: Random
    items: int
    now: datetime = datetime(2026, 11, 25, 12, tzinfo=UTC)
    schedule: dict[tuple[str, int], int] = field(default_factory=dict)
    last_edit: dict[str, int] = field(default_factory=dict)
    connector: ClassVar[str]
    carrier: ClassVar[str]

    def __post_init__(self) -> None:
        self.names = [self.make() for _ in range(self.items)]
        self.writer = self.new_writer()
        self.hurried.edit = self.edit

    @abstractmethod
    def make(self) -> str:
        """Make an item that is called `TITLE`, and give its id."""

    @abstractmethod
    def reader(self) -> Reader:
        """Make a reader."""

    @abstractmethod
    def new_writer(self) -> Writer:
        """Make a writer."""

    @abstractmethod
    def held(self, name: str) -> Any:
        """Give what an item holds."""

    @abstractmethod
    def team_sets(self, name: str, value: int) -> None:
        """Let the team edit an item."""

    @abstractmethod
    def by_hub(self, name: str) -> list[int | None]:
        """Give what the hub's account wrote into an item, by its history."""

    @abstractmethod
    def pass_time(self) -> None:
        """Let ten minutes pass."""

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def edit(self, name: str, moment: int) -> None:
        value = self.schedule.pop((name, moment), None)
        if value is not None:
            self.team_sets(name, value)
            self.last_edit[name] = value

    def plan_edits(self) -> None:
        """Let a team in two edit, at one or two moments; nobody types the same twice."""
        self.hurried.seen.clear()
        self.last_edit.clear()
        self.schedule.clear()
        for name in self.names:
            for moment in self.random.sample(MOMENTS, self.random.choice((0, 0, 1, 1, 2))):
                self.schedule[name, moment] = self.random.randrange(10_000, 10**9)

    def edit_at_last(self) -> None:
        """Let those edit whose moment never came."""
        for name, moment in sorted(self.schedule):
            self.edit(name, moment)

    def sync(self) -> None:
        self.pass_time()
        setup = ConnectorSetup(self.connector, self.connector, "office", self.reader)
        assert not sync_connector(self.engine, setup, Worker("test", self.clock)).problems

    def plan(self) -> Plan:
        limits = replace(UNLIMITED, max_overwrite_share=1.0)
        with held(self.engine, HUB, "test") as lease:
            return make_plan(self.engine, lease, self.wanted, limits, actor="ana", now=self.clock()).plan

    def send(self, plan: Plan) -> Applied:
        with held(self.engine, f"connector:{self.connector}", "test") as lease:
            hand = Hand(self.connector, self.reader(), self.writer, lease, UNLIMITED)
            return apply_plan(self.engine, plan.id, hand, clock=self.clock, actor="ana")

    def wanted(self, connection: Connection) -> Iterator[Wanted]:
        rows = select(task.c.id, task.c.external_id, task.c.fields).where(task.c.title == TITLE)
        for row in connection.execute(rows):
            yield Wanted(
                connector=self.connector,
                department_id="office",
                mode=PmoMode.CONTROLLING,
                entity=TASK,
                entity_id=row.id,
                external_id=row.external_id,
                key=row.external_id,
                field="budget",
                carrier=self.carrier,
                current=orjson.loads(row.fields).get("budget"),
                value=OURS,
                owner=Owner.HUB,
                write=WriteWhen.DEFAULT,
                reason="hub-owned, computed",
            )


def check_round(one: Round) -> None:
    one.sync()
    plan = one.plan()
    assert len(plan.items) == one.items
    approve(one.engine, plan.id, Selection(), actor="ana", now=one.clock())
    one.plan_edits()
    done = one.send(plan)
    assert done.problems == []
    assert {item.state for item in done.ended} <= {State.APPLIED, State.STALE, State.OVERTOOK}
    one.edit_at_last()
    for name in one.names:
        assert one.held(name) == one.last_edit.get(name, OURS), name
        assert one.by_hub(name).count(OURS) <= 1, "written once"
    one.sync()
    check_whose(one)
    assert one.plan().items == (), "what is written is as wished, and what a team typed is left alone"
    check_undone(one)


def check_whose(one: Round) -> None:
    """What came back is the hub's where its account wrote its value or put back what is there now, else the team's."""
    account = one.reader().account()
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


def ask_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: what a write replaced is not asked for."""

    def unasked(sending: Sending, result: WriteResult) -> WriteResult:
        return result

    monkeypatch.setattr("sync.apply.checked", unasked)
    monkeypatch.setattr(outcomes, "checked", unasked)
