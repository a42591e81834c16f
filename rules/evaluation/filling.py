"""The statements that fill the temporary tables: what deviates, how many have which verdict, what became of others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, insert, literal, null, select, true

from canonical.schema.governance import deviation
from canonical.vocabulary import DeviationState, Verdict
from rules.evaluation.checks import Check
from rules.evaluation.guards import HARDLY_USED, NOT_SUPPLIED
from rules.evaluation.prepared import FROZEN, Prepared, verdict_of
from rules.evaluation.roots import TABLES, is_there, project_of
from rules.evaluation.scope import candidates_in_scope, counted_in_scope, items_in_scope
from rules.evaluation.staging import candidate, counted, found, settled, take_stock, total

GONE = "gone"
LIVING = (DeviationState.OPEN, DeviationState.WAIVED)


def find(connection: Connection, prepared: Prepared, *, in_scope: bool) -> None:
    """Put what deviates into `found`, gathered where the rule groups."""
    check = prepared.variant.check
    item = TABLES[check.entity].c.id
    subject, subject_id, discriminator = prepared.key()
    limb = prepared.limb_number()
    fill: tuple[ColumnElement[Any], ...]
    size: tuple[ColumnElement[Any], ...]
    grouped = check.rule.group_by is not None
    if grouped:
        owner = literal(None) if subject == "connector" else func.min(prepared.project())
        fill = (
            owner,
            func.min(prepared.connector()),
            literal(prepared.variant.settings.severity.value),
            func.min(limb),
        )
        size = (func.count(), func.min(item))
    else:
        fill = (prepared.project(), prepared.connector(), prepared.severity(), limb)
        size = (literal(1), item)
    query = prepared.over(
        select(
            literal(check.rule.id),
            literal(check.name),
            literal(subject),
            subject_id,
            discriminator,
            *fill,
            literal(prepared.variant.number),
            *size,
        )
    ).where(prepared.population(), prepared.deviating())
    if grouped:
        query = query.where(subject_id.is_not(None)).group_by(subject_id, discriminator)
    if in_scope:
        query = query.where(items_in_scope(prepared))
    statement = insert(found).from_select(found.c.keys(), query).execution_options(preserve_rowcount=True)
    take_stock(connection, found, connection.execute(statement).rowcount)


def count(connection: Connection, prepared: Prepared, *, in_scope: bool) -> None:
    """Put the number of items with each verdict into `counted`, by project, those without any left to `count_rest`.

    Items to which the rule does not apply are most of them, and leave the scan at the first condition that says so. For
    the rest the conditions are materialised: folded into the grouping they would be computed several times a row.
    """
    judged = prepared.over(
        select(
            func.coalesce(prepared.project(), "").label("project_id"),
            prepared.frozen.label("frozen"),
            prepared.applies().label("applies"),
            prepared.determined().label("determined"),
            prepared.reason().label("reason"),
        )
    ).where(prepared.population(), prepared.may_apply())
    if in_scope:
        judged = judged.where(counted_in_scope(prepared.entity))
    looked_at = judged.cte("judged").prefix_with("MATERIALIZED")
    verdict = verdict_of(looked_at.c.frozen, looked_at.c.applies, looked_at.c.determined)
    rows = select(looked_at.c.project_id, verdict.label("verdict"), looked_at.c.reason).subquery()
    reason = func.max(case((rows.c.verdict == Verdict.UNKNOWN, rows.c.reason)))
    check = prepared.variant.check
    query = select(
        literal(check.rule.id), literal(check.name), rows.c.project_id, rows.c.verdict, func.count(), reason
    ).group_by(rows.c.project_id, rows.c.verdict)
    connection.execute(insert(counted).from_select(counted.c.keys(), query))


def count_items(connection: Connection, entity: str, *, in_scope: bool) -> None:
    """Put the number of all items of an entity into `total`, by project."""
    owner = project_of(entity)
    items = select(owner.label("project_id")).select_from(TABLES[entity]).where(is_there(entity))
    if in_scope:
        items = items.where(counted_in_scope(entity))
    rows = items.subquery()
    by_project = select(rows.c.project_id, func.count().label("number")).group_by(rows.c.project_id).subquery()
    query = select(literal(entity), literal(in_scope), func.coalesce(by_project.c.project_id, ""), by_project.c.number)
    connection.execute(insert(total).from_select(total.c.keys(), query))


def count_rest(connection: Connection, check: Check, *, in_scope: bool) -> None:
    """Count the items that no variant judged as those to which the check does not apply."""
    judged = (
        select(counted.c.project_id, func.sum(counted.c.number).label("number"))
        .where(counted.c.check_name == check.name)
        .group_by(counted.c.project_id)
        .subquery()
    )
    rest = total.c.number - func.coalesce(judged.c.number, 0)
    query = (
        select(
            literal(check.rule.id),
            literal(check.name),
            total.c.project_id,
            literal(Verdict.NOT_APPLICABLE.value),
            rest,
            null(),
        )
        .select_from(total.outerjoin(judged, judged.c.project_id == total.c.project_id))
        .where(total.c.entity == check.entity, total.c.in_scope == literal(in_scope), rest > 0)
    )
    connection.execute(insert(counted).from_select(counted.c.keys(), query))


def find_candidates(connection: Connection, prepared: Prepared, *, in_scope: bool) -> None:
    """Put the check's living deviations that were not found again into `candidate`."""
    check = prepared.variant.check
    again = exists().where(
        found.c.rule_id == deviation.c.rule_id,
        found.c.subject_id == deviation.c.subject_id,
        found.c.discriminator == deviation.c.discriminator,
    )
    own: list[ColumnElement[bool]] = [deviation.c.rule_id == check.rule.id, deviation.c.state.in_(LIVING), ~again]
    if check.discriminator:
        own += [deviation.c.subject == check.entity, deviation.c.discriminator == check.discriminator]
    if in_scope:
        own.append(candidates_in_scope(prepared))
    query = select(
        deviation.c.number, deviation.c.rule_id, literal(check.name), deviation.c.subject_id, deviation.c.discriminator
    ).where(*own)
    connection.execute(insert(candidate).from_select(candidate.c.keys(), query))


