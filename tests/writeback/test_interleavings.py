"""Teams edit at any moment around write-backs and their undoing: no edit is lost, no value written twice, all undone.

Each project of a round has a schedule of its own, so that one round of a hundred is a hundred interleavings.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine, select

from canonical.database import open_engine, reading
from canonical.schema.entities import source_project
from canonical.schema.operations import change
from canonical.schema.writing import writeback
from canonical.store import acquire, release
from canonical.store.writebacks import Plan, State, WriteBack, find
from canonical.vocabulary import EntityKind, PmoMode
from connectors.base import WriteResult
from pmohub.testing.memory import MemoryTool, MemoryWriter, WriteAccess, reader_of
from rules.template_fields import Owner, WriteWhen
from rules.wanted import Wanted
from sync import apply, outcomes
from sync.apply import apply_plan
from sync.approval import Selection, approve
from sync.leases import HUB, held
from sync.plan import make_plan
from sync.runs import ConnectorSetup, Worker, sync_connector
from sync.sending import Applied, Hand, Sending
from sync.undo import ToUndo, plan_undo
from tests.sync.conftest import emptied
from tests.writeback.conftest import CARRIER, PROJECT, TTL, UNLIMITED

PROJECTS = 100
BEFORE, AFTER = None, "PMO"
OURS = writeback.c.undo_of.is_(None)
CALLS = ("get", "set", "get again", "replaced")
"""What the connector asks of the tool for one write; an edit may come before each."""


class Hurried(WriteAccess):
    """An access that lets the team edit right before any of its calls for an item."""

    def __init__(self, tool: MemoryTool, edit: Callable[[str, str], None]) -> None:
        super().__init__(tool)
        self.edit = edit
        self.seen: Counter[str] = Counter()

    def get(self, kind: EntityKind, identifier: str) -> Any:
        self.seen[identifier] += 1
        self.edit(identifier, "get" if self.seen[identifier] == 1 else "get again")
        return super().get(kind, identifier)

    def set(self, kind: EntityKind, identifier: str, name: str, value: Any) -> None:
        self.edit(identifier, "set")
        super().set(kind, identifier, name, value)

    def replaced(self, kind: EntityKind, identifier: str, name: str, value: Any) -> tuple[bool, Any]:
        self.edit(identifier, "replaced")
        return super().replaced(kind, identifier, name, value)


@dataclass
class Round:
    """A tool with many projects, a hub, and what the team of each project will do when."""

    engine: Engine
    random: Random
    tool: MemoryTool = field(default_factory=MemoryTool)
    now: datetime = datetime(2026, 3, 16, 9, tzinfo=UTC)
    schedule: dict[tuple[str, str], Any] = field(default_factory=dict)
    last_edit: dict[str, Any] = field(default_factory=dict)
    at_read: dict[str, Any] = field(default_factory=dict)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def held(self, name: str) -> Any:
        return self.tool.items[PROJECT, name].values.get(CARRIER)

    def edit(self, name: str, moment: str) -> None:
        """Do what the team of a project does at a moment; typing what is there already is no edit."""
        value = self.schedule.pop((name, moment), self)
        if value is not self and value != self.held(name):
            self.tool.put(PROJECT, name, **{CARRIER: value})
            self.last_edit[name] = value
        if moment == "get":
            self.at_read[name] = self.held(name)
            self.last_edit.pop(name, None)

    def edit_all(self, moment: str) -> None:
        for name in self.names:
            self.edit(name, moment)

    @property
    def names(self) -> list[str]:
        return [f"p{number:03}" for number in range(PROJECTS)]

    def plan_edits(self, moments: tuple[str, ...], values: tuple[Any, ...]) -> None:
        """Let a team in two edit, at one or two of these moments."""
        for name in self.names:
            for moment in self.random.sample(moments, self.random.choice((0, 0, 1, 1, 2))):
                self.schedule[name, moment] = self.random.choice(values)

    def sync(self) -> None:
        carriers = {PROJECT: {"pmo_id": CARRIER}}
        setup = ConnectorSetup("memory", "memory", "office", lambda: reader_of(self.tool, carriers=carriers))
        assert not sync_connector(self.engine, setup, Worker("test", self.clock)).problems

    def plan(self) -> Plan:
        lease = acquire(self.engine, "hub", "test", TTL)
        assert lease is not None
        limits = replace(UNLIMITED, max_overwrite_share=1.0)
        planned = make_plan(self.engine, lease, wanted, limits, actor="ana", now=self.clock())
        release(self.engine, lease)
        return planned.plan

    def send(self, plan: Plan) -> Applied:
        lease = acquire(self.engine, "connector:memory", "test", TTL)
        assert lease is not None
        writer = MemoryWriter(Hurried(self.tool, self.edit))
        hand = Hand("memory", reader_of(self.tool), writer, lease, UNLIMITED)
        done = apply_plan(self.engine, plan.id, hand, clock=self.clock, actor="ana")
        release(self.engine, lease)
        return done


def wanted(connection: Connection) -> Iterator[Wanted]:
    rows = source_project.c
    for row in connection.execute(select(rows.id, rows.external_id, rows.fields)):
        yield Wanted(
            connector="memory",
            department_id="office",
            mode=PmoMode.CONTROLLING,
            entity=PROJECT,
            entity_id=row.id,
            external_id=row.external_id,
            key=row.external_id,
            field="pmo_id",
            carrier=CARRIER,
            current=orjson.loads(row.fields).get("pmo_id"),
            value=f"{AFTER}-{row.external_id}",
            owner=Owner.HUB,
            write=WriteWhen.DEFAULT,
            reason="hub-owned, computed",
        )


def check_sent(one: Round, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Hold each place to what was there when it was read, and to what the team did from then on."""
    for name, wished in after.items():
        read = one.at_read[name]
        written = wished if read == before[name] else read
        assert one.held(name) == one.last_edit.get(name, written), name


