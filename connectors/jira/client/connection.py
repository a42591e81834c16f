"""A login to one Jira: one session, the `jira` library on it, and who answers there."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from jira import JIRA

from canonical.discretion import keep_out
from canonical.problems import Problem
from connectors.base import ConnectorContext
from connectors.http import Answer, CallError, Rule, Session, Site, site_at
from connectors.http.headers import server_time
from connectors.jira.config import Flavour, JiraOptions

ANONYMOUS = "anonymous"


class Connection:
    """Asks one Jira as one account, and never believes what it was told as nobody."""

    def __init__(self, options: JiraOptions, context: ConnectorContext, rules: Sequence[Rule]) -> None:
        self.where = context.id
        self.base = str(options.url).rstrip("/")
        self.said_at: datetime | None = None
        """When the last answer was given, by the server's own clock."""
        renew = partial(_authorization, options, context)
        self.session = Session(site_of(options, context), rules, self._look, renew)
        self.library = _library(self.base, self.session)
        """The vendor's library; all that it asks for passes the session."""

    def close(self) -> None:
        """End it."""
        self.session.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Ask for JSON."""
        return self.session.json("GET", path, params=params)

    def post(self, path: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Ask for JSON by a POST that changes nothing."""
        return self.session.json("POST", path, body=body, params=params)

    def _look(self, answer: Answer) -> None:
        self.said_at = server_time(answer.headers) or self.said_at
        reason = answer.headers.get("x-seraph-loginreason", "").upper()
        if "FAILED" in reason or "DENIED" in reason or answer.headers.get("x-ausername") == ANONYMOUS:
            # Jira answers a wrong or ended credential with what the public may see: often nothing, as 200.
            raise CallError(
                Problem(
                    "Jira answers as to somebody who is not logged in.",
                    f"{self.where}: {answer.call}",
                    "Nothing of this answer was believed.",
                    "Make a new token for the account, put it where the configuration says, and run the command again.",
                ),
                status=answer.status,
            )


def site_of(options: JiraOptions, context: ConnectorContext) -> Site:
    """Say how the site is reached, with its credential.

    Raises:
        ConfigurationError: the token is not there.
    """
    authorization = _authorization(options, context)
    return site_at("Jira", options, context, authorization, per_second=options.requests_per_second)


def _authorization(options: JiraOptions, context: ConnectorContext) -> str:
    token = options.token.read(context.folder, where=f"{context.id}: token")
    if options.email is None:
        return f"Bearer {token}"
    pair = b64encode(f"{options.email}:{token}".encode()).decode()
    keep_out(pair)
    return f"Basic {pair}"


def _library(base: str, session: Session) -> JIRA:
    # Its own retry is off: what fails has been tried again at the gate already.
    library = JIRA(server=base, options={"check_update": False}, get_server_info=False, max_retries=0, logging=False)
    session.carry(library._session)  # noqa: SLF001  # the library has no other way to be given a session
    return library


def flavour_of(options: JiraOptions, info: Mapping[str, Any]) -> Flavour:
    """Say which Jira it is, by the configuration, else by what `serverInfo` says."""
    if options.flavour is not None:
        return options.flavour
    return Flavour.CLOUD if info.get("deploymentType") == "Cloud" else Flavour.DATA_CENTER


def server_now(connection: Connection, info: Mapping[str, Any]) -> datetime:
    """Give the server's time, by the earlier of its clock and that of whatever answers for it.

    Raises:
        CallError: neither is known; a cursor on our own clock would lose what others change.
    """
    known = [moment for moment in (connection.said_at, _printed(info.get("serverTime"))) if moment is not None]
    if known:
        return min(known).astimezone(UTC)
    raise CallError(
        Problem(
            "Jira does not say what time it is.",
            f"{connection.where}: serverInfo",
            "Nothing was read: without the server's time, later changes would be lost.",
            "Look whether a proxy takes the Date header out of answers.",
        )
    )


def _printed(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None
