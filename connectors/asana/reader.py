"""The reading side of the connector contract for Asana."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from canonical.intake import Batch, Cursor
from canonical.problems import Problem
from canonical.vocabulary import EntityKind
from connectors.asana.client.connection import Connection
from connectors.asana.client.rules import READING
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.providing import provided, reported
from connectors.asana.mapping.slots import has_history, slot_of
from connectors.asana.opening import Opened, open_asana
from connectors.asana.pulling.census import CensusTaker
from connectors.asana.pulling.pull import pull
from connectors.asana.pulling.whereabouts import JustListed
from connectors.asana.setup.checking import check, describe
from connectors.asana.setup.discovery import discover
from connectors.asana.targets import Targets
from connectors.base import CurrentValue, Discovery, Target
from connectors.service import ServiceReader


class AsanaReader(ServiceReader[AsanaOptions, Connection, Opened]):
    """Reads workspaces of Asana as one account; its session can ask for nothing that would change them."""

    _listed: JustListed | None = None

    def fingerprint(self) -> str:
        """Name Asana by its address: gids mean the same in every workspace of it."""
        return f"asana {str(self._options.url).rstrip('/').lower()}"

    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields that the mapping supplies."""
        return provided(self._options, self._context)

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields of which stories tell every change."""
        return reported(self._options)

    def discover(self) -> Discovery:
        """List projects, fields, statuses and users, with a mapping to paste."""
        return discover(self._open(), self._options, self._context)

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give everything that may have changed since the cursor; each pull asks anew who it is there.

        Raises:
            ToolError: Asana cannot be read, or shows nothing of what is meant.
        """
        opened, self._listed = self._open(anew=True), None
        self._listed = yield from pull(opened, self._options, self._context, cursor)

    def listed_anew(self) -> bool:
        """Say whether the last pull has read everything anew, in one go."""
        return self._listed is not None

    def is_unwatched(self, target: Target) -> bool:
        """Say where Asana does not tell what a write replaced."""
        return not has_history(target.entity, slot_of(target.entity, target.carrier))

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read the current values of carriers from the tasks and projects themselves.

        Raises:
            ToolError: Asana does not answer.
        """
        return Targets(self._open(), self._context).read(targets)

    def _connect(self) -> Connection:
        return Connection(self._options, self._context, READING)

    def _ask(self, connection: Connection) -> Opened:
        return open_asana(self._options, self._context, connection)

    def _checked(self, opened: Opened) -> Iterable[Problem]:
        return check(opened, self._options, self._context)

    def _described(self, opened: Opened) -> str:
        return describe(opened)

    def _looker(self, opened: Opened) -> CensusTaker:
        return CensusTaker(opened, self._options, self._listed)
