"""The object that can write."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from connectors.base import CurrentValue, FieldChange, Outcome, Precondition, Target, Writer, WriteResult
from pmohub.testing.memory.access import RefusedError, WriteAccess
from pmohub.testing.memory.border import absent, our_errors
from pmohub.testing.memory.tool import Item, MemoryToolError


class MemoryWriter(Writer):
    """Writes values one by one. The tool compares nothing, but its history tells what was replaced."""

    precondition: ClassVar[Precondition] = Precondition.NOTICED

    def __init__(self, access: WriteAccess) -> None:
        self.access = access

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        """Read, compare, send, read back."""
        for change in changes:
            yield self._write(change)

    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        """Ask the tool's history."""
        return [self._overtaken(change) for change in changes]

    def _overtaken(self, change: FieldChange) -> CurrentValue:
        target = change.target
        with our_errors(self.access.name):
            known, old = self.access.replaced(target.entity, target.external_id, target.carrier, change.after)
        return CurrentValue(target, old) if known else CurrentValue(target, None, absent(target))

    def _write(self, change: FieldChange) -> WriteResult:
        target = change.target
        item = self._item(target)
        if item is None:
            return WriteResult(change, Outcome.REFUSED, None, absent(target).what)
        current = item.values.get(target.carrier)
        if current == change.after:
            return WriteResult(change, Outcome.ALREADY_TRUE, current)
        if current != change.before:
            return WriteResult(change, Outcome.STALE, current, "The team changed it since the plan was made.")
        return self._send(change)

    def _send(self, change: FieldChange) -> WriteResult:
        target = change.target
        try:
            self.access.set(target.entity, target.external_id, target.carrier, change.after)
        except RefusedError as refusal:
            return WriteResult(change, Outcome.REFUSED, change.before, str(refusal))
        except MemoryToolError as error:
            return WriteResult(change, Outcome.UNKNOWN, None, f"The answer was lost ({error.fault}).")
        written = self._item(target)
        return WriteResult(change, Outcome.APPLIED, written.values.get(target.carrier) if written else None)

    def _item(self, target: Target) -> Item | None:
        with our_errors(self.access.name):
            return self.access.get(target.entity, target.external_id)
