"""The tree of an expression; every node knows where in the text it stands, for messages and for `explain`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to `end` of the expression's text, counted from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written. `written` keeps a number's own digits, so that 1000.50 stays exact."""

    span: Span
    kind: str  # string, bytes, int, uint, double, bool, null
    value: str | int | float | bool | None
    written: str


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name: the entity, `today`, `now`, `params` or a variable of exists(), all(), filter(), map()."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """`target.field`."""

    span: Span
    target: "Node"
    field: str


@dataclass(frozen=True, slots=True)
class Index:
    """`target[key]`; CEL's grammar has it, pmohub's rules have no use for it."""

    span: Span
    target: "Node"
    key: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)` or `target.function(arguments)`."""

    span: Span
    function: str
    target: "Node | None"
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Has:
    """`has(target.field)`: the value is there."""

    span: Span
    select: Select


@dataclass(frozen=True, slots=True)
class Macro:
    """`target.exists(variable, body)`, also all, exists_one, filter, map."""

    span: Span
    kind: str
    target: "Node"
    variable: str
    bodies: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`!operand` or `-operand`."""

    span: Span
    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """A comparison, `in`, or arithmetic; `at` is the place of the operator."""

    span: Span
    operator: str
    left: "Node"
    right: "Node"
    at: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """A chain of `&&` or of `||`, flat, so that a long list of conditions does not nest."""

    span: Span
    operator: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    span: Span
    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b, c]`."""

    span: Span
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    """`{key: value}`; CEL's grammar has it, pmohub's rules have no use for it."""

    span: Span
    entries: tuple[tuple["Node", "Node"], ...]


Node: TypeAlias = (
    Literal | Name | Select | Index | Call | Has | Macro | Unary | Binary | Logic | Conditional | ListOf | MapOf
)


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes directly below, in the order of the text."""
    return tuple(_nodes_in(getattr(node, name) for name in node.__slots__))


def _nodes_in(values: Iterable[object]) -> Iterator[Node]:
    for value in values:
        if isinstance(value, tuple):
            yield from _nodes_in(value)
        elif isinstance(value, Node):
            yield value
