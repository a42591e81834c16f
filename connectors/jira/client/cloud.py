"""Jira Cloud, REST v3: https://developer.atlassian.com/cloud/jira/platform/rest/v3/."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from connectors.jira.client.api import JSON, Client, Fetched, Part, Seen
from connectors.jira.client.paging import chunks, offset_pages, rows_of, seen, strange

IDS_A_PAGE = 5000
ISSUES_A_CALL = 100
HISTORIES_A_CALL = 1000
ENTRIES_A_PAGE = 10_000
USERS_A_PAGE = 1000
MOST_FRESH = 50
"""How many issues a search may be asked to know all of (`reconcileIssues`)."""
PROJECTS_A_PAGE = 100


class CloudClient(Client):
    """Lists ids first, then reads issues and histories in bulk, side by side."""

    at_a_time = HISTORIES_A_CALL

    def api(self, path: str) -> str:
        """Give the address of a call below the site's."""
        return f"/rest/api/3/{path}"

    def moment(self, milliseconds: int) -> str:
        """Write a moment for JQL: in milliseconds since 1970, which no time zone of an account can shift."""
        return str(milliseconds) if milliseconds > 0 else '"1970-01-02"'

    def listed(self, jql: str, *, updated: bool = False, fresh: Sequence[int] = ()) -> Iterator[list[Seen]]:
        """List issues by `search/jql`, by token; a token that comes again would be a circle.

        Raises:
            CallError: no answer, or one that goes round in circles.
        """
        call = self.api("search/jql")
        tokens: set[str] = set()
        body: dict[str, Any] = {"jql": jql, "fields": ["updated"] if updated else ["id"], "maxResults": IDS_A_PAGE}
        if fresh:
            body["reconcileIssues"] = list(fresh[:MOST_FRESH])
        while True:
            answer = self.connection.post(call, body)
            yield seen(rows_of(answer, "issues", self.connection, call), self.connection, call)
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast") is True:
                return
            if token in tokens:
                raise strange(self.connection, call, "the token of the next page came before")
            tokens.add(token)
            body["nextPageToken"] = token

    def count(self, jql: str) -> int | None:
        """Ask for the estimate that Jira has."""
        count = self.connection.post(self.api("search/approximate-count"), {"jql": jql}).get("count")
        return count if isinstance(count, int) else None

    def parts(self, issues: Sequence[Seen], fields: Sequence[str], *, history: bool) -> Sequence[Part]:
        """Give the calls: each hundred issues, and the histories of a thousand, which take as many pages as they do."""
        ids = [issue.id for issue in issues]
        parts: list[Part] = []
        if history:
            # The longest first: it goes on while the others come and go.
            parts += [partial(self._histories, chunk) for chunk in chunks(ids, HISTORIES_A_CALL)]
        parts += [partial(self._issues, chunk, fields) for chunk in chunks(ids, ISSUES_A_CALL)]
        return parts

    def _issues(self, ids: Sequence[int], fields: Sequence[str]) -> Fetched:
        fetched = self._bulk(ids, fields)
        if fetched.unread and len(ids) > 1:
            # What was too much at once, or failed for a moment, is asked for one by one.
            for missing in list(fetched.unread):
                again = self._bulk([missing], fields)
                fetched.issues += again.issues
                if missing not in again.unread:
                    del fetched.unread[missing]
        return fetched

    def _bulk(self, ids: Sequence[int], fields: Sequence[str]) -> Fetched:
        call = self.api("issue/bulkfetch")
        body = {"issueIdsOrKeys": [str(each) for each in ids], "fields": list(fields)}
        answer = self.connection.post(call, body)
        errors = answer.get("issueErrors") or [] if isinstance(answer, dict) else []
        unread = {
            int(error["id"]): str(error.get("errorMessage") or "no reason given")
            for error in errors
            if str(error.get("id", "")).isdigit()
        }
        return Fetched(rows_of(answer, "issues", self.connection, call), unread=unread)

    def _histories(self, ids: Sequence[int]) -> Fetched:
        call = self.api("changelog/bulkfetch")
        histories: dict[int, list[JSON]] = defaultdict(list)
        tokens: set[str] = set()
        body: dict[str, Any] = {"issueIdsOrKeys": [str(each) for each in ids], "maxResults": ENTRIES_A_PAGE}
        while True:
            answer = self.connection.post(call, body)
            for row in rows_of(answer, "issueChangeLogs", self.connection, call):
                histories[int(row["issueId"])] += row.get("changeHistories") or []
            token = answer.get("nextPageToken")
            if not token:
                return Fetched(histories=histories)
            if token in tokens:
                raise strange(self.connection, call, "the token of the next page came before")
            tokens.add(token)
            body["nextPageToken"] = token

    def projects(self, properties: Sequence[str]) -> Iterator[list[JSON]]:
        """List projects, archived ones too, with their lead, description and properties."""
        params: dict[str, Any] = {"expand": "description,lead", "status": ["live", "archived"], "orderBy": "key"}
        if properties:
            params["properties"] = list(properties)
        yield from offset_pages(self.connection, self.api("project/search"), params, "values", PROJECTS_A_PAGE)

    def users(self) -> Iterator[list[JSON]]:
        """List users: to an empty page, since a page may be short in the middle."""
        yield from offset_pages(self.connection, self.api("users/search"), {}, "users", USERS_A_PAGE)

    def by_id(self, ids: Sequence[str], fields: Sequence[str]) -> list[JSON]:
        """Read issues by id, wherever they are; those that are not to be seen are left out."""
        found: list[JSON] = []
        for chunk in chunks([int(each) for each in ids], ISSUES_A_CALL):
            found += self._issues(chunk, fields).issues
        return found
