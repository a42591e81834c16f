"""The last look before sending: which approved write-backs may go now, which wait, which end, each with its reason."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from canonical.database import writing
from canonical.departures import departed
from canonical.schema.operations import connector as connector_table
from canonical.schema.writing import writeback
from canonical.store.leases import require
from canonical.store.stops import Stop, stops
from canonical.store.writebacks import State, WriteBack, move
from canonical.vocabulary import PmoMode
from connectors.base import Precondition
from rules.template import standing_of
from sync.approval import team_decides, trusted_plan
from sync.first_writes import Room, look_first
from sync.limits import Limits, stopped
from sync.proposals import APPROVED_FOR, still_approved
from sync.sending import Sending, asleep, target_of
from sync.standing_approvals import in_force

TODAY = "it was written today already; it is tried again tomorrow"
NOT_LIVE = "it has ended, or its project is closing, closed, on hold or gone now, where nothing is written"
SENT = (State.JOURNALED, State.APPLIED, State.OVERTOOK, State.UNKNOWN, State.UNDONE)


def let_through(sending: Sending, plan_id: str) -> list[WriteBack]:
    """Give what may be sent now. What may not any more ends; what must wait stays approved, or waits for a look."""
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        at = sending.clock()
        _keep_precondition(connection, sending)
        items = trusted_plan(connection, plan_id).items
        mine = [item for item in items if item.state is State.APPROVED and item.connector == sending.connector]
        free = _without_ended(connection, sending, _still_stands(connection, sending, mine, at), at)
        free = awake(sending, _without_waiting(connection, sending, free, at), at)
        return _first_ones(connection, sending, free, at)


def _still_stands(
    connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime
) -> list[WriteBack]:
    """Leave out what was approved in a name that counts no longer, a person's or a standing one's: only proposed."""
    left = departed(connection, [name for item in items for name in (item.approved_by, item.approved_for)])
    names = {one.name: one for one in in_force(sending.hand.standing, at, sending.hand.limits.zone)}
    reasons: dict[str, str] = {}
    for item in items:
        if item.policy is not None and item.policy not in names:
            reasons[item.id] = f"the standing approval {item.policy} has ended or was changed, or who gave it has left"
        elif item.undo_of is None and (gone := left & {item.approved_by, item.approved_for}):
            reasons[item.id] = f"{min(gone)}, who approved it, has left"
        elif item.policy is not None and names[item.policy].automatic and _is_unwatched(item, sending):
            reasons[item.id] = "a team's edit in the moment of writing could not be noticed: nothing is automatic there"
    for reason in sorted(set(reasons.values())):
        fallen = [item for item in items if reasons.get(item.id) == reason]
        _only_proposed(connection, sending, fallen, at, reason, "approval_ended")
        facts = {"state": State.PROPOSED, "outcome_reason": reason}
        sending.done.ended += [replace(item, **facts) for item in fallen]  # type: ignore[arg-type]
    return [item for item in items if item.id not in reasons]


def awake(sending: Sending, items: Sequence[WriteBack], at: datetime) -> list[WriteBack]:
    """Leave out what is for a department that is left in peace, unless somebody lifted that."""
    if sending.hand.lifted is not None:
        return list(items)
    sleeping = {item.id for item in items if asleep(item, sending.hand.limits.peaces, at)}
    sending.done.waiting += [item for item in items if item.id in sleeping]
    return [item for item in items if item.id not in sleeping]


def _keep_precondition(connection: Connection, sending: Sending) -> None:
    own = connector_table.c.id == sending.connector
    connection.execute(update(connector_table).where(own).values(precondition=sending.hand.writer.precondition.value))


def _without_ended(
    connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime
) -> list[WriteBack]:
    teams = {item.id for item in team_decides(connection, items)}
    moved = _otherwise_now(connection, items)
    free = []
    for item in items:
        state, reason = _hindrance(item, sending, at, its_the_teams=item.id in teams)
        if item.id in moved and state is None:
            state, reason = State.WITHDRAWN, moved[item.id]
        if state is None:
            free.append(item)
            continue
        facts = {"ended_at": at, "outcome_reason": reason}
        move(connection, [item], state, at=at, actor=sending.actor, facts=facts)
        sending.done.ended.append(replace(item, state=state, ended_at=at, outcome_reason=reason))
    return free


def _otherwise_now(connection: Connection, items: Sequence[WriteBack]) -> dict[str, str]:
    """Say by id why what was planned is not to be written any more, as the store knows the items now; undoing may be.

    Mode table, situations 16 to 19 and 23: work that ended, a project that closed, was parked or changed hands since.
    """
    reasons = {}
    for kind in {item.entity for item in items}:
        mine = [item for item in items if item.entity is kind and item.undo_of is None]
        now = standing_of(connection, kind, {item.entity_id for item in mine})
        for item in mine:
            department, live = now.get(item.entity_id, (item.department_id, True))
            if not live:
                reasons[item.id] = NOT_LIVE
            elif department != item.department_id:
                reasons[item.id] = f"it belongs to {department} now; plan anew"
    return reasons


def _hindrance(item: WriteBack, sending: Sending, at: datetime, *, its_the_teams: bool) -> tuple[State | None, str]:
    if not still_approved(item, sending.hand.limits.peaces, at):
        return State.WITHDRAWN, f"it was approved more than {APPROVED_FOR.days} days ago; plan anew"
    if its_the_teams and item.approved_for is None and item.undo_of is None:
        return State.WITHDRAWN, "the department is supportive now, where the team accepts; plan anew"
    if item.mode is PmoMode.DIRECTIVE and _is_unwatched(item, sending):
        return State.REFUSED, "a team's edit in the moment of writing could not be noticed: not written under directive"
    return None, ""


def _is_unwatched(item: WriteBack, sending: Sending) -> bool:
    """Say whether a team's edit in the moment of writing would go unnoticed there."""
    return sending.hand.writer.precondition_for(target_of(item)) is Precondition.NONE


