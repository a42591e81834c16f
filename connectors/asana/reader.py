"""The reading side of the connector contract for Asana."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from canonical.intake import Batch, Cursor
from canonical.problems import Problem, ProblemError, problems_of
from canonical.records import Ref
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
from connectors.base import Census, ConnectorContext, CurrentValue, Discovery, Reader, Target, Traffic


class AsanaReader(Reader):
    """Reads workspaces of Asana as one account; its session can ask for nothing that would change them."""

    _listed: JustListed | None = None

    def __init__(self, options: AsanaOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._connection: Connection | None = None
        self._opened: Opened | None = None
        self._hindrance: ProblemError | None = None
        self._fresh = False
        self._census_taker: CensusTaker | None = None

    def __repr__(self) -> str:
        return f"AsanaReader({self.fingerprint()!r})"

    def fingerprint(self) -> str:
        """Name Asana by its address: gids mean the same in every workspace of it."""
        return f"asana {str(self._options.url).rstrip('/').lower()}"

    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields that the mapping supplies."""
        return provided(self._options, self._context)

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields of which stories tell every change."""
        return reported(self._options)

    def account(self) -> Ref | None:
        """Say who the token is.

        Raises:
            ToolError: Asana does not answer, or does not accept the token.
        """
        return self._open().actor

    def traffic(self) -> Traffic:
        """Say what it has cost so far."""
        return Traffic() if self._connection is None else self._connection.traffic()

    def credential_expires_at(self) -> datetime | None:
        """Say when the token ends, as the configuration says: Asana tells nobody."""
        return self._options.credential_ends(self._context.timezone)

    def check(self) -> Iterable[Problem]:
        """Log in, and hold the configuration against what is there."""
        self._hindrance = None
        try:
            yield from check(self._open(), self._options, self._context)
        except ProblemError as error:
            self._hindrance = error
            yield from problems_of(error)

    def describe(self) -> str:
        """Say how much the account sees; what stopped a check right before is not tried again."""
        if self._hindrance is not None:
            return self._hindrance.problem.what
        try:
            return describe(self._open())
        except ProblemError as error:
            return error.problem.what

    def discover(self) -> Discovery:
        """List projects, fields, statuses and users, with a mapping to paste."""
        return discover(self._open(), self._options, self._context)

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give everything that may have changed since the cursor; each pull asks anew who it is there.

        Raises:
            ToolError: Asana cannot be read, or shows nothing of what is meant.
        """
        opened = self._open(anew=True)
        self._listed = yield from pull(opened, self._options, self._context, cursor)

    def listed_anew(self) -> bool:
        """Say whether the last pull has read everything anew, in one go."""
        return self._listed is not None

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids that can be seen in a scope.

        Raises:
            ToolError: they cannot be listed.
        """
        return self._look().census(entity, scope)

    def confirm_gone(self, entity: EntityKind, scope: str, external_ids: frozenset[str]) -> frozenset[str]:
        """Ask for tasks and users by their gids, and give those that cannot be seen in the scope.

        Raises:
            ToolError: they cannot be asked for.
        """
        return self._look().confirm_gone(entity, scope, external_ids)

    def is_unwatched(self, target: Target) -> bool:
        """Say where Asana does not tell what a write replaced."""
        return not has_history(target.entity, slot_of(target.entity, target.carrier))

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read the current values of carriers from the tasks and projects themselves.

        Raises:
            ToolError: Asana does not answer.
        """
        return Targets(self._open(), self._context).read(targets)

    def _open(self, *, anew: bool = False) -> Opened:
        """Log in once; a pull asks the first questions again, unless that has just been done."""
        if self._opened is None:
            # Kept though it may fail: what that took and waited for is told, too.
            self._connection = Connection(self._options, self._context, READING)
            self._connection.session.stopping = self.stopping
            self._opened, self._fresh = open_asana(self._options, self._context, self._connection), True
        elif anew and not self._fresh:
            self._opened = open_asana(self._options, self._context, self._opened.connection)
        if anew:
            # A census after this pull looks again.
            self._fresh, self._census_taker, self._listed = False, None, None
        return self._opened

    def _look(self) -> CensusTaker:
        if self._census_taker is None:
            self._census_taker = CensusTaker(self._open(), self._options, self._listed)
        return self._census_taker
