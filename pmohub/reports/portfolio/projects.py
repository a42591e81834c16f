"""The portfolio's lines from the store: live projects with their dates, health, effort and open deviations."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, select

from canonical.schema.entities import task
from canonical.schema.governance import project_day, verdict_count
from canonical.vocabulary import StatusCategory, TaskKind
from pmohub.portfolio import read_lines
from pmohub.reports.portfolio import health
from pmohub.reports.portfolio.effort import Calendars, effort_by_project
from pmohub.reports.portfolio.facts import Effort, Project, Rag
from pmohub.reports.portfolio.governance import excused_items

OPEN_TASK = (StatusCategory.TODO, StatusCategory.IN_PROGRESS)
WEEKS = 12


def read_projects(connection: Connection, calendars: Calendars, today: Callable[[str], date]) -> list[Project]:
    """Give every project that is neither over nor archived. `today` is asked by department id."""
    efforts = effort_by_project(connection, calendars, today)
    milestones, rules, trends = _milestones(connection), _rules(connection), _trends(connection)
    lines = []
    for line in read_lines(connection):
        calendar = line.department_id or ""
        due, now = milestones.get(line.id, []), today(calendar)
        late = [calendars.between(calendar, day, now) or 0 for day, is_open in due if is_open and day and day < now]
        schedule = health.schedule(line.slip, line.duration)
        met, applicable = rules.get(line.id, (0, 0))
        lines.append(
            Project(
                id=line.id,
                key=line.key or "",
                name=f"{line.name or line.key or '(no name)'}{' (retired)' if line.retired else ''}",
                url=line.url,
                department_id=calendar,
                manager=line.manager,
                reported=Rag(line.health) if line.health else Rag.UNSET,
                computed=health.computed(schedule, health.milestones(len(due), late)),
                phase=line.phase,
                status=line.status,
                planned_finish=line.planned_finish,
                baseline_finish=line.baseline_finish,
                slip=line.slip,
                late=schedule is not None and schedule.health is Rag.RED,
                effort=efforts.get(line.id, Effort(None, None)),
                met=met,
                applicable=applicable,
                open=line.deviations,
                critical=line.critical,
                trend=trends.get(line.id, ()),
            )
        )
    return sorted(lines, key=lambda one: (one.department_id, one.name))


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
    query = select(columns.rule_id, columns.project_id, columns.passes, columns.deviates).where(
        columns.project_id != ""
    )
    excused = excused_items(connection)
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rule_id, project_id, passes, deviates in connection.execute(query):
        if passes + deviates:
            found[project_id][0] += deviates <= excused.get((rule_id, project_id), 0)
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
