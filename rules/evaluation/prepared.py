"""A check compiled for one variant: the SQL that tells its verdict on every item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    true,
    type_coerce,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList, Grouping

from canonical.vocabulary import Verdict
from rules.evaluation.checks import Check
from rules.evaluation.roots import EMPTY, TABLES, connector_of, is_there, key_of, project_of, subject_of
from rules.evaluation.variants import Variant
from rules.expressions import Catalogue, Compiled, Environment, Message, Subject
from rules.expressions.terms import Value

FROZEN = "frozen"
COUNT, COUNT_MARK = "{count}", "\ue000"
"""The number of a group's items is known only once it is gathered, so the compiler sees a mark in its place."""
UNDETERMINED: ColumnElement[bool] = type_coerce(null(), Boolean)


@dataclass(slots=True)
class Prepared:
    """The compiled conditions of a check, sharing one FROM, and what the guards add to them.

    `uncovered` holds the condition under which a needed field cannot be known, by the field; `suppressed` and `frozen`
    are false where nothing of the kind applies.
    """

    variant: Variant
    subject: Subject
    when: Compiled
    limbs: tuple[Compiled, ...]
    unknown_if: Compiled | None
    severities: Mapping[str, Compiled]
    telling: "Telling"
    uncovered: dict[str, ColumnElement[bool]] = field(default_factory=dict)
    suppressed: ColumnElement[bool] = field(default_factory=false)
    frozen: ColumnElement[bool] = field(default_factory=false)
    linked: bool = False
    """Whether it suppresses another check or is suppressed by one."""

    @property
    def entity(self) -> str:
        """What is looked at."""
        return self.variant.check.entity

    @property
    def compiled(self) -> tuple[Compiled, ...]:
        """All conditions."""
        return (self.when, *self.limbs, *((self.unknown_if,) if self.unknown_if else ()), *self.severities.values())

    @property
    def reads(self) -> frozenset[tuple[str, str]]:
        """Every entity and field that the verdict can depend on."""
        return frozenset().union(*(compiled.reads for compiled in self.compiled))

    @property
    def uses_today(self) -> bool:
        """Whether the verdict can change with nothing but the day."""
        return any(compiled.uses_today for compiled in self.compiled)

    @property
    def uses_now(self) -> bool:
        """Whether the verdict can change with every moment."""
        return any(compiled.uses_now for compiled in self.compiled)

    def population(self) -> ColumnElement[bool]:
        """The items that this variant judges: there, and in its part of the house."""
        return and_(is_there(self.entity), self.variant.inside)

    def deviating(self) -> ColumnElement[bool]:
        """True for the items that deviate; their guards are false, never NULL."""
        conditions = [self.when.sql, or_(*(limb.sql for limb in self.limbs))]
        if self.unknown_if is not None:
            conditions.append(not_(func.coalesce(self.unknown_if.sql, false())))
        conditions += [not_(condition) for condition in self.uncovered.values()]
        return and_(*conditions, not_(self.suppressed), not_(self.frozen))

    def may_apply(self) -> ColumnElement[bool]:
        """False for items that the scope leaves out, told condition by condition, so that a scan stops at the first."""
        parts = and_(*(func.coalesce(part, true()) for part in conjuncts(self.when.sql)))
        return or_(self.frozen, parts)

    def applies(self) -> ColumnElement[bool]:
        """Whether the rule applies and its cause does not speak already."""
        return and_(self.when.sql, not_(self.suppressed))

    def verdict(self) -> ColumnElement[str]:
        """The verdict on an item, in the words of `Verdict`, or frozen."""
        return verdict_of(self.frozen, self.applies(), self.determined())

    def determined(self) -> ColumnElement[bool]:
        """Whether a limb is true, undetermined ones skipped; NULL when none is determined or an input is missing."""
        sql = [limb.sql for limb in self.limbs]
        result: ColumnElement[bool] = sql[0]
        if len(sql) > 1:
            result = Grouping(
                case((or_(*sql), literal(value=True)), (func.coalesce(*sql).is_(None), UNDETERMINED), else_=false())
            )
        gaps = [*self.uncovered.values()]
        if self.unknown_if is not None:
            gaps.append(func.coalesce(self.unknown_if.sql, false()))
        return Grouping(case((or_(*gaps), UNDETERMINED), else_=result)) if gaps else result

    def reason(self) -> ColumnElement[Any]:
        """The needed field that makes the verdict unknown; NULL when it is another input."""
        whens = [(condition, name) for name, condition in self.uncovered.items()]
        return case(*whens) if whens else null()

    def limb_number(self) -> ColumnElement[int]:
        """Which limb speaks: the first that is true."""
        if len(self.limbs) == 1:
            return literal(0)
        return case(*((limb.sql, number) for number, limb in enumerate(self.limbs)))

    def severity(self) -> ColumnElement[str]:
        """The severity of an item that deviates."""
        base = self.variant.settings.severity.value
        whens = [(condition.sql, severity) for severity, condition in self.severities.items()]
        return case(*whens, else_=base) if whens else literal(base)

    def key(self) -> tuple[str, ColumnElement[Any], ColumnElement[Any]]:
        """The kind of a deviation's subject, its id, and the discriminator."""
        check = self.variant.check
        if check.rule.group_by is None:
            return check.entity, TABLES[check.entity].c.id, literal(check.discriminator)
        entity = self.subject.catalogue.entities[check.entity]
        subject, discriminator = check.rule.group_by
        return subject_of(entity, subject), key_of(entity, subject), func.coalesce(key_of(entity, discriminator), EMPTY)

    def project(self) -> ColumnElement[Any]:
        """The item's project."""
        return project_of(self.entity)

    def connector(self) -> ColumnElement[Any]:
        """The item's connector."""
        return connector_of(self.entity)

    def over(self, statement: Select[Any]) -> Select[Any]:
        """Let a select read the items with everything that the conditions join."""
        return self.subject.apply(statement)


