"""Sending what was approved: journal, let the connector compare and send, verify, note the outcome.

What an earlier run journaled and did not see through is read first: done, or to be done again; never sent blindly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Engine, select

from canonical.database import reading, writing
from canonical.problems import ConfigurationError, Problem, ProblemError, problems_of
from canonical.schema.entities import source_project, task
from canonical.schema.writing import writeback
from canonical.store.leases import Lease, require
from canonical.store.vetoes import add_vetoes
from canonical.store.writebacks import IN_FLIGHT, State, WriteBack, find, move, note
from canonical.values import alike, encode, shown
from canonical.vocabulary import EntityKind, PmoMode
from connectors.base import FieldChange, Outcome, Precondition, Reader, Target, Writer, WriteResult
from sync.approval import team_decides, trusted_plan
from sync.proposals import APPROVED_FOR
from sync.scheduling.quiet import Peace, may_write
from sync.undo import taken_back

CHUNK = 100
"""How many changes are journaled, and given to a connector, at a time."""

Clock: TypeAlias = Callable[[], datetime]
Peaces: TypeAlias = Mapping[str, Peace]
"""By department: when it is left in peace. One that is not named may be written to at any time."""


@dataclass(frozen=True, slots=True)
class Hand:
    """The two objects with which one connector is written, the lease under which it happens, and what it respects.

    `peaces`: what is approved for a department that is left in peace now stays approved. `lifted`: on whose word, and
    why, something is sent although its department is to be left in peace; it stands in the journal.
    """

    connector: str
    reader: Reader
    writer: Writer
    lease: Lease
    peaces: Peaces = field(default_factory=dict)
    lifted: "Lifted | None" = None


@dataclass(frozen=True, slots=True)
class Lifted:
    """A person who lets something be sent although its department is to be left in peace, and the reason."""

    by: str
    reason: str


@dataclass(slots=True)
class Applied:
    """What an apply did: each item with its outcome, what was settled of earlier runs, and problems in words.

    `waiting`: what stays approved because its department is left in peace.
    """

    ended: list[WriteBack] = field(default_factory=list)
    settled: list[WriteBack] = field(default_factory=list)
    waiting: list[WriteBack] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def apply_plan(engine: Engine, plan_id: str, hand: Hand, *, clock: Clock, actor: str) -> Applied:
    """Send the approved items of a plan that belong to one connector. A tool that fails is told, and sent no more.

    Raises:
        ConfigurationError: there is no such plan, or it is not what was planned.
    """
    done = Applied()
    try:
        settle(engine, hand, done, clock=clock, actor=actor)
        approved = iter(_approved(engine, plan_id, hand, done, clock=clock, actor=actor))
        while chunk := list(islice(approved, CHUNK)):
            _send(engine, hand, chunk, done, clock=clock, actor=actor)
    except ConfigurationError:
        raise
    except ProblemError as error:
        done.problems += problems_of(error)
    return done


def _approved(engine: Engine, plan_id: str, hand: Hand, done: Applied, *, clock: Clock, actor: str) -> list[WriteBack]:
    """Give what may be sent; end what was approved and may not be, each with its reason."""
    with writing(engine) as connection:
        require(connection, hand.lease)
        at = clock()
        items = trusted_plan(connection, plan_id).items
        approved = [item for item in items if item.state is State.APPROVED and item.connector == hand.connector]
        teams = {item.id for item in team_decides(connection, approved)}
        free = []
        for item in approved:
            state, reason = _hindrance(item, hand, at, its_the_teams=item.id in teams)
            if state is None:
                free.append(item)
            else:
                facts = {"ended_at": at, "outcome_reason": reason}
                move(connection, [item], state, at=at, actor=actor, facts=facts)
                done.ended.append(replace(item, state=state, ended_at=at, outcome_reason=reason))
    return free


def _hindrance(item: WriteBack, hand: Hand, at: datetime, *, its_the_teams: bool) -> tuple[State | None, str]:
    if item.approved_at is None or at - item.approved_at >= APPROVED_FOR:
        return State.WITHDRAWN, f"it was approved more than {APPROVED_FOR.days} days ago; plan anew"
    if its_the_teams and item.approved_for is None and item.undo_of is None:
        return State.WITHDRAWN, "the department is supportive now, where the team accepts; plan anew"
    if item.mode is PmoMode.DIRECTIVE and hand.writer.precondition is Precondition.NONE:
        return State.REFUSED, "a team's edit in the moment of writing could not be noticed: not written under directive"
    return None, ""


def settle(engine: Engine, hand: Hand, done: Applied, *, clock: Clock, actor: str) -> None:
    """Find out how the writes ended that an earlier run journaled and did not see through.

    The tool holds the new value: applied. It holds the old one: a journaled write goes back to approved, one whose
    answer was lost is withdrawn, to be planned anew. It holds a third one: stale, the team wins. The item is gone:
    withdrawn.
    """
    with reading(engine) as connection:
        open_ones = find(connection, writeback.c.connector == hand.connector, writeback.c.state.in_(IN_FLIGHT))
    if not open_ones:
        return
    for item, now_there in zip(open_ones, hand.reader.read([_target(item) for item in open_ones]), strict=True):
        if now_there.problem is not None:
            gone = _gone(engine, hand, item, clock=clock, actor=actor)
            done.settled += gone
            done.problems += [] if gone else [now_there.problem]
        elif alike(now_there.value, item.after):
            result = WriteResult(_change(item), Outcome.APPLIED, now_there.value, "settled by reading")
            done.settled.append(_note(engine, hand, item, _checked(hand, result), clock=clock, actor=actor))
        elif alike(now_there.value, item.before):
            done.settled.append(_take_back(engine, hand, item, clock=clock, actor=actor))
        else:
            reason = f"the team changed it to “{shown(now_there.value)}”"
            result = WriteResult(_change(item), Outcome.STALE, now_there.value, reason)
            done.settled.append(_note(engine, hand, item, result, clock=clock, actor=actor))


def _gone(engine: Engine, hand: Hand, item: WriteBack, *, clock: Clock, actor: str) -> list[WriteBack]:
    """Withdraw a write whose item no longer is in the tool; nothing when the store does not say so."""
    rows = source_project if item.entity is EntityKind.PROJECT else task
    gone = select(rows.c.id).where(rows.c.id == item.entity_id, rows.c.deleted_at.is_not(None))
    with writing(engine) as connection:
        require(connection, hand.lease)
        if connection.execute(gone).first() is None:
            return []
        at, reason = clock(), "the item is gone from the tool; whether it was written will not be known"
        facts = {"ended_at": at, "outcome_reason": reason}
        move(connection, [item], State.WITHDRAWN, at=at, actor=actor, facts=facts)
    return [replace(item, state=State.WITHDRAWN, ended_at=at, outcome_reason=reason)]


def _take_back(engine: Engine, hand: Hand, item: WriteBack, *, clock: Clock, actor: str) -> WriteBack:
    again = State.APPROVED if item.state is State.JOURNALED else State.WITHDRAWN
    with writing(engine) as connection:
        require(connection, hand.lease)
        facts = {"outcome_reason": "read again: it had not been written"}
        move(connection, [item], again, at=clock(), actor=actor, facts=facts, event="settled")
    return replace(item, state=again)


def asleep(item: WriteBack, peaces: Peaces, now: datetime) -> bool:
    """Say whether a change is for a department that is left in peace now."""
    return item.department_id in peaces and not may_write(peaces[item.department_id], now)


def _send(engine: Engine, hand: Hand, chunk: Sequence[WriteBack], done: Applied, *, clock: Clock, actor: str) -> None:
    with writing(engine) as connection:
        require(connection, hand.lease)
        at = clock()
        sleeping = [item for item in chunk if asleep(item, hand.peaces, at)]
        if hand.lifted is not None:
            detail = {"reason": hand.lifted.reason}
            note(connection, sleeping, "lifted", at=at, actor=actor, on_behalf_of=hand.lifted.by, detail=detail)
        else:
            done.waiting += sleeping
            chunk = [item for item in chunk if item not in sleeping]
        moved = move(connection, chunk, State.JOURNALED, at=at, actor=actor, facts={"journaled_at": at})
    journaled = {_place(item): replace(item, state=State.JOURNALED) for item in moved}
    for result in _results(hand, [_change(item) for item in journaled.values()]):
        item = journaled.pop(_place_of(result.change.target))
        done.ended.append(_note(engine, hand, item, result, clock=clock, actor=actor))
    for item in journaled.values():
        lost = WriteResult(_change(item), Outcome.UNKNOWN, reason="the connector gave no answer for it")
        done.ended.append(_note(engine, hand, item, lost, clock=clock, actor=actor))


def _results(hand: Hand, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
    for result in hand.writer.write(changes):
        yield _checked(hand, result)


def _checked(hand: Hand, result: WriteResult) -> WriteResult:
    """Ask what our write replaced; a team's edit that fell in between is put back at once."""
    if result.outcome is not Outcome.APPLIED or hand.writer.precondition is not Precondition.NOTICED:
        return result
    (replaced,) = hand.writer.overtaken([result.change])
    if replaced.problem is not None:
        unsure = f"what it replaced is not known: {replaced.problem.what}"
        return replace(result, reason="; ".join(filter(None, (result.reason, unsure))))
    if alike(replaced.value, result.change.before):
        return result
    back = FieldChange(result.change.target, before=result.change.after, after=replaced.value)
    (put_back,) = hand.writer.write([back])
    reason = f"a team's edit, “{shown(replaced.value)}”, fell in between"
    if put_back.outcome in (Outcome.APPLIED, Outcome.ALREADY_TRUE):
        return WriteResult(result.change, Outcome.OVERTOOK, put_back.read_back, f"{reason}; it was put back")
    return WriteResult(
        result.change, Outcome.OVERTOOK, put_back.read_back, f"{reason}; putting it back failed: {put_back.reason}"
    )


