"""The verdict on an item as one character, so that all verdicts on an item are one short text.

The character also says why something is unknown, and which condition deviates how gravely: what is found, counted and
closed is read from these texts, and no condition is computed a second time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, false, func, literal_column, not_, or_, true

from canonical.vocabulary import Verdict
from rules.evaluation.prepared import FROZEN, Prepared
from rules.expressions import Compiled

FAILED = "failed"
SHARED = (Verdict.NOT_APPLICABLE.value, Verdict.PASSES.value, Verdict.UNKNOWN.value, FROZEN, FAILED)
"""What every check can say, in the order of their characters."""


def character(number: int) -> str:
    """The character at a place in the order: letters first, and further characters as they come."""
    return chr(ord("A") + number)


UNBROKEN = "".join(character(number) for number in range(len(SHARED)))
"""Characters with which no check says that an item deviates."""
FROZEN_CODE = character(SHARED.index(FROZEN))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a character stands for: `reason` is the needed field that is not known; the rest says what deviates."""

    verdict: str
    reason: str | None = None
    variant: int = 0
    limb: int = 0
    severity: str = ""


class Codes:
    """The characters of one check, in a fixed order."""

    def __init__(self, variants: Sequence[Prepared], needs: Sequence[str]) -> None:
        meanings = [Meaning(verdict) for verdict in SHARED]
        meanings += [Meaning(Verdict.UNKNOWN, reason=need) for need in needs]
        meanings += [meaning for prepared in variants for meaning in deviating(prepared)]
        self._codes = {meaning: character(number) for number, meaning in enumerate(meanings)}
        self._meanings = {code: meaning for meaning, code in self._codes.items()}

    def __iter__(self) -> Iterator[tuple[str, Meaning]]:
        return iter(self._meanings.items())

    def meaning(self, code: str) -> Meaning:
        """What a character stands for."""
        return self._meanings[code]

    def sql(self, meaning: Meaning) -> ColumnElement[str]:
        """The character in SQL, written out: it is one of ours, and statements stay short."""
        return written(self._codes[meaning])

    def deviates(self, code: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a character says that an item deviates."""
        return code.in_([written(one) for one, meaning in self if meaning.verdict == Verdict.DEVIATES])


def written(code: str) -> ColumnElement[str]:
    """A character as SQL."""
    return literal_column(f"'{code}'", Text)


def deviating(prepared: Prepared) -> Iterator[Meaning]:
    """All ways in which an item can deviate from a check in one part of the house."""
    severities = dict.fromkeys([prepared.variant.settings.severity.value, *prepared.severities])
    for limb in range(len(prepared.limbs)):
        for severity in severities:
            yield Meaning(Verdict.DEVIATES, None, prepared.variant.number, limb, severity)


def code_of(variants: Sequence[Prepared], codes: Codes) -> ColumnElement[str]:
    """The character for an item: that of the part of the house it is in; outside all, the check does not apply."""
    nowhere = codes.sql(Meaning(Verdict.NOT_APPLICABLE))
    return case(*((prepared.variant.inside, judged(prepared, codes)) for prepared in variants), else_=nowhere)


def judged(prepared: Prepared, codes: Codes) -> ColumnElement[str]:
    """The character for an item of one part of the house, the scope asked first: most items are out of it.

    Each condition is named as seldom as can be: a database computes it, and scans a collection that it asks for, each
    time that it is named. Limbs that are undetermined are skipped, and where all are the verdict is unknown; so it is
    in an undetermined scope, unless nothing deviates there.
    """
    scope = prepared.when.sql
    out, unknown = codes.sql(Meaning(Verdict.NOT_APPLICABLE)), not_known(prepared, codes)

    def within(code: ColumnElement[str], otherwise: ColumnElement[str]) -> ColumnElement[str]:
        return case((scope, code), else_=otherwise) if prepared.when.nullable else code

    passes = within(codes.sql(Meaning(Verdict.PASSES)), out)
    *limbs, last = [(compiled.sql, within(code, unknown)) for compiled, code in speaking(prepared, codes)]
    undetermined = case((and_(*(limb.is_(None) for limb, _ in limbs)), unknown), else_=passes) if limbs else unknown
    whens: list[tuple[Any, Any]] = [(not_(scope), out)]
    if prepared.outside is not None:
        whens.insert(0, (prepared.outside, out))
    if prepared.frozen is not None:
        whens.insert(0, (prepared.frozen, codes.sql(Meaning(FROZEN))))
    if prepared.gaps:
        whens.append((or_(*prepared.gaps), unknown))
    told = case((true(), last[1]), (false(), passes), value=last[0], else_=undetermined)
    return case(*whens, *limbs, else_=told)


def not_known(prepared: Prepared, codes: Codes) -> ColumnElement[str]:
    """Why the verdict is unknown: a needed field, or another input."""
    other = codes.sql(Meaning(Verdict.UNKNOWN))
    gaps = [
        (condition, codes.sql(Meaning(Verdict.UNKNOWN, reason=need))) for need, condition in prepared.uncovered.items()
    ]
    return case(*gaps, else_=other) if gaps else other


def speaking(prepared: Prepared, codes: Codes) -> Iterator[tuple[Compiled, ColumnElement[str]]]:
    """Each limb with its character, which says how gravely an item deviates by it."""
    number, usual = prepared.variant.number, prepared.variant.settings.severity.value
    for limb, compiled in enumerate(prepared.limbs):
        grave = [
            (condition.sql, codes.sql(Meaning(Verdict.DEVIATES, None, number, limb, severity)))
            for severity, condition in prepared.severities.items()
        ]
        plain = codes.sql(Meaning(Verdict.DEVIATES, None, number, limb, usual))
        yield compiled, case(*grave, else_=plain) if grave else plain


def silenced(code: ColumnElement[str], causes: Sequence[ColumnElement[bool]], codes: Codes) -> ColumnElement[str]:
    """The character once the causes have spoken: a check does not apply where one of them deviates."""
    if not causes:
        return code
    judged_at_all = code != codes.sql(Meaning(FROZEN))
    return case((or_(*causes) & judged_at_all, codes.sql(Meaning(Verdict.NOT_APPLICABLE))), else_=code)


def at(verdicts: ColumnElement[str], place: Any) -> ColumnElement[str]:
    """The character at a place, counted from one."""
    return func.substr(verdicts, place, 1)
