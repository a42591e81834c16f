"""The first writes of what is new: so many are sent, then somebody looks at them in the tool before the rest is."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from canonical.problems import Problem, Weight
from canonical.schema.writing import writeback
from canonical.store.writebacks import State, WriteBack
from canonical.vocabulary import PmoMode

WRITTEN = (State.APPLIED, State.UNDONE)


class Room:
    """How many writes may still be sent of each field and to each connector before somebody looks."""

    def __init__(self, connection: Connection, first: int) -> None:
        self._connection = connection
        self.first = first
        self._left: dict[tuple[str, str | None], int | None] = {}

    def take(self, item: WriteBack) -> bool:
        """Say whether an item may be sent without a look, and count it; undoing always may."""
        if item.undo_of is not None or self.first == 0:
            return True
        places = ((item.connector, None), (item.connector, item.field))
        left = {place: self._of(place) for place in places}
        if any(number == 0 for number in left.values()):
            return False
        self._left |= {place: None if number is None else number - 1 for place, number in left.items()}
        return True

    def _of(self, place: tuple[str, str | None]) -> int | None:
        if place not in self._left:
            self._left[place] = self._asked(*place)
        return self._left[place]

    def _asked(self, connector: str, field: str | None) -> int | None:
        """Count what is left of the first writes; None once a person has approved after they were written."""
        own = [writeback.c.connector == connector, writeback.c.undo_of.is_(None)]
        own += [] if field is None else [writeback.c.field == field]
        written = select(writeback.c.ended_at).where(*own, writeback.c.state.in_(WRITTEN))
        ended = self._connection.execute(written.order_by(writeback.c.ended_at).limit(self.first)).scalars().all()
        if len(ended) < self.first:
            return self.first - len(ended)
        by_person = (writeback.c.policy.is_(None), writeback.c.approved_at >= ended[-1])
        looked = self._connection.execute(select(writeback.c.id).where(*own, *by_person).limit(1)).first()
        return 0 if looked is None else None


def look_first(connector: str, rest: Sequence[WriteBack], first: int, plan_id: str) -> Problem:
    """Say what of a plan waits until somebody has looked at the first writes."""
    fields = sorted({item.field for item in rest})
    whose = " --for PERSON" if any(item.mode is PmoMode.SUPPORTIVE for item in rest) else ""
    changes = "1 change was" if len(rest) == 1 else f"{len(rest):,} changes were"
    return Problem(
        what=f"The first {first} writes of what is new are sent; the rest waits for a look",
        where=f"{connector}: {', '.join(fields)}",
        not_done=f"{changes} not sent; whoever has looked approves them.",
        next_step="Look in the tool at what was written, then:",
        commands=(
            f"pmohub writeback approve {plan_id} --connector {connector}{whose}",
            "pmohub writeback apply",
        ),
        weight=Weight.WARNING,
    )
