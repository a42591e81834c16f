"""Undo: the old values return as a plan of their own, under the same rules. What a team changed since stays theirs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, Engine, select

from canonical.database import writing
from canonical.ordering import natural
from canonical.problems import ConfigurationError, Problem
from canonical.schema.writing import writeback
from canonical.store.leases import Lease, require
from canonical.store.writebacks import OPEN, Plan, State, WriteBack, find, insert_plan, move, next_plan_id, plan_number
from canonical.values import alike
from sync.plan import plan_hash


@dataclass(frozen=True, slots=True)
class ToUndo:
    """What is to be taken back: one write, one plan's writes, all since an instant."""

    writeback_id: str | None = None
    plan_id: str | None = None
    since: datetime | None = None


def plan_undo(engine: Engine, lease: Lease, what: ToUndo, *, actor: str, now: datetime) -> Plan:
    """Store an approved plan that takes back one write, one plan's, or all since an instant.

    A place gets one change: to what it held before the oldest write that is taken back. So what the hub wrote over that
    one later is taken back with it, and a write that a team's edit has followed is left as it is. Whoever undoes
    decides; no second approval is asked for putting back what the team had.

    Raises:
        ConfigurationError: nothing of what was named was applied, or it was undone already.
        LeaseLostError: the lease expired or was taken over; nothing was stored.
    """
    with writing(engine) as connection:
        require(connection, lease)
        plan = would_undo(connection, what, actor=actor, now=now)
        items = plan.items
        begun = find(connection, writeback.c.undo_of.in_([item.undo_of for item in items]), writeback.c.state.in_(OPEN))
        move(connection, begun, State.WITHDRAWN, at=now, actor=actor, facts={"outcome_reason": "undone anew"})
        insert_plan(connection, plan)
        return plan


def would_undo(connection: Connection, what: ToUndo, *, actor: str, now: datetime) -> Plan:
    """Work out the plan that `plan_undo` stores, and store nothing.

    Raises:
        ConfigurationError: nothing of what was named was applied, or it was undone already.
    """
    chosen = [_standing()]
    if what.writeback_id is not None:
        chosen.append(writeback.c.id == what.writeback_id)
    if what.plan_id is not None:
        chosen.append(writeback.c.plan_id == what.plan_id)
    if what.since is not None:
        chosen.append(writeback.c.ended_at >= what.since)
    runs = sorted(
        _runs(connection, chosen), key=lambda run: (run[0].connector, run[0].field, natural(run[0].key or ""))
    )
    if not runs:
        raise ConfigurationError(_nothing_to_undo(what))
    number = next_plan_id(connection)
    items = tuple(_inverse(run, f"{number}-{n}", number, actor, now) for n, run in enumerate(runs, start=1))
    return Plan(id=number, hash=plan_hash(items), made_at=now, actor=actor, items=items)


def taken_back(connection: Connection, undone: WriteBack) -> list[WriteBack]:
    """Give the writes that an undo which has been applied took back: the one it names and ours over it."""
    (named,) = find(connection, writeback.c.id == undone.undo_of)
    standing = find(connection, _standing(), writeback.c.entity_id == undone.entity_id)
    here = [item for item in standing if _place(item) == _place(undone)]
    return [item for item in here if plan_number(item) >= plan_number(named)]


def _standing() -> ColumnElement[bool]:
    return (writeback.c.state == State.APPLIED) & writeback.c.undo_of.is_(None)


def _runs(connection: Connection, chosen: Sequence[ColumnElement[bool]]) -> Iterator[list[WriteBack]]:
    """Give for each place the writes to take back, newest first, each on the value that the one before it left."""
    named = {item.id for item in find(connection, *chosen)}
    entities = select(writeback.c.entity_id).where(*chosen)
    standing = find(connection, _standing(), writeback.c.entity_id.in_(entities))
    standing.sort(key=lambda item: (_place(item), plan_number(item)))
    for _, writes in groupby(standing, key=_place):
        run = list(_unbroken(reversed(list(writes))))
        last = max((n for n, item in enumerate(run) if item.id in named), default=None)
        if last is not None:
            yield run[: last + 1]


def _place(item: WriteBack) -> tuple[str, ...]:
    return (item.connector, item.field, item.entity_id, item.external_id, item.carrier)


def _unbroken(newest_first: Iterable[WriteBack]) -> Iterator[WriteBack]:
    above: WriteBack | None = None
    for item in newest_first:
        if above is not None and not alike(item.after, above.before):
            return
        yield item
        above = item


def _inverse(run: Sequence[WriteBack], own_id: str, plan_id: str, actor: str, now: datetime) -> WriteBack:
    newest, oldest = run[0], run[-1]
    return replace(
        newest,
        id=own_id,
        plan_id=plan_id,
        before=newest.after,
        after=oldest.before,
        reason=f"undo of {', '.join(item.id for item in reversed(run))}",
        state=State.APPROVED,
        hold=None,
        approved_by=actor,
        approved_for=None,
        approved_at=now,
        journaled_at=None,
        ended_at=None,
        outcome_reason=None,
        undo_of=oldest.id,
        policy=None,
    )


def _nothing_to_undo(what: ToUndo) -> Problem:
    since = f"since {what.since:%Y-%m-%d %H:%M %Z}" if what.since is not None else ""
    return Problem(
        what=f"Nothing to undo: {what.writeback_id or what.plan_id or since}",
        where="only what was applied, is not undone yet and was not changed by a team since can be taken back",
        not_done="Nothing was sent.",
        next_step="See what was written:",
        commands=("pmohub writeback log",),
    )
