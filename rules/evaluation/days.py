"""Snapshots of the day: trends are drawn from what was seen, not recomputed from data edited since."""

from datetime import date

from sqlalchemy import Connection, Select, case, func, literal, select

from canonical.schema.entities import project
from canonical.schema.governance import compliance_day, deviation, project_day, verdict_count
from canonical.vocabulary import DeviationState, Severity
from rules.evaluation.carrying import carry


def write_days(connection: Connection, day: date) -> None:
    """Write what the day looks like now; the last evaluation of a day stands for it."""
    carry(connection, compliance_day, compliance(day), compliance_day.c.day == day)
    carry(connection, project_day, projects(day), project_day.c.day == day)


def compliance(day: date) -> Select[tuple[object, ...]]:
    """Verdicts and open deviations by department and rule."""
    opened = (
        select(
            func.coalesce(deviation.c.department_id, "").label("department_id"),
            deviation.c.rule_id,
            func.count().label("number"),
        )
        .where(deviation.c.state == DeviationState.OPEN)
        .group_by(deviation.c.department_id, deviation.c.rule_id)
        .subquery()
    )
    counts = verdict_count.c
    return (
        select(
            literal(day).label("day"),
            counts.department_id,
            counts.rule_id,
            func.sum(counts.passes).label("passes"),
            func.sum(counts.deviates).label("deviates"),
            func.sum(counts.unknown).label("unknown"),
            func.coalesce(func.max(opened.c.number), 0).label("open"),
        )
        .select_from(
            verdict_count.outerjoin(
                opened, (opened.c.department_id == counts.department_id) & (opened.c.rule_id == counts.rule_id)
            )
        )
        .group_by(counts.department_id, counts.rule_id)
    )


def projects(day: date) -> Select[tuple[object, ...]]:
    """What the portfolio shows of each project."""
    opened = (
        select(
            deviation.c.project_id,
            func.count().label("number"),
            func.sum(case((deviation.c.severity == Severity.CRITICAL, 1), else_=0)).label("critical"),
        )
        .where(deviation.c.state == DeviationState.OPEN, deviation.c.project_id.is_not(None))
        .group_by(deviation.c.project_id)
        .subquery()
    )
    shown = ("health", "status", "phase", "planned_finish", "baseline_finish", "manager_id", "sponsor_id")
    return (
        select(
            literal(day).label("day"),
            project.c.id.label("project_id"),
            *(project.c[name] for name in shown),
            func.coalesce(opened.c.number, 0).label("open_deviations"),
            func.coalesce(opened.c.critical, 0).label("open_critical"),
        )
        .select_from(project.outerjoin(opened, opened.c.project_id == project.c.id))
        .where(project.c.deleted_at.is_(None), project.c.merged_into.is_(None))
    )
