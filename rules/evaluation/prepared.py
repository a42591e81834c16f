"""A check compiled for one variant: the SQL that tells its verdict on every item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, false, func, literal

from rules.evaluation.checks import Check
from rules.evaluation.roots import EMPTY, TABLES, key_of, subject_of
from rules.evaluation.variants import Variant
from rules.expressions import Catalogue, Compiled, Message, Subject
from rules.expressions.terms import Value

FROZEN = "frozen"
COUNT, COUNT_MARK = "{count}", "\ue000"
"""The number of a group's items is known only once it is gathered, so the compiler sees a mark in its place."""


@dataclass
class Prepared:
    """The compiled conditions of a check for one variant, and what the guards add to them.

    `outside` is the condition under which the check does not apply, since no tool tells what the rule is about.
    `uncovered` holds the condition under which a needed field cannot be known, by the field; `frozen` that under which
    no verdict changes, None where nothing of the kind applies.
    """

    variant: Variant
    subject: Subject
    when: Compiled
    limbs: tuple[Compiled, ...]
    unknown_if: Compiled | None
    severities: Mapping[str, Compiled]
    outside: ColumnElement[bool] | None = None
    uncovered: dict[str, ColumnElement[bool]] = field(default_factory=dict)
    frozen: ColumnElement[bool] | None = None

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
    def gaps(self) -> list[ColumnElement[bool]]:
        """What makes the verdict unknown whatever the conditions say; false, never NULL, where it does not."""
        own = [] if self.unknown_if is None else [func.coalesce(self.unknown_if.sql, false())]
        return [*self.uncovered.values(), *own]

    @cached_property
    def telling(self) -> "Telling":
        """What is selected to tell a deviation, compiled when the first one is told."""
        own = Subject(self.entity, self.subject.catalogue, self.subject.environment)
        return Telling(self.variant.check, own)


def key_of_check(check: Check, catalogue: Catalogue) -> tuple[str, ColumnElement[Any], ColumnElement[Any]]:
    """The kind of a deviation's subject, its id, and the discriminator."""
    if check.rule.group_by is None:
        return check.entity, TABLES[check.entity].c.id, literal(check.discriminator)
    entity = catalogue.entities[check.entity]
    subject, discriminator = check.rule.group_by
    return subject_of(entity, subject), key_of(entity, subject), func.coalesce(key_of(entity, discriminator), EMPTY)


def prepare(variant: Variant, subject: Subject) -> Prepared:
    """Compile a variant's conditions. Raises ExpressionError."""
    check = variant.check
    return Prepared(
        variant,
        subject,
        when=subject.condition(check.when),
        limbs=tuple(subject.condition(limb.deviates_if) for limb in check.limbs),
        unknown_if=subject.condition(check.unknown_if) if check.unknown_if else None,
        severities={severity.value: subject.condition(text) for severity, text in (check.severity_if or {}).items()},
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """What is selected to tell a deviation, compiled apart from the conditions and only when a limb is told.

    So the statements that judge join nothing for the words' sake.
    """

    check: Check
    subject: Subject

    def limb(self, number: int) -> tuple[Message, Mapping[str, Value]]:
        """The message of a limb, with `COUNT_MARK` in place of the count, and the values that its condition read."""
        limb = self.check.limbs[number]
        message = self.subject.message(limb.message.replace(COUNT, COUNT_MARK))
        return message, self.subject.condition(limb.deviates_if).inputs
