"""The reading side of the connector contract for Jira."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from canonical.intake import Batch, Cursor
from canonical.problems import Problem
from canonical.vocabulary import EntityKind
from connectors.base import CurrentValue, Discovery, Target
from connectors.jira.client.connection import Connection
from connectors.jira.client.rules import READING
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import has_history
from connectors.jira.mapping.providing import provided, reported
from connectors.jira.opening import Opened, open_jira
from connectors.jira.pulling.census import CensusTaker
from connectors.jira.pulling.pull import pull
from connectors.jira.setup import discovery
from connectors.jira.setup.checking import check, describe
from connectors.jira.targets import Targets
from connectors.service import ServiceReader


class JiraReader(ServiceReader[JiraOptions, Connection, Opened]):
    """Reads one Jira, Cloud or Data Center; its session can ask for nothing that would change it."""

    def fingerprint(self) -> str:
        """Name the site by its address. Who answers there is compared in each pull, with what the cursor says."""
        return f"jira {str(self._options.url).rstrip('/').lower()}"

    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields that the mapping supplies."""
        return provided(self._options, self._context)

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields of which Jira's changelog tells every change."""
        return reported(self._options)

    def discover(self) -> Discovery:
        """List projects, fields, statuses and users, with a mapping to paste."""
        return discovery.discover(self._open(), self._options, self._context)

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give everything that may have changed since the cursor; each pull asks anew who it is there.

        Raises:
            ToolError: Jira cannot be read, or shows nothing of what is meant.
        """
        yield from pull(self._open(anew=True), self._options, self._context, self.known, cursor)

    def is_unwatched(self, target: Target) -> bool:
        """Say where Jira keeps no history."""
        return not has_history(target.entity, target.carrier)

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read the current values of carriers from the issues and projects themselves.

        Raises:
            ToolError: Jira does not answer.
        """
        return Targets(self._open(), self._options, self._context).read(targets)

    def _connect(self) -> Connection:
        return Connection(self._options, self._context, READING)

    def _ask(self, connection: Connection) -> Opened:
        return open_jira(self._options, self._context, connection)

    def _checked(self, opened: Opened) -> Iterable[Problem]:
        return check(opened, self._options, self._context)

    def _described(self, opened: Opened) -> str:
        return describe(opened, self._options, self._context)

    def _looker(self, opened: Opened) -> CensusTaker:
        return CensusTaker(opened, self._options)
