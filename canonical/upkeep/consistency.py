"""Whether the store contradicts itself: pages that are damaged, rows that point at nothing, views that are missing."""

from collections.abc import Iterator

from sqlalchemy import Column, Connection, Engine, func, select, text

from canonical.database import place, reading
from canonical.problems import Problem
from canonical.schema.entities import (
    dependency,
    field_value,
    further_project,
    person,
    project,
    source_person,
    source_project,
    status_update,
    task,
    task_label,
    time_entry,
)
from canonical.schema.governance import deviation
from canonical.schema.writing import plan, writeback
from canonical.views import VIEWS

REFERENCES = (
    (source_project.c.project_id, project.c.id),
    (source_person.c.person_id, person.c.id),
    (project.c.merged_into, project.c.id),
    (project.c.manager_id, person.c.id),
    (project.c.sponsor_id, person.c.id),
    (person.c.merged_into, person.c.id),
    (task.c.source_project_id, source_project.c.id),
    (task.c.project_id, project.c.id),
    (task.c.parent_id, task.c.id),
    (task.c.assignee_id, person.c.id),
    (task.c.reporter_id, person.c.id),
    (task_label.c.task_id, task.c.id),
    (further_project.c.task_id, task.c.id),
    (time_entry.c.task_id, task.c.id),
    (time_entry.c.project_id, project.c.id),
    (time_entry.c.person_id, person.c.id),
    (dependency.c.predecessor_id, task.c.id),
    (dependency.c.successor_id, task.c.id),
    (status_update.c.project_id, project.c.id),
    (deviation.c.project_id, project.c.id),
    (writeback.c.plan_id, plan.c.id),
)
"""Every column that must name a row, and where."""
FIELDS_OF = (project, person, source_project, source_person, task, time_entry, dependency, status_update)
COMMANDS = ("pmohub db backup FILE", "pmohub sync --full")
REPAIR = "Make a backup, then read everything anew; if it is still so, report it with this message."


def check(engine: Engine) -> Iterator[Problem]:
    """Give what is wrong, the gravest first; nothing is changed.

    Raises:
        StoreError: the database cannot be read at all.
    """
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            yield from _damaged(connection, engine)
        for column, target in REFERENCES:
            lost = _lost(connection, column, target)
            if lost:
                names = f"{column.table.name} name a {target.table.name}"
                yield _problem(engine, f"{lost:,} rows of {names} that is not there")
        lost = _fields_of_nothing(connection)
        if lost:
            yield _problem(engine, f"{lost:,} values of custom fields belong to nothing")
        for view in VIEWS:
            # A view over a table of another layout fails here, not in somebody's report.
            connection.exec_driver_sql(f"SELECT * FROM {view.name} LIMIT 1")  # noqa: S608  # our own names


def _damaged(connection: Connection, engine: Engine) -> Iterator[Problem]:
    for (line,) in connection.execute(text("PRAGMA integrity_check(10)")):
        if line != "ok":
            step = "Restore a backup, or move the database away and sync again."
            yield Problem(f"The database is damaged: {line}", place(engine), "Nothing was changed.", step)


def _lost(connection: Connection, column: Column[str], target: Column[str]) -> int:
    there = target.table.alias()
    query = (
        select(func.count())
        .select_from(column.table.outerjoin(there, there.c[target.name] == column))
        .where(column.is_not(None), there.c[target.name].is_(None))
    )
    return int(connection.execute(query).scalar_one())


def _fields_of_nothing(connection: Connection) -> int:
    nowhere = [field_value.c.entity_id.not_in(select(table.c.id)) for table in FIELDS_OF]
    return int(connection.execute(select(func.count()).select_from(field_value).where(*nowhere)).scalar_one())


def _problem(engine: Engine, what: str) -> Problem:
    return Problem(what, place(engine), "Nothing was changed.", REPAIR, commands=COMMANDS)
