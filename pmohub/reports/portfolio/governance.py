"""Deviations, rules and their trend from the store."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, case, func, literal, select, union_all

from canonical.schema.entities import department, project, task
from canonical.schema.governance import (
    compliance_day,
    deviation,
    project_day,
    rule_state,
    verdict_count,
)
from canonical.vocabulary import DeviationState
from pmohub.reports.portfolio.facts import SEVERITIES, Department, Deviation, RuleCell, RuleRow, Snapshot, Week
from rules.compliance import distribution, project_scores

SEVERITY_RANK = case({name: rank for rank, name in enumerate(SEVERITIES)}, value=deviation.c.severity, else_=-1)


def read_departments(connection: Connection) -> list[Department]:
    """Give all departments by name."""
    rows = connection.execute(select(department).order_by(department.c.name))
    return [Department(row.id, row.name, row.mode) for row in rows]


def read_deviations(connection: Connection) -> list[Deviation]:
    """Give every open deviation, worst and oldest first."""
    places = union_all(
        select(task.c.id, task.c.key, task.c.title.label("name"), task.c.url),
        select(project.c.id, project.c.key, project.c.name, project.c.url),
    ).subquery("place")
    query = (
        select(deviation, rule_state.c.title, rule_state.c.remedy, places.c.key, places.c.name, places.c.url)
        .outerjoin(rule_state, rule_state.c.rule_id == deviation.c.rule_id)
        .outerjoin(places, places.c.id == deviation.c.subject_id)
        .where(deviation.c.state == "open")
        .order_by(SEVERITY_RANK.desc(), deviation.c.opened_at, deviation.c.number)
    )
    return [
        Deviation(
            number=row.number,
            rule=row.title or row.rule_id,
            severity=row.severity,
            message=row.message,
            remedy=row.remedy or "",
            where=row.key or row.name or row.connector or "",
            url=row.url,
            project_id=row.project_id,
            department_id=row.department_id,
            legacy=row.legacy,
            unverified=row.unverified,
            opened_at=row.opened_at,
        )
        for row in connection.execute(query)
    ]


def count_waived(connection: Connection) -> int:
    """Count deviations under a waiver."""
    query = select(func.count()).select_from(deviation).where(deviation.c.state == "waived")
    return connection.execute(query).scalar_one()


def count_moves(connection: Connection, since: datetime) -> tuple[int, int]:
    """Count what opened and what closed after an instant."""
    opened = select(func.count()).select_from(deviation).where(deviation.c.opened_at > since)
    closed = select(func.count()).select_from(deviation).where(deviation.c.closed_at > since)
    return connection.execute(opened).scalar_one(), connection.execute(closed).scalar_one()


def count_unknown(connection: Connection) -> int:
    """Count verdicts that are unknown, because an input is missing or old."""
    return int(connection.execute(select(func.coalesce(func.sum(verdict_count.c.unknown), 0))).scalar_one())


def excused_items(connection: Connection) -> Mapping[tuple[str, str], int]:
    """Count the items that are waived or dismissed, by rule and project: they do not count against it."""
    query = (
        select(deviation.c.rule_id, deviation.c.project_id, func.sum(deviation.c.item_count).label("number"))
        .where(deviation.c.state.in_((DeviationState.WAIVED, DeviationState.DISMISSED)))
        .group_by(deviation.c.rule_id, deviation.c.project_id)
    )
    return {(row.rule_id, row.project_id): int(row.number) for row in connection.execute(query)}


def read_rules(connection: Connection) -> list[RuleRow]:
    """Give each rule with the projects that meet it or are excused, by department; what most miss comes first."""
    counts = verdict_count.c
    cells: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    reasons: dict[tuple[str, str], str] = {}
    excused = excused_items(connection)
    for row in connection.execute(select(verdict_count).where(counts.department_id != "")):
        cell = cells[row.rule_id][row.department_id]
        if row.passes + row.deviates:
            cell[0] += row.deviates <= excused.get((row.rule_id, row.project_id), 0)
            cell[1] += 1
        elif row.unknown:
            reasons[row.rule_id, row.department_id] = row.reason or "an input is missing or old"
    rows = [
        RuleRow(
            rule.rule_id,
            rule.title,
            rule.severity,
            {each: RuleCell(met, of, reasons.get((rule.rule_id, each), "")) for each, (met, of) in found.items()},
        )
        for rule in connection.execute(select(rule_state))
        if (found := cells.get(rule.rule_id))
    ]
    return sorted(rows, key=lambda row: (row.total.met - row.total.of, -SEVERITIES.index(row.severity), row.title))


def read_scores(connection: Connection, today: date) -> Mapping[str, float | None]:
    """Give the compliance score of each department that has projects."""
    found: dict[str, float | None] = {}
    for each in read_departments(connection):
        scores = list(project_scores(connection, today, each.id).values())
        if scores:
            value = distribution(scores).value
            found[each.id] = None if value is None else float(value)
    return found


def read_snapshot(connection: Connection, today: date, back: timedelta) -> Snapshot | None:
    """Give the snapshot nearest to so long ago, but not of today; None when none was kept."""
    days = connection.scalars(select(project_day.c.day).where(project_day.c.day < today).distinct()).all()
    if not days:
        return None
    day = min(days, key=lambda each: abs((today - back) - each))
    rows = connection.execute(select(project_day).where(project_day.c.day == day))
    projects = {row.project_id: (row.health, row.planned_finish) for row in rows}
    return Snapshot(day, _open_on(connection).get(day, {}), projects)


def read_weeks(connection: Connection, today: date, count: int = 12) -> list[Week]:
    """Give the last snapshot of each of the last weeks that were seen, oldest first."""
    open_on, met_on = _open_on(connection), _met_on(connection)
    last: dict[date, date] = {}
    for day in sorted(open_on):
        if day > today - timedelta(weeks=count):
            last[day - timedelta(days=day.weekday())] = day
    return [Week(monday, open_on[day], met_on.get(day, {})) for monday, day in last.items()]


def _open_on(connection: Connection) -> Mapping[date, Mapping[str, int]]:
    query = (
        select(compliance_day.c.day, rule_state.c.severity, func.sum(compliance_day.c.open))
        .join(rule_state, rule_state.c.rule_id == compliance_day.c.rule_id)
        .group_by(compliance_day.c.day, rule_state.c.severity)
    )
    found: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for day, severity, count in connection.execute(query):
        found[day][severity] += int(count)
    return found


def _met_on(connection: Connection) -> Mapping[date, Mapping[str, float]]:
    columns = compliance_day.c
    whole = func.sum(columns.passes + columns.deviates)
    share = func.sum(columns.passes) * literal(1.0) / func.nullif(whole, 0)
    query = select(columns.day, columns.department_id, share).group_by(columns.day, columns.department_id)
    found: defaultdict[date, dict[str, float]] = defaultdict(dict)
    for day, department_id, met in connection.execute(query):
        if met is not None:
            found[day][department_id] = float(met)
    return found
