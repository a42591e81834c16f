"""The writing side of the connector contract for Jira."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from canonical.problems import Problem
from canonical.values import shown
from connectors.base import (
    ConnectorContext,
    CurrentValue,
    FieldChange,
    Outcome,
    Precondition,
    Target,
    Writer,
    WriteResult,
)
from connectors.http import CallError
from connectors.jira.client.connection import Connection
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import CarrierKind
from connectors.jira.opening import Opened, open_jira
from connectors.jira.targets import Held, IssuePlace, Place, Targets, same_in
from connectors.jira.writing.codec import members
from connectors.jira.writing.edits import Editor, Send
from connectors.jira.writing.refusal import RefusedError
from connectors.jira.writing.replaced import replaced
from connectors.jira.writing.rules import WRITING

REFUSING = (400, 403, 404, 409, 410, 413, 422)
"""Answers that speak of the change, not of Jira as a whole."""


class JiraWriter(Writer):
    """Writes fields of issues, and the carriers of projects, one change at a time.

    Jira compares nothing for us. The issue's own history tells afterwards what a write replaced; of properties and
    categories of projects there is none.
    """

    precondition: ClassVar[Precondition] = Precondition.NOTICED

    def __init__(self, options: JiraOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._opened: Opened | None = None

    def __repr__(self) -> str:
        return f"JiraWriter({str(self._options.url)!r})"

    def precondition_for(self, target: Target) -> Precondition:
        """Say how surely a team's edit is kept: Jira keeps a history of issues alone."""
        kind = target.carrier.partition(":")[0].strip()
        kept_nowhere = kind == CarrierKind.CATEGORY or target.carrier.startswith(f"{CarrierKind.PROPERTY}:")
        return Precondition.NONE if target.entity == "project" and kept_nowhere else self.precondition

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        """Read, compare, check, send, and read again, change by change.

        Raises:
            ToolError: Jira is down, or does not accept the credential; what was not given was not sent.
        """
        opened = self._open()
        targets = Targets(opened, self._options, self._context)
        editor = Editor(opened, targets, transitions=self._options.transitions)
        for change in changes:
            yield self._write(change, targets, editor)

    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        """Say what each write replaced, by the history of its issue.

        Raises:
            ToolError: Jira is down, or does not accept the credential.
        """
        targets = Targets(self._open(), self._options, self._context)
        return [self._overtaken(change, targets) for change in changes]

    def _overtaken(self, change: FieldChange, targets: Targets) -> CurrentValue:
        try:
            place = targets.place(change.target)
            if not isinstance(place, IssuePlace):
                return CurrentValue(change.target, None, _not_known(change, "Jira keeps no history of it"))
            return CurrentValue(change.target, replaced(self._open(), targets.address(place.issue), place, change))
        except RefusedError as refusal:
            return CurrentValue(change.target, None, _not_known(change, refusal.words))
        except CallError as error:
            if error.status not in REFUSING:
                raise
            return CurrentValue(change.target, None, _not_known(change, _words(error)))

    def _write(self, change: FieldChange, targets: Targets, editor: Editor) -> WriteResult:
        try:
            place = targets.place(change.target)
            held = targets.hold(place)
            if same_in(place, held.value, change.after):
                return WriteResult(change, Outcome.ALREADY_TRUE, held.value)
            if not same_in(place, held.value, change.before):
                holds = f"it holds “{shown(held.value)}”" if held.value is not None else "it is empty"
                reason = f"{holds}, not “{shown(change.before)}” as planned"
                return WriteResult(change, Outcome.STALE, held.value, reason)
            send = editor.prepare(place, held, change)
        except RefusedError as refusal:
            return WriteResult(change, Outcome.REFUSED, None, refusal.words, later=refusal.later)
        return self._send(change, targets, place, held, send)

    def _send(self, change: FieldChange, targets: Targets, place: Place, held: Held, send: Send) -> WriteResult:
        try:
            note = send()
        except CallError as error:
            if error.uncertain:
                return self._lost(change, targets, place, error)
            if error.status in REFUSING:
                return WriteResult(change, Outcome.REFUSED, held.value, f"Jira refused: {self._refusal(error)}")
            if error.passing is not None and error.passing.limited:
                return WriteResult(change, Outcome.REFUSED, held.value, _words(error), later=True)
            raise
        return self._verified(change, targets, place, note)

    def _lost(self, change: FieldChange, targets: Targets, place: Place, error: CallError) -> WriteResult:
        """Look whether a write was made whose answer was lost. Not seen yet, it may still be made."""
        try:
            now = targets.hold(place)
        except (RefusedError, CallError):
            now = None
        if now is not None and same_in(place, now.value, change.after):
            return WriteResult(change, Outcome.APPLIED, now.value, "the answer was lost, and the value read again")
        return WriteResult(change, Outcome.UNKNOWN, now.value if now else None, f"the answer was lost: {_words(error)}")

    def _verified(self, change: FieldChange, targets: Targets, place: Place, note: str) -> WriteResult:
        try:
            now = targets.hold(place)
        except (RefusedError, CallError) as error:
            words = error.words if isinstance(error, RefusedError) else _words(error)
            return WriteResult(change, Outcome.UNKNOWN, None, f"it was sent, and could not be read again: {words}")
        if same_in(place, now.value, change.after) or _holds_ours(now, change):
            return WriteResult(change, Outcome.APPLIED, now.value, note)
        if same_in(place, now.value, change.before):
            reason = "Jira took the change and kept the old value"
            return WriteResult(change, Outcome.REFUSED, now.value, reason)
        reason = f"it was sent, and now holds “{shown(now.value)}”"
        return WriteResult(change, Outcome.APPLIED, now.value, "; ".join(filter(None, (reason, note))))

    def _refusal(self, error: CallError) -> str:
        """Give Jira's words, with its fields by the names that people know."""
        fields = self._open().catalogue.by_id
        of_fields = (
            f"{fields[name].label if name in fields else name}: {words}" for name, words in error.told.fields.items()
        )
        return "; ".join((*error.told.words, *of_fields)) or error.problem.what

    def _open(self) -> Opened:
        if self._opened is None:
            self._opened = open_jira(self._options, self._context, Connection(self._options, self._context, WRITING))
        return self._opened


def _holds_ours(now: Held, change: FieldChange) -> bool:
    """Say whether a list holds what was added and not what was removed, whatever else others did to it."""
    if not any(isinstance(value, list) for value in (change.before, change.after, now.value)):
        return False
    before, after, holds = (set(members(value)) for value in (change.before, change.after, now.value))
    return after - before <= holds and not (before - after) & holds


def _words(error: CallError) -> str:
    return str(error.told) or error.problem.what


def _not_known(change: FieldChange, words: str) -> Problem:
    return Problem(
        f"What a write of {change.target.field} replaced is not known: {words}.",
        f"{change.target.entity} {change.target.external_id}, {change.target.carrier}",
        "Nothing was put back.",
        "Look at the item's history in Jira.",
    )
