"""A search: the issues that a query finds, in its order, and where the next page begins."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pmohub.testing.jira.finding.site import SandboxSite
from pmohub.testing.jira.finding.view import View
from pmohub.testing.jira.jql.compiling import Search, prepare
from pmohub.testing.jira.jql.site import Asker
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.timeline import instant, moment
from pmohub.testing.jira.world.world import World

Key = Callable[[View], Any]


class Found(NamedTuple):
    """What a query found: the numbers of the issues, in order."""

    search: Search
    numbers: list[int]


class Finder:
    """Searches what the index knows; the last queries' results are kept until something is edited."""

    def __init__(self, world: World) -> None:
        self._world, self._site = world, SandboxSite(world)
        self._kept = lru_cache(8)(self._find)

    def prepare(self, jql: str, account: User | None, *, validate: bool = True) -> Search:
        """Make a query ready.

        Raises:
            JqlError: Jira would refuse it.
        """
        zone = ZoneInfo(account.zone if account else "UTC")
        asker = Asker(account.id if account else "", zone, instant(self._world.now()))
        return prepare(jql, self._site, asker, validate=validate)

    def find(self, jql: str, account: User | None, fresh: Iterable[int] = (), *, validate: bool = True) -> Found:
        """Give what a query finds; of the issues in `fresh` the index knows all.

        Raises:
            JqlError: Jira would refuse it.
        """
        world = self._world
        pending = world.pending()
        state = (world.edits, pending, frozenset(world.hidden_projects), world.now() // 60_000)
        return self._kept(jql, account, frozenset(fresh), validate, state)

    def _find(self, jql: str, account: User | None, fresh: frozenset[int], validate: bool, _state: object) -> Found:
        search = self.prepare(jql, account, validate=validate)
        shown = {p.place for p in self._world.projects if not p.archived} - self._world.hidden_projects
        if search.hints.projects is not None:
            shown &= {int(identity) - 10_000 for identity in search.hints.projects}
        found = [View(self._world, number) for number in self._candidates(search, shown)]
        found = [view for view in found if search.matches(view)]
        edited = (self.view(number, fresh) for number in self._world.edited)
        found += [
            v for v in edited if v is not None and v.project in shown and self.open(v.issue) and search.matches(v)
        ]
        return Found(search, [view.number for view in self._sorted(search, found)])

    def open(self, issue: Issue) -> bool:
        """Tell whether accounts see an issue, as far as its own security level goes."""
        return not issue.values.get("security")

    def view(self, number: int, fresh: Iterable[int] = ()) -> View | None:
        """Give an issue as the index knows it; None where it does not."""
        issue = self._world.issue(number) if number in fresh else self._world.indexed(number)
        return None if issue is None else View(self._world, number, issue)

    def _candidates(self, search: Search, shown: set[int]) -> Iterable[int]:
        """Give untouched issues, by number, that the query's hints leave."""
        world, numbering = self._world, self._world.generator.numbering
        hints = search.hints
        if hints.issues is not None:
            numbers: Iterable[int] = sorted(int(identity) - FIRST_ID for identity in hints.issues)
            numbers = [number for number in numbers if 0 <= number < world.size]
        else:
            first, last = self._span(hints.updated.since, hints.updated.until, world.generator.updated_at_rank)
            numbers = (
                range(world.size) if (first, last) == (0, world.size) else map(numbering.at_rank, range(first, last))
            )
            first, last = self._span(hints.created.since, hints.created.until, world.generator.created)
            if (first, last) != (0, world.size):
                numbers = (number for number in numbers if first <= number < last)
        edited, cycle = world.edited, numbering.cycle
        turns = len(cycle)
        return [number for number in numbers if number not in edited and cycle[number % turns] in shown]

    def _span(self, since: datetime, until: datetime, key: Callable[[int], int]) -> tuple[int, int]:
        every = range(self._world.size)
        first = bisect_left(every, moment(since) if since.year > 1 else -1, key=key)
        last = bisect_right(every, moment(until) if until.year < 9999 else 1 << 60, key=key)
        return first, max(first, last)

    def _sorted(self, search: Search, found: list[View]) -> list[View]:
        orders = search.order
        cheap = {"issue": self._by_key, "created": lambda view: view.created, "updated": lambda view: view.updated}
        found.sort(key=lambda view: view.number, reverse=not orders)
        if all(order.field.id in cheap for order in orders):
            for order in reversed(orders):
                found.sort(key=cheap[order.field.id], reverse=order.descending)
            return found
        return search.ordered(found)  # type: ignore[return-value]  # the same views, in another order

    def _by_key(self, view: View) -> tuple[str, int]:
        return self._world.projects[view.project].key, view.place

    def after(self, found: Found, last: View) -> int:
        """Give where the issues after `last` begin, wherever it would stand now."""

        def comes_later(number: int) -> bool:
            view = self.view(number)
            if view is None or view.number == last.number:
                return False
            lower = sorted((last, view), key=lambda one: one.number, reverse=not found.search.order)
            return self._sorted(found.search, list(lower))[0] is last

        return bisect_left(found.numbers, True, key=comes_later)  # what is sought
