"""Worklogs in bulk: which changed, which were deleted, and what they say; the same on Cloud and Data Center.

Source: `worklog/updated`, `worklog/deleted` and `worklog/list`, at most 1,000 a page. Both feeds leave out the last
minute. Servers before 7.0 have none of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.http import CallError
from connectors.jira.client.api import JSON, Client
from connectors.jira.client.paging import rows_of, strange

LAG = 60_000


@dataclass(frozen=True, slots=True)
class Changed:
    """A page of a feed: ids with the moment of their change, and up to which moment it goes (milliseconds)."""

    ids: Mapping[int, int]
    until: int
    last: bool


def feed(client: Client, name: str, since: int) -> Iterator[Changed]:
    """Page through `updated` or `deleted` from a moment on; each page says where the next begins.

    Raises:
        CallError: no answer, or one that does not go on.
    """
    call = client.api(f"worklog/{name}")
    while True:
        answer = client.connection.get(call, {"since": since})
        rows = rows_of(answer, "values", client.connection, call)
        until, last = answer.get("until"), answer.get("lastPage") is not False
        ids = {int(row["worklogId"]): int(row.get("updatedTime") or 0) for row in rows}
        reached = max([since, *ids.values()]) if not isinstance(until, int) else until
        yield Changed(ids, reached, last)
        if last or not rows:
            return
        if reached <= since:
            raise strange(client.connection, call, "its next page begins where this one did")
        # More of that millisecond may follow on the next page, and a feed may begin behind its moment.
        since = reached - 1 if reached - 1 > since else reached


def has_feeds(client: Client, since: int) -> bool:
    """Say whether this Jira has the feeds at all."""
    try:
        client.connection.get(client.api("worklog/deleted"), {"since": since})
    except CallError as error:
        if error.status in {404, 405}:
            return False
        raise
    return True


def bodies(client: Client, ids: Sequence[int]) -> list[JSON]:
    """Read worklogs by id, at most 1,000; those that are gone or hidden are left out."""
    if not ids:
        return []
    call = client.api("worklog/list")
    answer = client.connection.post(call, {"ids": list(ids)})
    if not isinstance(answer, list):
        raise strange(client.connection, call, "it is no list")
    return answer


def of_issue(client: Client, issue: str) -> list[JSON]:
    """Read all worklogs of one issue, page by page; none of one that has gone meanwhile."""
    found: list[JSON] = []
    call = client.api(f"issue/{issue}/worklog")
    while True:
        try:
            answer: Any = client.connection.get(call, {"startAt": len(found), "maxResults": 5000})
        except CallError as error:
            if error.status in {403, 404}:
                return found
            raise
        rows = rows_of(answer, "worklogs", client.connection, call)
        found += rows
        if not rows or len(found) >= int(answer.get("total") or 0):
            return found
