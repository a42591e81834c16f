"""Work on issues: worklogs added, changed and deleted, and the feeds that tell of them by time."""

from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Any, NamedTuple

from pmohub.testing.jira.world.editing import Editor
from pmohub.testing.jira.world.history import FIRST_WORKLOG, MANY
from pmohub.testing.jira.world.issue import Issue, Item, Worklog
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.world import World

Entry = tuple[int, int]
"""A moment in milliseconds since 1970 and a worklog's id."""
FEED_PAGE = 1000
FEED_LAG = 60_000


class Estimate(NamedTuple):
    """What becomes of the remaining estimate: `auto`, `leave`, or set to so many seconds."""

    adjust: str = "auto"
    seconds: int | None = None

    def after(self, remaining: int | None, spent: int) -> int | None:
        """Give the remaining estimate after so much more work (less, where negative)."""
        if self.adjust == "auto":
            return None if remaining is None else max(0, remaining - spent)
        if self.adjust == "new":
            return self.seconds
        return remaining


AUTO = Estimate()


class Timekeeper:
    """Keeps the worklogs of a world."""

    def __init__(self, world: World, editor: Editor) -> None:
        self._world, self._editor = world, editor
        self._places: dict[int, int] = {}
        self._deleted: list[Entry] = []
        self._window = lru_cache(64)(self._made_window)

    def find(self, identity: int) -> tuple[Issue, Worklog] | None:
        """Give a worklog and its issue."""
        number = self._places.get(identity, (identity - FIRST_WORKLOG) // MANY)
        issue = self._world.issue(number)
        found = next((one for one in issue.worklogs if one.id == identity), None) if issue else None
        return (issue, found) if issue and found else None

    def add(self, issue: Issue, by: User, told: dict[str, Any], estimate: Estimate = AUTO) -> Worklog:
        """Add a worklog: `told` has `started`, `seconds`, and perhaps `comment` and `role`."""
        now = self._world.now()
        told = {"comment": None, "role": None, **told}
        one = Worklog(
            id=self._world.new_worklog(), number=issue.number, author=by.id, editor=by.id, created=now,
            updated=now, **told,
        )  # fmt: skip
        self._places[one.id] = issue.number
        self._rewrite(issue, (*issue.worklogs, one), by, estimate, one.seconds)
        return one

    def change(
        self,
        issue: Issue,
        one: Worklog,
        by: User,
        told: dict[str, Any],
        estimate: Estimate = AUTO,
    ) -> Worklog:
        """Change a worklog. Where its time stays as it was, the issue is not told: its `updated` does not move."""
        made = one._replace(**told, editor=by.id, updated=self._world.now())
        worklogs = tuple(made if old.id == one.id else old for old in issue.worklogs)
        if made.seconds == one.seconds:
            self._world.put(issue.changed(worklogs=worklogs))
        else:
            self._rewrite(issue, worklogs, by, estimate, made.seconds - one.seconds, _about(one))
        return made

    def delete(
        self,
        issue: Issue,
        one: Worklog,
        by: User,
        estimate: Estimate = AUTO,
        *,
        quiet: bool = False,
    ) -> None:
        """Delete a worklog; `quiet` leaves the issue's `updated` and history as they are, as apps and imports do."""
        left = tuple(old for old in issue.worklogs if old.id != one.id)
        self._deleted.append((self._world.now(), one.id))
        if quiet:
            total = sum(old.seconds for old in left) or None
            self._world.put(issue.changed(worklogs=left, values={**issue.values, "timespent": total}))
        else:
            self._rewrite(issue, left, by, estimate, -one.seconds, _about(one))

    def _rewrite(
        self, issue: Issue, worklogs: tuple[Worklog, ...], by: User, estimate: Estimate, more: int, *extra: Item
    ) -> None:
        total = sum(one.seconds for one in worklogs) or None
        remaining = estimate.after(issue.values["timeestimate"], more)
        self._editor.edit(issue, {"timeestimate": remaining, "timespent": total}, by, *extra, worklogs=worklogs)

    def updated(self, since: int) -> tuple[list[Entry], bool]:
        """Give a page of worklogs added or changed after `since`, oldest first, and whether it is the last."""
        return self._page(self._from(since, self._world.now() - FEED_LAG), since)

    def deleted(self, since: int) -> tuple[list[Entry], bool]:
        """Give a page of worklogs deleted after `since`, oldest first, and whether it is the last."""
        until = self._world.now() - FEED_LAG
        return self._page([one for one in sorted(self._deleted) if one[0] <= until], since)

    @staticmethod
    def _page(entries: list[Entry], since: int) -> tuple[list[Entry], bool]:
        """Cut a page of what came after `since`; what has the same moment stays together."""
        first = bisect_right(entries, since, key=lambda entry: entry[0])
        end = first + FEED_PAGE
        if end >= len(entries):
            return entries[first:], True
        apart = bisect_left(entries, entries[end][0], key=lambda entry: entry[0])
        return entries[first : apart if apart > first else end], False

    def _from(self, since: int, until: int) -> list[Entry]:
        """Give a little more than a page of what follows `since`, in order, without looking at all issues."""
        world = self._world
        width, size = world.generator.numbering.window, world.size
        own = sorted((one.updated, one.id) for one in self._touched() if since < one.updated <= until)
        window = max(0, bisect_left(range(size), since, key=world.generator.created) // width - 2)
        found: list[Entry] = []
        while window * width < size and len(found) <= FEED_PAGE:
            found += [one for one in self._slice(window) if since < one[0] <= until]
            window += 1
        complete = window * width >= size
        if not complete and own:
            own = [one for one in own if one <= found[-1]]
        return sorted(found + own)

    def _touched(self) -> list[Worklog]:
        issues = (self._world.issue(number) for number in self._world.edited)
        return [one for issue in issues if issue is not None for one in issue.worklogs]

    def _slice(self, window: int) -> list[Entry]:
        """Give the worklogs of untouched issues that were updated in one window's share of the time, in order."""
        generator, edited = self._world.generator, self._world.edited
        width, size = generator.numbering.window, self._world.size
        begin = generator.created(window * width)
        last = (window + 1) * width >= size
        end = (1 << 60) if last else generator.created((window + 1) * width)
        near = (entry for one in range(max(0, window - 2), window + 1) for entry in self._window(one))
        untouched = (entry for entry in near if (entry[1] - FIRST_WORKLOG) // MANY not in edited)
        return sorted(entry for entry in untouched if begin <= entry[0] < end)

    def _made_window(self, window: int) -> list[Entry]:
        """Give the worklogs of a window's issues; they lie in its share of the time and the next one's."""
        width = self._world.generator.numbering.window
        numbers = range(window * width, min(self._world.size, (window + 1) * width))
        return [(one.updated, one.id) for number in numbers for one in self._world.generated(number).worklogs]


def _about(one: Worklog) -> Item:
    return Item("WorklogId", "WorklogId", False, str(one.id), str(one.id), None, None)
