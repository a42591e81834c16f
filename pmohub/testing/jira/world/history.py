"""How an issue came to be what it is: its worklogs, and changes that lead to the values that it has."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.issue import Change, Changes, Issue, Item, Worklog, Worklogs
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.wording import NOTES
from pmohub.testing.sandbox.chance import draws as drawn
from pmohub.testing.sandbox.chance import pick
from pmohub.testing.sandbox.timeline import BEGINS_MS, DAY_MS, Timeline, day_of

MANY = 64
"""At most so many worklogs, and so many changes, has an issue before anybody edits it: ids are worked out from it."""
FIRST_WORKLOG, FIRST_CHANGE = 50_000, 100_000
Event = tuple[int, str, tuple[Item, ...]]
AT_A_SITTING, AT_A_SHORT_SITTING, SPENT_SHORTLY = 5 * 3600, 3 * 3600, 72 * 3600
HOUR_MS, QUARTER_MS = 3_600_000, 900_000
PATHS = {
    scheme.TO_DO: (scheme.TO_DO,),
    scheme.IN_PROGRESS: (scheme.TO_DO, scheme.IN_PROGRESS),
    scheme.IN_REVIEW: (scheme.TO_DO, scheme.IN_PROGRESS, scheme.IN_REVIEW),
    scheme.BLOCKED: (scheme.TO_DO, scheme.IN_PROGRESS, scheme.BLOCKED),
    scheme.DONE: (scheme.TO_DO, scheme.IN_PROGRESS, scheme.IN_REVIEW, scheme.DONE),
    scheme.RECEIVED: (scheme.RECEIVED,),
    scheme.WITH_COUNSEL: (scheme.RECEIVED, scheme.WITH_COUNSEL),
    scheme.AWAITING_SIGNATURE: (scheme.RECEIVED, scheme.WITH_COUNSEL, scheme.AWAITING_SIGNATURE),
    scheme.CLOSED: (scheme.RECEIVED, scheme.WITH_COUNSEL, scheme.AWAITING_SIGNATURE, scheme.CLOSED),
}


class History:
    """Makes what happened to issues before anybody touched the sandbox."""

    def __init__(self, seed: int, people: tuple[User, ...], timeline: Timeline) -> None:
        self._seed, self._timeline = seed, timeline
        self._people = {user.id: user for user in people}

    def steps(self, values: dict[str, Any], created: int, updated: int) -> list[tuple[str, int]]:
        """Give the statuses that an issue went through and when each began; the last is its own."""
        path = PATHS[values["status"]]
        ended = values["resolution"] is not None
        parts = len(path) - 1 if ended else len(path)
        return list(zip(path, self._timeline.between(created, updated, max(parts, 1)), strict=False))

    def add_dates(self, values: dict[str, Any], created: int, updated: int) -> None:
        """Add when it was resolved and when its status last changed its category."""
        steps = self.steps(values, created, updated)
        categories = [(scheme.STATUSES[status].category, at) for status, at in steps]
        values["statuscategorychangedate"] = next(at for category, at in categories if category == categories[-1][0])
        values["resolutiondate"] = steps[-1][1] if values["resolution"] is not None else None

    def worklogs(self, issue: Issue) -> Worklogs:
        """Give sittings of at most some hours that add up to the time spent."""
        spent = issue.values["timespent"] or 0
        if not spent:
            return ()
        chance = drawn(self._seed, b"worklog", issue.number)
        size = AT_A_SHORT_SITTING if spent >= SPENT_SHORTLY else AT_A_SITTING
        count = -(-spent // size)
        steps = self.steps(issue.values, issue.created, issue.updated)
        begin = steps[min(1, len(steps) - 1)][1]
        entered = self._timeline.between(begin, issue.updated, count + 1)
        return tuple(
            self._worklog(issue, turn, min(size, spent - turn * size), entered[turn + 1], chance)
            for turn in range(count)
        )

    def _worklog(self, issue: Issue, turn: int, seconds: int, entered: int, chance: bytes) -> Worklog:
        values, draw = issue.values, chance[turn % 64]
        author = values["assignee"] if draw > 30 and values["assignee"] else values["reporter"]
        morning = entered // DAY_MS * DAY_MS + BEGINS_MS - HOUR_MS
        started = max(morning, (entered - seconds * 1000) // QUARTER_MS * QUARTER_MS)
        number = FIRST_WORKLOG + issue.number * MANY + turn
        role = "Administrators" if draw == 255 else None
        note = pick(NOTES, draw)
        return Worklog(number, issue.number, author, author, started, seconds, note, entered, entered, role)

    def changes(self, issue: Issue) -> Changes:
        """Give changes in their order, the last at the moment of the issue's last update."""
        events = [*self._work_events(issue), *self._status_events(issue), *self._other_events(issue)]
        events.sort(key=lambda event: event[0])
        first = FIRST_CHANGE + issue.number * MANY
        return tuple(Change(first + turn, author, at, items) for turn, (at, author, items) in enumerate(events[-MANY:]))

    def _status_events(self, issue: Issue) -> list[Event]:
        steps = self.steps(issue.values, issue.created, issue.updated)
        who = issue.values["assignee"] or issue.values["reporter"]
        events: list[Event] = []
        for (old, _), (new, at) in pairwise(steps):
            items = [Item("status", "status", False, old, scheme.STATUSES[old].name, new, scheme.STATUSES[new].name)]
            if new == issue.values["status"] and issue.values["resolution"]:
                resolution = scheme.RESOLUTIONS[issue.values["resolution"]]
                items.append(Item("resolution", "resolution", False, None, None, resolution.id, resolution.name))
                items += _nothing_left(issue.values)
            events.append((at, who, tuple(items)))
        return events

    @staticmethod
    def _work_events(issue: Issue) -> list[Event]:
        events: list[Event] = []
        total = 0
        estimate = issue.values["timeoriginalestimate"]
        for worklog in issue.worklogs:
            before, total = total, total + worklog.seconds
            items = [Item("timespent", "timespent", False, *_seconds(before or None), *_seconds(total))]
            if estimate is not None:
                left = (max(0, estimate - before), max(0, estimate - total))
                items.insert(0, Item("timeestimate", "timeestimate", False, *_seconds(left[0]), *_seconds(left[1])))
            events.append((worklog.created, worklog.author, tuple(items)))
        return events

    def _other_events(self, issue: Issue) -> list[Event]:
        values, chance = issue.values, drawn(self._seed, b"change", issue.number)
        who = values["reporter"]
        events: list[Event] = []
        half = self._timeline.between(issue.created, issue.updated, 2)[1]
        if values["assignee"]:
            name = self._people[values["assignee"]].display_name
            events.append(
                (issue.created, who, (Item("assignee", "assignee", False, None, None, values["assignee"], name),))
            )
        if values["duedate"] and chance[0] < 80:
            events.append((half, who, (_slip(values["duedate"], issue.created, 1 + chance[1] % 21),)))
        if (issue.values["timespent"] or 0) >= SPENT_SHORTLY:
            events += [(half + turn * 1000, who, (_again(values["priority"], turn),)) for turn in range(20)]
        if values["resolution"] is None and issue.updated > issue.created:
            text = values["summary"]
            events.append(
                (issue.updated, who, (Item("summary", "summary", False, None, f"{text} (draft)", None, text),))
            )
        return events


def _seconds(value: int | None) -> tuple[str | None, str | None]:
    return (None, None) if value is None else (str(value), str(value))


def _nothing_left(values: dict[str, Any]) -> list[Item]:
    """Give the change that what is done leaves no work, where some was left."""
    left = (values["timeoriginalestimate"] or 0) - (values["timespent"] or 0)
    return [Item("timeestimate", "timeestimate", False, *_seconds(left), *_seconds(0))] if left > 0 else []


def _slip(due: str, created: int, days: int) -> Item:
    before = max(day_of(created), day_of(created).fromisoformat(due) - timedelta(days=days)).isoformat()
    return Item("duedate", "duedate", False, before, f"{before} 00:00:00.0", due, f"{due} 00:00:00.0")


def _again(priority: str, turn: int) -> Item:
    """Give one of an even number of changes to and fro, of which the last leads to what it is."""
    other = "1" if priority != "1" else "2"
    old, new = (priority, other) if turn % 2 == 0 else (other, priority)
    names = scheme.PRIORITIES
    return Item("priority", "priority", False, old, names[old].name, new, names[new].name)
