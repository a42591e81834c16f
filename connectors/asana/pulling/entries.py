"""Logged time: by the listing of the whole workspace where the plan has it, else task by task.

The listing costs a request for a hundred entries; task by task it is one for each task that has time on it. A task's
`actual_time_minutes` is the sum of its entries: where the listing gave another sum, the task is asked for its own.
Source: https://developers.asana.com/reference/gettimetrackingentries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256

from canonical.intake import Batch, Listing
from canonical.vocabulary import EntityKind
from connectors.asana.client.connection import JSON
from connectors.asana.client.paging import Stream, side_by_side
from connectors.asana.mapping.time_entries import Timesheets
from connectors.asana.pulling.cursor import MOST_SEEN, Place
from connectors.asana.pulling.features import Feature
from connectors.asana.pulling.records import Made
from connectors.asana.pulling.run import Run
from connectors.asana.pulling.units import Located
from connectors.moments import EPOCH

AHEAD = timedelta(days=5 * 365)
"""How far ahead time may be entered: nobody plans so far by logging it."""
RECENT = timedelta(days=7)
"""Days of whose entries runs look; older ones are looked at once a day, and with their task when that changes."""
WINDOWS = 12
"""Quarters of a year that are listed side by side, with all before and all after: one list goes page after page."""
OFTEN = 10 * 60_000
"""Milliseconds in which the entries of the last days are listed once: that costs what people have logged in them."""
CHUNK = 200
"""Tasks asked for their entries for one batch."""


@dataclass(slots=True)
class _Workspace:
    """How the entries of one workspace are read."""

    run: Run
    gid: str

    def listed(self, windows: Iterable[tuple[date | None, date]]) -> Iterator[list[JSON]] | None:
        """Give the pages of windows; None where the plan has no such listing, or it does not name the tasks."""
        fields, client = self.run.plan.ask.time_entry, self.run.client
        streams = [
            Stream(f"time entries of workspace {self.gid}", partial(client.entries_page, self.gid, fields, days))
            for days in windows
        ]
        first = streams[-1]
        rows = self.run.features.ask(Feature.ALL_TIME, self.gid, lambda: first.draw(client.connection))
        if rows is None or any("task" not in row for row in rows):
            return None
        return self._pages(streams[:-1] if first.offset is None else streams, rows)

    def _pages(self, streams: Sequence[Stream], rows: list[JSON]) -> Iterator[list[JSON]]:
        yield rows
        run = self.run
        for _, more, _ in side_by_side(run.client.connection, streams, run.pool, run.options.requests_at_once):
            yield more

    def made(self, rows: Sequence[tuple[JSON, str]], task: str | None = None) -> Made:
        """Make the entries that are in scope."""
        made = Made()
        timesheets = self.run.timesheets
        if self.gid not in timesheets and any(raw.get("approval_status") is None for raw, _ in rows):
            timesheets[self.gid] = Timesheets(self._weeks())
        self.run.maker.entries(made, rows, timesheets.get(self.gid), task)
        return made

    def of(self, asked: Sequence[tuple[str, str]]) -> Made:
        """Read the entries of tasks, each by its gid and the project that it counts towards."""
        run, made = self.run, Made()
        fields = run.plan.ask.time_entry

        def entries(task: tuple[str, str]) -> list[JSON]:
            call = partial(run.client.entries_of_task, task[0], fields)
            return run.features.ask(Feature.TIME, self.gid, call) or []

        for (task, home), rows in run.side_by_side(asked, entries):
            made.join(self.made([(raw, home) for raw in rows], task))
        return made

    def _weeks(self) -> list[JSON]:
        run = self.run

        def listed() -> list[JSON]:
            return [row for page in run.client.timesheets(self.gid, run.plan.ask.timesheet) for row in page]

        return run.features.ask(Feature.TIMESHEETS, self.gid, listed) or []


def all_entries(run: Run) -> Iterator[Batch]:
    """Read all time that is logged on the tasks in scope; where they are has been noted."""
    run.unit = "tasks and time entries"
    logged: dict[str, str] = {}
    listings = {project: Listing(EntityKind.TIME_ENTRY, project) for project in run.projects}
    yield run.batch(Made(), begins=list(listings.values()))
    for workspace in _workspaces(run):
        reader = _Workspace(run, workspace)
        for rows in reader.listed(_windows(_today(run))) or ():
            kept = [(raw, home) for raw in rows if (home := run.where.known(task_of(raw))) is not None]
            for raw, _ in kept:
                run.where.count(task_of(raw), minutes_of(raw, "duration_minutes"))
            logged |= {str(raw.get("gid")): _told(raw) for raw in rows if _day(_told(raw)) >= _today(run) - RECENT}
            yield run.batch(reader.made(kept), count=len(rows))
        yield from _of_tasks(reader)
    # Where Asana would not tell of a task, what is not seen is not gone.
    told = [each for project, each in listings.items() if run.features.is_whole(Feature.TIME, run.projects[project])]
    yield run.batch(Made(), _remembering(run, logged), complete=told)


def recent_entries(run: Run) -> Iterator[Batch]:
    """Read the entries of the last days, and tell which of those that were there are gone."""
    if run.now - (run.place.logged_at or 0) < OFTEN:
        return
    run.unit = "tasks and time entries"
    logged: dict[str, str] = {}
    since = max(_today(run) - RECENT, _day(run.place.logged_from))
    for workspace in _workspaces(run):
        reader = _Workspace(run, workspace)
        for rows in reader.listed([(since, _today(run) + AHEAD)]) or ():
            logged |= {str(raw.get("gid")): _told(raw) for raw in rows}
            new = [raw for raw in rows if run.place.logged.get(str(raw.get("gid"))) != _told(raw)]
            if new:
                yield run.batch(_new(run, reader, new), count=len(new))
    known = run.place.logged
    doubtful = [gid for gid, told in known.items() if gid not in logged and _day(told) >= since]
    gone = {gid: _task(known[gid]) for gid, found in run.side_by_side(doubtful, run.client.entry) if found is None}
    place = _remembering(run, logged, since)
    tasks = run.locator.raws(dict.fromkeys(filter(None, gone.values())))
    made, there = run.made_of(run.locator.place(tasks)), {str(raw["gid"]) for raw in tasks}
    # Where its task is not to be seen either, an entry may only be hidden, as all of its project may be.
    made.deleted += [(EntityKind.TIME_ENTRY, gid) for gid, task in gone.items() if task in there]
    yield run.batch(made, place)


def entries_of(run: Run, tasks: Sequence[Located]) -> Made:
    """Read all entries of the tasks that have time on them: an old one may have changed with its task."""
    made = Made()
    of_each: dict[str, list[tuple[str, str]]] = {}
    for task in tasks:
        if minutes_of(task.raw, "actual_time_minutes"):
            of_each.setdefault(run.projects[task.home], []).append((str(task.raw["gid"]), task.home))
    for workspace, asked in of_each.items():
        made.join(_Workspace(run, workspace).of(asked))
    return made


def task_of(raw: JSON) -> str:
    """Give the gid of an entry's task."""
    task = raw.get("task")
    return str(task.get("gid") or "") if isinstance(task, dict) else ""


