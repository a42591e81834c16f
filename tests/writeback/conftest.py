"""A PMO at work: a tool with projects, a template with a hub-owned id, and the steps from plan to undo."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from canonical.database import open_engine, reading
from canonical.schema.writing import writeback
from canonical.store import Lease, acquire
from canonical.store.writebacks import Plan, State, WriteBack, find, load_plan
from canonical.vocabulary import EntityKind, PmoMode
from pmohub.testing.memory import MemoryTool, reader_of, writer_of
from rules.template_fields import Owner, WriteWhen
from rules.wanted import Wanted
from sync.apply import apply_plan
from sync.approval import Decided, Selection, approve, release
from sync.limits import Limits
from sync.plan import Planned, make_plan
from sync.sending import Applied, Hand
from sync.undo import ToUndo, plan_undo

CARRIER = "PMO id"
PROJECT = EntityKind.PROJECT
TTL = timedelta(minutes=5)
UNLIMITED = Limits(
    stop_after_refusals=1000,
    stop_after_disputes=1000,
    pause_field_after_refusals=1000,
    first_writes=0,
    writes_per_item_and_day=1000,
)
"""What stops a run, or lets it wait, is not what most tests are about."""


@dataclass
class Office:
    """Everything one needs to plan, approve, apply and undo against one tool."""

    engine: Engine
    tool: MemoryTool
    lease: Lease
    hub: Lease
    now: datetime = datetime(2026, 3, 16, 9, tzinfo=UTC)
    mode: PmoMode = PmoMode.CONTROLLING
    owner: Owner = Owner.HUB
    write: WriteWhen = WriteWhen.DEFAULT
    limits: Limits = UNLIMITED

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def wanted(self, values: Mapping[str, str]) -> Iterator[Wanted]:
        for external_id, value in values.items():
            item = self.tool.items[PROJECT, external_id]
            yield Wanted(
                connector="memory",
                department_id="engineering",
                mode=self.mode,
                entity=PROJECT,
                entity_id=f"p-{external_id}",
                external_id=external_id,
                key=external_id.upper(),
                field="pmo_id",
                carrier=CARRIER,
                current=item.values.get(CARRIER),
                value=value,
                owner=self.owner,
                write=self.write,
                reason="hub-owned, computed",
            )

    def plan(self, **values: str) -> Planned:
        return make_plan(
            self.engine, self.hub, lambda _: self.wanted(values), self.limits, actor="ana", now=self.clock()
        )

    def approve(self, plan: Plan, *, over_limit: bool = False, on_behalf_of: str | None = None) -> Decided:
        return approve(
            self.engine,
            plan.id,
            Selection(),
            actor="ana",
            now=self.clock(),
            over_limit=over_limit,
            on_behalf_of=on_behalf_of,
        )

    def hand(self) -> Hand:
        return Hand("memory", reader_of(self.tool), writer_of(self.tool), self.lease, self.limits)

    def apply(self, plan: Plan) -> Applied:
        return apply_plan(self.engine, plan.id, self.hand(), clock=self.clock, actor="ana")

    def release(self, external_id: str) -> bool:
        return release(self.engine, f"p-{external_id}", "pmo_id", actor="ana", now=self.clock())

    def write_back(self, **values: str) -> Applied:
        plan = self.plan(**values).plan
        self.approve(plan)
        return self.apply(plan)

    def undo(self, **what: Any) -> Applied:
        return self.apply(self.to_undo(**what))

    def to_undo(self, **what: Any) -> Plan:
        return plan_undo(self.engine, self.hub, ToUndo(**what), actor="ana", now=self.clock())

    def edit(self, external_id: str, value: str | None) -> None:
        self.tool.put(PROJECT, external_id, **{CARRIER: value})

    def held(self, external_id: str) -> object:
        return self.tool.items[PROJECT, external_id].values.get(CARRIER)

    def stored(self, plan: Plan) -> list[WriteBack]:
        with reading(self.engine) as connection:
            loaded = load_plan(connection, plan.id)
        assert loaded is not None
        return list(loaded.items)

    def in_state(self, state: State) -> list[WriteBack]:

        with reading(self.engine) as connection:
            return find(connection, writeback.c.state == state)


@pytest.fixture
def office(engine: Engine) -> Office:
    tool = MemoryTool()
    for name in ("alpha", "beta", "gamma"):
        tool.put(PROJECT, name, name=name.title())
    lease, hub = acquire(engine, "memory", "test", TTL), acquire(engine, "hub", "test", TTL)
    assert lease is not None
    assert hub is not None
    return Office(engine, tool, lease, hub)


@pytest.fixture
def own_engine(fresh_store: Callable[[str], str]) -> Iterator[Engine]:
    """A store in a file, of a test's own."""
    engine = open_engine(fresh_store("sqlite"))
    yield engine
    engine.dispose()
