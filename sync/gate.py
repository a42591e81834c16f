"""The last look before sending: which approved write-backs may go now, which wait, which end, each with its reason."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from canonical.database import writing
from canonical.problems import Problem, Weight
from canonical.schema.operations import connector as connector_table
from canonical.schema.writing import writeback
from canonical.store.leases import require
from canonical.store.stops import stops
from canonical.store.writebacks import State, WriteBack, move
from canonical.vocabulary import PmoMode
from connectors.base import Precondition
from sync.approval import team_decides, trusted_plan
from sync.limits import Limits, stopped
from sync.proposals import APPROVED_FOR
from sync.sending import Sending, asleep

SENT = (State.JOURNALED, State.APPLIED, State.OVERTOOK, State.UNKNOWN, State.UNDONE)
WRITTEN = (State.APPLIED, State.UNDONE)


def let_through(sending: Sending, plan_id: str) -> list[WriteBack]:
    """Give what may be sent now. What may not any more ends; what must wait stays approved, or waits for a look."""
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        at = sending.clock()
        _keep_precondition(connection, sending)
        items = trusted_plan(connection, plan_id).items
        mine = [item for item in items if item.state is State.APPROVED and item.connector == sending.connector]
        free = _without_ended(connection, sending, mine, at)
        free = awake(sending, _without_waiting(connection, sending, free, at), at)
        return _first_ones(connection, sending, free, at)


def awake(sending: Sending, items: Sequence[WriteBack], at: datetime) -> list[WriteBack]:
    """Leave out what is for a department that is left in peace, unless somebody lifted that."""
    if sending.hand.lifted is not None:
        return list(items)
    sleeping = {item.id for item in items if asleep(item, sending.hand.peaces, at)}
    sending.done.waiting += [item for item in items if item.id in sleeping]
    return [item for item in items if item.id not in sleeping]


def _keep_precondition(connection: Connection, sending: Sending) -> None:
    own = connector_table.c.id == sending.connector
    connection.execute(update(connector_table).where(own).values(precondition=sending.hand.writer.precondition.value))


def _without_ended(
    connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime
) -> list[WriteBack]:
    teams = {item.id for item in team_decides(connection, items)}
    free = []
    for item in items:
        state, reason = _hindrance(item, sending, at, its_the_teams=item.id in teams)
        if state is None:
            free.append(item)
            continue
        facts = {"ended_at": at, "outcome_reason": reason}
        move(connection, [item], state, at=at, actor=sending.actor, facts=facts)
        sending.done.ended.append(replace(item, state=state, ended_at=at, outcome_reason=reason))
    return free


def _hindrance(item: WriteBack, sending: Sending, at: datetime, *, its_the_teams: bool) -> tuple[State | None, str]:
    if item.approved_at is None or at - item.approved_at >= APPROVED_FOR:
        return State.WITHDRAWN, f"it was approved more than {APPROVED_FOR.days} days ago; plan anew"
    if its_the_teams and item.approved_for is None and item.undo_of is None:
        return State.WITHDRAWN, "the department is supportive now, where the team accepts; plan anew"
    if item.mode is PmoMode.DIRECTIVE and sending.hand.writer.precondition is Precondition.NONE:
        return State.REFUSED, "a team's edit in the moment of writing could not be noticed: not written under directive"
    return None, ""


def _without_waiting(
    connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime
) -> list[WriteBack]:
    """Leave approved what a stop holds or what is for tomorrow; undoing waits for neither."""
    in_force = {stop.field: stop for stop in stops(connection, sending.connector)}
    stop_of = {item.id: in_force.get(None) or in_force.get(item.field) for item in items if item.undo_of is None}
    held = Counter(stop for stop in stop_of.values() if stop)
    sending.done.problems += [stopped(stop, number) for stop, number in held.items()]
    reasons = {name: stop.reason for name, stop in stop_of.items() if stop}
    for item in _written_today(connection, sending.hand.limits, items, at):
        reason = reasons.setdefault(item.id, "it was written today already; it is tried again tomorrow")
        sending.done.ended.append(replace(item, outcome_reason=reason))
    for item in items:
        if item.id in reasons:
            facts = {"outcome_reason": reasons[item.id]}
            move(connection, [item], State.APPROVED, at=at, actor=sending.actor, facts=facts, event="postponed")
    return [item for item in items if item.id not in reasons]


def _written_today(
    connection: Connection, limits: Limits, items: Sequence[WriteBack], at: datetime
) -> Iterator[WriteBack]:
    """Give the items to which other plans have written as often as a day allows. What one plan writes is one write."""
    morning = at.astimezone(limits.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for item in items:
        if item.undo_of is None:
            sent = (writeback.c.entity_id == item.entity_id, writeback.c.state.in_(SENT), writeback.c.undo_of.is_(None))
            since = (writeback.c.journaled_at >= morning, writeback.c.plan_id != item.plan_id)
            plans = select(func.count(writeback.c.plan_id.distinct())).where(*sent, *since)
            if connection.execute(plans).scalar_one() >= limits.writes_per_item_and_day:
                yield item


def _first_ones(connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime) -> list[WriteBack]:
    """Give what may go before somebody has looked at the first writes of what is new; the rest is only proposed."""
    of_field: dict[str | None, int] = {}
    go, rest = [], []
    for item in items:
        kinds = () if item.undo_of else (None, item.field)
        for name in kinds:
            if name not in of_field:
                of_field[name] = _room(connection, sending, name, len(items))
        if all(of_field[name] > 0 for name in kinds):
            go.append(item)
            of_field |= {name: of_field[name] - 1 for name in kinds}
        else:
            rest.append(item)
    if rest:
        first = sending.hand.limits.first_writes
        reason = f"the first {first} writes of what is new are sent; somebody looks at them before the rest"
        facts = {"outcome_reason": reason, "approved_by": None, "approved_for": None, "approved_at": None}
        move(connection, rest, State.PROPOSED, at=at, actor=sending.actor, facts=facts, event="waits_for_a_look")
        sending.done.problems.append(_look_first(sending.connector, rest, first))
    return go


def _room(connection: Connection, sending: Sending, field: str | None, enough: int) -> int:
    """Say how many may be sent of a field, or of the whole connector, before somebody looks.

    A person who approves after the first ones were written has looked.
    """
    first = sending.hand.limits.first_writes
    if first == 0:
        return enough
    own = [writeback.c.connector == sending.connector, writeback.c.undo_of.is_(None)]
    own += [] if field is None else [writeback.c.field == field]
    written = select(writeback.c.ended_at).where(*own, writeback.c.state.in_(WRITTEN))
    ended = connection.execute(written.order_by(writeback.c.ended_at).limit(first)).scalars().all()
    if len(ended) < first:
        return first - len(ended)
    by_person = (writeback.c.policy.is_(None), writeback.c.approved_at >= ended[-1])
    looked = connection.execute(select(writeback.c.id).where(*own, *by_person).limit(1)).first() is not None
    return enough if looked else 0


def _look_first(connector: str, rest: Sequence[WriteBack], first: int) -> Problem:
    fields = sorted({item.field for item in rest})
    whose = " --for PERSON" if any(item.mode is PmoMode.SUPPORTIVE for item in rest) else ""
    changes = "1 change was" if len(rest) == 1 else f"{len(rest):,} changes were"
    return Problem(
        what=f"The first {first} writes of what is new are sent; the rest waits for a look",
        where=f"{connector}: {', '.join(fields)}",
        not_done=f"{changes} not sent, and must be approved again.",
        next_step="Look in the tool at what was written, then:",
        commands=(
            f"pmohub writeback approve {rest[0].plan_id} --connector {connector}{whose}",
            "pmohub writeback apply",
        ),
        weight=Weight.WARNING,
    )
