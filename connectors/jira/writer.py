"""The writing side of the connector contract for Jira."""

from typing import ClassVar

from canonical.values import FieldValue
from connectors.base import ConnectorContext, FieldChange, Precondition, Target
from connectors.http import CallError
from connectors.jira.client.connection import Connection
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import has_history
from connectors.jira.opening import Opened, open_jira
from connectors.jira.targets import IssuePlace, Place, Targets, same_in
from connectors.jira.writing.edits import Editor
from connectors.jira.writing.replaced import replaced
from connectors.jira.writing.rules import WRITING
from connectors.writing.refusal import RefusedError
from connectors.writing.way import Held, Send, Way, WayWriter


class JiraWay(Way[Place, Held]):
    """What only this connector knows of bringing a change into Jira."""

    tool = "Jira"
    refusing = frozenset({400, 403, 404, 409, 410, 413, 422})

    def __init__(self, opened: Opened, options: JiraOptions, context: ConnectorContext) -> None:
        self._opened = opened
        self._targets = Targets(opened, options, context)
        self._editor = Editor(opened, self._targets, transitions=options.transitions)

    def place(self, target: Target) -> Place:
        """Find where a target is."""
        return self._targets.place(target)

    def hold(self, place: Place) -> Held:
        """Read what a place holds now."""
        return self._targets.hold(place)

    def holds(self, place: Place, held: Held, value: FieldValue) -> bool:
        """Say whether a value means what the place holds."""
        return same_in(place, held.value, value)

    def prepare(self, place: Place, held: Held, change: FieldChange) -> Send:
        """Check a change, and give the call that makes it."""
        return self._editor.prepare(place, held, change)

    def words(self, error: CallError) -> str:
        """Give Jira's words, with its fields by the names that people know."""
        fields = self._opened.catalogue.by_id
        of_fields = (
            f"{fields[name].label if name in fields else name}: {words}" for name, words in error.told.fields.items()
        )
        return "; ".join((*error.told.words, *of_fields)) or error.problem.what

    def replaced(self, change: FieldChange, place: Place) -> FieldValue:
        """Say what our write replaced.

        Raises:
            RefusedError: Jira does not tell.
        """
        if not isinstance(place, IssuePlace):
            message = "Jira keeps no history of it"
            raise RefusedError(message)
        return replaced(self._opened, self._targets.address(place.issue), place, change)


class JiraWriter(WayWriter):
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
        return self.precondition if has_history(target.entity, target.carrier) else Precondition.NONE

    def _way(self) -> JiraWay:
        if self._opened is None:
            self._opened = open_jira(self._options, self._context, Connection(self._options, self._context, WRITING))
        return JiraWay(self._opened, self._options, self._context)
