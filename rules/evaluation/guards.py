"""Guards against noise: what no tool carries, what hardly a task carries, and what is stale is not judged."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    insert,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.sql.elements import Grouping

from canonical.records import RECORDS
from canonical.schema.entities import person, project, source_person, source_project, task, time_entry
from canonical.vocabulary import EntityKind
from rules.evaluation.prepared import Prepared
from rules.evaluation.roots import TABLES, connector_of, project_of
from rules.evaluation.staging import frozen, sparse
from rules.evaluation.world import ConnectorState, World

SPARSE_SHARE = 10
"""Percent of a project's tasks below which a field counts as not kept there."""
SPARSE_FROM = 10
"""Tasks that a project must have before anything is said about shares."""
NOT_SUPPLIED, HARDLY_USED = "field-not-supplied", "field-hardly-used"
"""The rules under which the guards report, once for each connector or project and field."""


@dataclass(frozen=True, slots=True)
class Need:
    """A field without which a check cannot be judged."""

    entity: str
    field: str

    def __str__(self) -> str:
        return f"{self.entity}.{self.field}"


def needs_of(prepared: Prepared) -> list[Need]:
    """The fields that a check names, or else those of its entity and project that its only condition reads."""
    check = prepared.variant.check
    if check.needs is not None:
        return [Need(*name.split(".", 1)) for name in check.needs]
    if len(prepared.limbs) > 1:
        return []
    own = {check.entity, "project"}
    read = {Need(entity, name) for entity, name in prepared.limbs[0].reads if entity in own}
    return sorted((need for need in read if is_supplied(need)), key=str)


def is_supplied(need: Need) -> bool:
    """Whether a connector supplies the field at all; others the hub derives."""
    if need.entity not in set(EntityKind):
        return False
    if need.field.startswith("fields."):
        return True
    known = RECORDS[EntityKind(need.entity)].model_fields
    return need.field in known and need.field not in {"key", "url", "external_id", "kind", "labels", "name", "title"}


def guard(
    prepared: Prepared, needs: Sequence[Need], world: World, sparse_fields: Collection[str], *, any_frozen: bool
) -> None:
    """Tell a check what it cannot know: fields not supplied, fields hardly used, rows of stale connectors."""
    prepared.outside = nothing_told(prepared, world)
    for need in needs:
        gaps = [not_supplied(prepared.entity, need, world)]
        if need.field in sparse_fields:
            gaps.append(hardly_used(prepared.entity, need))
        known = [gap for gap in gaps if gap is not None]
        if known:
            prepared.uncovered[str(need)] = Grouping(or_(*known))
    prepared.frozen = frozen_rows(prepared, world, any_frozen=any_frozen)


def nothing_told(prepared: Prepared, world: World) -> ColumnElement[bool] | None:
    """True for items of whose person no tool tells what the rule is about; None where that is no matter.

    A tool that tells of leave tells of the people whom it knows.
    """
    wanted = prepared.variant.check.rule.only_with
    if wanted is None or not world.connectors:
        return None
    telling = [state.id for state in world.connectors if state.provides.get(wanted)]
    whose = person.c.id if prepared.entity == "person" else task.c.assignee_id
    known = select(source_person.c.person_id).where(
        source_person.c.connector.in_(telling), source_person.c.deleted_at.is_(None)
    )
    return Grouping(whose.not_in(known)) if telling else true()


def suppliers(world: World, need: Need) -> tuple[list[ConnectorState], list[ConnectorState]]:
    """The connectors that supply a field, and those that supply projects or tasks without it."""
    giving = [state for state in world.connectors if need.field in state.provides.get(need.entity, ())]
    lacking = [
        state
        for state in world.connectors
        if state not in giving and ("project" in state.provides or "task" in state.provides)
    ]
    return giving, lacking


def not_supplied(entity: str, need: Need, world: World) -> ColumnElement[bool] | None:
    """True for items whose tools do not carry the field; None when all do."""
    giving, lacking = suppliers(world, need)
    if not lacking:
        return None
    if need.entity == "person":
        return None if giving else true()
    if need.entity == entity and entity != "project":
        names = [state.id for state in lacking]
        return func.coalesce(connector_of(entity).in_(names), false())
    uncovered: ColumnElement[bool] = project_of(entity).not_in(supplied_by(giving))
    if need.entity == "status_update" and entity == "project":
        uncovered = and_(uncovered, project.c.last_status_update_on.is_(None))
    return func.coalesce(uncovered, false())


def supplied_by(connectors: Iterable[ConnectorState]) -> Select[Any]:
    """The projects that any of the connectors has a part in."""
    return select(source_project.c.project_id).where(
        source_project.c.connector.in_([state.id for state in connectors]), source_project.c.deleted_at.is_(None)
    )


