"""What to look at again when only some items changed since the last evaluation."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, exists, func, insert, literal, or_, select

from canonical import unevaluated
from canonical.schema.entities import allocation, dependency, leave, project, status_update, task, time_entry
from canonical.schema.governance import deviation, item_verdict
from canonical.vocabulary import DeviationState
from rules.evaluation.guards import HARDLY_USED, Need, find_sparse
from rules.evaluation.roots import project_of
from rules.evaluation.seen import otherwise_seen
from rules.evaluation.staging import scope_id, sparse, take_stock

COUNTED = "counted"
OTHERWISE = "project seen otherwise"
ANEW = "counted anew"
"""Entities of `scope_id` that stand for projects: those with an item in scope, and among them those that their items
see otherwise, and those whose counts do not follow from what differs."""
FEW = 10_000
"""Tasks up to which a share says nothing about the work."""


def most_changed(connection: Connection) -> bool:
    """Whether so many tasks changed that looking at everything is quicker than following them."""
    waiting = unevaluated.pending().subquery()
    changed = select(func.count()).select_from(waiting).where(waiting.c.entity == "task")
    number = connection.execute(changed).scalar_one()
    return number > FEW and number * 2 > connection.execute(select(func.count()).select_from(task)).scalar_one()


def touches_most(connection: Connection) -> bool:
    """Whether most tasks are in scope: looking at everything is then quicker."""
    number = connection.execute(select(func.count()).select_from(scoped("task").subquery())).scalar_one()
    return number > FEW and number * 2 > connection.execute(select(func.count()).select_from(task)).scalar_one()


def find_scope(connection: Connection, seen: Select[Any]) -> None:
    """Fill `scope_id` with all that pending changes can touch: items by entity, and the projects to count again.

    `seen` is what items see of their projects.
    """
    connection.execute(insert(scope_id).from_select(["entity", "id"], unevaluated.pending()))
    take_stock(connection, scope_id)
    for entity, table in (("allocation", allocation), ("leave", leave)):
        follow(connection, "person", select(table.c.person_id).where(table.c.id.in_(scoped(entity))))
    follow(connection, OTHERWISE, otherwise_seen(seen))
    tasks, projects, people, otherwise = (scoped(kind) for kind in ("task", "project", "person", OTHERWISE))
    follow(connection, "task", select(task.c.id).where(task.c.project_id.in_(otherwise)))
    if connection.execute(people.limit(1)).first():  # no index leads to the tasks that somebody reported
        theirs = or_(task.c.assignee_id.in_(people), task.c.reporter_id.in_(people))
        follow(connection, "task", select(task.c.id).where(theirs))
    follow(connection, "task", select(time_entry.c.task_id).where(time_entry.c.id.in_(scoped("time_entry"))))
    take_stock(connection, scope_id)
    child, own = task.alias(), scoped("task")
    parents = select(child.c.parent_id).where(child.c.id.in_(own))
    follow(connection, "task", parents.union(select(child.c.id).where(child.c.parent_id.in_(own))))
    ends = or_(dependency.c.predecessor_id.in_(tasks), dependency.c.successor_id.in_(tasks))
    follow(connection, "dependency", select(dependency.c.id).where(ends))
    touched_entries = or_(
        time_entry.c.task_id.in_(tasks), time_entry.c.person_id.in_(people), time_entry.c.project_id.in_(otherwise)
    )
    of_projects = (("task", task), ("time_entry", time_entry), ("status_update", status_update))
    for entity, table in (*of_projects, ("allocation", allocation)):
        follow(connection, "project", select(table.c.project_id).where(table.c.id.in_(scoped(entity))))
    former = select(item_verdict.c.project_id).where(item_verdict.c.item_id.in_(select(scope_id.c.id)))
    follow(connection, "project", former)
    led = or_(project.c.manager_id.in_(people), project.c.sponsor_id.in_(people))
    follow(connection, "project", select(project.c.id).where(led))
    follow(connection, "time_entry", select(time_entry.c.id).where(touched_entries))
    follow(connection, COUNTED, projects)
    owners = select(project_of("dependency")).select_from(dependency).where(dependency.c.id.in_(scoped("dependency")))
    follow(connection, COUNTED, owners)


def find_sparse_again(connection: Connection, needs: Iterable[Need]) -> None:
    """Fill `sparse` for the projects to count, the others as last told; where it turned, all tasks are in scope."""
    told = select(deviation.c.discriminator, deviation.c.subject_id).where(
        deviation.c.rule_id == HARDLY_USED, deviation.c.state != DeviationState.CLOSED
    )
    before = {(row.discriminator.removeprefix("task."), row.subject_id) for row in connection.execute(told)}
    find_sparse(connection, needs, among=select(scope_id.c.id).where(scope_id.c.entity == COUNTED))
    now = {(row.field, row.project_id) for row in connection.execute(select(sparse))}
    counted = set(connection.execute(scoped(COUNTED)).scalars())
    kept = [{"field": name, "project_id": one} for name, one in before if one not in counted]
    if kept:
        connection.execute(insert(sparse), kept)
    turned = {one for name, one in before ^ now if one in counted}
    for part in batches({"entity": "turned", "id": one} for one in turned):
        add(connection, part)
    follow(connection, "task", select(task.c.id).where(task.c.project_id.in_(scoped("turned"))))


def scoped(entity: str) -> Select[Any]:
    """The ids in scope of an entity."""
    return select(scope_id.c.id).where(scope_id.c.entity == entity)


def add(connection: Connection, rows: list[dict[str, str]]) -> None:
    """Put ids into the scope, those already there left out."""
    there = set(connection.execute(scoped(rows[0]["entity"])).scalars()) if rows else set()
    new = {row["id"]: row for row in rows if row["id"] not in there}
    if new:
        connection.execute(insert(scope_id), [*new.values()])


def follow(connection: Connection, entity: str, ids: Any) -> None:
    """Put the ids that a query gives into the scope, those already there and NULL left out."""
    reached = ids.subquery()
    (column,) = reached.c
    there = exists().where(scope_id.c.entity == entity, scope_id.c.id == column)
    query = select(literal(entity), column).where(column.is_not(None), ~there).distinct()
    connection.execute(insert(scope_id).from_select(["entity", "id"], query))


def batches(rows: Iterable[dict[str, str]], size: int = 5000) -> Iterable[list[dict[str, str]]]:
    """Cut rows into lists of a bounded length."""
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part


def counted_again() -> CompoundSelect[Any]:
    """The projects whose verdicts are to be counted again; what belongs to none always is."""
    return scoped(COUNTED).union_all(select(literal("")))
