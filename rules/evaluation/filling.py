"""The statements that fill the temporary tables: what deviates, how many have which verdict, what became of others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, insert, literal, select, true

from canonical.schema.governance import deviation
from canonical.vocabulary import DeviationState, Verdict
from rules.evaluation.checks import Check
from rules.evaluation.guards import HARDLY_USED, NOT_SUPPLIED
from rules.evaluation.prepared import FROZEN, Prepared
from rules.evaluation.roots import TABLES, is_there
from rules.evaluation.scope import candidates_in_scope, counted_in_scope, items_in_scope
from rules.evaluation.staging import candidate, counted, found, settled

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
    connection.execute(insert(found).from_select(found.c.keys(), query))


def count(connection: Connection, prepared: Prepared, *, in_scope: bool) -> None:
    """Put the number of items with each verdict into `counted`, by project."""
    owner = func.coalesce(prepared.project(), "").label("project_id")
    judged = prepared.over(select(owner, prepared.verdict().label("verdict"), prepared.reason().label("reason")))
    judged = judged.where(prepared.population())
    if in_scope:
        judged = judged.where(counted_in_scope(prepared.entity))
    rows = judged.subquery()
    reason = func.max(case((rows.c.verdict == Verdict.UNKNOWN, rows.c.reason)))
    rule = literal(prepared.variant.check.rule.id)
    query = select(rule, rows.c.project_id, rows.c.verdict, func.count(), reason).group_by(
        rows.c.project_id, rows.c.verdict
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
