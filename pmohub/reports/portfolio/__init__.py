"""The portfolio report: `write_report` reads the store at one moment and writes one self-contained file."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from canonical.database import reading
from pmohub.reports.portfolio import governance, operations, page
from pmohub.reports.portfolio.effort import Calendars
from pmohub.reports.portfolio.facts import Facts
from pmohub.reports.portfolio.hours import read_hours
from pmohub.reports.portfolio.load import read_load
from pmohub.reports.portfolio.projects import read_projects
from rules.evaluation.comparing import Impact

__all__ = ["Scope", "gather", "write_report"]

BACK = timedelta(weeks=1)
"""A report is compared with the snapshot nearest to a week before it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about besides the store.

    The zone of its dates (IANA), the standards in force as they are named, the departments, by id, whose hours are
    shown by person, the connectors that are configured (None takes all that were ever read for configured), and what
    announced standards would change.
    """

    zone: str
    standards: Sequence[str]
    people_of: Collection[str] = ()
    connectors: Collection[str] | None = None
    coming: Sequence[Impact] = ()


def write_report(engine: Engine, path: Path, scope: Scope, *, now: datetime) -> Path:
    """Write the report as of `now` and give its path."""
    with reading(engine) as connection:
        facts = gather(connection, scope, now=now)
    path.write_text(page.render(facts), encoding="utf-8")
    return path


def gather(connection: Connection, scope: Scope, *, now: datetime) -> Facts:
    """Read everything that the report says, in one transaction: all figures are of one moment."""
    today = now.astimezone(ZoneInfo(scope.zone)).date()
    earlier = governance.read_snapshot(connection, today, BACK)
    since = now - BACK if earlier is None else _end_of(earlier.day, scope.zone)
    opened, closed = governance.count_moves(connection, since)
    return Facts(
        now=now,
        zone=scope.zone,
        departments=governance.read_departments(connection),
        connectors=operations.read_connectors(connection, now, scope.connectors),
        projects=read_projects(connection, Calendars(connection), lambda _: today),
        deviations=governance.read_deviations(connection),
        rules=governance.read_rules(connection),
        hours=read_hours(connection, today, scope.people_of),
        load=read_load(connection, today, scope.people_of),
        writes=operations.read_writes(connection),
        waived=governance.count_waived(connection),
        unknown_verdicts=governance.count_unknown(connection),
        opened_since=opened,
        closed_since=closed,
        write_outcomes=operations.count_outcomes(connection, since),
        standards=scope.standards,
        scores=governance.read_scores(connection, today),
        earlier=earlier,
        weeks=governance.read_weeks(connection, today),
        coming=scope.coming,
    )


def _end_of(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
