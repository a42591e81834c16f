"""The writing side of the connector contract for Asana."""

from datetime import datetime
from typing import ClassVar

from canonical.values import FieldValue
from connectors.asana.client.connection import Connection
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.slots import Slot, has_history, slot_of
from connectors.asana.opening import Opened, open_asana
from connectors.asana.targets import Holding, Place, Targets, means
from connectors.asana.writing.edits import Editor
from connectors.asana.writing.fields import REFUSING
from connectors.asana.writing.replaced import Ours, replaced, status_replaced
from connectors.asana.writing.rules import WRITING
from connectors.base import ConnectorContext, FieldChange, Precondition, Target
from connectors.writing.refusal import RefusedError
from connectors.writing.way import Send, Way, WayWriter


class AsanaWay(Way[Place, Holding]):
    """What only this connector knows of bringing a change into Asana."""

    tool = "Asana"
    refusing = REFUSING

    def __init__(self, opened: Opened, options: AsanaOptions, context: ConnectorContext) -> None:
        self._opened = opened
        self._targets = Targets(opened, context)
        self._editor = Editor(opened, self._targets, options)
        self._read = dict[Place, tuple[datetime | None, Holding]]()

    def place(self, target: Target) -> Place:
        """Find where a target is."""
        return self._targets.place(target)

    def hold(self, place: Place) -> Holding:
        """Read what a place holds now."""
        return self._targets.hold(place)

    def holds(self, place: Place, holding: Holding, value: FieldValue) -> bool:
        """Say whether a value means what the place holds."""
        return means(place, holding, value)

    def prepare(self, place: Place, holding: Holding, change: FieldChange) -> Send:
        """Check a change, and give the call that makes it."""
        # Nothing has been asked since the place was read.
        self._read[place] = self._opened.connection.said_at, holding
        return self._editor.prepare(place, holding, change)

    def replaced(self, change: FieldChange, place: Place) -> FieldValue:
        """Say what our write replaced.

        Raises:
            RefusedError: Asana does not tell.
        """
        if place.slot is Slot.STATUS_UPDATE:
            return status_replaced(self._opened, place, change)
        if not has_history(place.entity, place.slot):
            message = "Asana keeps no history of it that tells what was there before"
            raise RefusedError(message)
        read_at, holding = self._read.get(place, (None, None))
        if holding is None or (place.slot is Slot.CUSTOM and holding.field is None):
            holding = self._targets.hold(place)
        home = None if holding.home is None else str(holding.home.get("gid"))
        return replaced(self._targets, self._opened, Ours(place, change, read_at, holding.field, home))


class AsanaWriter(WayWriter):
    """Writes fields of tasks and projects, one change at a time.

    Asana compares nothing for us. The stories of a task tell afterwards what a write replaced.
    """

    precondition: ClassVar[Precondition] = Precondition.NOTICED

    def __init__(self, options: AsanaOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._begun: AsanaWay | None = None

    def __repr__(self) -> str:
        return f"AsanaWriter({str(self._options.url)!r})"

    def precondition_for(self, target: Target) -> Precondition:
        """Say how surely a team's edit is kept: Asana keeps a history of tasks alone."""
        told = has_history(target.entity, slot_of(target.entity, target.carrier))
        return self.precondition if told else Precondition.NONE

    def _way(self) -> AsanaWay:
        if self._begun is None:
            opened = open_asana(self._options, self._context, Connection(self._options, self._context, WRITING))
            self._begun = AsanaWay(opened, self._options, self._context)
        return self._begun
