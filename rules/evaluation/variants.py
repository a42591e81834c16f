"""Where a check holds with which settings: the company's, a department's, a project's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_, select, true

from canonical.schema.entities import project
from rules.evaluation.checks import Check
from rules.evaluation.roots import in_departments, in_projects
from rules.standards.standards import Settings, Standards


@dataclass(frozen=True, slots=True)
class Variant:
    """A check with the settings that hold in a part of the house; `inside` is that part."""

    check: Check
    number: int
    settings: Settings
    inside: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class NamedProject:
    """A project that has a layer of its own."""

    id: str
    department_id: str | None
    names: Sequence[str]


def named_projects(connection: Connection, standards: Standards, rule_id: str) -> list[NamedProject]:
    """Find the projects that change a rule, by PMO id, key or id."""
    names = sorted(standards.projects_named(rule_id))
    if not names:
        return []
    columns = (project.c.id, project.c.department_id, project.c.pmo_id, project.c.key)
    query = select(*columns).where(
        or_(project.c.pmo_id.in_(names), project.c.key.in_(names), project.c.id.in_(names)),
        project.c.merged_into.is_(None),
    )
    return [
        NamedProject(row.id, row.department_id, [name for name in (row.id, row.key, row.pmo_id) if name])
        for row in connection.execute(query.order_by(project.c.id))
    ]


def variants_of(check: Check, standards: Standards, projects: Sequence[NamedProject]) -> Iterator[Variant]:
    """Give the parts of the house in which the rule is on, each with its settings; together they never overlap."""
    rule_id, entity = check.rule.id, check.entity
    departments = sorted(standards.departments_named(rule_id))
    outside = in_projects(entity, [one.id for one in projects], among=False) if projects else true()
    parts = [(standards.settings(rule_id), in_departments(entity, departments, among=False) if departments else true())]
    parts += [(standards.settings(rule_id, name), in_departments(entity, [name], among=True)) for name in departments]
    parts = [(settings, inside & outside) for settings, inside in parts]
    parts += [
        (
            standards.settings(rule_id, one.department_id, one.names),
            in_projects(entity, [one.id], among=True),
        )
        for one in projects
    ]
    for number, (settings, inside) in enumerate(parts):
        if settings.on:
            yield Variant(check, number, settings, inside)
