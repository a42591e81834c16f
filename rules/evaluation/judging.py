"""The statements that judge: all checks of a bundle on every item in one pass, and who deviates."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, insert, literal, literal_column, select
from sqlalchemy.exc import DBAPIError

from canonical.schema.governance import item_verdict
from canonical.vocabulary import Verdict
from rules.evaluation.bundles import Bundle, CheckInForce
from rules.evaluation.codes import FAILED, UNBROKEN, Meaning, at, code_of, silenced
from rules.evaluation.roots import TABLES, is_there, project_of
from rules.evaluation.scope import scoped
from rules.evaluation.staging import broken, judged, meaning, place, scope_id, take_stock


def tell_places(connection: Connection, bundles: Sequence[Bundle]) -> None:
    """Fill `place` and `meaning`."""
    places: list[dict[str, Any]] = []
    meanings: list[dict[str, Any]] = []
    for bundle in bundles:
        for one in bundle.checks:
            row: dict[str, Any] = {"check_name": one.name, "rule_id": one.rule_id, "bundle": bundle.name}
            row |= {"entity": bundle.entity}
            row |= {"discriminator": one.check.discriminator or None, "place": one.place}
            row |= {"everywhere": bundle.everywhere, "gathers": one.check.rule.group_by is not None}
            places.append(row)
            for code, told in one.codes:
                row = {"check_name": one.name, "code": code, "verdict": told.verdict, "variant": told.variant}
                row |= {"limb": told.limb, "limb_name": one.check.limbs[told.limb].name, "severity": told.severity}
                row |= {"reason": told.reason}
                meanings.append(row)
    if places:
        connection.execute(insert(place), places)
        connection.execute(insert(meaning), meanings)


def judge(connection: Connection, bundle: Bundle) -> Mapping[str, str]:
    """Put the verdicts on all items, or on those in scope, into `judged`; give the rules that failed, with the reason.

    A rule that fails spoils the statement, so those that fail by themselves are left out of a second one.
    """
    try:
        fill(connection, bundle, ())
    except DBAPIError as error:
        failed = {}
        for one in bundle.checks:
            alone = select(func.max(code_of(one.variants, one.codes)))
            try:
                with connection.begin_nested():
                    connection.execute(among(bundle, alone))
            except DBAPIError as own:
                failed[one.rule_id] = reason(own)
        failed = failed or {one.rule_id: reason(error) for one in bundle.checks}
        fill(connection, bundle, failed)
        return failed
    return {}


def reason(error: DBAPIError) -> str:
    """What the database said, its first line."""
    return str(error.orig).strip().partition("\n")[0]


def fill(connection: Connection, bundle: Bundle, failed: Collection[str]) -> None:
    """Judge all checks but those that failed."""
    item = TABLES[bundle.entity].c.id
    own = [
        (one.codes.sql(Meaning(FAILED)) if one.rule_id in failed else code_of(one.variants, one.codes)).label(
            f"v{one.place}"
        )
        for one in bundle.checks
    ]
    owner = func.coalesce(project_of(bundle.entity), "").label("project_id")
    # The offset keeps both databases from computing a verdict again wherever it is named, and stores nothing.
    rows = among(bundle, select(item.label("item_id"), owner, *own)).offset(literal_column("0")).subquery("rows")
    texts = together(bundle, {one.name: rows.c[f"v{one.place}"] for one in bundle.checks})
    query = select(literal(bundle.name), rows.c.item_id, rows.c.project_id, texts)
    with connection.begin_nested():
        statement = insert(judged).from_select(["bundle", "item_id", "project_id", "verdicts"], query)
        number = connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount
    take_stock(connection, judged, number)


def among(bundle: Bundle, query: Select[Any]) -> Select[Any]:
    """Let a query read the items of a bundle that are there and to be looked at."""
    query = query.select_from(bundle.from_clause).where(is_there(bundle.entity))
    return query if bundle.everywhere else query.where(TABLES[bundle.entity].c.id.in_(scoped(bundle.entity)))


def together(bundle: Bundle, own: Mapping[str, ColumnElement[str]]) -> ColumnElement[str]:
    """All verdicts as one text, each silenced by the verdicts on its causes, which come before it."""
    final: dict[str, ColumnElement[str]] = {}
    for one in bundle.checks:
        causes = [
            cause.codes.deviates(final[cause.name])
            for cause in bundle.checks
            if cause.rule_id in one.check.rule.suppressed_by
        ]
        final[one.name] = silenced(own[one.name], causes, one.codes)
    return reduce(lambda left, right: left.concat(right), final.values())


def find_broken(connection: Connection, bundles: Sequence[Bundle]) -> None:
    """Fill `broken`: of the items looked at those that deviate, and of the others those that a check gathers."""
    statement = insert(broken).from_select(broken.c.keys(), deviating())
    number = connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount
    for bundle in bundles:
        for one in bundle.checks:
            if one.check.rule.group_by is not None and not bundle.everywhere:
                connection.execute(insert(broken).from_select(broken.c.keys(), not_looked_at(bundle, one)))
    take_stock(connection, broken, number)


def deviating() -> Select[Any]:
    """The items looked at that deviate, by check. Most texts hold no such character, and go no further."""
    own = (judged.c.bundle, judged.c.item_id, judged.c.project_id, judged.c.verdicts)
    some = select(*own).where(func.ltrim(judged.c.verdicts, UNBROKEN) != "").cte("some").prefix_with("MATERIALIZED")
    code = at(some.c.verdicts, place.c.place)
    return (
        select(place.c.check_name, some.c.item_id, some.c.project_id, code)
        .join_from(some, place, place.c.bundle == some.c.bundle)
        .join(meaning, and_(meaning.c.check_name == place.c.check_name, meaning.c.code == code))
        .where(meaning.c.verdict == Verdict.DEVIATES)
    )


def not_looked_at(bundle: Bundle, one: CheckInForce) -> Select[Any]:
    """The items that deviated before from a check and are not looked at now."""
    before = item_verdict.c
    code = at(before.verdicts, one.place)
    looked_at = exists().where(scope_id.c.entity == bundle.entity, scope_id.c.id == before.item_id)
    query = select(literal(one.name), before.item_id, before.project_id, code)
    return query.where(before.bundle == bundle.name, one.codes.deviates(code), ~looked_at)
