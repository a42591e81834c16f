"""A search: the issues that a query finds, in its order, and where the next page begins."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
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
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.timeline import instant, moment

Key = Callable[[View], Any]


class Found(NamedTuple):
    """What a query found: the numbers of the issues, in order."""

    search: Search
    numbers: list[int]


class Finder:
    """Searches what the index knows; the last queries' results are kept until something is edited."""

    def __init__(self, world: World) -> None:
        self._world, self._site = world, SandboxSite(world)
        self._kept = lru_cache(4)(self._find)

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
        found = self._candidates(search, shown)
        if not search.hints.exact:
            found = [number for number in found if search.matches(View(self._world, number))]
        edited = (self.view(number, fresh) for number in self._world.edited)
        views = {v.number: v for v in edited if v and v.project in shown and self.open(v.issue) and search.matches(v)}
        return Found(search, self._ordered(search, sorted([*found, *views]), views))

    def open(self, issue: Issue) -> bool:
        """Tell whether accounts see an issue, as far as its own security level goes."""
        return not issue.values.get("security")

    def view(self, number: int, fresh: Iterable[int] = ()) -> View | None:
        """Give an issue as the index knows it; None where it does not."""
        if number not in self._world.edited:
            return View(self._world, number) if 0 <= number < self._world.size else None
        issue = self._world.issue(number) if number in fresh else self._world.indexed(number)
        return None if issue is None else View(self._world, number, issue)

    def _candidates(self, search: Search, shown: set[int]) -> list[int]:
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

    def _ordered(self, search: Search, numbers: list[int], views: Mapping[int, View]) -> list[int]:
        """Put issues, given by number, in the order of the query; `views` has those that were edited."""
        if not search.order:
            return numbers[::-1]
        if any(order.field.id not in {"issue", "created", "updated"} for order in search.order):
            every = (views.get(number) or View(self._world, number) for number in numbers)
            return [int(view.id) - FIRST_ID for view in search.ordered(every)]
        for order in reversed(search.order):
            numbers = sorted(numbers, key=self._key(order.field.id, views), reverse=order.descending)
        return numbers

    def _key(self, field: str, views: Mapping[int, View]) -> Callable[[int], Any]:
        """Give what one field sorts by, without making an issue."""
        generator = self._world.generator
        numbering, projects = generator.numbering, self._world.projects
        if field == "issue":
            return lambda number: (
                (projects[numbering.project(number)].key, numbering.place(number) + 1)
                if number not in views
                else (projects[views[number].project].key, views[number].place)
            )
        if field == "created":
            return lambda number: views[number].created if number in views else generator.created(number)
        return lambda number: (
            views[number].updated if number in views else generator.updated_at_rank(numbering.rank(number))
        )

    def after(self, found: Found, last: View) -> int:
        """Give where the issues after `last` begin, wherever it would stand now."""

        def comes_later(number: int) -> bool:
            view = self.view(number)
            if view is None or view.number == last.number:
                return False
            pair = {last.number: last, number: view}
            return self._ordered(found.search, sorted(pair), pair)[0] == last.number

        return bisect_left(found.numbers, True, key=comes_later)  # what is sought
