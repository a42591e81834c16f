"""The first questions of every run: who am I there, what is it, what may I, and which fields are there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import HttpUrl

from canonical.problems import Problem, ToolError
from connectors.base import ConnectorContext
from connectors.http import CallError
from connectors.jira.client.api import JSON, Client
from connectors.jira.client.cloud import CloudClient
from connectors.jira.client.connection import Connection, flavour_of, server_now
from connectors.jira.client.data_center import DataCenterClient
from connectors.jira.client.paging import strange
from connectors.jira.client.rules import READING
from connectors.jira.config import Flavour, JiraOptions
from connectors.jira.mapping.catalogue import Catalogue
from connectors.jira.mapping.reading import user_ref, zone_named
from connectors.mapping.reading import UnmappableError

PERMISSIONS = ("BROWSE_PROJECTS", "EDIT_ISSUES", "ADMINISTER_PROJECTS", "ADMINISTER")


@dataclass(frozen=True, slots=True)
class Opened:
    """A Jira that answers: as whom, what it is, what the account may (None: it does not say), at which moment there."""

    client: Client
    flavour: Flavour
    account: JSON
    info: JSON
    permissions: Mapping[str, bool] | None
    catalogue: Catalogue
    now: datetime

    @property
    def connection(self) -> Connection:
        """The session."""
        return self.client.connection

    @property
    def site(self) -> str:
        """Name the instance as it names itself."""
        return str(self.info.get("baseUrl") or self.connection.base).rstrip("/")

    @property
    def actor(self) -> str | None:
        """Name the account as histories do."""
        try:
            return user_ref(self.account)
        except UnmappableError:
            return None


GENTLE = 6
"""How many requests a Data Center has to bear at a time, unless the configuration says other: it is one machine or few,
where Cloud limits each endpoint to some hundred requests in a second."""
GATEWAY = "api.atlassian.com"


def for_people(options: JiraOptions, site: str) -> JiraOptions:
    """Give the options with the address that people open: OAuth 2.0 asks through Atlassian's gateway instead."""
    return options.model_copy(update={"url": HttpUrl(site)}) if options.url.host == GATEWAY else options


def open_jira(options: JiraOptions, context: ConnectorContext, connection: Connection | None = None) -> Opened:
    """Log in and ask the first questions, on a connection that there is already or a new one.

    Raises:
        ConfigurationError: the token or the file of authorities is not there.
        ToolError: Jira does not answer, does not accept the credential, or shows nothing to this account.
    """
    connection = connection or Connection(options, context, READING)
    try:
        return _opened(connection, options)
    except BaseException:
        connection.close()
        raise


def _opened(connection: Connection, options: JiraOptions) -> Opened:
    # Alone, for several failed logins at once may lock an account.
    account = _account(connection, options)
    with connection.session.threads() as pool:
        fields, held = pool.submit(connection.library.fields), pool.submit(_permissions, connection)
        info: JSON = connection.library.server_info()
        now = server_now(connection, info)
        catalogue, permissions = Catalogue(fields.result()), held.result()
    flavour = flavour_of(options, info)
    client: Client
    if flavour is Flavour.CLOUD:
        client = CloudClient(connection)
    else:
        if "requests_at_once" not in options.model_fields_set:
            connection.session.keep_within(GENTLE)
        client = DataCenterClient(connection, zone_named(account.get("timeZone")) or ZoneInfo("UTC"))
    if permissions is not None and not permissions.get("BROWSE_PROJECTS", True):
        raise ToolError(_sees_nothing(connection, account))
    opened = Opened(client, flavour, account, info, permissions, catalogue, now)
    if opened.actor is None or not catalogue.by_id:
        raise strange(connection, "myself, field", "it names no account, or no field at all")
    return opened


def _account(connection: Connection, options: JiraOptions) -> JSON:
    """Ask who we are; at this first question it is the address or the login that is wrong, not the item asked for."""
    try:
        account: JSON = connection.library.myself()
    except CallError as error:
        advice = _advice(options, error.status)
        if advice is not None:
            error.problem = replace(error.problem, next_step=advice)
        raise
    return account


def _advice(options: JiraOptions, status: int | None) -> str | None:
    host = options.url.host or ""
    if status == 404:
        return (
            "Write the address at which Jira itself answers as `url`: https://example.atlassian.net, or that of a "
            "server with the path under which it runs, without what follows for a page or an issue."
        )
    if status not in (401, 403):
        return None
    if options.email is None and host.endswith(".atlassian.net"):
        return "Write the `email` of the account whose API token it is: Jira Cloud takes both together."
    if options.email is not None and not host.endswith((".atlassian.net", GATEWAY)):
        return (
            "Take `email` out if the token is a personal access token of a Data Center; else make a new token for "
            "that account, and put it where the configuration says."
        )
    return None


def _permissions(connection: Connection) -> Mapping[str, bool] | None:
    try:
        # Under the address that either Jira has, since it is not known yet which one it is.
        answer = connection.get("/rest/api/2/mypermissions", {"permissions": ",".join(PERMISSIONS)})
    except CallError as error:
        if error.status == 404:
            return None
        raise
    listed: Any = answer.get("permissions")
    if not isinstance(listed, dict):
        return None
    return {name: one.get("havePermission") is True for name, one in listed.items() if isinstance(one, dict)}


def _sees_nothing(connection: Connection, account: JSON) -> Problem:
    name = account.get("displayName") or account.get("name") or "This account"
    return Problem(
        f"{name} may not browse any project of this Jira.",
        connection.where,
        "Nothing was read, and nothing is taken for gone.",
        "Give the account the permission to browse the projects that are to be read.",
    )