def check_round(one: Round) -> None:
    for name in one.names:
        one.tool.put(PROJECT, name, name=name, **{CARRIER: BEFORE})
    one.sync()
    plan = one.plan()
    approve(one.engine, plan.id, Selection(), actor="ana", now=one.clock())
    wishes = {item.external_id: item.after for item in plan.items}
    one.plan_edits(("planned", *CALLS, "sent"), ("ours", "theirs", BEFORE))
    one.edit_all("planned")
    one.send(plan)
    one.edit_all("sent")
    assert set(wishes) == set(one.names)
    check_sent(one, dict.fromkeys(wishes, BEFORE), wishes)
    check_written_once(one, wishes)
    one.sync()
    check_whose(one, wishes)
    assert one.plan().items == (), "what is written is as wished, and what a team typed is left alone"
    check_undone(one)


def check_written_once(one: Round, wishes: dict[str, Any]) -> None:
    written = defaultdict(list)
    for entry in one.tool.history:
        if entry.actor == "hub" and entry.new == wishes[entry.id]:
            written[entry.id].append(entry)
    assert all(len(entries) == 1 for entries in written.values())


def check_whose(one: Round, wishes: dict[str, Any]) -> None:
    """What came back is called the hub's where the hub was the last to write it, and the team's elsewhere."""
    last = {entry.id: entry for entry in one.tool.history if entry.name == CARRIER}
    rows = select(source_project.c.external_id, change.c.by_hub).join(change, change.c.entity_id == source_project.c.id)
    with reading(one.engine) as connection:
        for name, by_hub in connection.execute(rows.where(change.c.field == "fields.pmo_id")):
            assert by_hub == (last[name].actor == "hub" and last[name].new == wishes[name]), [
                (e.actor, e.old, e.new) for e in one.tool.history if e.id == name and e.name == CARRIER
            ]


def check_undone(one: Round) -> None:
    """Undo everything while teams go on editing; nothing of the hub's is left but where a team typed over it."""
    with held(one.engine, HUB, "test") as lease:
        ever = ToUndo(since=datetime(2000, 1, 1, tzinfo=UTC))
        back = plan_undo(one.engine, lease, ever, actor="ana", now=one.clock())
    one.schedule.clear()
    one.at_read.clear()
    one.plan_edits(("planned", *CALLS, "sent"), ("ours", "late"))
    one.edit_all("planned")
    one.send(back)
    one.edit_all("sent")
    places = {item.external_id: item for item in back.items}
    check_sent(
        one,
        {name: item.before for name, item in places.items()},
        {name: item.after for name, item in places.items()},
    )
    assert not any(str(one.held(name)).startswith(AFTER) for name in one.names)
    with reading(one.engine) as connection:
        standing = {item.external_id for item in find(connection, writeback.c.state == State.APPLIED, OURS)}
        gone = {item.external_id for item in find(connection, writeback.c.state == State.APPLIED, ~OURS)}
    assert not standing & gone
    one.sync()
    assert one.plan().items == ()


def rounds(engine: Engine, seeds: range) -> None:
    for seed in seeds:
        emptied(engine)
        check_round(Round(engine, Random(seed)))  # noqa: S311  # a seed that can be tried again


def test_a_few_hundred_interleavings_lose_and_double_nothing_and_are_undone(engine: Engine) -> None:
    rounds(engine, range(2))


def ask_nothing(sending: Sending, result: WriteResult) -> WriteResult:
    """Mutant: nobody asks what a write replaced."""
    return result


def forget_what_was_undone(connection: Connection, undone: WriteBack) -> list[WriteBack]:
    """Mutant: what was taken back counts as standing."""
    return []


@pytest.mark.parametrize(
    ("name", "mutant"), [("checked", ask_nothing), ("taken_back", forget_what_was_undone)], ids=["overtaken", "undone"]
)
def test_a_planted_fault_does_not_get_by(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str, mutant: Callable[..., Any]
) -> None:
    monkeypatch.setattr(outcomes, name, mutant)
    if hasattr(apply, name):
        monkeypatch.setattr(apply, name, mutant)
    with pytest.raises(AssertionError):
        rounds(engine, range(1))


@pytest.mark.long
def test_ten_thousand_interleavings_lose_and_double_nothing_and_are_undone(
    fresh_store: Callable[[str], str], tell: Callable[[str], None]
) -> None:
    engine = open_engine(fresh_store("sqlite"))
    rounds(engine, range(100))
    engine.dispose()
    tell(f"{100 * PROJECTS:,} interleavings")
