"""Everything: the issues by creation, then the worklogs, each batch a place to go on from."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from canonical.intake import Batch
from canonical.problems import Problem, Weight
from connectors.jira.client import worklogs
from connectors.jira.client.api import JSON, Seen
from connectors.jira.client.worklogs import Changed
from connectors.jira.pulling.ahead import Ahead
from connectors.jira.pulling.cursor import Reading, printed
from connectors.jira.pulling.logged import (
    deleted_since,
    issues_of,
    logs_of_issues,
    project_of,
    projects_of,
)
from connectors.jira.pulling.records import Made
from connectors.jira.pulling.run import Run

FEED_AHEAD = 50
"""Pages of 1,000 worklog ids that are drawn while the issues are read: what a site of ordinary size has."""


PAGES_AHEAD = 1


def read_everything(run: Run, reading: Reading) -> Iterator[Batch]:
    """Read all issues in scope and all worklogs of them, from where an earlier run was cut off."""
    jql = run.scope.jql(f"created >= {run.client.moment(reading.after)}")
    # With worklogs all issues are stored.
    left = run.client.listed(jql) if reading.worklogs is None else iter(())
    with Ahead(left, PAGES_AHEAD) as listing:
        count = run.pool.submit(run.client.count, jql) if reading.worklogs is None else None
        feeds = run.options.worklogs and worklogs.has_feeds(run.client, run.now)
        expected = count.result() if count else None
        run.total = None if expected is None else expected + run.done
        if feeds:
            with Ahead(worklogs.feed(run.client, "updated", reading.worklogs or 0), FEED_AHEAD) as feed:
                yield from _issues(run, reading, listing, by_issue=False)
                if reading.after or reading.worklogs is not None:
                    # An earlier run read issues that this one has not seen.
                    run.where.list_all()
                yield from _worklogs(run, run.place.reading or reading, feed)
        else:
            yield from _issues(run, reading, listing, by_issue=run.options.worklogs)
            if run.options.worklogs:
                yield run.batch(Made(problems=[no_feeds(run)]))
    made = Made(problems=list(run.maker.problems()))
    yield run.batch(made, replace(run.place, since=reading.began, reading=None, seen={}, logged={}))


def _issues(run: Run, reading: Reading, listing: Iterator[list[Seen]], *, by_issue: bool) -> Iterator[Batch]:
    if reading.worklogs is None:
        run.place = replace(run.place, projects=run.scope.searched)
    for unit in run.units().of(listing):
        made = run.maker.issues(unit)
        note(run, unit.fetched.issues)
        if by_issue:
            logs = logs_of_issues(run.client, run.pool, unit.fetched.issues)
            add(made, run.maker.worklogs(logs, projects_of(unit.fetched.issues)))
        created = [moment for raw in unit.fetched.issues if (moment := _created(raw)) is not None]
        reading = replace(reading, after=max([reading.after, *created]), done=run.done + len(unit.listed))
        again = run.again(run.place.again, unit.fetched.unread)
        yield run.batch(made, replace(run.place, reading=reading, again=again), count=len(unit.listed))


def _worklogs(run: Run, reading: Reading, feed: Iterator[Changed]) -> Iterator[Batch]:
    run.unit, run.total = "issues and worklogs", None
    reading = replace(reading, worklogs=reading.worklogs or 0)
    for gone in deleted_since(run.client, 0) or ():
        yield run.batch(Made(), replace(run.place, reading=reading), deleted=list(gone.ids))
    for page, rows in run.bodies(feed):
        made = run.maker.worklogs(rows, {issue: run.where.known(issue) for issue in issues_of(rows)})
        reading = replace(reading, worklogs=page.until, done=run.done + len(rows))
        yield run.batch(made, replace(run.place, reading=reading), count=len(rows))


def note(run: Run, issues: list[JSON]) -> None:
    """Remember to which project issues belong."""
    for raw in issues:
        project = project_of(raw)
        if project is not None:
            run.where.add(int(raw["id"]), project)


def add(made: Made, more: Made) -> None:
    """Put what was made of worklogs beside what was made of their issues."""
    made.records += more.records
    made.quarantined += more.quarantined
    made.retried += more.retried
    made.linked += more.linked


def _created(raw: Any) -> int | None:
    fields = raw.get("fields")
    return printed(fields.get("created")) if isinstance(fields, dict) else None


def no_feeds(run: Run) -> Problem:
    """Say what is not known of worklogs on a server that does not tell which changed."""
    return Problem(
        "This Jira does not say which worklogs were changed or deleted.",
        f"{run.opened.connection.where}: worklog/updated",
        "They are read with their issue whenever it changes; a worklog deleted without that goes on counting.",
        "Bring the server to version 7.0 or later.",
        Weight.INFO,
    )
