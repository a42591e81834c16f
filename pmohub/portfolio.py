"""The portfolio at a glance and how fresh it is, as plain rows for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, FromClause, Select, and_, case, func, select

from canonical.database import reading
from canonical.schema.entities import department, project, working_day
from canonical.schema.governance import deviation
from canonical.schema.operations import connector, quarantine, run
from canonical.vocabulary import Health, ProjectStatus

OPEN = "open"
RUNNING = (ProjectStatus.ACTIVE.value, ProjectStatus.ON_HOLD.value, ProjectStatus.PLANNED.value)


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project: what its team reports, what its dates say, and how many deviations are open on it.

    `slip`: working days of its department from the baseline's finish to the planned one; None when one is not known.
    """

    key: str | None
    name: str | None
    department: str | None
    status: str | None
    phase: str | None
    health: str | None
    planned_finish: date | None
    baseline_finish: date | None
    slip: int | None
    deviations: int
    critical: int


@dataclass(frozen=True, slots=True)
class ConnectorLine:
    """A connector: when it was last read in full, whether that still counts, and how its last run ended."""

    id: str
    last_success_at: datetime | None
    fresh: bool
    last_state: str | None
    quarantined: int


def projects(engine: Engine) -> list[ProjectLine]:
    """Give the projects that are not gone, archived, completed or cancelled, the most critical first."""
    open_count = func.count(deviation.c.number)
    critical = func.sum(case((deviation.c.severity == "critical", 1), else_=0))
    planned, baseline = working_day.alias("planned"), working_day.alias("baseline")
    slip = planned.c.ordinal - baseline.c.ordinal
    query = (
        select(
            project,
            department.c.name.label("department"),
            slip.label("slip"),
            open_count.label("open"),
            critical.label("critical"),
        )
        .select_from(
            project.outerjoin(department, department.c.id == project.c.department_id)
            .outerjoin(planned, _on(planned, project.c.planned_finish))
            .outerjoin(baseline, _on(baseline, project.c.baseline_finish))
            .outerjoin(deviation, and_(deviation.c.project_id == project.c.id, deviation.c.state == OPEN))
        )
        .where(*_under_way())
        .group_by(project.c.id, department.c.name, planned.c.ordinal, baseline.c.ordinal)
        .order_by(critical.desc(), open_count.desc(), project.c.key)
    )
    return [
        ProjectLine(
            row.key,
            row.name,
            row.department,
            row.status,
            row.phase,
            row.health,
            row.planned_finish,
            row.baseline_finish,
            row.slip,
            row.open,
            int(row.critical or 0),
        )
        for row in _all(engine, query)
    ]


def _on(days: FromClause, day: ColumnElement[date]) -> ColumnElement[bool]:
    return and_(days.c.calendar == project.c.department_id, days.c.day == day)


def _under_way() -> list[ColumnElement[bool]]:
    return [
        project.c.deleted_at.is_(None),
        project.c.merged_into.is_(None),
        project.c.archived.is_not(True),
        project.c.status.is_(None) | project.c.status.in_((*RUNNING, ProjectStatus.PROPOSED.value)),
    ]


def connectors(engine: Engine, now: datetime) -> list[ConnectorLine]:
    """Give every connector that was ever read and is not retired."""
    kept = select(quarantine.c.connector, func.count().label("kept")).group_by(quarantine.c.connector).subquery()
    newest = (
        select(
            run.c.connector,
            run.c.state,
            func.row_number().over(partition_by=run.c.connector, order_by=run.c.started_at.desc()).label("nth"),
        )
        .where(run.c.connector.is_not(None))
        .subquery()
    )
    last = select(newest).where(newest.c.nth == 1).subquery()
    query = (
        select(connector, kept.c.kept, last.c.state.label("last_state"))
        .select_from(
            connector.outerjoin(kept, kept.c.connector == connector.c.id).outerjoin(
                last, last.c.connector == connector.c.id
            )
        )
        .where(connector.c.retired_at.is_(None))
        .order_by(connector.c.id)
    )
    return [
        ConnectorLine(row.id, row.last_success_at, _fresh(row, now), row.last_state, row.kept or 0)
        for row in _all(engine, query)
    ]


def _fresh(row: Any, now: datetime) -> bool:
    read, counts = row.last_success_at, row.fresh_for
    return read is not None and (counts is None or now - read <= timedelta(seconds=counts))


def open_by_severity(engine: Engine) -> dict[str, int]:
    """Count the open deviations by severity."""
    counted = func.count().label("number")
    query = select(deviation.c.severity, counted).where(deviation.c.state == OPEN).group_by(deviation.c.severity)
    return {row.severity: row.number for row in _all(engine, query)}


def headline(lines: Sequence[ProjectLine]) -> str:
    """Say in one sentence where the portfolio stands."""
    red = sum(line.health == Health.RED.value for line in lines)
    late = sum(line.slip is not None and line.slip > 0 for line in lines)
    unknown = sum(line.health is None for line in lines)
    parts = [
        f"{red} of {len(lines)} projects {_is(red)} reported red",
        f"{late} {_is(late)} to finish later than the baseline",
        *([f"{unknown} {'has' if unknown == 1 else 'have'} no health"] if unknown else []),
    ]
    return f"{'; '.join(parts)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _all(engine: Engine, query: Select[Any]) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(query))
