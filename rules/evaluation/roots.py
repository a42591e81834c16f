"""How an evaluated entity is found in the store: its table, what is gone, its project and its connector."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, literal_column, null, select

from canonical.schema.entities import dependency, person, project, task, time_entry
from rules.expressions.catalogue import Entity

TABLES = {"project": project, "task": task, "time_entry": time_entry, "person": person, "dependency": dependency}


def is_there(entity: str) -> ColumnElement[bool]:
    """Neither deleted nor merged into another."""
    table = TABLES[entity]
    here = table.c.deleted_at.is_(None)
    return and_(here, table.c.merged_into.is_(None)) if "merged_into" in table.c else here


def project_of(entity: str) -> ColumnElement[Any]:
    """The id of an item's project; NULL when it has none."""
    match entity:
        case "project":
            return project.c.id
        case "person":
            return cast(null(), Text)
        case "dependency":
            successor = task.alias()
            owner = select(successor.c.project_id).where(successor.c.id == dependency.c.successor_id)
            return owner.correlate(dependency).scalar_subquery()
        case _:
            column: ColumnElement[Any] = TABLES[entity].c.project_id
            return column


def connector_of(entity: str) -> ColumnElement[Any]:
    """The connector of an item; NULL for what is gathered from several."""
    table = TABLES[entity]
    return table.c.connector if "connector" in table.c else cast(null(), Text)


def in_departments(entity: str, departments: list[str], *, among: bool) -> ColumnElement[bool]:
    """Whether an item's project belongs, or does not belong, to one of the departments."""
    theirs: Select[Any] = select(project.c.id).where(project.c.department_id.in_(departments))
    inside = project_of(entity).in_(theirs)
    return inside if among else project_of(entity).is_(None) | ~inside


def in_projects(entity: str, projects: list[str], *, among: bool) -> ColumnElement[bool]:
    """Whether an item belongs, or does not belong, to one of the projects."""
    inside = project_of(entity).in_(projects)
    return inside if among else project_of(entity).is_(None) | ~inside


def key_of(entity: Entity, path: str) -> ColumnElement[Any]:
    """The column behind a part of `group_by`: a field of the item, or the id of a parent."""
    name = path.removeprefix(f"{entity.name}.")
    if name in entity.parents:
        column: ColumnElement[Any] = entity.table.c[entity.parents[name].key]
        return column
    if name == "connector":
        return entity.table.c.connector
    return entity.fields[name].column(entity.table)


def subject_of(entity: Entity, path: str) -> str:
    """What the subject of a group is: an entity, or a connector."""
    name = path.removeprefix(f"{entity.name}.")
    return entity.parents[name].entity if name in entity.parents else name


EMPTY: ColumnElement[str] = literal_column("''", Text)
"""Written out: PostgreSQL takes the same expression with two bound values for two expressions."""
