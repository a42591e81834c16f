"""What changed since the last run: issues by their `updated`, worklogs by their feeds, what came into scope whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from canonical.intake import Batch
from connectors.jira.client import worklogs
from connectors.jira.client.api import JSON, Fetched, Seen
from connectors.jira.client.worklogs import LAG, Changed
from connectors.jira.pulling.cursor import MOST_SEEN, printed
from connectors.jira.pulling.full import add, note
from connectors.jira.pulling.logged import deleted_since, has_time, issues_of, logs_of_issues, projects_of
from connectors.jira.pulling.records import Made
from connectors.jira.pulling.run import Run
from connectors.jira.pulling.scope import Scope
from connectors.jira.pulling.units import Unit
from connectors.moments import newest

A_MOMENT = 2_000
"""Milliseconds: some databases keep whole seconds, so that a second edit within one changes no `updated`."""

WHEREABOUTS = frozenset({"project", "security"})
"""What an issue's history says of its coming from elsewhere: another project, or a level that hid it."""


def read_changes(run: Run, since: int) -> Iterator[Batch]:
    """Read what changed since a moment of the server's."""
    yield from _new_projects(run)
    window = since - run.overlap
    deletions = deleted_since(run.client, window - LAG) if run.options.worklogs else None
    feeds = deletions is not None
    # Before the issues, so that each of these is read as it is without them.
    gone = list(deletions or ())
    over = run.now - A_MOMENT
    issues = _Window(run.now - run.overlap, over, window, run.place.seen)
    read, unread = set[int](), set[int]()
    ours = [int(name) for name in run.known.written() if name.isdecimal()]
    jql = run.scope.jql(f"updated >= {run.client.moment(window)}")
    pages = issues.pages(run.client.listed(jql, updated=True, fresh=ours))
    for unit in run.units().of(_again(run, pages)):
        read |= {each.id for each in unit.listed}
        unread |= set(unit.fetched.unread)
        yield run.batch(_made(run, unit, window, feeds=feeds), count=len(unit.listed))
    logs = _Window(run.now - run.overlap - LAG, over, window - LAG, run.place.logged)
    if feeds:
        yield from _worklogs(run, window - LAG, logs, read)
        yield from _without(run, logs.left(gone), read)
    yield from _written(run, set(ours) - read, read)
    again = run.again(unread)
    place = replace(
        run.place, since=run.now, seen=newest(issues.kept, MOST_SEEN), logged=newest(logs.kept, MOST_SEEN), again=again
    )
    deleted = [each for page in gone for each in page.ids]
    yield run.batch(Made(problems=list(run.maker.problems())), place, deleted=deleted)


@dataclass(slots=True)
class _Window:
    """What a listing showed: left out is what had been seen as it is, kept what the next overlap will show again.

    Kept is what changed in moments that were `over`: what changes again in the same moment cannot be told by it.
    """

    keep_from: int
    over: int
    start: int
    seen: Mapping[str, Any]
    kept: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def is_new(self, name: str, moment: int | None, told: Any) -> bool:
        if moment is not None and self.keep_from <= moment < self.over:
            self.kept[name] = moment, told
        return (moment is None or moment >= self.start) and self.seen.get(name) != told

    def pages(self, listing: Iterator[list[Seen]]) -> Iterator[list[Seen]]:
        for page in listing:
            yield [each for each in page if self.is_new(str(each.id), printed(each.updated), each.updated)]

    def left(self, feed: Iterable[Changed]) -> Iterator[Changed]:
        for page in feed:
            ids = {each: at for each, at in page.ids.items() if self.is_new(str(each), at, at)}
            yield replace(page, ids=ids)


def _again(run: Run, pages: Iterator[list[Seen]]) -> Iterator[list[Seen]]:
    """Give what could not be read last time before what changed."""
    if run.place.again:
        yield [Seen(each, "") for each in run.place.again]
    yield from pages


