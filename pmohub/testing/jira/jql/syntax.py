"""A query as it was written, read but not yet understood."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Operator(StrEnum):
    """How a field is held against what stands right of it, spelt as Jira's messages spell it."""

    EQUALS = "="
    DIFFERS = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    LIKE = "~"
    UNLIKE = "!~"
    IN = "in"
    NOT_IN = "not in"
    IS = "is"
    IS_NOT = "is not"
    WAS = "was"
    WAS_NOT = "was not"
    WAS_IN = "was in"
    WAS_NOT_IN = "was not in"
    CHANGED = "changed"
    NOT_CHANGED = "not changed"


_OPPOSITES = (
    (Operator.EQUALS, Operator.DIFFERS),
    (Operator.LESS, Operator.AT_LEAST),
    (Operator.MORE, Operator.AT_MOST),
    (Operator.LIKE, Operator.UNLIKE),
    (Operator.IN, Operator.NOT_IN),
    (Operator.IS, Operator.IS_NOT),
    (Operator.WAS, Operator.WAS_NOT),
    (Operator.WAS_IN, Operator.WAS_NOT_IN),
    (Operator.CHANGED, Operator.NOT_CHANGED),
)
OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
NEGATIVE = frozenset({
    Operator.DIFFERS, Operator.UNLIKE, Operator.NOT_IN, Operator.IS_NOT,
    Operator.WAS_NOT, Operator.WAS_NOT_IN, Operator.NOT_CHANGED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: its text, and whether it was typed as a whole number without quotes."""

    text: str
    is_number: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Nothing:
    """EMPTY or NULL."""

    def __str__(self) -> str:
        return "EMPTY"


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in parentheses."""

    items: tuple["Literal | Nothing | Call", ...]

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.items))})"


Operand: TypeAlias = Literal | Nothing | Call | Listing


@dataclass(frozen=True, slots=True)
class Predicate:
    """What limits a search of the history: `after`, `before`, `on`, `during`, `by`, `from` or `to`, and its operand."""

    word: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Term:
    """One field held against one operand. `cf[10200]` is the field name `cf[10200]`."""

    field: str
    operator: Operator
    operand: Operand
    predicates: tuple[Predicate, ...] = ()


@dataclass(frozen=True, slots=True)
class Both:
    """All of these."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    clause: "Clause"


Clause: TypeAlias = Term | Both | Either | Not


@dataclass(frozen=True, slots=True)
class SortBy:
    """One field to order by; `descending` is None where neither ASC nor DESC was written."""

    field: str
    descending: bool | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: what to find, and in which order."""

    where: Clause | None
    order: tuple[SortBy, ...]


def positive(clause: Clause, *, negated: bool = False) -> Clause:
    """Push every NOT down to the operators: `NOT field = value` is `field != value`, which no empty field satisfies.

    Source: Atlassian, "JQL operators": the two are the same.
    """
    match clause:
        case Not(inner):
            return positive(inner, negated=not negated)
        case Term(field, operator, operand, predicates):
            return Term(field, OPPOSITE[operator] if negated else operator, operand, predicates)
        case Both(clauses) | Either(clauses):
            every = tuple(positive(each, negated=negated) for each in clauses)
            return Both(every) if isinstance(clause, Both) != negated else Either(every)
