"""What the rules of its items read of a project, so that a project that changed otherwise leaves its items alone.

A project changes with nearly every task of its, in its last activity at least, and hardly ever in what its tasks read.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, case, cast, func, insert, literal, select

from canonical.schema.entities import field_value, project
from canonical.schema.governance import item_verdict
from rules.evaluation.bundles import Bundle
from rules.evaluation.guards import supplied_by, suppliers
from rules.evaluation.staging import judged, scope_id, take_stock
from rules.evaluation.world import World
from rules.expressions import Catalogue
from rules.expressions.catalogue import Entity

SEEN = "project as its items see it"
"""The bundle under which the text is kept."""
ALWAYS = ("department_id", "key", "pmo_id", "merged_into", "deleted_at")
"""What says which settings and which calendar hold in a project."""
NOTHING, NEXT = "\x1e", "\x1f"
"""Stand for an absent value and between two values: no text of a tool holds them."""


def seen_of(bundles: Sequence[Bundle], world: World, catalogue: Catalogue) -> Select[Any]:
    """Select the id of every project, and as one text what rules about tasks, time and links read of it."""
    checks = [check for bundle in bundles if bundle.entity != "project" for check in bundle.checks]
    reads = {read for check in checks for prepared in check.variants for read in prepared.reads}
    names = sorted({name for owner, name in reads if owner == "project"})
    entity = catalogue.entities["project"]
    columns: list[ColumnElement[Any]] = [project.c[name] for name in ALWAYS]
    columns += [column for name in names for column in columns_of(entity, name)]
    supplied = [
        project.c.id.in_(supplied_by(suppliers(world, need)[0]))
        for need in sorted({need for check in checks for need in check.needs if suppliers(world, need)[1]}, key=str)
    ]
    parts: list[ColumnElement[str]] = [func.coalesce(cast(column, Text), NOTHING) for column in columns]
    parts += [case((known, "yes"), else_="no") for known in supplied]
    text: ColumnElement[str] = literal("", Text)
    for part in parts:
        text = text.concat(part).concat(NEXT)
    return select(project.c.id, text.label("seen"))


def columns_of(entity: Entity, name: str) -> Sequence[ColumnElement[Any]]:
    """The columns behind a field of a project: itself, the id of another row, or the value of a custom field."""
    if name.startswith("fields."):
        own = and_(field_value.c.entity_id == project.c.id, field_value.c.name == name.removeprefix("fields."))
        kinds = (field_value.c.text, field_value.c.number, field_value.c.date, field_value.c.instant)
        return [select(func.max(kind)).where(own).correlate(project).scalar_subquery() for kind in kinds]
    return [project.c[entity.parents[name].key] if name in entity.parents else entity.fields[name].column(project)]


def otherwise_seen(seen: Select[Any]) -> Select[Any]:
    """The projects in scope that their items see otherwise than before, or for the first time."""
    now = seen.subquery("now")
    before = item_verdict.c
    same = and_(before.project_id == now.c.id, before.bundle == SEEN, before.verdicts == now.c.seen)
    changed = select(scope_id.c.id).where(scope_id.c.entity == "project")
    alike = select(now.c.id).join(item_verdict, same).where(now.c.id.in_(changed))
    return changed.where(scope_id.c.id.not_in(alike))


def keep_seen(connection: Connection, seen: Select[Any], *, everywhere: bool) -> None:
    """Put the texts of all projects, or of those in scope, into `judged`."""
    now = seen.subquery("now")
    query = select(literal(SEEN), now.c.id, now.c.id, now.c.seen)
    if not everywhere:
        query = query.where(now.c.id.in_(select(scope_id.c.id).where(scope_id.c.entity == "project")))
    statement = insert(judged).from_select(["bundle", "item_id", "project_id", "verdicts"], query)
    number = connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount
    take_stock(connection, judged, number)
