"""Faults that are planted into a process that ends when it does, and must not get by."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from canonical.intake import Batch
from canonical.store.writebacks import State, last_ours
from connectors.base import FieldChange, WriteResult
from connectors.writing.way import Way
from sync import apply, outcomes, settling
from sync import plan as planning
from sync.sending import Sending


def journal_after_sending() -> None:
    """What is sent is noted when it is done."""
    move, waiting = apply.move, []

    def late(connection: Any, items: Any, to: State, **facts: Any) -> Any:
        if to is State.JOURNALED:
            waiting.extend(items)
            return items
        for item in items:
            known = [one for one in waiting if one.id == item.id]
            move(connection, known, State.JOURNALED, at=facts["at"], actor=facts["actor"])
        return move(connection, items, to, **facts)

    apply.move = outcomes.move = late  # type: ignore[assignment]


def settle_nothing() -> None:
    """What a killed apply began is taken for not done."""

    def settle(sending: Sending) -> None:
        with apply.reading(sending.engine) as connection:
            begun = apply.find(connection, apply.writeback.c.state == State.JOURNALED)
        for item in begun:
            settling.take_back(sending, item)

    apply.settle = settle


def resend_without_reading() -> None:
    """What a killed apply began is sent again, whatever the tool holds."""

    def blind(way: Way[Any, Any], change: FieldChange) -> WriteResult:
        place = way.place(change.target)
        held = way.hold(place)
        return way._send(change, place, held, way.prepare(place, held, change))

    settle_nothing()
    Way.write = blind  # type: ignore[method-assign]


def take_an_echo_for_an_edit() -> None:
    """What the store held before the write is taken for what the team made of it."""
    planning.last_ours = lambda connection: {  # type: ignore[assignment]
        at: replace(ours, is_read=True) for at, ours in last_ours(connection).items()
    }


def running_ahead(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Give cursors that are safe only once the next batch is stored, too."""
    every = list(batches)
    for batch, following in zip(every, [*every[1:], every[-1]], strict=True):
        yield replace(batch, cursor=following.cursor)
