"""What two standards say differently of the same store: told before one of them counts, and nothing is stored.

Only rules that differ, and those that silence them or are silenced by them, are judged: once by each standard, in one
transaction that sees one state of the store. What either found goes into a temporary table, and the difference is
taken there (`compared`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, and_, func, select

from canonical.database import reading
from canonical.problems import Problem
from canonical.schema.entities import project
from rules.evaluation.bundles import families
from rules.evaluation.compared import KEY, NEW, OLD, Kind, comparison, difference, find_differences, note
from rules.evaluation.evaluate import Work
from rules.evaluation.roots import TABLES
from rules.evaluation.staging import begin_anew, found, fresh, temporary_tables
from rules.evaluation.world import EvaluationSettings
from rules.standards import Standards


@dataclass(frozen=True, slots=True)
class Example:
    """One verdict that would change. `item` is what people call the subject, and `message` says of one that would
    deviate why; `reason` names the needed field that is not known."""

    subject: str
    subject_id: str
    discriminator: str
    item: str
    severity: str | None
    message: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Impact:
    """How many verdicts on a rule would change in a department ("" belongs to none), and the first of them."""

    rule: str
    department: str
    kind: Kind
    number: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would change. `rules` are those that differ, `stale` the connectors on whose data nothing was judged,
    `problems` tell the rules that could not be."""

    rules: tuple[str, ...]
    stale: tuple[str, ...]
    impacts: tuple[Impact, ...]
    problems: tuple[Problem, ...]


def compare(
    engine: Engine, old: Standards, new: Standards, settings: EvaluationSettings, now: datetime, *, examples: int = 3
) -> Comparison:
    """Judge the store by both standards and tell the difference, with so many examples of each kind.

    Raises:
        StoreError: the database cannot be used.
    """
    differing = differing_rules(old, new)
    judged_rules = with_kin(differing, old, new)
    with reading(engine) as connection, temporary_tables(connection):
        comparison.create_all(connection, checkfirst=False)
        works = []
        for side, standards in ((OLD, old), (NEW, new)):
            begin_anew(connection)
            work = Work(connection, only(standards, judged_rules), settings, now)
            work.find(everything=True)
            note(connection, side, work.bundles, work.catalogue)
            works.append(work)
        problems = {problem: None for work in works for problem in work.problems()}
        failed = {rule for work in works for rule in work.failed}
        find_differences(connection, failed)
        impacts = impacts_of(connection, works[-1], examples)
        return Comparison(tuple(sorted(differing)), tuple(works[-1].world.stale), impacts, tuple(problems))


def differing_rules(old: Standards, new: Standards) -> set[str]:
    """Name the rules that only one of them has, or that either has otherwise anywhere in the house."""
    return {
        rule_id
        for rule_id in {*old.rules, *new.rules}
        if old.rule_versions.get(rule_id) != new.rule_versions.get(rule_id)
        or below(old, rule_id) != below(new, rule_id)
    }


def below(standards: Standards, rule_id: str) -> list[Any]:
    """What departments and projects change of a rule, in their order."""
    return [
        [(name, layer[name][rule_id]) for name in sorted(layer) if rule_id in layer[name]]
        for standard in standards.standards
        for layer in (standard.departments, standard.projects)
        if any(rule_id in changes for changes in layer.values())
    ]


def with_kin(rules: set[str], *both: Standards) -> set[str]:
    """Add the rules that silence these, or are silenced by them, under either standard."""
    groups = [set(family) for standards in both for family in families(standards)]
    reached = set(rules)
    while grown := set().union(*(group for group in groups if group & reached)) - reached:
        reached |= grown
    return reached


def only(standards: Standards, rules: set[str]) -> Standards:
    """The same standards with some of their rules."""
    some = {rule_id: rule for rule_id, rule in standards.rules.items() if rule_id in rules}
    return replace(standards, rules=some)


def impacts_of(connection: Connection, work: Work, examples: int) -> tuple[Impact, ...]:
    """Count by rule, department and kind, and give the first of each; `work` is that of the new standard."""
    group = (difference.c.rule_id, difference.c.department_id, difference.c.kind)
    order = (difference.c.subject_id, difference.c.discriminator)
    rank = func.row_number().over(partition_by=group, order_by=order)
    ranked = select(difference, rank.label("rank")).subquery("ranked")
    first = select(ranked).where(ranked.c.rank <= examples).order_by(ranked.c.rank)
    shown: dict[tuple[str, ...], list[RowMapping]] = {}
    for row in connection.execute(first).mappings():
        shown.setdefault((row["rule_id"], row["department_id"], row["kind"]), []).append(row)
    items = names_of(connection, [row for rows in shown.values() for row in rows])
    words = messages_of(connection, work, first)
    counted = connection.execute(select(*group, func.count().label("number")).group_by(*group))
    impacts = (
        Impact(
            row.rule_id,
            row.department_id,
            Kind(row.kind),
            row.number,
            tuple(example_of(one, items, words) for one in shown.get((row.rule_id, row.department_id, row.kind), ())),
        )
        for row in counted
    )
    return tuple(sorted(impacts, key=lambda one: (one.rule, one.department, [*Kind].index(one.kind))))


def example_of(row: RowMapping, items: Mapping[tuple[str, str], str], words: Mapping[tuple[str, ...], str]) -> Example:
    """Make an example of a row of `difference`."""
    item = items.get((row["subject"], row["subject_id"]), row["subject_id"])
    message = words.get(tuple(row[name] for name in KEY))
    return Example(
        row["subject"], row["subject_id"], row["discriminator"], item, row["severity"], message, row["reason"]
    )


def names_of(connection: Connection, rows: Sequence[RowMapping]) -> Mapping[tuple[str, str], str]:
    """What people call the subjects: by key and name, as far as they have them."""
    names: dict[tuple[str, str], str] = {}
    for entity, table in TABLES.items():
        ids = sorted({row["subject_id"] for row in rows if row["subject"] == entity})
        called = [table.c[name] for name in ("key", "name", "title") if name in table.c]
        if ids and called:
            for own, *told in connection.execute(select(table.c.id, *called).where(table.c.id.in_(ids))):
                names[entity, own] = " ".join(dict.fromkeys(word for word in told if word)) or own
    return names


def messages_of(connection: Connection, work: Work, first: Select[Any]) -> Mapping[tuple[str, ...], str]:
    """The new standard's words for the examples that deviate by it."""
    shown = first.subquery("shown")
    chosen = (
        select(*found.c, project.c.department_id)
        .join_from(found, shown, and_(*(found.c[name] == shown.c[name] for name in KEY)))
        .outerjoin(project, project.c.id == found.c.project_id)
        .where(shown.c.kind != Kind.NO_LONGER_DEVIATES)
    )
    work.put_into_words(chosen)
    rows = connection.execute(select(*(fresh.c[name] for name in KEY), fresh.c.message))
    return {tuple(row[:-1]): row.message for row in rows}