def minutes_of(raw: JSON, name: str) -> int:
    """Give a number of minutes, none where it is not to be read."""
    minutes = raw.get(name)
    return round(minutes) if isinstance(minutes, int | float) and not isinstance(minutes, bool) else 0


def _new(run: Run, reader: _Workspace, rows: Sequence[JSON]) -> Made:
    """Make entries that are new or changed, with their tasks: time that is logged may change nothing else of a task."""
    made = run.made_of(run.locator.read(dict.fromkeys(filter(None, map(task_of, rows)))))
    made.join(reader.made([(raw, home) for raw in rows if (home := run.where.known(task_of(raw))) is not None]))
    return made


def _of_tasks(reader: _Workspace) -> Iterator[Batch]:
    """Read the entries of tasks whose minutes are not those that were listed, if any were."""
    run = reader.run
    asked = [each for each in run.where.uncounted() if run.projects[each[1]] == reader.gid]
    for start in range(0, len(asked), CHUNK):
        yield run.batch(reader.of(asked[start : start + CHUNK]))


def _workspaces(run: Run) -> list[str]:
    return list(dict.fromkeys(run.projects.values()))


def _today(run: Run) -> date:
    return (EPOCH + timedelta(milliseconds=run.now)).date()


def _windows(today: date) -> list[tuple[date | None, date]]:
    """Give the windows that are listed side by side, the newest last."""
    quarter = timedelta(days=91)
    first = today - WINDOWS * quarter
    windows: list[tuple[date | None, date]] = [(None, first)]
    for _ in range(WINDOWS):
        windows.append((windows[-1][1] + timedelta(days=1), windows[-1][1] + quarter))
    return [*windows, (windows[-1][1] + timedelta(days=1), today + AHEAD)]


def _told(raw: JSON) -> str:
    """Name what an entry says: its day first, its task last."""
    said = sha256(repr(sorted(raw.items(), key=lambda each: each[0])).encode()).hexdigest()[:8]
    return f"{raw.get('entered_on')} {said} {task_of(raw)}"


def _task(told: str) -> str:
    return told.rpartition(" ")[2]


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return date.min


def _remembering(run: Run, logged: Mapping[str, str], first: date = date.min) -> Place:
    """Give the place that knows these entries from a day on, no more than may be remembered: of whole days.

    Days before them are left to the daily reading: all that is not remembered would be read anew by each run.
    """
    newest = sorted(logged.items(), key=lambda each: each[1], reverse=True)
    if len(newest) > MOST_SEEN:
        first = min(_day(newest[MOST_SEEN][1]) + timedelta(days=1), _today(run))
    kept = sorted(each for each in newest[:MOST_SEEN] if _day(each[1]) >= first)
    return replace(run.place, logged=dict(kept), logged_at=run.now, logged_from=first.isoformat())
