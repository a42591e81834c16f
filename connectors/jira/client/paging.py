"""Lists that Jira gives in pages; what the answer says decides, never what was asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from canonical.problems import Problem
from connectors.http import CallError
from connectors.jira.client.api import Seen
from connectors.jira.client.connection import Connection

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Cut a list into pieces of this size."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def seen(rows: Sequence[Any], connection: Connection, call: str) -> list[Seen]:
    """Read the issues of a listing.

    Raises:
        CallError: one of them has no id.
    """
    try:
        return [
            Seen(int(row["id"]), str(row.get("key") or ""), str((row.get("fields") or {}).get("updated") or ""))
            for row in rows
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise strange(connection, call, "an issue in it has no id") from None


def rows_of(answer: Any, name: str, connection: Connection, call: str) -> list[Any]:
    """Give the list of this name in an answer.

    Raises:
        CallError: there is none.
    """
    rows = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(rows, list):
        raise strange(connection, call, f"there is no list of {name} in it")
    return rows


def strange(connection: Connection, call: str, why: str) -> CallError:
    """Make the error of an answer that is not as documented."""
    return CallError(
        Problem(
            f"Jira gave an answer that is not as its documentation says: {why}.",
            f"{connection.where}: {call}",
            "What could not be read stays as it was.",
            "Look whether the address is that of a Jira; if it is, report this with the version of Jira.",
        )
    )


def offset_pages(
    connection: Connection, path: str, params: Mapping[str, Any], name: str, size: int
) -> Iterator[list[Any]]:
    """Page through a list by offset: to the page that says that it is the last, or the first that is empty."""
    start = 0
    while True:
        answer = connection.get(path, {**params, "startAt": start, "maxResults": size})
        rows = rows_of(answer, name, connection, path) if isinstance(answer, Mapping) else answer
        if not rows:
            return
        yield rows
        start += len(rows)
        if isinstance(answer, Mapping):
            total = answer.get("total")
            if answer.get("isLast") is True or (isinstance(total, int) and start >= total):
                return
