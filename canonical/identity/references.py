"""Which columns refer to what, and how an answer gets into the rows that asked.

A reference is kept as written, in a `_ref` column; the column beside it holds what it names, NULL while that is not
known. A row without a reference of its own to a project takes that of its parent (a task) or its task (a time entry);
one whose reference names nothing known does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
)

from canonical.identity.dates import task_dates
from canonical.identity.names import Reason
from canonical.identity.working_tables import answer, apply, in_scope, scope, widen
from canonical.schema.entities import (
    allocation,
    dependency,
    further_project,
    leave,
    source_project,
    status_update,
    task,
    time_entry,
)
from canonical.schema.operations import unresolved
from canonical.store.connectors import reporters
from canonical.vocabulary import EntityKind


@dataclass(frozen=True, slots=True)
class Reference:
    """A column as the tool writes it, the column for what it names, and what kind of thing that is."""

    ref: str
    column: str
    target: EntityKind


REFERENCES: Mapping[Table, Sequence[Reference]] = {
    source_project: (
        Reference("manager_ref", "manager_id", EntityKind.PERSON),
        Reference("sponsor_ref", "sponsor_id", EntityKind.PERSON),
    ),
    task: (
        Reference("project_ref", "source_project_id", EntityKind.PROJECT),
        Reference("parent_ref", "parent_id", EntityKind.TASK),
        Reference("assignee_ref", "assignee_id", EntityKind.PERSON),
        Reference("reporter_ref", "reporter_id", EntityKind.PERSON),
    ),
    time_entry: (
        Reference("task_ref", "task_id", EntityKind.TASK),
        Reference("project_ref", "source_project_id", EntityKind.PROJECT),
        Reference("person_ref", "person_id", EntityKind.PERSON),
    ),
    dependency: (
        Reference("predecessor_ref", "predecessor_id", EntityKind.TASK),
        Reference("successor_ref", "successor_id", EntityKind.TASK),
    ),
    status_update: (
        Reference("project_ref", "source_project_id", EntityKind.PROJECT),
        Reference("author_ref", "author_id", EntityKind.PERSON),
    ),
    allocation: (
        Reference("project_ref", "source_project_id", EntityKind.PROJECT),
        Reference("person_ref", "person_id", EntityKind.PERSON),
    ),
    leave: (Reference("person_ref", "person_id", EntityKind.PERSON),),
}
ENTITY_OF = {source_project.name: EntityKind.PROJECT.value}
"""The `entity` of a table's rows where it is not the table's own name."""
MOST_LEVELS = 64
"""Parents above parents that are followed; beyond lies a circle."""


def fill_references(connection: Connection, table: Table, *, everything: bool) -> int:
    """Write what the references of the rows to look at name, and all that follows; say how many rows changed.

    A row is written once for all of it: on PostgreSQL each time costs a new row version with an entry in every index.
    """
    joined: FromClause = table
    values: dict[str, ColumnElement[Any]] = {}
    for number, reference in enumerate(REFERENCES[table]):
        found = answer.alias(f"answer_{number}")
        joined = joined.outerjoin(found, _answers(found, table, reference))
        values[reference.column] = _new_value(table, reference, found)
    if table is time_entry:
        joined = joined.outerjoin(task, task.c.id == values["task_id"])
        own = values["source_project_id"]
        values["source_project_id"] = case((time_entry.c.project_ref.is_(None), task.c.source_project_id), else_=own)
    if "project_id" in table.c and table is not source_project:
        joined = joined.outerjoin(source_project, source_project.c.id == values["source_project_id"])
        values["project_id"] = source_project.c.project_id
    if table is task:
        values |= task_dates(reporters(connection, EntityKind.TASK))
    if table is task and everything:
        parents = _parents()
        joined = joined.outerjoin(parents, parents.c.id == task.c.id)
        values["is_leaf"] = parents.c.id.is_(None)
    labelled = [value.label(name) for name, value in values.items()]
    return apply(connection, table, labelled, select(table.c.id).select_from(joined), everything=everything)


def _parents() -> FromClause:
    """The tasks of which live ones are part, where all references were asked for, and NULL, which no task equals."""
    child = task.alias("child")
    (reference,) = (each for each in REFERENCES[task] if each.target is EntityKind.TASK)
    named = _answers(answer, child, reference)
    # Joined outwards: SQLite would else go from each answer through all tasks of its connector.
    found = select(answer.c.id).select_from(child.outerjoin(answer, named)).where(child.c.deleted_at.is_(None))
    return found.distinct().subquery("parents")


def _answers(found: Any, table: FromClause, reference: Reference) -> ColumnElement[bool]:
    return and_(
        found.c.target == reference.target.value,
        found.c.connector == table.c.connector,
        found.c.ref == table.c[reference.ref],
    )


def _new_value(table: Table, reference: Reference, found: Any) -> ColumnElement[Any]:
    inherits = table in {task, time_entry} and reference.column == "source_project_id"
    written = table.c[reference.ref].is_not(None)
    value: ColumnElement[Any] = found.c.id
    if inherits:
        value = case((written, value), else_=table.c[reference.column])
    return value


def fill_further_projects(connection: Connection) -> None:
    """Write what the further projects of tasks are; the table is small, so all of it is looked at."""
    found = (
        select(answer.c.id)
        .join(task, task.c.connector == answer.c.connector)
        .where(
            answer.c.target == EntityKind.PROJECT.value,
            answer.c.ref == further_project.c.project_ref,
            task.c.id == further_project.c.task_id,
        )
        .scalar_subquery()
    )
    connection.execute(
        further_project.update()
        .where(further_project.c.source_project_id.is_distinct_from(found))
        .values(source_project_id=found)
    )


def inherit_projects(connection: Connection, *, everything: bool) -> int:
    """Give tasks without a project of their own that of the nearest task above that names one; say to how many."""
    if not everything:
        _widen_to_descendants(connection)
    parent = task.alias("parent")
    orphan = task.c.project_ref.is_(None)
    start = select(task.c.id.label("task_id"), task.c.parent_id.label("at"), literal(1).label("level")).where(orphan)
    start = start if everything else start.where(in_scope(task))
    up = start.cte("up", recursive=True)
    above = select(up.c.task_id, parent.c.parent_id, up.c.level + 1).join(parent, parent.c.id == up.c["at"])
    up = up.union_all(above.where(parent.c.project_ref.is_(None), up.c.level < MOST_LEVELS))
    named = (
        select(up.c.task_id, parent.c.source_project_id)
        .join(parent, parent.c.id == up.c["at"])
        .where(parent.c.project_ref.is_not(None))
        .subquery("named")
    )
    query = select(task.c.id).select_from(task.outerjoin(named, named.c.task_id == task.c.id)).where(orphan)
    inherited = [named.c.source_project_id.label("source_project_id")]
    return apply(connection, task, inherited, query, everything=everything)


def _widen_to_descendants(connection: Connection) -> None:
    down = select(scope.c.id).where(scope.c.entity == task.name).cte("down", recursive=True)
    below = select(task.c.id).join(down, task.c.parent_id == down.c.id).where(task.c.project_ref.is_(None))
    widen(connection, task.name, select(down.union(below).c.id))


def fill_projects(connection: Connection, table: Table, *, everything: bool) -> int:
    """Give each row the project that its source project belongs to; a time entry may take the source of its task."""
    source: ColumnElement[Any] = table.c.source_project_id
    joined: FromClause = table
    values = []
    if table is time_entry:
        joined = joined.outerjoin(task, task.c.id == time_entry.c.task_id)
        source = case((time_entry.c.project_ref.is_(None), task.c.source_project_id), else_=source)
        values.append(source.label("source_project_id"))
    joined = joined.outerjoin(source_project, source_project.c.id == source)
    values.append(source_project.c.project_id.label("project_id"))
    return apply(connection, table, values, select(table.c.id).select_from(joined), everything=everything)


def note_unresolved(connection: Connection, table: Table, *, everything: bool) -> None:
    """Keep the list of references that name nothing known or more than one thing."""
    entity = ENTITY_OF.get(table.name, table.name)
    gone = delete(unresolved).where(unresolved.c.entity == entity)
    if not everything:
        gone = gone.where(unresolved.c.entity_id.in_(select(scope.c.id).where(scope.c.entity == table.name)))
    connection.execute(gone)
    for reference in REFERENCES[table]:
        written = table.c[reference.ref]
        reason = func.coalesce(answer.c.reason, Reason.MISSING.value)
        # Written so that SQLite does not look up all rows without a parent by the index on parents.
        nothing = func.coalesce(table.c[reference.column], "") == ""
        columns = (literal(entity), table.c.id, literal(reference.ref.removesuffix("_ref")), table.c.connector, written)
        query: Select[Any] = (
            select(*columns, reason)
            .select_from(table.outerjoin(answer, _answers(answer, table, reference)))
            .where(written.is_not(None), nothing, table.c.deleted_at.is_(None))
        )
        names = ["entity", "entity_id", "field", "connector", "ref", "reason"]
        query = query if everything else query.where(in_scope(table))
        connection.execute(insert(unresolved).from_select(names, query))
