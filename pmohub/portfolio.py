"""The portfolio at a glance and how fresh it is, as plain rows: one reading for the command line and the report."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, Select, and_, case, exists, func, select

from canonical.database import reading
from canonical.problems import Problem, Weight
from canonical.schema.entities import department, person, project, source_project, working_day
from canonical.schema.governance import deviation, evaluation
from canonical.schema.operations import connector, quarantine, run
from canonical.store.connectors import counts_still
from canonical.vocabulary import Health, ProjectStatus

OPEN = "open"
SHOWN = (ProjectStatus.ACTIVE, ProjectStatus.PLANNED, ProjectStatus.PROPOSED, ProjectStatus.ON_HOLD)
LATE = 5
"""Working days behind the baseline from which a project counts as late."""


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project: what its team reports, what its dates say, and how many deviations are open on it.

    `slip` and `duration` (of the baseline): working days of its department, None when one of the two days is not known.
    `retired`: no connector that has it is read any more.
    """

    id: str
    key: str | None
    name: str | None
    url: str | None
    department_id: str | None
    department: str | None
    manager: str | None
    status: str | None
    phase: str | None
    health: str | None
    planned_finish: date | None
    baseline_finish: date | None
    slip: int | None
    duration: int | None
    deviations: int
    critical: int
    retired: bool


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
    with reading(engine) as connection:
        return read_lines(connection)


def read_lines(connection: Connection) -> list[ProjectLine]:
    """Give the same as `projects` does, within a transaction."""
    open_on = _open().subquery()
    planned, started, baseline = (working_day.alias(name) for name in ("planned", "started", "baseline"))
    critical = func.coalesce(open_on.c.critical, 0).label("critical")
    number = func.coalesce(open_on.c.number, 0).label("deviations")
    columns = project.c
    query = (
        select(
            columns.id,
            func.coalesce(columns.key, columns.pmo_id).label("key"),
            columns.name,
            columns.url,
            columns.department_id,
            department.c.name.label("department"),
            person.c.name.label("manager"),
            *(columns[name] for name in ("status", "phase", "health", "planned_finish", "baseline_finish")),
            (planned.c.ordinal - baseline.c.ordinal).label("slip"),
            (baseline.c.ordinal - started.c.ordinal).label("duration"),
            number,
            critical,
            _retired().label("retired"),
        )
        .select_from(
            project.outerjoin(department, department.c.id == columns.department_id)
            .outerjoin(person, person.c.id == columns.manager_id)
            .outerjoin(planned, _on(planned, columns.planned_finish))
            .outerjoin(started, _on(started, columns.baseline_start))
            .outerjoin(baseline, _on(baseline, columns.baseline_finish))
            .outerjoin(open_on, open_on.c.project_id == columns.id)
        )
        .where(*_under_way())
        .order_by(_retired(), critical.desc(), number.desc(), columns.key, columns.id)
    )
    return [ProjectLine(**row) for row in connection.execute(query).mappings()]


def _open() -> Select[Any]:
    critical = func.sum(case((deviation.c.severity == "critical", 1), else_=0)).label("critical")
    counted = select(deviation.c.project_id, func.count().label("number"), critical)
    return counted.where(deviation.c.state == OPEN).group_by(deviation.c.project_id)


def _retired() -> ColumnElement[bool]:
    here = and_(source_project.c.project_id == project.c.id, source_project.c.deleted_at.is_(None))
    of = here & (connector.c.id == source_project.c.connector)
    return and_(
        exists().where(of, connector.c.retired_at.is_not(None)), ~exists().where(of, connector.c.retired_at.is_(None))
    )


def _on(days: FromClause, day: ColumnElement[date]) -> ColumnElement[bool]:
    return and_(days.c.calendar == func.coalesce(project.c.department_id, ""), days.c.day == day)


def _under_way() -> list[ColumnElement[bool]]:
    return [
        project.c.deleted_at.is_(None),
        project.c.merged_into.is_(None),
        project.c.archived.is_not(True),
        project.c.status.is_(None) | project.c.status.in_(SHOWN),
    ]


def connectors(engine: Engine, now: datetime) -> list[ConnectorLine]:
    """Give every connector that was ever read and is not retired."""
    kept = select(quarantine.c.connector, func.count().label("kept")).group_by(quarantine.c.connector).subquery()
    newest = select(run.c.state).where(run.c.connector == connector.c.id).order_by(run.c.started_at.desc()).limit(1)
    query = (
        select(connector, kept.c.kept, newest.scalar_subquery().label("last_state"))
        .select_from(connector.outerjoin(kept, kept.c.connector == connector.c.id))
        .where(connector.c.retired_at.is_(None))
        .order_by(connector.c.id)
    )
    return [
        ConnectorLine(
            row.id,
            row.last_success_at,
            counts_still(row.last_success_at, row.fresh_for, now),
            row.last_state,
            row.kept or 0,
        )
        for row in _all(engine, query)
    ]


def left_behind(engine: Engine, configured: Collection[str]) -> list[Problem]:
    """Tell of connectors that were read and are no longer configured, with what is kept of them."""
    query = (
        select(connector.c.id, func.count(source_project.c.project_id.distinct()).label("projects"))
        .select_from(
            connector.outerjoin(
                source_project, (source_project.c.connector == connector.c.id) & source_project.c.deleted_at.is_(None)
            )
        )
        .where(connector.c.retired_at.is_(None))
        .group_by(connector.c.id)
        .order_by(connector.c.id)
    )
    return [_left_behind(row.id, row.projects) for row in _all(engine, query) if row.id not in configured]


def _left_behind(name: str, number: int) -> Problem:
    projects = f"its {number:,} projects are" if number != 1 else "its one project is"
    return Problem(
        f"The connector {name} is no longer in the configuration; {projects} kept, stale.",
        f"connectors.{name}",
        "What it gave stays as it was last read, and no verdict on it changes.",
        "Put its table back into the configuration to have it read again.",
        Weight.WARNING,
    )


def open_by_severity(engine: Engine) -> dict[str, int]:
    """Count the open deviations by severity."""
    counted = func.count().label("number")
    query = select(deviation.c.severity, counted).where(deviation.c.state == OPEN).group_by(deviation.c.severity)
    return {row.severity: row.number for row in _all(engine, query)}


def is_judged(engine: Engine) -> bool:
    """Say whether the standards were ever applied: before that no deviation is open because none was looked for."""
    with reading(engine) as connection:
        return connection.execute(select(evaluation.c.id).limit(1)).first() is not None


def headline(lines: Sequence[ProjectLine]) -> str:
    """Say in one sentence where the portfolio stands; what is not known is said, and counted as nothing else."""
    lines = [line for line in lines if not line.retired]
    if not lines:
        return "No project is under way in what was read."
    red = sum(line.health == Health.RED.value for line in lines)
    unknown = sum(line.health is None for line in lines)
    slips = [line.slip for line in lines if line.slip is not None]
    late = sum(slip > LATE for slip in slips)
    finish = f"{late} of {len(slips)} with a baseline {_is(late)} more than {LATE} working days late"
    parts = [
        f"{red} of {len(lines)} projects {_is(red)} reported red"
        if len(lines) > 1
        else f"{red} of 1 project is reported red",
        *([f"{unknown} {'has' if unknown == 1 else 'have'} no health"] if unknown else []),
        finish if slips else "how late they are is not known, none has a baseline and a planned finish",
    ]
    return f"{'; '.join(parts)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _all(engine: Engine, query: Select[Any]) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(query))
