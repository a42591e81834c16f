"""The portfolio report: `write_report` reads the store at one moment and writes one self-contained file."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from canonical.database import reading
from pmohub.reports.portfolio import governance, operations, page
from pmohub.reports.portfolio.effort import Calendars
from pmohub.reports.portfolio.facts import Facts
from pmohub.reports.portfolio.hours import read_hours
from pmohub.reports.portfolio.projects import read_projects

__all__ = ["gather", "write_report"]

BACK = timedelta(weeks=1)
"""A report is compared with the snapshot nearest to a week before it."""


def write_report(  # what a report is of, as of when, for whom, and where to
    engine: Engine,
    path: Path,
    *,
    now: datetime,
    zone: str,
    scores: Mapping[str, float | None],
    people_of: Collection[str] = (),
) -> Path:
    """Write the report and give its path.

    `zone` is the IANA zone of its dates; `scores` are compliance scores by department id; `people_of` are departments
    whose hours are shown by person.
    """
    with reading(engine) as connection:
        facts = gather(connection, now=now, zone=zone, scores=scores, people_of=people_of)
    path.write_text(page.render(facts), encoding="utf-8")
    return path


def gather(
    connection: Connection,
    *,
    now: datetime,
    zone: str,
    scores: Mapping[str, float | None],
    people_of: Collection[str] = (),
) -> Facts:
    """Read everything that the report says, in one transaction: all figures are of one moment."""
    today = now.astimezone(ZoneInfo(zone)).date()
    earlier = governance.read_snapshot(connection, today, BACK)
    since = now - BACK if earlier is None else _end_of(earlier.day, zone)
    opened, closed = governance.count_moves(connection, since)
    return Facts(
        now=now,
        zone=zone,
        departments=governance.read_departments(connection),
        connectors=operations.read_connectors(connection, now),
        projects=read_projects(connection, Calendars(connection), lambda _: today),
        deviations=governance.read_deviations(connection),
        rules=governance.read_rules(connection),
        hours=read_hours(connection, today, people_of),
        writes=operations.read_writes(connection),
        waived=governance.count_waived(connection),
        unknown_verdicts=governance.count_unknown(connection),
        opened_since=opened,
        closed_since=closed,
        write_outcomes=operations.count_outcomes(connection, since),
        standards=governance.read_standards(connection),
        scores=scores,
        earlier=earlier,
        weeks=governance.read_weeks(connection, today),
    )


def _end_of(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
