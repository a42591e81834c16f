"""The words of deviations: message, evidence and due date, made only for those that open, reopen or changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, insert, or_, select, true

from canonical.schema.entities import project
from canonical.schema.governance import deviation
from canonical.values import encode
from canonical.vocabulary import DeviationState
from rules.evaluation.checks import Check
from rules.evaluation.guards import HARDLY_USED, NOT_SUPPLIED
from rules.evaluation.prepared import COUNT_MARK, Prepared, key_of_check
from rules.evaluation.roots import TABLES
from rules.evaluation.staging import broken, due, found, fresh, take_stock
from rules.evaluation.world import World
from rules.expressions import Catalogue, Message, rendered, typed
from rules.expressions.terms import Value
from rules.standards.standards import Standards

BATCH = 2000
ITEMS_SHOWN = 50
"""Items of a group that its evidence names."""
GUARDS = {
    NOT_SUPPLIED: "{connector} does not supply {field}: rules that need it cannot be judged there.",
    HARDLY_USED: "Hardly a task of this project carries {field}: rules that need it cannot be judged there.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What all rows of one rule have in common when they are told."""

    version: str
    legacy: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Makes message and evidence of the rows of one limb; the values stand after the first `skipped` columns."""

    message: Message
    inputs: Mapping[str, Value]
    params: Mapping[str, Any]
    skipped: int

    def columns(self) -> list[ColumnElement[Any]]:
        """What is selected for them, in order."""
        read = [*(value.sql for value in self.message.values), *(value.sql for value in self.inputs.values())]
        return [value.label(f"v{place}") for place, value in enumerate(read)]

    def __call__(self, row: Row[Any]) -> tuple[str, dict[str, Any]]:
        """The message, and the values read with the parameters in force."""
        values = row[self.skipped :]
        own = len(self.message.values)
        text = rendered(self.message, values[:own]).replace(COUNT_MARK, f"{row.item_count:,}")
        read = zip(self.inputs.items(), values[own:], strict=True)
        shown = {name: orjson.loads(encode(typed(value, kind.type))) for (name, kind), value in read}
        return text, {"values": shown, "params": dict(self.params)}


def find_due(connection: Connection, chosen: Select[Any]) -> Mapping[tuple[str, int], Sequence[int]]:
    """Fill `due` with what was chosen to be told; give the limbs that speak, in order, by check and variant."""
    connection.execute(insert(due).from_select(due.c.keys(), chosen))
    take_stock(connection, due)
    result: dict[tuple[str, int], list[int]] = {}
    key = (due.c.check_name, due.c.variant, due.c.limb)
    for name, variant, limb in connection.execute(select(*key).distinct().order_by(*key)):
        result.setdefault((name, variant), []).append(limb)
    return result


def to_be_told() -> Select[Any]:
    """The found deviations that are new, were closed, or are open and have another severity, limb, size or project."""
    join = and_(
        found.c.rule_id == deviation.c.rule_id,
        found.c.subject_id == deviation.c.subject_id,
        found.c.discriminator == deviation.c.discriminator,
    )
    differs = or_(
        deviation.c.severity != found.c.severity,
        deviation.c.limb != found.c.limb_name,
        deviation.c.item_count != found.c.item_count,
        deviation.c.unverified == true(),
        deviation.c.project_id.is_distinct_from(found.c.project_id),
        and_(found.c.project_id.is_not(None), deviation.c.department_id.is_distinct_from(project.c.department_id)),
    )
    return (
        select(*found.c, project.c.department_id)
        .select_from(found.outerjoin(deviation, join).outerjoin(project, project.c.id == found.c.project_id))
        .where(or_(deviation.c.number.is_(None), deviation.c.state == DeviationState.CLOSED, differs))
    )


def tell(
    connection: Connection, places: "Places", told: Mapping[str, Told], prepared: Prepared, limbs: Sequence[int]
) -> None:
    """Fill `fresh` for one variant of a check, limb by limb."""
    check, telling = prepared.variant.check, prepared.telling
    item = TABLES[check.entity].c.id
    for number in limbs:
        message, inputs = telling.limb(number)
        words = Words(message, inputs, prepared.variant.settings.params, len(due.c))
        query = telling.subject.apply(select(due, *words.columns())).where(
            due.c.check_name == check.name,
            due.c.variant == prepared.variant.number,
            due.c.limb == number,
            due.c.item_id == item,
        )
        rows = connection.execute(query.order_by(due.c.subject_id, due.c.discriminator))
        store(connection, rows, check.limbs[number].name, words, places, told[check.rule.id])
    if check.rule.group_by:
        name_items(connection, check, prepared.subject.catalogue)


def places_for(connection: Connection, world: World, told: Mapping[str, Told]) -> "Places":
    """Count beforehand what was already so, so that its due dates spread evenly over all rules."""
    legacy = [rule_id for rule_id, one in told.items() if one.legacy]
    number = connection.execute(select(func.count()).select_from(found).where(found.c.rule_id.in_(legacy))).scalar_one()
    return Places(world, number)


@dataclass
class Places:
    """Departments of deviations, and how many of the legacy ones have been given their due date."""

    world: World
    legacy: int
    placed: int = 0

    def row(self, row: Row[Any], told: Told) -> dict[str, Any]:
        """Where a deviation belongs and when it is due."""
        connectors = {state.id: state.department_id for state in self.world.connectors}
        name = row.department_id or connectors.get(row.connector if row.subject == "connector" else "")
        department = self.world.department(name)
        due = department.due(row.severity)
        if told.legacy:
            due = department.legacy_due(row.severity, self.placed, self.legacy)
            self.placed += 1
        return {"department_id": name, "mode": department.mode.value, "due_on": due}


def store(
    connection: Connection,
    rows: Any,
    limb: str,
    words: Callable[[Row[Any]], tuple[str, dict[str, Any]]],
    places: Places,
    told: Told,
) -> None:
    """Put rows with their words into `fresh`, in batches."""
    for part in rows.partitions(BATCH):
        connection.execute(insert(fresh), [whole(row, limb, words(row), places, told) for row in part])


def whole(row: Row[Any], limb: str, words: tuple[str, dict[str, Any]], places: Places, told: Told) -> dict[str, Any]:
    """Make one row of `fresh`."""
    message, evidence = words
    copied = ("rule_id", "subject", "subject_id", "discriminator", "project_id", "connector", "severity", "item_count")
    return {
        **{name: getattr(row, name) for name in copied},
        **places.row(row, told),
        "limb": limb,
        "legacy": told.legacy,
        "message": message,
        "evidence": orjson.dumps(evidence).decode(),
        "rule_version": told.version,
    }


def name_items(connection: Connection, check: Check, catalogue: Catalogue) -> None:
    """Give the evidence of groups the items that they gather, the first fifty by id."""
    table = TABLES[check.entity]
    _, subject_id, discriminator = key_of_check(check, catalogue)
    query = (
        select(fresh.c.subject_id, fresh.c.discriminator, table.c.id, table.c.key, table.c.url)
        .join_from(broken, table, table.c.id == broken.c.item_id)
        .join(fresh, and_(fresh.c.subject_id == subject_id, fresh.c.discriminator == discriminator))
        .where(fresh.c.rule_id == check.rule.id, broken.c.check_name == check.name)
    )
    items: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in connection.execute(query.order_by(table.c.id)):
        gathered = items.setdefault((row.subject_id, row.discriminator), [])
        if len(gathered) < ITEMS_SHOWN:
            gathered.append({"id": row.id, "key": row.key, "url": row.url})
    change = (
        fresh.update()
        .where(
            fresh.c.rule_id == check.rule.id,
            fresh.c.subject_id == bindparam("of_subject"),
            fresh.c.discriminator == bindparam("apart"),
        )
        .values(evidence=bindparam("items"))
    )
    rows = [
        {"of_subject": subject, "apart": apart, "items": orjson.dumps({"items": gathered}).decode()}
        for (subject, apart), gathered in items.items()
    ]
    if rows:
        connection.execute(change, rows)


def tell_guards(connection: Connection, places: Places) -> None:
    """Fill `fresh` for the guards' findings."""
    for rule_id, text in GUARDS.items():

        def words(row: Row[Any], text: str = text) -> tuple[str, dict[str, Any]]:
            return text.format(connector=row.subject_id, field=row.discriminator), {"field": row.discriminator}

        rows = connection.execute(select(due).where(due.c.check_name == rule_id))
        store(connection, rows, "", words, places, Told("1", legacy=False))


def versions(standards: Standards, world: World, template: str) -> Iterator[tuple[str, Told]]:
    """Give for each rule its version, and whether it is new or another than when it was last evaluated."""
    for rule_id, rule in standards.rules.items():
        version = standards.rule_versions[rule_id] + (f"-{template}" if rule.generated else "")
        yield rule_id, Told(version, legacy=world.versions.get(rule_id) != version)
