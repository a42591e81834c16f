"""What random histories of whichever tool have in common: deeds between requests, and two stores held side by side."""

from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import HealthCheck, Phase
from sqlalchemy import ColumnElement, Table
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = ("source_project", "source_person", "task", "dependency", "time_entry")
OWN = {"id", "project_id", "person_id", "first_seen_at", "last_activity_at", "status_since", "content_hash"}
"""What a store numbers itself, or what only a first sight or a look at identity tells."""
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each try takes a second: the case is told as it was found."""
RESET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
Held: TypeAlias = dict[tuple[str, str], dict[str, Any]]


class Between:
    """Lets deeds happen right before the request that is so many from now."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Callable[[], None]]] = []
        self.requests = 0

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def between(scope: Scope, receive: Receive, send: Send) -> None:
            self.requests += 1
            due = [deed for at, deed in self.waiting if at <= self.requests]
            self.waiting = [one for one in self.waiting if one[0] > self.requests]
            for deed in due:
                deed()
            await app(scope, receive, send)

        return between


def seen(table: Table) -> ColumnElement[bool]:
    return table.c.lost_access_at.is_(None)


def differing(one: Held, other: Held) -> dict[tuple[str, str], Any]:
    """What the two do not say alike, column by column."""
    found = {}
    for place in sorted(one.keys() | other.keys()):
        left, right = one.get(place), other.get(place)
        if left is None or right is None:
            found[place] = "only one by one" if right is None else "only as a whole"
        elif left != right:
            names = left.keys() | right.keys()
            found[place] = {
                name: (left.get(name), right.get(name)) for name in names if left.get(name) != right.get(name)
            }
    return found
