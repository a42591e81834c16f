"""A reader of a tool that is asked over HTTP: it logs in when it is first asked, and each pull asks anew."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from canonical.problems import Problem, ProblemError, problems_of
from canonical.records import Ref
from canonical.vocabulary import EntityKind
from connectors.base import Census, ConnectorContext, Reader, Traffic
from connectors.http import Session
from connectors.options import ServiceOptions


class Connected(Protocol):
    """A login to a tool."""

    @property
    def session(self) -> Session:
        """What all that is asked passes."""


class Answered(Protocol):
    """What the first questions of a run gave."""

    @property
    def actor(self) -> Ref | None:
        """Name the account as histories do."""


class Looking(Protocol):
    """Looks which items are still there; what it was told is good until the next pull."""

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids that can be seen in a scope."""

    def confirm_gone(self, entity: EntityKind, scope: str, external_ids: frozenset[str]) -> frozenset[str]:
        """Give those of the items that cannot be seen in the scope."""


Configured = TypeVar("Configured", bound=ServiceOptions)
Connection = TypeVar("Connection", bound=Connected)
Opened = TypeVar("Opened", bound=Answered)


class ServiceReader(Reader, Generic[Configured, Connection, Opened]):
    """Logs in once, when it is first asked; what only the tool's own connector knows is left to it."""

    def __init__(self, options: Configured, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._connection: Connection | None = None
        self._opened: Opened | None = None
        self._hindrance: ProblemError | None = None
        self._fresh = False
        self._looking: Looking | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.fingerprint()!r})"

    @abstractmethod
    def _connect(self) -> Connection:
        """Make a connection; raises ConfigurationError where the token or the file of authorities is not there."""

    @abstractmethod
    def _ask(self, connection: Connection) -> Opened:
        """Ask the first questions; raises ToolError where the tool does not answer or does not accept the token."""

    @abstractmethod
    def _checked(self, opened: Opened) -> Iterable[Problem]:
        """Hold the configuration against what is there."""

    @abstractmethod
    def _described(self, opened: Opened) -> str:
        """Say in a line what it is, and how much the account sees of it."""

    @abstractmethod
    def _looker(self, opened: Opened) -> Looking:
        """Make what looks which items are still there."""

    def account(self) -> Ref | None:
        """Say who the token is.

        Raises:
            ToolError: the tool does not answer, or does not accept the token.
        """
        return self._open().actor

    def traffic(self) -> Traffic:
        """Say what it has cost so far."""
        return Traffic() if self._connection is None else self._connection.session.traffic()

    def credential_expires_at(self) -> datetime | None:
        """Say when the token ends, as the configuration says: the tool tells nobody."""
        return self._options.credential_ends(self._context.timezone)

    def check(self) -> Iterable[Problem]:
        """Log in, and hold the configuration against what is there."""
        self._hindrance = None
        try:
            yield from self._checked(self._open())
        except ProblemError as error:
            self._hindrance = error
            yield from problems_of(error)

    def describe(self) -> str:
        """Say what it is, and how much the account sees of it; what stopped a check right before is not tried again."""
        if self._hindrance is not None:
            return self._hindrance.problem.what
        try:
            return self._described(self._open())
        except ProblemError as error:
            return error.problem.what

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids that can be seen in a scope.

        Raises:
            ToolError: they cannot be listed.
        """
        return self._look().census(entity, scope)

    def confirm_gone(self, entity: EntityKind, scope: str, external_ids: frozenset[str]) -> frozenset[str]:
        """Ask for items by their ids, and give those that cannot be seen in the scope.

        Raises:
            ToolError: they cannot be asked for.
        """
        return self._look().confirm_gone(entity, scope, external_ids)

    def _open(self, *, anew: bool = False) -> Opened:
        """Log in once; a pull asks the first questions again, unless that has just been done."""
        if self._opened is None or self._connection is None:
            # Kept though it may fail: what that took and waited for is told, too.
            self._connection = self._connect()
            self._connection.session.stopping = self.stopping
            self._opened, self._fresh = self._ask(self._connection), True
        elif anew and not self._fresh:
            self._opened = self._ask(self._connection)
        if anew:
            # A census after this pull looks again.
            self._fresh, self._looking = False, None
        return self._opened

    def _look(self) -> Looking:
        if self._looking is None:
            self._looking = self._looker(self._open())
        return self._looking
