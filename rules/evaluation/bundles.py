"""Checks that are judged together, in one statement over the items of their entity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, FromClause

from rules.evaluation.checks import Check, checks_of
from rules.evaluation.codes import Codes
from rules.evaluation.guards import Need, needs_of
from rules.evaluation.prepared import Prepared, prepare
from rules.evaluation.reach import asks_the_moment, is_near
from rules.evaluation.variants import Variant, named_projects, variants_of
from rules.evaluation.world import EvaluationSettings, World
from rules.expressions import Catalogue, Environment, Subject
from rules.expressions.terms import Source
from rules.standards import Standards

JOINS = 30
"""Tables that a bundle joins before another is begun: SQLite reads from no more than 64 in one statement."""


@dataclass(slots=True)
class CheckInForce:
    """A check in every part of the house in which it is on. Its verdict stands at `place` of its bundle's texts."""

    check: Check
    variants: Sequence[Prepared]
    needs: Sequence[Need]
    codes: Codes
    place: int

    @property
    def name(self) -> str:
        """The check's name."""
        return self.check.name

    @property
    def rule_id(self) -> str:
        """The rule of the check."""
        return self.check.rule.id

    @property
    def uses_today(self) -> bool:
        """Whether a verdict can change with nothing but the day."""
        return any(prepared.uses_today for prepared in self.variants)


@dataclass(slots=True)
class Bundle:
    """Checks of one entity over one FROM. A roaming one is judged on all items each time.

    `everywhere` says that this evaluation looks at all items, not only at those in scope.
    """

    name: str
    entity: str
    roaming: bool
    source: Source
    checks: list[CheckInForce] = field(default_factory=list)
    everywhere: bool = True

    @property
    def from_clause(self) -> FromClause:
        """The table with the joins of all that was compiled."""
        return self.source.from_clause()

    @property
    def is_full(self) -> bool:
        """Whether further checks go into another bundle."""
        return len(self.source.joins) > JOINS


def bundles_of(
    connection: Connection, standards: Standards, settings: EvaluationSettings, world: World, catalogue: Catalogue
) -> list[Bundle]:
    """Compile every check in every part of the house in which it is on; those that silence each other stay together."""
    bundles: list[Bundle] = []
    for family in families(standards):
        checks = [check for rule in family for check in checks_of(standards.rules[rule], settings.template, catalogue)]
        roaming = any(asks_the_moment(check) or not is_near(check, catalogue) for check in checks)
        for entity in dict.fromkeys(check.entity for check in checks):
            bundle = bundle_for(bundles, entity, roaming, catalogue)
            for check in checks:
                if check.entity == entity:
                    named = named_projects(connection, standards, check.rule.id)
                    put(bundle, check, [*variants_of(check, standards, named)], world, catalogue)
    return [bundle for bundle in bundles if bundle.checks]


def bundle_for(bundles: list[Bundle], entity: str, roaming: bool, catalogue: Catalogue) -> Bundle:
    """The bundle with room for further checks of an entity, begun where there is none."""
    alike = [bundle for bundle in bundles if (bundle.entity, bundle.roaming) == (entity, roaming)]
    if not alike or alike[-1].is_full:
        name = f"{entity}{' roaming' if roaming else ''} {len(alike) + 1}"
        alike.append(Bundle(name, entity, roaming, Source(catalogue.entities[entity].table)))
        bundles.append(alike[-1])
    return alike[-1]


def put(bundle: Bundle, check: Check, variants: Sequence[Variant], world: World, catalogue: Catalogue) -> None:
    """Compile a check into a bundle; one that is on nowhere is left out."""
    if not variants:
        return
    prepared = []
    for variant in variants:
        environment = Environment(world.now, dict(variant.settings.params), world.zone, world.zones)
        subject = Subject(check.entity, catalogue, environment, bundle.source)
        prepared.append(prepare(variant, subject))
    needs = needs_of(prepared[0])
    codes = Codes(prepared, [str(need) for need in needs])
    bundle.checks.append(CheckInForce(check, prepared, needs, codes, len(bundle.checks) + 1))


def families(standards: Standards) -> Iterator[list[str]]:
    """Rules that silence each other, causes before consequences."""
    order = in_order(standards)
    kin: dict[str, list[str]] = {rule_id: [rule_id] for rule_id in order}
    for rule_id in order:
        for cause in standards.rules[rule_id].suppressed_by:
            if kin[cause] is not kin[rule_id]:
                kin[cause] += kin[rule_id]
                kin.update(dict.fromkeys(kin[rule_id], kin[cause]))
    for rule_id in order:
        if rule_id == min(kin[rule_id], key=order.index):
            yield sorted(kin[rule_id], key=order.index)


def in_order(standards: Standards) -> list[str]:
    """Rules with the causes that suppress them before them; integrity first among equals."""
    order: list[str] = []

    def place(rule_id: str, above: tuple[str, ...]) -> None:
        if rule_id in order or rule_id in above:
            return
        for cause in standards.rules[rule_id].suppressed_by:
            place(cause, (*above, rule_id))
        order.append(rule_id)

    for rule_id in standards.rules:
        place(rule_id, ())
    return order


def by_name(bundles: Sequence[Bundle]) -> Mapping[str, CheckInForce]:
    """All checks in force, by their names."""
    return {check.name: check for bundle in bundles for check in bundle.checks}
