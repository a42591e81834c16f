"""Finding out by reading how writes ended that were journaled and not seen through; nothing is ever sent again blindly.

The tool holds the new value: applied. It holds the old one: a journaled write goes back to approved, one whose answer
was lost is withdrawn, to be planned anew. It holds a third one: stale, the team wins. The item is gone: withdrawn.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, select

from canonical.database import reading, writing
from canonical.schema.entities import source_project, task
from canonical.schema.writing import writeback
from canonical.store.leases import Lease, require
from canonical.store.writebacks import IN_FLIGHT, State, WriteBack, find, move
from canonical.values import alike, shown, spelt_alike
from canonical.vocabulary import EntityKind
from connectors.base import CurrentValue, Outcome, WriteResult
from sync.outcomes import checked, noted
from sync.sending import Sending, change_of, target_of


def settle(sending: Sending) -> None:
    """Find out how the writes ended that an earlier run, or this one, began and did not see through."""
    with reading(sending.engine) as connection:
        begun = find(connection, writeback.c.connector == sending.connector, writeback.c.state.in_(IN_FLIGHT))
    if begun:
        _settle_all(sending, begun)


def _settle_all(sending: Sending, begun: Sequence[WriteBack]) -> None:
    for item, found in zip(begun, sending.hand.reader.read([target_of(item) for item in begun]), strict=True):
        ended = _ended(sending, item, found)
        if ended is not None:
            sending.done.settled.append(ended)
        elif found.problem is not None:
            sending.done.problems.append(found.problem)


def _ended(sending: Sending, item: WriteBack, found: CurrentValue) -> WriteBack | None:
    if found.problem is not None:
        return _gone(sending, item)
    is_before = alike(found.value, item.before)
    if alike(found.value, item.after) or (spelt_alike(found.value, item.after) and not is_before):
        result = WriteResult(change_of(item), Outcome.APPLIED, found.value, "settled by reading")
        return noted(sending, item, checked(sending, result))
    if is_before:
        return take_back(sending, item)
    reason = f"the team changed it to “{shown(found.value)}”"
    return noted(sending, item, WriteResult(change_of(item), Outcome.STALE, found.value, reason))


def _gone(sending: Sending, item: WriteBack) -> WriteBack | None:
    """Withdraw a write whose item no longer is in the tool; None when the store does not say so."""
    rows = source_project if item.entity is EntityKind.PROJECT else task
    gone = select(rows.c.id).where(rows.c.id == item.entity_id, rows.c.deleted_at.is_not(None))
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        if connection.execute(gone).first() is None:
            return None
        at, reason = sending.clock(), "the item is gone from the tool; whether it was written will not be known"
        facts = {"ended_at": at, "outcome_reason": reason}
        move(connection, [item], State.WITHDRAWN, at=at, actor=sending.actor, facts=facts)
    return replace(item, state=State.WITHDRAWN, ended_at=at, outcome_reason=reason)


def give_up(engine: Engine, lease: Lease, connector: str, *, actor: str, at: datetime) -> list[WriteBack]:
    """Withdraw what was begun to a connector that is retired: nobody will read how it ended."""
    reason = "the connector is retired; whether it was written will not be known"
    with writing(engine) as connection:
        require(connection, lease)
        begun = find(connection, writeback.c.connector == connector, writeback.c.state.in_(IN_FLIGHT))
        facts = {"ended_at": at, "outcome_reason": reason}
        move(connection, begun, State.WITHDRAWN, at=at, actor=actor, facts=facts)
    return [replace(item, state=State.WITHDRAWN, ended_at=at, outcome_reason=reason) for item in begun]


def take_back(sending: Sending, item: WriteBack) -> WriteBack:
    """Note that a write did not happen: a journaled one may be sent, one whose answer was lost is planned anew."""
    again = State.APPROVED if item.state is State.JOURNALED else State.WITHDRAWN
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        facts = {"outcome_reason": "read again: it had not been written"}
        move(connection, [item], again, at=sending.clock(), actor=sending.actor, facts=facts, event="settled")
    return replace(item, state=again)
