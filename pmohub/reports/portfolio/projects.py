"""The portfolio's lines from the store: live projects with their dates, health, effort and open deviations."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select

from canonical.schema.entities import person, project, task
from canonical.schema.governance import deviation, project_day, verdict_count
from canonical.vocabulary import ProjectStatus, StatusCategory, TaskKind
from pmohub.reports.portfolio import health
from pmohub.reports.portfolio.effort import Calendars, effort_by_project
from pmohub.reports.portfolio.facts import Effort, Project, Rag

SHOWN = (ProjectStatus.ACTIVE, ProjectStatus.PLANNED, ProjectStatus.PROPOSED, ProjectStatus.ON_HOLD)
OPEN_TASK = (StatusCategory.TODO, StatusCategory.IN_PROGRESS)
WEEKS = 12


def read_projects(connection: Connection, calendars: Calendars, today: Callable[[str], date]) -> list[Project]:
    """Give every project that is neither over nor archived. `today` is asked by department id."""
    efforts = effort_by_project(connection, calendars, today)
    counts, milestones = _open(connection), _milestones(connection)
    rules, trends = _rules(connection), _trends(connection)
    lines = []
    for row in connection.execute(_query()):
        calendar = row.department_id or ""
        slip = _days(calendars, calendar, row.baseline_finish, row.planned_finish)
        duration = _days(calendars, calendar, row.baseline_start, row.baseline_finish)
        due, now = milestones.get(row.id, []), today(calendar)
        late = [_days(calendars, calendar, day, now) or 0 for day, is_open in due if is_open and day and day < now]
        met, applicable = rules.get(row.id, (0, 0))
        total, critical = counts.get(row.id, (0, 0))
        lines.append(
            Project(
                id=row.id,
                key=row.key or row.pmo_id or "",
                name=row.name or row.key or "(no name)",
                url=row.url,
                department_id=calendar,
                manager=row.manager,
                reported=Rag(row.health) if row.health else Rag.UNSET,
                computed=health.computed(health.schedule(slip, duration), health.milestones(len(due), late)),
                phase=row.phase,
                status=row.status,
                planned_finish=row.planned_finish,
                baseline_finish=row.baseline_finish,
                slip=slip,
                effort=efforts.get(row.id, Effort(0.0, None)),
                met=met,
                applicable=applicable,
                open=total,
                critical=critical,
                trend=trends.get(row.id, ()),
            )
        )
    return lines


def _query() -> Select[Any]:
    return (
        select(project, person.c.name.label("manager"))
        .outerjoin(person, person.c.id == project.c.manager_id)
        .where(
            project.c.deleted_at.is_(None),
            project.c.merged_into.is_(None),
            project.c.archived.is_not(True),
            or_(project.c.status.is_(None), project.c.status.in_(SHOWN)),
        )
        .order_by(project.c.department_id, project.c.name)
    )


def _days(calendars: Calendars, calendar: str, after: date | None, until: date | None) -> int | None:
    return None if after is None or until is None else calendars.between(calendar, after, until)


def _open(connection: Connection) -> Mapping[str, tuple[int, int]]:
    query = (
        select(
            deviation.c.project_id,
            func.count(),
            func.sum(case((deviation.c.severity == "critical", 1), else_=0)),
        )
        .where(deviation.c.state == "open", deviation.c.project_id.is_not(None))
        .group_by(deviation.c.project_id)
    )
    return {each: (total, int(critical or 0)) for each, total, critical in connection.execute(query)}


def _milestones(connection: Connection) -> Mapping[str, list[tuple[date | None, bool]]]:
    query = select(task.c.project_id, task.c.due, task.c.status_category).where(
        task.c.kind == TaskKind.MILESTONE, task.c.deleted_at.is_(None), task.c.project_id.is_not(None)
    )
    found: defaultdict[str, list[tuple[date | None, bool]]] = defaultdict(list)
    for project_id, due, category in connection.execute(query):
        if category != StatusCategory.CANCELLED:
            found[project_id].append((due, category in OPEN_TASK))
    return found


def _rules(connection: Connection) -> Mapping[str, tuple[int, int]]:
    """Give by project how many rules are met and how many could be judged."""
    columns = verdict_count.c
    query = select(columns.project_id, columns.passes, columns.deviates).where(columns.project_id != "")
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for project_id, passes, deviates in connection.execute(query):
        if passes + deviates:
            found[project_id][0] += deviates == 0
            found[project_id][1] += 1
    return {each: (met, of) for each, (met, of) in found.items()}


def _trends(connection: Connection) -> Mapping[str, Sequence[int]]:
    """Give by project the open deviations at the end of each of the last weeks that were seen."""
    columns = project_day.c
    query = select(columns.project_id, columns.day, columns.open_deviations).order_by(columns.day)
    by_week: defaultdict[str, dict[tuple[int, int], int]] = defaultdict(dict)
    for project_id, day, count in connection.execute(query):
        by_week[project_id][day.isocalendar()[:2]] = count
    return {each: list(weeks.values())[-WEEKS:] for each, weeks in by_week.items()}