def settle(connection: Connection, check: Check, variants: Sequence[Prepared]) -> None:
    """Say for each candidate of a check what its verdict is now."""
    for prepared in variants:
        query = settled_group(prepared) if check.rule.group_by else settled_item(prepared)
        connection.execute(insert(settled).from_select(settled.c.keys(), query))
    left = select(candidate.c.number, verdict_without_variant(check)).where(
        candidate.c.check_name == check.name, ~exists().where(settled.c.number == candidate.c.number)
    )
    connection.execute(insert(settled).from_select(settled.c.keys(), left))


def settled_item(prepared: Prepared) -> Select[Any]:
    """The verdict on single items."""
    check = prepared.variant.check
    return prepared.over(select(candidate.c.number, prepared.verdict())).where(
        prepared.population(),
        candidate.c.check_name == check.name,
        candidate.c.subject_id == TABLES[check.entity].c.id,
    )


def settled_group(prepared: Prepared) -> Select[Any]:
    """The verdict on groups: frozen or unknown when one item is, passes when one does."""
    _, subject_id, discriminator = prepared.key()
    items = (
        prepared.over(select(candidate.c.number, prepared.verdict().label("verdict")))
        .where(
            prepared.population(),
            candidate.c.check_name == prepared.variant.check.name,
            candidate.c.subject_id == subject_id,
            candidate.c.discriminator == discriminator,
        )
        .subquery()
    )
    any_of = {verdict: func.max(case((items.c.verdict == verdict, 1), else_=0)) == 1 for verdict in ORDER}
    gathered = case(*((has, verdict) for verdict, has in any_of.items()), else_=Verdict.NOT_APPLICABLE)
    return select(items.c.number, gathered).group_by(items.c.number)


ORDER = (FROZEN, Verdict.UNKNOWN, Verdict.PASSES)


def verdict_without_variant(check: Check) -> ColumnElement[str]:
    """What is said of a candidate that no variant judged: gone, or not asked there any more; an empty group passes."""
    if check.rule.group_by:
        return literal(Verdict.PASSES.value)
    table = TABLES[check.entity]
    there = exists().where(table.c.id == candidate.c.subject_id, is_there(check.entity))
    return case((there, Verdict.NOT_APPLICABLE), else_=GONE)


def settle_orphans(connection: Connection, failed: Sequence[str]) -> None:
    """Let go of living deviations that no check speaks of any more; those of a rule that failed stay as they are."""
    looked_at = exists().where(
        found.c.rule_id == deviation.c.rule_id,
        found.c.subject_id == deviation.c.subject_id,
        found.c.discriminator == deviation.c.discriminator,
    )
    guards = deviation.c.rule_id.in_([NOT_SUPPLIED, HARDLY_USED])
    query = select(deviation.c.number, case((guards, Verdict.PASSES), else_=Verdict.NOT_APPLICABLE)).where(
        deviation.c.state.in_(LIVING),
        deviation.c.rule_id.not_in(failed) if failed else true(),
        ~looked_at,
        ~exists().where(candidate.c.number == deviation.c.number),
    )
    connection.execute(insert(settled).from_select(settled.c.keys(), query))
