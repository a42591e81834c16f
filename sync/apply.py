"""Sending what was approved: journal, let the connector compare and send, verify, note the outcome.

What an earlier run journaled and did not see through is read first: done, or to be done again; never sent blindly. At a
limit the run stops, what is left stays approved, and a person lets it start again.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Connection, Engine

from canonical.database import reading, writing
from canonical.logs import logger
from canonical.problems import ConfigurationError, Problem, ProblemError, problems_of
from canonical.schema.writing import writeback
from canonical.store.leases import require
from canonical.store.runs import cancel_asked
from canonical.store.stops import Stop
from canonical.store.writebacks import REPLACED, State, WriteBack, find, move, note, placeholders
from connectors.base import FieldChange, Outcome, Target, WriteResult
from sync.faults import fault_of
from sync.gate import awake, let_through
from sync.limits import Tally, stopped
from sync.outcomes import checked, noted
from sync.sending import Applied, Clock, Hand, Sending, asleep, change_of
from sync.settling import settle

log = logger()
Place: TypeAlias = tuple[str, str, str]
CHUNK = 100
"""How many changes are journaled, and given to a connector, at a time."""


def apply_plan(engine: Engine, plan_id: str, hand: Hand, *, clock: Clock, actor: str) -> Applied:
    """Send the approved items of a plan that belong to one connector. A tool that fails is told, and sent no more.

    Raises:
        ConfigurationError: there is no such plan, or it is not what was planned.
    """
    sending = Sending(engine, hand, clock, actor, Tally(hand.limits))
    try:
        settle(sending)
        approved = iter(let_through(sending, plan_id))
        while sending.tally.reached is None and not _is_cancelled(sending):
            chunk = list(islice(approved, CHUNK))
            if not chunk:
                break
            _send(sending, chunk)
        if sending.tally.reached is not None:
            _stop(sending, plan_id)
    except ConfigurationError:
        raise
    except ProblemError as error:
        sending.done.problems += problems_of(error)
    except Exception as error:  # a faulty connector must not take the others with it
        log.exception("fault of the program")
        sending.done.problems.append(_fault(sending.connector, error))
    return sending.done


def _fault(connector: str, error: Exception) -> Problem:
    return fault_of(
        f"Writing to {connector}",
        error,
        not_done="What was sent is noted, or is read by the next apply; the rest was not sent.",
        next_step="Report it with the kind of connector and the place above, then see what was done:",
        commands=("pmohub writeback apply",),
    )


def _is_cancelled(sending: Sending) -> bool:
    """Say whether somebody asked for the end of this run; what is not sent yet stays approved."""
    run = sending.hand.run
    return run is not None and cancel_asked(sending.engine, run)


def _send(sending: Sending, chunk: Sequence[WriteBack]) -> None:
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        at = sending.clock()
        chunk = awake(sending, chunk, at)
        _note_lifted(connection, sending, chunk, at)
        moved = move(connection, chunk, State.JOURNALED, at=at, actor=sending.actor, facts={"journaled_at": at})
        changes = _changes(connection, moved)
    journaled = {_place(item): replace(item, state=State.JOURNALED) for item in moved}
    sending.hand.writer.before_replacing(partial(_keep_replaced, sending, dict(journaled)))
    for result in _results(sending, changes):
        item = journaled.pop(_place_of(result.change.target))
        sending.done.ended.append(noted(sending, item, result))
        if sending.tally.reached is not None:
            # What the connector had in hand, a whole file perhaps, may be written: reading tells.
            settle(sending)
            return
    for item in journaled.values():
        lost = WriteResult(change_of(item), Outcome.UNKNOWN, reason="the connector gave no answer for it")
        sending.done.ended.append(noted(sending, item, lost))


def _changes(connection: Connection, items: Sequence[WriteBack]) -> list[FieldChange]:
    """Say what a connector is asked to do; an undo brings back what stood in a place, also where that says nothing."""
    stood = placeholders(connection, [item.undo_of for item in items if item.undo_of and item.after is None])
    return [replace(change_of(item), placeholder=stood.get(item.undo_of or "", "")) for item in items]


def _keep_replaced(sending: Sending, items: Mapping[Place, WriteBack], words: Mapping[Target, str]) -> None:
    """Keep the words counting as empty that are about to be replaced: after a kill nobody could know them."""
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        for target, word in words.items():
            detail, item = {"placeholder": word}, items[_place_of(target)]
            note(connection, [item], REPLACED, at=sending.clock(), actor=sending.actor, detail=detail)


def _note_lifted(connection: Connection, sending: Sending, items: Sequence[WriteBack], at: datetime) -> None:
    lifted = sending.hand.lifted
    if lifted is not None:
        sleeping = [item for item in items if asleep(item, sending.hand.limits.peaces, at)]
        detail = {"reason": lifted.reason}
        note(connection, sleeping, "lifted", at=at, actor=sending.actor, on_behalf_of=lifted.by, detail=detail)


def _results(sending: Sending, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
    results = sending.hand.writer.write(changes)
    try:
        for result in results:
            yield checked(sending, result)
    finally:
        if isinstance(results, Generator):
            results.close()


def _stop(sending: Sending, plan_id: str) -> None:
    """Say why the rest was not sent. It stays approved."""
    with reading(sending.engine) as connection:
        own = (writeback.c.plan_id == plan_id, writeback.c.connector == sending.connector)
        left = find(connection, *own, writeback.c.state == State.APPROVED)
    reason, at = sending.tally.reached or "", sending.clock()
    with writing(sending.engine) as connection:
        require(connection, sending.hand.lease)
        facts = {"outcome_reason": reason}
        move(connection, left, State.APPROVED, at=at, actor=sending.actor, facts=facts, event="stopped")
    sending.done.problems.append(stopped(Stop(sending.connector, None, at, reason), len(left)))


def _place(item: WriteBack) -> Place:
    return (item.entity, item.external_id, item.field)


def _place_of(target: Target) -> Place:
    return (target.entity, target.external_id, target.field)
