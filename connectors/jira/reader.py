"""The reading side of the connector contract for Jira."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from canonical.intake import Batch, Cursor
from canonical.problems import Problem, ProblemError, problems_of
from canonical.records import Ref
from canonical.vocabulary import EntityKind
from connectors.base import Census, ConnectorContext, CurrentValue, Discovery, Reader, Target, Traffic
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


class JiraReader(Reader):
    """Reads one Jira, Cloud or Data Center; its session can ask for nothing that would change it."""

    def __init__(self, options: JiraOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._connection: Connection | None = None
        self._opened: Opened | None = None
        self._hindrance: ProblemError | None = None
        self._fresh = False
        self._census_taker: CensusTaker | None = None

    def __repr__(self) -> str:
        return f"JiraReader({self.fingerprint()!r})"

    def fingerprint(self) -> str:
        """Name the site by its address. Who answers there is compared in each pull, with what the cursor says."""
        return f"jira {str(self._options.url).rstrip('/').lower()}"

    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields that the mapping supplies."""
        return provided(self._options, self._context)

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields of which Jira's changelog tells every change."""
        return reported(self._options)

    def account(self) -> Ref | None:
        """Say who the token is.

        Raises:
            ToolError: Jira does not answer, or does not accept the token.
        """
        return self._open().actor

    def traffic(self) -> Traffic:
        """Say what it has cost so far."""
        return Traffic() if self._connection is None else self._connection.traffic()

    def credential_expires_at(self) -> datetime | None:
        """Say when the token ends, as the configuration says: Jira tells nobody."""
        return self._options.credential_ends(self._context.timezone)

    def check(self) -> Iterable[Problem]:
        """Log in, and hold the configuration against what is there."""
        self._hindrance = None
        try:
            opened = self._open()
            yield from check(opened, self._options, self._context)
        except ProblemError as error:
            self._hindrance = error
            yield from problems_of(error)

    def describe(self) -> str:
        """Say what it is, and how much the account sees of it; what stopped a check right before is not tried again."""
        if self._hindrance is not None:
            return self._hindrance.problem.what
        try:
            return describe(self._open(), self._options, self._context)
        except ProblemError as error:
            return error.problem.what

    def discover(self) -> Discovery:
        """List projects, fields, statuses and users, with a mapping to paste."""
        return discovery.discover(self._open(), self._options, self._context)

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give everything that may have changed since the cursor; each pull asks anew who it is there.

        Raises:
            ToolError: Jira cannot be read, or shows nothing of what is meant.
        """
        yield from pull(self._open(anew=True), self._options, self._context, self.known, cursor)

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids that can be seen in a scope.

        Raises:
            ToolError: they cannot be listed.
        """
        return self._look().census(entity, scope)

    def confirm_gone(self, entity: EntityKind, scope: str, external_ids: frozenset[str]) -> frozenset[str]:
        """Ask for issues and users by their ids, and give those that cannot be seen in the scope.

        Raises:
            ToolError: they cannot be asked for.
        """
        return self._look().confirm_gone(entity, scope, external_ids)

    def is_unwatched(self, target: Target) -> bool:
        """Say where Jira keeps no history."""
        return not has_history(target.entity, target.carrier)

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read the current values of carriers from the issues and projects themselves.

        Raises:
            ToolError: Jira does not answer.
        """
        return Targets(self._open(), self._options, self._context).read(targets)

    def _open(self, *, anew: bool = False) -> Opened:
        """Log in once; a pull asks the first questions again, unless that has just been done."""
        if self._opened is None:
            # Kept though it may fail: what that took and waited for is told, too.
            self._connection = Connection(self._options, self._context, READING)
            self._connection.session.stopping = self.stopping
            self._opened, self._fresh = open_jira(self._options, self._context, self._connection), True
        elif anew and not self._fresh:
            self._opened = open_jira(self._options, self._context, self._opened.connection)
        if anew:
            # A census after this pull looks again.
            self._fresh, self._census_taker = False, None
        return self._opened

    def _look(self) -> CensusTaker:
        if self._census_taker is None:
            self._census_taker = CensusTaker(self._open(), self._options)
        return self._census_taker
