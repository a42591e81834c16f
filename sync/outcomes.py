"""How a write ended: what it replaced is asked for, a team's edit put back, the outcome noted with all that follows."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from canonical.database import writing
from canonical.schema.writing import writeback
from canonical.store.leases import require
from canonical.store.stops import Stop, add_stop, last_lifted
from canonical.store.vetoes import add_vetoes
from canonical.store.writebacks import State, WriteBack, move
from canonical.values import FieldValue, alike, encode, shown
from connectors.base import FieldChange, Outcome, Precondition, Writer, WriteResult
from sync.sending import Sending
from sync.undo import taken_back

ANSWERS = (State.REFUSED, State.APPLIED, State.OVERTOOK, State.UNDONE)
"""Ends in which the tool said whether it takes a field."""
MOST_PUT_BACK = 5
"""Edits of one team that each fall into the moment of the one before being put back: nobody types as fast."""


def checked(sending: Sending, result: WriteResult) -> WriteResult:
    """Ask what our write replaced; a team's edit that fell in between is put back at once."""
    writer = sending.hand.writer
    noticed = writer.precondition_for(result.change.target) is Precondition.NOTICED
    if result.outcome is not Outcome.APPLIED or not noticed:
        return result
    (replaced,) = writer.overtaken([result.change])
    if replaced.problem is not None:
        unsure = f"what it replaced is not known: {replaced.problem.what}"
        return replace(result, reason="; ".join(filter(None, (result.reason, unsure))))
    if alike(replaced.value, result.change.before):
        return result
    put_back = _put_back(writer, result.change, replaced.value)
    reason = f"a team's edit, “{shown(put_back.change.after)}”, fell in between"
    if put_back.outcome in (Outcome.APPLIED, Outcome.ALREADY_TRUE):
        return WriteResult(result.change, Outcome.OVERTOOK, put_back.read_back, f"{reason}; it was put back")
    return WriteResult(
        result.change, Outcome.OVERTOOK, put_back.read_back, f"{reason}; putting it back failed: {put_back.reason}"
    )


def _put_back(writer: Writer, change: FieldChange, value: FieldValue) -> WriteResult:
    """Put a team's edit back over our write; one that fell in between that, too, is put back in its turn."""
    for _ in range(MOST_PUT_BACK):
        change = FieldChange(change.target, before=change.after, after=value)
        (result,) = writer.write([change])
        if result.outcome is not Outcome.APPLIED:
            break
        (replaced,) = writer.overtaken([change])
        if replaced.problem is not None or alike(replaced.value, change.before):
            break
        value = replaced.value
    return result


def noted(sending: Sending, item: WriteBack, result: WriteResult) -> WriteBack:
    """Store how a write ended, and what follows: a veto, what an undo took back, a limit that is reached."""
    if result.outcome is Outcome.REFUSED and result.later:
        return _postponed(sending, item, result.reason)
    state, at = State(result.outcome.value), sending.clock()
    facts = {"ended_at": at, "outcome_reason": result.reason or None, "read_back": encode(result.read_back)}
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        move(connection, [item], state, at=at, actor=sending.actor, facts=facts)
        if state in (State.STALE, State.OVERTOOK):
            add_vetoes(connection, [(item.entity_id, item.field, result.reason or "the team changed it")], since=at)
        if item.undo_of is not None and state in (State.APPLIED, State.ALREADY_TRUE):
            move(connection, taken_back(connection, item), State.UNDONE, at=at, actor=sending.actor)
            reason = f"{sending.actor} undid what the hub wrote"
            add_vetoes(connection, [(item.entity_id, item.field, reason)], since=at)
        _stop_at_limits(connection, sending, item, state, at)
    return replace(item, state=state, ended_at=at, outcome_reason=result.reason or None)


def _postponed(sending: Sending, item: WriteBack, reason: str) -> WriteBack:
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        facts = {"journaled_at": None, "outcome_reason": reason}
        move(
            connection, [item], State.APPROVED, at=sending.clock(), actor=sending.actor, facts=facts, event="postponed"
        )
    return replace(item, state=State.APPROVED, outcome_reason=reason)


def _stop_at_limits(connection: Connection, sending: Sending, item: WriteBack, state: State, at: datetime) -> None:
    reached = sending.tally.count(item, state)
    if reached is not None:
        add_stop(connection, Stop(sending.connector, None, at, reached))
    most = sending.hand.limits.pause_field_after_refusals
    if state is State.REFUSED and _refused_in_a_row(connection, sending.connector, item.field, most):
        reason = f"{item.field} was refused {most} times in a row (writeback.pause_field_after_refusals)"
        add_stop(connection, Stop(sending.connector, item.field, at, reason))


def _refused_in_a_row(connection: Connection, connector: str, field: str, most: int) -> bool:
    """Say whether the tool refused the field so many times since it last took it, or since a person looked."""
    own = (writeback.c.connector == connector, writeback.c.field == field, writeback.c.undo_of.is_(None))
    ended = (writeback.c.state.in_(ANSWERS), writeback.c.journaled_at.is_not(None))
    answers = select(writeback.c.state, writeback.c.ended_at).where(*own, *ended)
    last = connection.execute(answers.order_by(writeback.c.ended_at.desc()).limit(most)).all()
    since = last_lifted(connection, connector, field)
    counted = [row for row in last if row.state == State.REFUSED and (since is None or row.ended_at > since)]
    return len(counted) == most
