"""A login to Asana: one session, with the vendor's library on it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canonical.problems import Problem
from connectors.asana.config import AsanaOptions
from connectors.base import ConnectorContext
from connectors.http import Answer, CallError, Rule, Session, site_at
from connectors.http.headers import server_time

if TYPE_CHECKING:
    from connectors.asana.client.library import Library

JSON = Mapping[str, Any]


class Connection:
    """Asks one Asana as one account."""

    def __init__(self, options: AsanaOptions, context: ConnectorContext, rules: Sequence[Rule]) -> None:
        self.where = context.id
        self.base = str(options.url).rstrip("/")
        self.said_at: datetime | None = None
        """When the last answer was given, by the server's own clock."""
        self._options, self._context = options, context
        site = site_at("Asana", options, context, self._authorization(), per_minute=options.requests_per_minute)
        self.session = Session(site, rules, self._look, self._authorization)
        self._library: Library | None = None

    @property
    def library(self) -> "Library":
        """The vendor's library; all that it asks for passes the session."""
        if self._library is None:
            # A quarter of a second that whoever only reads a configuration need not wait for.
            from connectors.asana.client.library import Library  # noqa: PLC0415

            self._library = Library(self.base, self.session)
        return self._library

    def close(self) -> None:
        """End it."""
        self.session.close()

    def now(self) -> datetime:
        """Give the server's time at its last answer, in whole seconds.

        Raises:
            CallError: it is not known; a cursor on our own clock would lose what others change.
        """
        if self.said_at is not None:
            return self.said_at.astimezone(UTC)
        raise CallError(
            Problem(
                "Asana does not say what time it is.",
                self.where,
                "Nothing was read: without the server's time, later changes would be lost.",
                "Look whether a proxy takes the Date header out of answers.",
            )
        )

    def strange(self, call: str, why: str) -> CallError:
        """Make the error of an answer that is not as documented."""
        return CallError(
            Problem(
                f"Asana gave an answer that is not as its documentation says: {why}.",
                f"{self.where}: {call}",
                "What could not be read stays as it was.",
                "Look whether the address is that of Asana's API; if it is, report this.",
            )
        )

    def _authorization(self) -> str:
        token = self._options.token.read(self._context.folder, where=f"{self._context.id}: token")
        return f"Bearer {token}"

    def _look(self, answer: Answer) -> None:
        self.said_at = server_time(answer.headers) or self.said_at