def hardly_used(entity: str, need: Need) -> ColumnElement[bool] | None:
    """True for tasks of projects in which hardly a task carries the field."""
    if need.entity != "task" or entity != "task":
        return None
    projects = select(sparse.c.project_id).where(sparse.c.field == need.field)
    return func.coalesce(task.c.project_id.in_(projects), false())


def task_column(field: str) -> ColumnElement[Any] | None:
    """The column that shows whether a task carries a field."""
    name = f"{field}_ref" if f"{field}_ref" in task.c else field
    return task.c.get(name)


def find_sparse(connection: Connection, needs: Iterable[Need], among: Select[Any] | None = None) -> None:
    """Fill `sparse` with one scan for all fields, of all projects or those `among` which is asked."""
    columns = {need.field: task_column(need.field) for need in needs if need.entity == "task"}
    known = {name: column for name, column in columns.items() if column is not None}
    if not known:
        return
    counts = [func.count(column).label(name) for name, column in known.items()]
    query = (
        select(task.c.project_id, func.count().label("tasks"), *counts)
        .where(task.c.deleted_at.is_(None), task.c.project_id.is_not(None))
        .group_by(task.c.project_id)
        .having(func.count() >= SPARSE_FROM)
    )
    if among is not None:
        query = query.where(task.c.project_id.in_(among))
    rows = [
        {"field": name, "project_id": row["project_id"]}
        for row in connection.execute(query).mappings()
        for name in known
        if row[name] * 100 < row["tasks"] * SPARSE_SHARE
    ]
    if rows:
        connection.execute(insert(sparse), rows)


def find_frozen(connection: Connection, world: World) -> Sequence[str]:
    """Fill `frozen` and give what it holds, in order: the projects whose verdicts do not change.

    They are those that any stale connector has a part in, and those of which a tool's record can no longer be seen,
    though nothing says that it is gone.
    """
    own = source_project.c
    parts = [select(own.project_id).where(own.lost_access_at.is_not(None), own.deleted_at.is_(None))]
    if world.stale:
        parts += [
            select(table.c.project_id).where(table.c.connector.in_(world.stale), table.c.project_id.is_not(None))
            for table in (source_project, task, time_entry)
        ]
    connection.execute(insert(frozen).from_select(["project_id"], union(*parts)))
    return sorted(connection.execute(select(frozen.c.project_id)).scalars())


def frozen_rows(prepared: Prepared, world: World, *, any_frozen: bool) -> ColumnElement[bool] | None:
    """True for items that rest on a stale connector, or that the hub may no longer see; None where nothing can."""
    entity = prepared.entity
    table = TABLES[entity]
    conditions: list[ColumnElement[bool]] = []
    if "lost_access_at" in table.c:
        conditions.append(table.c.lost_access_at.is_not(None))
    if world.stale and "connector" in table.c:
        conditions.append(table.c.connector.in_(world.stale))
    of_project = entity == "project" or any(kind == "project" for kind, _ in prepared.reads)
    if of_project and any_frozen:
        conditions.append(func.coalesce(project_of(entity).in_(select(frozen.c.project_id)), false()))
    return Grouping(or_(*conditions)) if conditions else None


def coverage_findings(connection: Connection, needs: Iterable[Need], world: World) -> Iterator[dict[str, Any]]:
    """Give one finding for each connector and field that it does not supply, though a project of its needs it."""
    for need in sorted(needs, key=str):
        giving, lacking = suppliers(world, need)
        if need.entity == "person" and giving:
            continue
        helped = supplied_by(giving)
        for state in lacking:
            if need.entity in state.provides or need.entity in {"person", "status_update"}:
                alone = select(source_project.c.id).where(
                    source_project.c.connector == state.id,
                    source_project.c.deleted_at.is_(None),
                    source_project.c.project_id.not_in(helped),
                )
                if need.entity == "task" or connection.execute(alone.limit(1)).first():
                    yield finding(NOT_SUPPLIED, "connector", state.id, need, connector=state.id)


def sparse_findings(connection: Connection) -> Iterator[dict[str, Any]]:
    """Give one finding for each project and field that hardly a task of it carries."""
    for row in connection.execute(select(sparse)):
        yield finding(HARDLY_USED, "project", row.project_id, Need("task", row.field), project_id=row.project_id)


def finding(rule_id: str, subject: str, subject_id: str, need: Need, **place: str) -> dict[str, Any]:
    """Make a row of `found` for a guard's own rule."""
    return {
        "rule_id": rule_id,
        "check_name": rule_id,
        "subject": subject,
        "subject_id": subject_id,
        "discriminator": str(need),
        "project_id": place.get("project_id"),
        "connector": place.get("connector"),
        "severity": "info",
        "limb": 0,
        "limb_name": "",
        "variant": 0,
        "item_count": 1,
        "item_id": subject_id,
    }
