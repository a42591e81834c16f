"""What happened, in order, to be asked for by whoever was there before: Asana's event streams.

Source: developers.asana.com/reference/events: changes bubble up (a project tells of its tasks, of their stories and of
their subtasks), a token holds 100 events, and it expires after 24 hours.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LIFE_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `resource` (its gid and kind; it may be gone by now), by `user`."""

    number: int
    at: int
    user: str | None
    resource: str
    kind: str
    action: str
    parent: str | None = None
    change: dict[str, Any] | None = None


class Feed:
    """All events, and which of them each resource tells of."""

    def __init__(self) -> None:
        self.lost = 0
        self.tells_changes = True
        self._told: list[Event] = []
        self._by_scope: dict[str, list[int]] = {}
        self._seen = 0

    def tell(self, scopes: Iterable[str], at: int, what: dict[str, Any]) -> None:
        """Add an event for each of `scopes` to tell of.

        With `lost` n, every nth goes missing, as Asana says may be; without `tells_changes`, every change of a task's
        fields does, as developers reported in August 2026: the story of it is told all the same.
        """
        self._seen += 1
        if self.lost and self._seen % self.lost == 0:
            return
        if not self.tells_changes and (what["kind"], what["action"]) == ("task", "changed"):
            return
        number = len(self._told)
        self._told.append(Event(number, at, **what))
        for scope in dict.fromkeys(scopes):
            self._by_scope.setdefault(scope, []).append(number)

    @property
    def end(self) -> int:
        """Give the number of the next event."""
        return len(self._told)

    def since(self, scope: str, number: int, most: int, until: int) -> tuple[list[Event], int, bool]:
        """List what a resource tells of from event `number` on, up to `most`, not after moment `until`.

        Give also the number to go on from, and whether there is more.
        """
        numbers = self._by_scope.get(scope, [])
        start = bisect_left(numbers, number)
        due = [one for one in numbers[start : start + most + 1] if self._told[one].at <= until]
        found = [self._told[one] for one in due[:most]]
        if len(due) > most:
            return found, found[-1].number + 1, True
        known = self.end
        while known > number and self._told[known - 1].at > until:
            known -= 1
        return found, max(number, known), False
