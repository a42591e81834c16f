"""What the verdicts say of deviations: which are found, which are found no more, and what became of those."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
)

from canonical.schema.governance import deviation, item_verdict
from canonical.vocabulary import DeviationState, Verdict
from rules.evaluation.bundles import Bundle, CheckInForce
from rules.evaluation.codes import at
from rules.evaluation.guards import HARDLY_USED, NOT_SUPPLIED
from rules.evaluation.prepared import FROZEN, key_of_check
from rules.evaluation.roots import TABLES, connector_of, is_there
from rules.evaluation.staging import (
    broken,
    candidate,
    found,
    judged,
    meaning,
    place,
    scope_id,
    settled,
    take_stock,
)
from rules.expressions import Catalogue

GONE = "gone"
LIVING = (DeviationState.OPEN, DeviationState.WAIVED)
AGAIN = exists().where(
    found.c.rule_id == deviation.c.rule_id,
    found.c.subject_id == deviation.c.subject_id,
    found.c.discriminator == deviation.c.discriminator,
)


def find(connection: Connection, bundles: Sequence[Bundle], catalogue: Catalogue) -> None:
    """Put what deviates into `found`, gathered where the rule groups."""
    names = set(connection.execute(select(broken.c.check_name).distinct()).scalars())
    queries = [single_items(entity) for entity in dict.fromkeys(bundle.entity for bundle in bundles)]
    queries += [gathered(one, catalogue) for one in gathering(bundles) if one.name in names]
    for query in queries:
        statement = insert(found).from_select(found.c.keys(), query).execution_options(preserve_rowcount=True)
        take_stock(connection, found, connection.execute(statement).rowcount)


def gathering(bundles: Sequence[Bundle]) -> list[CheckInForce]:
    """The checks that make one deviation of many items."""
    return [one for bundle in bundles for one in bundle.checks if one.check.rule.group_by is not None]


def told() -> ColumnElement[bool]:
    """Joins a broken item to what its character means."""
    return and_(meaning.c.check_name == broken.c.check_name, meaning.c.code == broken.c.code)


def single_items(entity: str) -> Select[Any]:
    """What deviates by itself, of all checks of an entity."""
    item = TABLES[entity].c.id
    owner = func.nullif(broken.c.project_id, "")
    return (
        select(
            place.c.rule_id,
            place.c.check_name,
            literal(entity),
            broken.c.item_id,
            func.coalesce(place.c.discriminator, ""),
            owner,
            connector_of(entity),
            meaning.c.severity,
            meaning.c.limb,
            meaning.c.limb_name,
            meaning.c.variant,
            literal(1),
            broken.c.item_id,
        )
        .join_from(broken, place, place.c.check_name == broken.c.check_name)
        .join(meaning, told())
        .join(TABLES[entity], item == broken.c.item_id)
        .where(place.c.entity == entity, ~place.c.gathers)
    )


def gathered(one: CheckInForce, catalogue: Catalogue) -> Select[Any]:
    """The groups of a check in which an item deviates."""
    check = one.check
    item = TABLES[check.entity].c.id
    subject, subject_id, discriminator = key_of_check(check, catalogue)
    owner = null() if subject == "connector" else func.nullif(func.min(broken.c.project_id), "")
    variant = func.min(meaning.c.variant)
    limb, limbs = func.min(meaning.c.limb), {number: own.name for number, own in enumerate(check.limbs)}
    severities = {own.variant.number: own.variant.settings.severity.value for own in one.variants}
    return (
        select(
            literal(check.rule.id),
            literal(check.name),
            literal(subject),
            subject_id,
            discriminator,
            owner,
            func.min(connector_of(check.entity)),
            case(severities, value=variant),
            limb,
            case(limbs, value=limb),
            variant,
            func.count(),
            func.min(item),
        )
        .join_from(broken, meaning, told())
        .join(TABLES[check.entity], item == broken.c.item_id)
        .where(broken.c.check_name == check.name, subject_id.is_not(None))
        .group_by(subject_id, discriminator)
    )


def find_candidates(connection: Connection, failed: Collection[str]) -> None:
    """Put the living deviations that were looked for and not found again into `candidate`."""
    own = and_(
        place.c.rule_id == deviation.c.rule_id,
        or_(
            place.c.discriminator.is_(None),
            and_(deviation.c.subject == place.c.entity, deviation.c.discriminator == place.c.discriminator),
        ),
    )
    in_full = or_(place.c.everywhere, place.c.gathers)
    full = select(place.c.rule_id).where(in_full)
    in_scope = exists().where(scope_id.c.entity == place.c.entity, scope_id.c.id == deviation.c.subject_id)
    columns = (deviation.c.number, deviation.c.rule_id, place.c.check_name)
    # Not by the index of states: of rules and of subjects far fewer are asked for than are open.
    living = func.coalesce(deviation.c.state, "").in_(LIVING)
    query = (
        select(*columns, deviation.c.subject_id, deviation.c.discriminator)
        .join_from(deviation, place, own)
        .where(living, deviation.c.rule_id.not_in([*failed]), ~AGAIN)
    )
    by_rule = query.where(deviation.c.rule_id.in_(full), in_full)
    by_subject = query.where(deviation.c.subject_id.in_(select(scope_id.c.id)), ~in_full, in_scope)
    for some in (by_rule, by_subject):
        connection.execute(insert(candidate).from_select(candidate.c.keys(), some))


def settle(connection: Connection, bundles: Sequence[Bundle], catalogue: Catalogue) -> None:
    """Say for each candidate what its verdict is now."""
    connection.execute(insert(settled).from_select(settled.c.keys(), settled_items()))
    names = set(connection.execute(select(candidate.c.check_name).distinct()).scalars())
    for bundle in bundles:
        for one in gathering([bundle]):
            if one.name in names:
                query = settled_groups(bundle, one, catalogue)
                connection.execute(insert(settled).from_select(settled.c.keys(), query))
    # An item that nobody judged is gone, and a group without items is in order.
    without = case((place.c.gathers, Verdict.PASSES.value), else_=GONE)
    left = (
        select(candidate.c.number, without)
        .join_from(candidate, place, place.c.check_name == candidate.c.check_name)
        .where(~exists().where(settled.c.number == candidate.c.number))
    )
    connection.execute(insert(settled).from_select(settled.c.keys(), left))


def settled_items() -> Select[Any]:
    """The verdicts on single items."""
    code = at(judged.c.verdicts, place.c.place)
    return (
        select(candidate.c.number, meaning.c.verdict)
        .join_from(candidate, place, place.c.check_name == candidate.c.check_name)
        .join(judged, and_(judged.c.bundle == place.c.bundle, judged.c.item_id == candidate.c.subject_id))
        .join(meaning, and_(meaning.c.check_name == place.c.check_name, meaning.c.code == code))
        .where(~place.c.gathers)
    )


def settled_groups(bundle: Bundle, one: CheckInForce, catalogue: Catalogue) -> Select[Any]:
    """The verdicts on groups: frozen or unknown when one item is, passes when one does."""
    check = one.check
    table = TABLES[check.entity]
    _, subject_id, discriminator = key_of_check(check, catalogue)
    now, before = (
        select(source.c.verdicts)
        .where(source.c.bundle == bundle.name, source.c.item_id == table.c.id)
        .correlate(table)
        .scalar_subquery()
        for source in (judged, item_verdict)
    )
    items = (
        select(candidate.c.number, at(func.coalesce(now, before), one.place).label("code"))
        .join_from(candidate, table, and_(candidate.c.subject_id == subject_id, is_there(check.entity)))
        .where(candidate.c.check_name == check.name, candidate.c.discriminator == discriminator)
        .subquery()
    )
    codes: Mapping[str, list[str]] = {
        verdict: [code for code, told in one.codes if told.verdict == verdict]
        for verdict in (FROZEN, Verdict.UNKNOWN.value, Verdict.PASSES.value)
    }
    any_of = [(func.max(case((items.c.code.in_(own), 1), else_=0)) == 1, verdict) for verdict, own in codes.items()]
    return select(items.c.number, case(*any_of, else_=Verdict.NOT_APPLICABLE.value)).group_by(items.c.number)


def settle_orphans(connection: Connection, unasked: Collection[str]) -> None:
    """Let go of living deviations that no check speaks of any more; those of rules not asked in full stay."""
    guards = deviation.c.rule_id.in_([NOT_SUPPLIED, HARDLY_USED])
    query = select(deviation.c.number, case((guards, Verdict.PASSES), else_=Verdict.NOT_APPLICABLE)).where(
        deviation.c.state.in_(LIVING),
        deviation.c.rule_id.not_in([*unasked]),
        ~AGAIN,
        ~exists().where(candidate.c.number == deviation.c.number),
    )
    connection.execute(insert(settled).from_select(settled.c.keys(), query))
