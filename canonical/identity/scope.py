"""Which rows a resolution has to look at: what batches touched, and whatever that may concern."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, insert, literal, select, union

from canonical.identity.references import REFERENCES
from canonical.identity.working_tables import analyse, scope, taken, widen, widen_by
from canonical.schema.entities import source_person, source_project, status_update, task, time_entry
from canonical.schema.operations import resolution, touched, unresolved
from canonical.vocabulary import EntityKind

MANY = 10_000
"""From so many touched rows and open references, a quarter of all tasks or more, looking at everything costs less than
telling apart: each open reference is tried again."""

CONCERNED = "concerned task"
"""Under which tasks are in the scope whose names, or those of their namesakes, references may mean."""
TABLE_NAME = {EntityKind.PROJECT.value: source_project.name, EntityKind.PERSON.value: source_person.name}


def concerns_everything(connection: Connection, settings: str) -> bool:
    """Say whether all rows must be looked at: first time, other settings, or too much was touched or is open."""
    under = connection.execute(select(resolution.c.settings)).scalar_one_or_none()
    if under != settings:
        return True
    new, still_open, tasks = (
        connection.execute(select(func.count()).select_from(each)).scalar_one() for each in (touched, unresolved, task)
    )
    return new > 0 and new + still_open >= MANY and (new + still_open) * 4 >= tasks


def anything_touched(connection: Connection) -> bool:
    """Say whether a batch or a person touched anything since the last resolution."""
    return connection.execute(select(touched.c.id).limit(1)).first() is not None


def resolved_at(connection: Connection) -> datetime | None:
    """Tell when rows were last looked at."""
    return connection.execute(select(resolution.c.at)).scalar_one_or_none()


def widen_to_past(connection: Connection, since: datetime, now: datetime) -> None:
    """Look at projects with time booked for days that were to come then, or reports: they are activity by now."""
    booked = time_entry.c.work_date
    if since.date() != now.date():
        widen(connection, "project", select(time_entry.c.project_id).where(booked > since.date(), booked <= now.date()))
    reported = select(status_update.c.project_id).where(status_update.c.at > since, status_update.c.at <= now)
    widen(connection, "project", reported)


def take_touched(connection: Connection, *, everything: bool) -> None:
    """Take what was touched off the list; rows that other transactions touch meanwhile stay for the next resolution."""
    if everything:
        connection.execute(delete(touched))
        return
    connection.execute(insert(taken).from_select(["id"], select(touched.c.id)))
    mine = touched.c.id.in_(select(taken.c.id))
    name = case(TABLE_NAME, value=touched.c.entity, else_=touched.c.entity)
    for entity in (name, literal("touched ") + name):
        rows = select(entity, touched.c.entity_id).where(mine).distinct()
        connection.execute(insert(scope).from_select(["entity", "id"], rows))
    connection.execute(delete(touched).where(mine))
    _retry(connection)
    _widen_to_namesakes(connection)


def _retry(connection: Connection) -> None:
    for table in REFERENCES:
        entity = next((kind for kind, name in TABLE_NAME.items() if name == table.name), table.name)
        widen(connection, table.name, select(unresolved.c.entity_id).where(unresolved.c.entity == entity))


def _widen_to_namesakes(connection: Connection) -> None:
    """A key that a second task bears makes references to the first doubtful, and the other way round."""
    other = task.alias("other")
    named = scope.c.entity == task.name
    alike = select(other.c.id).join(task, (task.c.key == other.c.key) & (task.c.id != other.c.id))
    referring = alike.join(scope, named & (scope.c.id == task.c.id)).subquery("alike")
    widen(connection, CONCERNED, union(select(scope.c.id).where(named), select(referring.c.id)))
    # Without its size PostgreSQL takes the scope for large, and reads all tasks to find the few that are meant.
    analyse(connection, scope)
    concerned = select(scope.c.id).where(scope.c.entity == CONCERNED)
    for table, references in REFERENCES.items():
        for reference in references:
            if reference.target is EntityKind.TASK:
                widen(connection, table.name, select(table.c.id).where(table.c[reference.column].in_(concerned)))


def widen_to_people(connection: Connection, people: Collection[str]) -> None:
    """Look at all rows that name one of these people."""
    _widen_to(connection, EntityKind.PERSON, people)


def widen_to_projects(connection: Connection, projects: Collection[str]) -> None:
    """Look at all rows of one of these projects."""
    widen_by(connection, "project", projects)
    _widen_to(connection, EntityKind.PROJECT, projects)


def _widen_to(connection: Connection, target: EntityKind, ids: Iterable[str]) -> None:
    ids = set(ids)
    if not ids:
        return
    marked = f"affected {target.value}"
    widen_by(connection, marked, ids)
    affected = select(scope.c.id).where(scope.c.entity == marked)
    for table, references in REFERENCES.items():
        for reference in references:
            if reference.target is target:
                column = "project_id" if target is EntityKind.PROJECT else reference.column
                widen(connection, table.name, select(table.c.id).where(table.c[column].in_(affected)))


def widen_to_derived(connection: Connection) -> None:
    """Look at the parents and projects of rows to look at; called before and after these change."""
    mine = select(task.c.parent_id, task.c.id, task.c.project_id).join(
        scope, (scope.c.entity == task.name) & (scope.c.id == task.c.id)
    )
    rows = mine.subquery("mine")
    widen(connection, "leaf", select(rows.c.parent_id))
    widen(connection, "leaf", select(rows.c.id))
    widen(connection, "project", select(rows.c.project_id))
    for table in (time_entry, status_update, source_project):
        own = (scope.c.entity == table.name) & (scope.c.id == table.c.id)
        widen(connection, "project", select(table.c.project_id).join(scope, own))


def widen_to_time_entries(connection: Connection) -> None:
    """Look at the time booked on tasks that changed, since it may follow their project."""
    changed = select(scope.c.id).where(scope.c.entity == f"changed {task.name}")
    widen(connection, time_entry.name, select(time_entry.c.id).where(time_entry.c.task_id.in_(changed)))