def _without_waiting(
    connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime
) -> list[WriteBack]:
    """Leave approved what a stop holds or what is for tomorrow; undoing waits for neither."""
    held = _stopped(connection, items)
    sending.done.problems += [stopped(stop, number) for stop, number in Counter(held.values()).items()]
    reasons = {name: stop.reason for name, stop in held.items()}
    for item in _written_today(connection, sending.hand.limits, items, at):
        reason = reasons.setdefault(item.id, TODAY)
        sending.done.ended.append(replace(item, outcome_reason=reason))
    for item in items:
        if item.id in reasons:
            facts = {"outcome_reason": reasons[item.id]}
            move(connection, [item], State.APPROVED, at=at, actor=sending.actor, facts=facts, event="postponed")
    return [item for item in items if item.id not in reasons]


def would_wait(connection: Connection, limits: Limits, items: Sequence[WriteBack], at: datetime) -> dict[str, str]:
    """Say by id of approved items which would wait if they were sent now, and for what. Changes nothing."""
    reasons = {name: f"writing is stopped: {stop.reason}" for name, stop in _stopped(connection, items).items()}
    reasons |= _otherwise_now(connection, items)
    reasons |= {item.id: TODAY for item in _written_today(connection, limits, items, at) if item.id not in reasons}
    room = Room(connection, limits.first_writes)
    look = f"it waits until somebody has looked at the first {limits.first_writes} writes of what is new"
    return reasons | {item.id: look for item in items if item.id not in reasons and not room.take(item)}


def _stopped(connection: Connection, items: Sequence[WriteBack]) -> dict[str, Stop]:
    """Give by id of items the stop that holds each; undoing waits for none."""
    in_force = {(stop.connector, stop.field): stop for stop in stops(connection)}
    found = {
        item.id: in_force.get((item.connector, None)) or in_force.get((item.connector, item.field))
        for item in items
        if item.undo_of is None
    }
    return {name: stop for name, stop in found.items() if stop is not None}


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
    first = sending.hand.limits.first_writes
    room = Room(connection, first)
    go = [item for item in items if room.take(item)]
    going = {item.id for item in go}
    rest = [item for item in items if item.id not in going]
    if rest:
        reason = f"the first {first} writes of what is new are sent; somebody looks at them before the rest"
        _only_proposed(connection, sending, rest, at, reason, "waits_for_a_look")
        sending.done.problems.append(look_first(sending.connector, rest, first, rest[0].plan_id))
    return go


def _only_proposed(  # see canonical.store.writebacks.move
    connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime, reason: str, event: str
) -> None:
    facts = dict.fromkeys(("approved_by", "approved_for", "approved_at", "policy")) | {"outcome_reason": reason}
    move(connection, items, State.PROPOSED, at=at, actor=sending.actor, facts=facts, event=event)
