"""The way of one change into a tool that compares nothing for us: read, compared, checked, sent once, read again."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from canonical.problems import Problem
from canonical.values import FieldValue, shown
from connectors.base import CurrentValue, FieldChange, Outcome, Target, Writer, WriteResult
from connectors.http import CallError
from connectors.writing.lists import members
from connectors.writing.refusal import RefusedError

Send: TypeAlias = Callable[[], str]
"""Makes the call, and gives what a person should know of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a place holds: the value, and the answer of the tool around it."""

    value: FieldValue
    around: Mapping[str, Any]


Place = TypeVar("Place")
HeldThere = TypeVar("HeldThere", bound=Held)


class Way(ABC, Generic[Place, HeldThere]):
    """Brings changes into one tool, one at a time; what only the tool's own connector knows is left to it."""

    tool: ClassVar[str]
    refusing: ClassVar[frozenset[int]]
    """Statuses of answers that speak of the change, not of the tool as a whole."""

    @abstractmethod
    def place(self, target: Target) -> Place:
        """Find where a target is; raises RefusedError in words, or ToolError where the tool is down."""

    @abstractmethod
    def hold(self, place: Place) -> HeldThere:
        """Read what a place holds now; raises as `place` does."""

    @abstractmethod
    def holds(self, place: Place, held: HeldThere, value: FieldValue) -> bool:
        """Say whether a value means what the place holds."""

    @abstractmethod
    def prepare(self, place: Place, held: HeldThere, change: FieldChange) -> Send:
        """Check a change against what the tool allows, and give the call that makes it; raises as `place` does."""

    @abstractmethod
    def replaced(self, change: FieldChange, place: Place) -> FieldValue:
        """Say what our write replaced, by the tool's history; raises RefusedError where it tells of no such write."""

    def words(self, error: CallError) -> str:
        """Give the tool's words about what it refused."""
        return words_of(error)

    def write(self, change: FieldChange) -> WriteResult:
        """Bring one change in.

        Raises:
            ToolError: the tool is down, or does not accept the credential; nothing was sent.
        """
        try:
            place = self.place(change.target)
            held = self.hold(place)
            if self.holds(place, held, change.after):
                return WriteResult(change, Outcome.ALREADY_TRUE, held.value)
            if not self.holds(place, held, change.before):
                holds = f"it holds “{shown(held.value)}”" if held.value is not None else "it is empty"
                reason = f"{holds}, not “{shown(change.before)}” as planned"
                return WriteResult(change, Outcome.STALE, held.value, reason)
            send = self.prepare(place, held, change)
        except RefusedError as refusal:
            return WriteResult(change, Outcome.REFUSED, None, refusal.words, later=refusal.later)
        return self._send(change, place, held, send)

    def _send(self, change: FieldChange, place: Place, held: HeldThere, send: Send) -> WriteResult:
        try:
            note = send()
        except RefusedError as refusal:
            return WriteResult(change, Outcome.REFUSED, held.value, refusal.words, later=refusal.later)
        except CallError as error:
            if error.uncertain:
                return self._lost(change, place, error)
            if error.status in self.refusing:
                return WriteResult(change, Outcome.REFUSED, held.value, f"{self.tool} refused: {self.words(error)}")
            if error.passing is not None and error.passing.limited:
                return WriteResult(change, Outcome.REFUSED, held.value, words_of(error), later=True)
            raise
        return self._verified(change, place, note)

    def _lost(self, change: FieldChange, place: Place, error: CallError) -> WriteResult:
        """Look whether a write was made whose answer was lost. Not seen yet, it may still be made."""
        try:
            now = self.hold(place)
        except (RefusedError, CallError):
            now = None
        if now is not None and self.holds(place, now, change.after):
            return WriteResult(change, Outcome.APPLIED, now.value, "the answer was lost, and the value read again")
        reason = f"the answer was lost: {words_of(error)}"
        return WriteResult(change, Outcome.UNKNOWN, now.value if now else None, reason)

    def _verified(self, change: FieldChange, place: Place, note: str) -> WriteResult:
        try:
            now = self.hold(place)
        except (RefusedError, CallError) as error:
            words = error.words if isinstance(error, RefusedError) else words_of(error)
            return WriteResult(change, Outcome.UNKNOWN, None, f"it was sent, and could not be read again: {words}")
        if self.holds(place, now, change.after) or _holds_ours(now, change):
            return WriteResult(change, Outcome.APPLIED, now.value, note)
        if self.holds(place, now, change.before):
            reason = f"{self.tool} took the change and kept the old value"
            return WriteResult(change, Outcome.REFUSED, now.value, reason)
        reason = f"it was sent, and now holds “{shown(now.value)}”"
        return WriteResult(change, Outcome.APPLIED, now.value, "; ".join(filter(None, (reason, note))))

    def overtaken(self, change: FieldChange) -> CurrentValue:
        """Say what a write replaced, or why that is not known.

        Raises:
            ToolError: the tool is down, or does not accept the credential.
        """
        try:
            return CurrentValue(change.target, self.replaced(change, self.place(change.target)))
        except RefusedError as refusal:
            return CurrentValue(change.target, None, self._not_known(change, refusal.words))
        except CallError as error:
            if error.status not in self.refusing:
                raise
            return CurrentValue(change.target, None, self._not_known(change, words_of(error)))

    def _not_known(self, change: FieldChange, words: str) -> Problem:
        return Problem(
            f"What a write of {change.target.field} replaced is not known: {words}.",
            f"{change.target.entity} {change.target.external_id}, {change.target.carrier}",
            "Nothing was put back.",
            f"Look at the item's history in {self.tool}.",
        )


class WayWriter(Writer):
    """Takes changes the way, one at a time."""

    @abstractmethod
    def _way(self) -> Way[Any, Any]:
        """Give the way; logs in when it is first asked for."""

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        """Read, compare, check, send, and read again, change by change.

        Raises:
            ToolError: the tool is down, or does not accept the credential; what was not given was not sent.
        """
        way = self._way()
        for change in changes:
            yield way.write(change)

    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        """Say what each write replaced, by the history of its item.

        Raises:
            ToolError: the tool is down, or does not accept the credential.
        """
        way = self._way()
        return [way.overtaken(change) for change in changes]


def words_of(error: CallError) -> str:
    """Give the tool's words about a call, or else our own."""
    return str(error.told) or error.problem.what


def _holds_ours(now: Held, change: FieldChange) -> bool:
    """Say whether a list holds what was added and not what was removed, whatever else others did to it."""
    if not any(isinstance(value, list) for value in (change.before, change.after, now.value)):
        return False
    before, after, holds = (set(members(value)) for value in (change.before, change.after, now.value))
    return after - before <= holds and not (before - after) & holds