def _note(engine: Engine, hand: Hand, item: WriteBack, result: WriteResult, *, clock: Clock, actor: str) -> WriteBack:
    if result.outcome is Outcome.REFUSED and result.later:
        return _postponed(engine, hand, item, result.reason, clock=clock, actor=actor)
    state = State(result.outcome.value)
    at = clock()
    facts = {"ended_at": at, "outcome_reason": result.reason or None, "read_back": encode(result.read_back)}
    with writing(engine) as connection:
        require(connection, hand.lease)
        move(connection, [item], state, at=at, actor=actor, facts=facts)
        if state in (State.STALE, State.OVERTOOK):
            add_vetoes(connection, [(item.entity_id, item.field, result.reason or "the team changed it")], since=at)
        if item.undo_of is not None and state in (State.APPLIED, State.ALREADY_TRUE):
            move(connection, taken_back(connection, item), State.UNDONE, at=at, actor=actor)
            add_vetoes(connection, [(item.entity_id, item.field, f"{actor} undid what the hub wrote")], since=at)
    return replace(item, state=state, ended_at=at, outcome_reason=result.reason or None)


def _postponed(engine: Engine, hand: Hand, item: WriteBack, reason: str, *, clock: Clock, actor: str) -> WriteBack:
    with writing(engine) as connection:
        require(connection, hand.lease)
        facts = {"journaled_at": None, "outcome_reason": reason}
        move(connection, [item], State.APPROVED, at=clock(), actor=actor, facts=facts, event="postponed")
    return replace(item, state=State.APPROVED, outcome_reason=reason)


def _target(item: WriteBack) -> Target:
    return Target(item.entity, item.external_id, item.field, item.carrier)


def _change(item: WriteBack) -> FieldChange:
    return FieldChange(_target(item), before=item.before, after=item.after)


def _place(item: WriteBack) -> tuple[str, str, str]:
    return (item.entity, item.external_id, item.field)


def _place_of(target: Target) -> tuple[str, str, str]:
    return (target.entity, target.external_id, target.field)