def _made(run: Run, unit: Unit, window: int, *, feeds: bool) -> Made:
    """Make the records of changed issues, with all worklogs of those that may have come from elsewhere."""
    made = run.maker.issues(unit)
    issues = unit.fetched.issues
    note(run, issues)
    if run.options.worklogs:
        whole = [raw for raw in issues if not feeds or _may_be_new(run, raw, unit, window)]
        add(made, run.maker.worklogs(logs_of_issues(run.client, run.pool, whole), projects_of(whole)))
    return made


def _may_be_new(run: Run, raw: JSON, unit: Unit, window: int) -> bool:
    """Say whether an issue may have come into scope with worklogs that no feed will tell of any more."""
    if not has_time(raw):
        return False
    if run.scope.narrowed or not run.options.history:
        return True
    return any(_moved(entry, window) for entry in unit.fetched.histories.get(int(raw["id"]), ()))


def _moved(entry: JSON, window: int) -> bool:
    at = printed(entry.get("created"))
    items = entry.get("items") or ()
    return (at is None or at >= window) and any(str(item.get("field")).lower() in WHEREABOUTS for item in items)


def _worklogs(run: Run, since: int, logs: _Window, read: set[int]) -> Iterator[Batch]:
    """Read worklogs that changed, and their issues: logged time may change without the issue's `updated`."""
    run.unit, run.total = "issues and worklogs", None
    for _, rows in run.bodies(logs.left(worklogs.feed(run.client, "updated", since))):
        if not rows:
            continue
        projects = run.where.ask(issues_of(rows))
        made = run.maker.worklogs(rows, projects)
        _add_issues(run, made, projects, read)
        yield run.batch(made, count=len(rows))


def _without(run: Run, deletions: Iterable[Changed], read: set[int]) -> Iterator[Batch]:
    """Read the issues of deleted worklogs: Jira names the worklog only, the hub knows to which issue it belonged."""
    for page in deletions:
        named = run.known.tasks_of([str(each) for each in page.ids]).values()
        issues = {int(ref.removeprefix("id:")) for ref in named} - read
        if issues:
            made = Made()
            _add_issues(run, made, run.where.ask(issues), read)
            yield run.batch(made)


def _written(run: Run, issues: set[int], read: set[int]) -> Iterator[Batch]:
    """Read what the hub wrote and no search shows yet: the old value would look as if a team had put it back."""
    if issues:
        made = Made()
        _add_issues(run, made, run.where.ask(issues), read)
        yield run.batch(made)


def _add_issues(run: Run, made: Made, projects: Mapping[int, str | None], read: set[int]) -> None:
    """Read those issues in scope that this pull has not read yet: what is logged on them may be another sum."""
    others = sorted(issue for issue, project in projects.items() if project is not None and issue not in read)
    issues = run.client.by_id([str(each) for each in others], run.plan.ask) if others else []
    read |= set(others)
    add(made, run.maker.issues(Unit([], Fetched(issues))))


def _new_projects(run: Run) -> Iterator[Batch]:
    """Read projects whole that came into scope since (by a permission, their key, from an archive), or changed key.

    Issues of a project under another key have other keys, too, and no other `updated`.
    """
    new = {project: key for project, key in run.scope.searched.items() if run.place.projects.get(project) != key}
    with_time = False
    if new:
        jql = Scope(new, run.scope.narrowed).jql(run.client.any_issue)
        for unit in run.units().of(run.client.listed(jql)):
            note(run, unit.fetched.issues)
            with_time = with_time or any(map(has_time, unit.fetched.issues))
            yield run.batch(run.maker.issues(unit), count=len(unit.listed))
    if with_time and run.options.worklogs and worklogs.has_feeds(run.client, run.now):
        for _, rows in run.bodies(worklogs.feed(run.client, "updated", 0)):
            known = {issue: run.where.known(issue) for issue in issues_of(rows)}
            yield run.batch(run.maker.worklogs(rows, known))
    if run.place.projects != run.scope.searched:
        run.place = replace(run.place, projects=run.scope.searched)
