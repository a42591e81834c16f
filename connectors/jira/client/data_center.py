"""Jira Data Center and Server, REST v2: https://docs.atlassian.com/software/jira/docs/api/REST/."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from connectors.http import CallError
from connectors.jira.client.api import JSON, Client, Fetched, Part, Seen
from connectors.jira.client.connection import Connection
from connectors.jira.client.paging import chunks, offset_pages, rows_of, seen

IDS_A_PAGE = 1000
ISSUES_A_CALL = 100
USERS_A_PAGE = 1000
LONGEST_ADDRESS = 5000
"""Characters of an address that servers and proxies take; a longer query is sent by POST."""


class DataCenterClient(Client):
    """Lists ids in an order that edits do not change, and notices where deletions shift the pages."""

    at_a_time = 500

    def __init__(self, connection: Connection, zone: ZoneInfo) -> None:
        super().__init__(connection)
        self._zone = zone

    def api(self, path: str) -> str:
        """Give the address of a call below the site's."""
        return f"/rest/api/2/{path}"

    def moment(self, milliseconds: int) -> str:
        """Write a moment for JQL: to the minute, in the account's zone."""
        return f'"{wall_minute(milliseconds, self._zone)}"'

    def listed(
        self,
        jql: str,
        *,
        updated: bool = False,
        fresh: Sequence[int] = (),  # noqa: ARG002  # its index is hardly behind
    ) -> Iterator[list[Seen]]:
        """List issues by `search`. Each page begins with the last issue of the one before.

        Where it does not, what was deleted meanwhile has moved all that follows, and the place is looked for again.
        """
        start, known = 0, list[int]()
        while True:
            answer = self._search(jql, ["updated"] if updated else ["id"], start, IDS_A_PAGE)
            rows = seen(rows_of(answer, "issues", self.connection, "search"), self.connection, "search")
            new = _after(rows, known)
            if new is None and start > 0:
                start = max(0, start - (len(rows) or IDS_A_PAGE))
                continue
            further = rows if new is None else rows[new:]
            if not rows or (known and not further):
                return
            yield further
            known = [row.id for row in rows]
            start += len(rows) - 1
            if start + 1 >= int(answer.get("total") or 0):
                return

    def _search(
        self, jql: str, fields: Sequence[str], start: int, size: int, expand: str = "", *, strict: bool = True
    ) -> Any:
        """Ask for a page. Not `strict`, a query may name what is not there: it is not found, instead of a refusal."""
        asked: dict[str, Any] = {"jql": jql, "startAt": start, "maxResults": size, "validateQuery": strict}
        path = self.api("search")
        if len(quote(jql)) + sum(map(len, fields)) < LONGEST_ADDRESS:
            params = asked | {"fields": ",".join(fields), "validateQuery": str(strict).lower()}
            return self.connection.get(path, params | ({"expand": expand} if expand else {}))
        body = asked | {"fields": list(fields)}
        return self.connection.post(path, body | ({"expand": [expand]} if expand else {}))

    def count(self, jql: str) -> int | None:
        """Ask for no issue, and be told how many there are."""
        total = self._search(jql, ["id"], 0, 0).get("total")
        return total if isinstance(total, int) else None

    def parts(self, issues: Sequence[Seen], fields: Sequence[str], *, history: bool) -> Sequence[Part]:
        """Give the calls: each hundred issues, with their histories."""
        return [partial(self._issues, chunk, fields, history) for chunk in chunks(issues, ISSUES_A_CALL)]

    def _issues(self, wanted: Sequence[Seen], fields: Sequence[str], history: bool) -> Fetched:
        ids = {each.id for each in wanted}
        jql = f"key in ({', '.join(each.key for each in wanted)})"
        expand = "changelog" if history else ""
        found: dict[int, JSON] = {}
        start = 0
        while True:
            # An issue may have been deleted or moved since it was listed.
            answer = self._search(jql, fields, start, len(wanted), expand, strict=False)
            rows = rows_of(answer, "issues", self.connection, "search")
            found |= {int(row["id"]): row for row in rows if int(row["id"]) in ids}
            start += len(rows)
            if not rows or start >= int(answer.get("total") or 0):
                break
        fetched = Fetched()
        for each in wanted:
            row = found.get(each.id) or self._one(str(each.id), fields, expand)
            if row is None:
                continue
            if history:
                row = self._with_history(row, fields)
                fetched.histories[each.id] = list((row.get("changelog") or {}).get("histories") or [])
            fetched.issues.append(row)
        return fetched

    def _with_history(self, row: JSON, fields: Sequence[str]) -> JSON:
        """Give an issue with all of its history: a search may leave it out, or show the newest entries only."""
        log = row.get("changelog")
        if isinstance(log, dict) and len(log.get("histories") or []) >= int(log.get("total") or 0):
            return row
        return self._one(str(row.get("key") or row["id"]), fields, "changelog") or row

    def _one(self, name: str, fields: Sequence[str], expand: str = "") -> JSON | None:
        params = {"fields": ",".join(fields)} | ({"expand": expand} if expand else {})
        try:
            row: JSON = self.connection.get(self.api(f"issue/{name}"), params)
        except CallError as error:
            if error.status in {403, 404}:
                return None
            raise
        return row

    def projects(self, properties: Sequence[str]) -> Iterator[list[JSON]]:
        """List projects, archived ones too, each property of each by a call of its own: no list shows them."""
        params = {"expand": "description,lead,url,projectKeys", "includeArchived": "true"}
        rows = self.connection.get(self.api("project"), params)
        yield [{**row, "properties": self._properties(str(row["id"]), properties)} for row in rows]

    def _properties(self, project: str, names: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in names:
            try:
                answer = self.connection.get(self.api(f"project/{project}/properties/{quote(name, safe='')}"))
            except CallError as error:
                if error.status != 404:
                    raise
                found[name] = None
            else:
                found[name] = answer.get("value")
        return found

    def users(self) -> Iterator[list[JSON]]:
        """List users, inactive ones too; a full stop finds everybody."""
        params = {"username": ".", "includeActive": "true", "includeInactive": "true"}
        yield from offset_pages(self.connection, self.api("user/search"), params, "users", USERS_A_PAGE)

    def by_id(self, ids: Sequence[str], fields: Sequence[str]) -> list[JSON]:
        """Read issues by id, wherever they are; what a search does not find, one by one: its index may be behind."""
        found: list[JSON] = []
        for chunk in chunks([int(each) for each in ids], ISSUES_A_CALL):
            answer = self._search(f"id in ({', '.join(map(str, chunk))})", fields, 0, len(chunk), strict=False)
            rows = {int(row["id"]): row for row in rows_of(answer, "issues", self.connection, "search")}
            asked = (rows.get(each) or self._one(str(each), fields) for each in chunk)
            found += [row for row in asked if row is not None]
        return found


def wall_minute(milliseconds: int, zone: ZoneInfo) -> str:
    """Give the minute that a clock in the zone shows, or an earlier one, so that read as the zone's it is not later.

    When clocks are put back an hour comes twice: Jira cannot be told which is meant, so that the hour before is said.
    """
    moment = datetime.fromtimestamp(max(0, milliseconds) / 1000, UTC)
    wall = moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    while max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)) > moment:
        wall -= timedelta(hours=1)
    return wall.strftime("%Y-%m-%d %H:%M")


def _after(rows: Sequence[Seen], known: Sequence[int]) -> int | None:
    """Say from where on the rows are new: behind the last known one among them; None where none of them is known."""
    if not known:
        return 0
    places = set(known)
    for place in range(len(rows) - 1, -1, -1):
        if rows[place].id in places:
            return place + 1
    return None