def verdict_of(
    frozen: ColumnElement[bool], applies: ColumnElement[bool], determined: ColumnElement[bool]
) -> ColumnElement[str]:
    """Put what is known of an item into a word."""
    told = and_(applies, determined)
    return case(
        (frozen, FROZEN),
        (not_(applies), Verdict.NOT_APPLICABLE),
        (told, Verdict.DEVIATES),
        (told.is_(None), Verdict.UNKNOWN),
        (applies, Verdict.PASSES),
        else_=Verdict.NOT_APPLICABLE,
    )


def conjuncts(sql: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The conditions that all have to hold for this one to hold."""
    inner = sql.element if isinstance(sql, Grouping) else sql
    if isinstance(inner, BooleanClauseList) and inner.operator is operators.and_:
        return [part for clause in inner.clauses for part in conjuncts(clause)]
    return [sql]


def prepare(variant: Variant, catalogue: Catalogue, environment: Environment) -> Prepared:
    """Compile a variant; the messages too, so that all share one FROM. Raises ExpressionError."""
    check = variant.check
    subject = Subject(check.entity, catalogue, environment)
    return Prepared(
        variant,
        subject,
        when=subject.condition(check.when),
        limbs=tuple(subject.condition(limb.deviates_if) for limb in check.limbs),
        unknown_if=subject.condition(check.unknown_if) if check.unknown_if else None,
        severities={severity.value: subject.condition(text) for severity, text in (check.severity_if or {}).items()},
        telling=Telling.of(check, catalogue, environment),
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """What is selected to tell a deviation: the message's values and the values that its condition read, by limb."""

    subject: Subject
    messages: tuple[Message, ...]
    inputs: tuple[Mapping[str, Value], ...]

    @classmethod
    def of(cls, check: Check, catalogue: Catalogue, environment: Environment) -> "Telling":
        """Compile apart from the conditions, whose statements then join nothing for the words' sake."""
        subject = Subject(check.entity, catalogue, environment)
        messages = tuple(subject.message(limb.message.replace(COUNT, COUNT_MARK)) for limb in check.limbs)
        inputs = tuple(subject.condition(limb.deviates_if).inputs for limb in check.limbs)
        return cls(subject, messages, inputs)
