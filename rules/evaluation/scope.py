"""What to look at again when only some items changed since the last evaluation."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, insert, literal, or_, select

from canonical import unevaluated
from canonical.schema.entities import dependency, project, status_update, task, time_entry
from canonical.schema.governance import deviation
from canonical.vocabulary import DeviationState
from rules.evaluation.guards import HARDLY_USED, Need, find_sparse
from rules.evaluation.prepared import Prepared
from rules.evaluation.roots import TABLES, project_of
from rules.evaluation.staging import analyse, scope_id, sparse

COUNTED = "counted"
FEW = 10_000
"""Tasks up to which a share says nothing about the work."""
NEAR: Mapping[str, frozenset[tuple[str, ...]]] = {
    "project": frozenset({(), ("manager",), ("sponsor",), ("tasks",), ("time_entries",), ("status_updates",)}),
    "task": frozenset({(), ("project",), ("assignee",), ("reporter",), ("parent",), ("children",), ("time_entries",)}),
    "dependency": frozenset({(), ("predecessor",), ("successor",)}),
    "person": frozenset({()}),
    "time_entry": frozenset({(), ("task",), ("project",), ("person",)}),
}
"""How far from an item `find_scope` follows a change; what reads further is evaluated in full."""
CHAIN = re.compile(r"\b([a-z_]\w*)((?:\.[a-z_]\w*)+)(\()?")


def is_near(prepared: Prepared) -> bool:
    """Whether every change that can touch a verdict lies within the reach of `find_scope`."""
    check = prepared.variant.check
    entity = prepared.subject.catalogue.entities[check.entity]
    links = {*entity.parents, *entity.collections}
    for compiled in prepared.compiled:
        for owner, chain, _ in CHAIN.findall(re.sub(r"'[^']*'", "''", compiled.text)):
            names = [name for name in chain.split(".") if name]
            if owner == "params":
                continue
            if owner != check.entity:
                near = len(names) == 1
            else:
                near = tuple(names[:1] if names[0] in links else ()) in NEAR[check.entity]
                near = near and not (len(names) > 2 and names[0] in links and names[1] in LINKS)
            if not near:
                return False
    return True


LINKS = frozenset({"project", "assignee", "reporter", "parent", "children", "manager", "sponsor", "person", "author"})
LINKS |= {"tasks", "time_entries", "status_updates", "predecessors", "successors", "predecessor", "successor", "task"}


def find_scope(connection: Connection) -> None:
    """Fill `scope_id` with all that pending changes can touch: items by entity, and the projects to count again."""
    connection.execute(insert(scope_id).from_select(["entity", "id"], unevaluated.pending()))
    analyse(connection, scope_id)
    tasks, projects, people = (scoped(kind) for kind in ("task", "project", "person"))
    follow(connection, "task", select(task.c.id).where(task.c.project_id.in_(projects)))
    theirs = or_(task.c.assignee_id.in_(people), task.c.reporter_id.in_(people))
    follow(connection, "task", select(task.c.id).where(theirs))
    follow(connection, "task", select(time_entry.c.task_id).where(time_entry.c.id.in_(scoped("time_entry"))))
    analyse(connection, scope_id)
    child, own = task.alias(), scoped("task")
    parents = select(child.c.parent_id).where(child.c.id.in_(own))
    follow(connection, "task", parents.union(select(child.c.id).where(child.c.parent_id.in_(own))))
    ends = or_(dependency.c.predecessor_id.in_(tasks), dependency.c.successor_id.in_(tasks))
    follow(connection, "dependency", select(dependency.c.id).where(ends))
    touched_entries = or_(
        time_entry.c.task_id.in_(tasks), time_entry.c.person_id.in_(people), time_entry.c.project_id.in_(projects)
    )
    for entity, table in (("task", task), ("time_entry", time_entry), ("status_update", status_update)):
        follow(connection, "project", select(table.c.project_id).where(table.c.id.in_(scoped(entity))))
    former = select(deviation.c.project_id).where(deviation.c.subject_id.in_(select(scope_id.c.id)))
    follow(connection, "project", former)
    led = or_(project.c.manager_id.in_(people), project.c.sponsor_id.in_(people))
    follow(connection, "project", select(project.c.id).where(led))
    follow(connection, "time_entry", select(time_entry.c.id).where(touched_entries))
    follow(connection, COUNTED, projects)
    owners = select(project_of("dependency")).select_from(dependency).where(dependency.c.id.in_(scoped("dependency")))
    follow(connection, COUNTED, owners)


def touches_most(connection: Connection) -> bool:
    """Whether most tasks are in projects to be counted again: looking at everything is then quicker."""
    tasks = select(func.count()).select_from(task)
    number = connection.execute(tasks).scalar_one()
    return number > FEW and connection.execute(tasks.where(counted_in_scope("task"))).scalar_one() * 2 > number


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


def items_in_scope(prepared: Prepared) -> ColumnElement[bool]:
    """Whether an item is to be looked at again.

    Where rules suppress each other, counting a project anew needs the verdict of the cause on all of its items.
    """
    own = TABLES[prepared.entity].c.id.in_(scoped(prepared.entity))
    return or_(own, counted_in_scope(prepared.entity)) if prepared.linked else own


def counted_in_scope(entity: str) -> ColumnElement[bool]:
    """Whether an item belongs to a project that is to be counted again, or to none."""
    owner = project_of(entity)
    return or_(owner.in_(scoped(COUNTED)), owner.is_(None))


def candidates_in_scope(prepared: Prepared) -> ColumnElement[bool]:
    """Whether a deviation's subject is to be looked at again."""
    subject: ColumnElement[bool] = deviation.c.subject_id.in_(scoped(prepared.entity))
    if prepared.linked:
        counted = select(TABLES[prepared.entity].c.id).where(counted_in_scope(prepared.entity))
        subject = or_(subject, deviation.c.subject_id.in_(counted))
    return and_(deviation.c.subject == prepared.entity, subject)


def batches(rows: Iterable[dict[str, str]], size: int = 5000) -> Iterable[list[dict[str, str]]]:
    """Cut rows into lists of a bounded length."""
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part
