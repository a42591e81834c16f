"""The verdicts of two standards side by side, in temporary tables, and what differs between them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    exists,
    func,
    insert,
    literal,
    null,
    select,
)

from canonical.schema.entities import project
from canonical.schema.operations import connector
from canonical.vocabulary import Verdict
from rules.evaluation.bundles import Bundle, CheckInForce
from rules.evaluation.codes import at
from rules.evaluation.filling import gathering
from rules.evaluation.prepared import key_of_check
from rules.evaluation.roots import TABLES, connector_of
from rules.evaluation.staging import found, judged, meaning, place, take_stock
from rules.expressions import Catalogue

OLD, NEW = "old", "new"
KEY = ("rule_id", "subject_id", "discriminator")
comparison = MetaData()

verdict = Table(
    "compared_verdict",
    comparison,
    *(Column(name, Text, nullable=False) for name in ("side", *KEY, "subject", "verdict")),
    *(Column(name, Text) for name in ("project_id", "connector", "severity", "reason")),
    prefixes=["TEMPORARY"],
)
"""What deviates or is unknown by each of two standards."""
Index("ix_compared_verdict", verdict.c.side, *(verdict.c[name] for name in KEY))

difference = Table(
    "compared_difference",
    comparison,
    *(Column(name, Text, nullable=False) for name in ("kind", *KEY, "subject", "department_id")),
    *(Column(name, Text) for name in ("project_id", "severity", "reason")),
    prefixes=["TEMPORARY"],
)
"""What differs."""


class Kind(StrEnum):
    """What a standard in place of another would change about a verdict."""

    NEWLY_DEVIATES = "newly_deviates"
    NO_LONGER_DEVIATES = "no_longer_deviates"
    BECOMES_UNKNOWN = "becomes_unknown"
    OTHER_SEVERITY = "other_severity"


def note(connection: Connection, side: str, bundles: Sequence[Bundle], catalogue: Catalogue) -> None:
    """Keep what a standard found; what deviates as a whole counts as known."""
    columns = ("side", *KEY, "subject", "verdict", "project_id", "connector", "severity", "reason")
    own = (*(found.c[name] for name in KEY), found.c.subject)
    rest = (literal(Verdict.DEVIATES.value), found.c.project_id, found.c.connector, found.c.severity, null())
    connection.execute(insert(verdict).from_select(columns, select(literal(side), *own, *rest)))
    take_stock(connection, verdict)
    queries = [unknown_items(entity) for entity in dict.fromkeys(bundle.entity for bundle in bundles)]
    queries += [unknown_groups(bundle, one, catalogue) for bundle in bundles for one in gathering([bundle])]
    for query in queries:
        rows = query.subquery("unknown")
        known = exists().where(verdict.c.side == side, *(verdict.c[name] == rows.c[name] for name in KEY))
        found_so = (rows.c[name] for name in KEY)
        told = (
            rows.c.subject,
            literal(Verdict.UNKNOWN.value),
            rows.c.project_id,
            rows.c.connector,
            null(),
            rows.c.reason,
        )
        connection.execute(insert(verdict).from_select(columns, select(literal(side), *found_so, *told).where(~known)))
    take_stock(connection, verdict)


def unknown_items(entity: str) -> Select[Any]:
    """What is unknown by itself, of all checks of an entity."""
    item = TABLES[entity].c.id
    return (
        select(
            place.c.rule_id,
            judged.c.item_id.label("subject_id"),
            func.coalesce(place.c.discriminator, "").label("discriminator"),
            literal(entity).label("subject"),
            func.nullif(judged.c.project_id, "").label("project_id"),
            connector_of(entity).label("connector"),
            meaning.c.reason,
        )
        .join_from(judged, place, place.c.bundle == judged.c.bundle)
        .join(meaning, means())
        .join(TABLES[entity], item == judged.c.item_id)
        .where(place.c.entity == entity, ~place.c.gathers, meaning.c.verdict == Verdict.UNKNOWN)
    )


def unknown_groups(bundle: Bundle, one: CheckInForce, catalogue: Catalogue) -> Select[Any]:
    """The groups of a check in which an item is unknown."""
    check = one.check
    table = TABLES[check.entity]
    subject, subject_id, discriminator = key_of_check(check, catalogue)
    owner = null() if subject == "connector" else func.nullif(func.min(judged.c.project_id), "")
    return (
        select(
            literal(check.rule.id).label("rule_id"),
            subject_id.label("subject_id"),
            discriminator.label("discriminator"),
            literal(subject).label("subject"),
            owner.label("project_id"),
            func.min(connector_of(check.entity)).label("connector"),
            func.max(meaning.c.reason).label("reason"),
        )
        .join_from(judged, place, and_(place.c.bundle == judged.c.bundle, place.c.check_name == one.name))
        .join(meaning, means())
        .join(table, table.c.id == judged.c.item_id)
        .where(judged.c.bundle == bundle.name, meaning.c.verdict == Verdict.UNKNOWN, subject_id.is_not(None))
        .group_by(subject_id, discriminator)
    )


def means() -> ColumnElement[bool]:
    """Joins an item's text and a check's place in it to what stands there."""
    return and_(meaning.c.check_name == place.c.check_name, meaning.c.code == at(judged.c.verdicts, place.c.place))


def find_differences(connection: Connection, failed: set[str]) -> None:
    """Fill `difference`, rules left out that one of the standards could not be judged by."""
    before, after = verdict.alias("before"), verdict.alias("after")
    same = and_(*(before.c[name] == after.c[name] for name in KEY))
    deviates, unknown = Verdict.DEVIATES.value, Verdict.UNKNOWN.value
    was, is_ = (before.c.side == OLD, before.c.verdict), (after.c.side == NEW, after.c.verdict)

    def otherwise(other: Any, side: Any, *verdicts: str) -> ColumnElement[bool]:
        mine = exists().where(side[0], side[1].in_(verdicts), same)
        return ~mine.correlate(other)

    shift = and_(*was[:1], was[1] == deviates, before.c.severity != after.c.severity)
    queries = {
        Kind.NEWLY_DEVIATES: (after, and_(is_[0], is_[1] == deviates, otherwise(after, was, deviates))),
        Kind.BECOMES_UNKNOWN: (after, and_(is_[0], is_[1] == unknown, otherwise(after, was, unknown))),
        Kind.NO_LONGER_DEVIATES: (before, and_(was[0], was[1] == deviates, otherwise(before, is_, deviates, unknown))),
        Kind.OTHER_SEVERITY: (after, and_(is_[0], is_[1] == deviates, exists().where(shift, same).correlate(after))),
    }
    for kind, (side, condition) in queries.items():
        department = func.coalesce(project.c.department_id, connector.c.department_id, "")
        own = (*(side.c[name] for name in KEY), side.c.subject, department)
        query = (
            select(literal(kind.value), *own, side.c.project_id, side.c.severity, side.c.reason)
            .outerjoin_from(side, project, project.c.id == side.c.project_id)
            .outerjoin(connector, connector.c.id == side.c.connector)
            .where(condition, side.c.rule_id.not_in([*failed]))
        )
        connection.execute(insert(difference).from_select(difference.c.keys(), query))
    take_stock(connection, difference)
