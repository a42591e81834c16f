"""An expression in plain words, for people who never write one: what it asks, with the parameters' values in place."""

from typing import TYPE_CHECKING

from rules.expressions.kinds import Kind
from rules.expressions.nodes import (
    Binary,
    Call,
    Conditional,
    Has,
    Index,
    ListOf,
    Literal,
    Logic,
    Macro,
    MapOf,
    Name,
    Node,
    Select,
    Unary,
)
from rules.expressions.subject import Compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_COMPARED = {"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than"}
_COMPARED |= {">=": "is at least"}
_DATED = {"<": "is before", "<=": "is on or before", ">": "is after", ">=": "is on or after"}
_COMPUTED = {"+": "plus", "-": "less", "*": "times", "/": "divided by", "%": "modulo"}
_TESTS = {"startsWith": "begins with", "endsWith": "ends with", "contains": "contains", "matches": "fits the pattern"}
_CHANGES = {
    "normalized": "{0} (case and blanks aside)",
    "lowerAscii": "{0} in small letters",
    "upperAscii": "{0} in capitals",
    "trim": "{0} without blanks at the ends",
    "size": "the size of {0}",
    "string": "{0}",
    "date": "the day of {0}",
    "workdays": "the working days from {0} to {1}",
    "max": "the greater of {0} and {1}",
    "min": "the smaller of {0} and {1}",
    "phase_at_least": "{0} is in {1} or a later phase",
    "duration": "{0}",
    "sum": "{0}",
}
_DATES = {"date", "max", "min"}


def in_words(compiled: Compiled) -> str:
    """Say the expression in one English sentence without a full stop."""
    return _Words(compiled).say(compiled.node)


class _Words:
    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.params = compiled.subject.environment.params
        self.root = compiled.subject.entity

    def say(self, node: Node) -> str:
        sayings: Mapping[type, Callable[..., str]] = {
            Literal: lambda literal: str(literal.written if literal.kind != "string" else f"'{literal.value}'"),
            Name: lambda name: name.name,
            Select: self.field,
            Has: lambda has: f"{self.field(has.select)} is given",
            Unary: self.unary,
            Logic: self.logic,
            Binary: self.binary,
            Conditional: self.conditional,
            ListOf: lambda listed: ", ".join(self.say(item) for item in listed.items) or "nothing",
            Call: self.call,
            Macro: self.macro,
            Index: self.written,
            MapOf: self.written,
        }
        return sayings[type(node)](node)

    def written(self, node: Node) -> str:
        return self.compiled.text[node.span.start : node.span.end]

    def inner(self, node: Node) -> str:
        """Say a part that may itself join several conditions."""
        joins = isinstance(node, Conditional) or (
            isinstance(node, Logic) and sum(not self.is_guard(operand, node) for operand in node.operands) > 1
        )
        return f"({self.say(node)})" if joins else self.say(node)

    def field(self, node: Select) -> str:
        if isinstance(node.target, Name) and node.target.name == "params":
            value = self.params.get(node.field)
            if isinstance(value, list):
                return ", ".join(f"'{item}'" for item in value) or f"nothing ({node.field.replace('_', ' ')})"
            return f"{value} ({node.field.replace('_', ' ')})"
        names = self.written(node).replace("_", " ").split(".")
        return " ".join(name for name in names if name != "fields")

    def unary(self, node: Unary) -> str:
        if node.operator == "-":
            return f"minus {self.inner(node.operand)}"
        match node.operand:
            case Has(select=select):
                return f"{self.field(select)} is missing"
            case Binary(operator="in", left=left, right=right):
                among = "not among" if _is_labels(right) else "none of"
                return f"{self.say(left)} is {among} {self.say(right)}"
            case Select() as select:
                return f"{self.field(select)} is no"
        return f"it is not so that {self.inner(node.operand)}"

    def logic(self, node: Logic) -> str:
        word = " and " if node.operator == "&&" else " or "
        said = [self.truth(operand) for operand in node.operands if not self.is_guard(operand, node)]
        return word.join(said)

    def is_guard(self, operand: Node, chain: Logic) -> bool:
        """Whether it only asks for a field that another part of an && then reads: no news to a reader."""
        if not isinstance(operand, Has) or chain.operator != "&&":
            return False
        asked = self.written(operand.select)
        return any(asked in self.written(other) for other in chain.operands if other is not operand)

    def truth(self, node: Node) -> str:
        """Say a condition; a bare yes-or-no field becomes a statement."""
        return f"{self.field(node)} is yes" if isinstance(node, Select) else self.inner(node)

    def binary(self, node: Binary) -> str:
        left, right = self.inner(node.left), self.inner(node.right)
        if node.operator == "in":
            return f"{left} is {'among' if _is_labels(node.right) else 'one of'} {right}"
        if node.operator in _COMPUTED:
            return f"{left} {_COMPUTED[node.operator]} {right}"
        if isinstance(node.right, Literal) and node.right.kind == "null":
            return f"{left} is {'missing' if node.operator == '==' else 'given'}"
        dated = self.is_date(node.left) or self.is_date(node.right)
        return f"{left} {(_DATED if dated else _COMPARED).get(node.operator, _COMPARED[node.operator])} {right}"

    def is_date(self, node: Node) -> bool:
        match node:
            case Name(name=name):
                return name in {"today", "now"}
            case Select():
                value = self.compiled.inputs.get(self.written(node))
                return value is not None and value.type.kind in {Kind.DATE, Kind.INSTANT}
            case Binary(operator="+" | "-", left=left):
                return self.is_date(left)
            case Call(function=function, arguments=arguments):
                return function in _DATES and any(self.is_date(argument) for argument in arguments)
        return False

    def conditional(self, node: Conditional) -> str:
        condition, then, otherwise = (self.inner(part) for part in (node.condition, node.then, node.otherwise))
        if isinstance(node.condition, Has) and self.written(node.condition.select) in self.written(node.then):
            return f"{then} or, without it, {otherwise}"
        return f"{then} if {condition}, else {otherwise}"

    def call(self, node: Call) -> str:
        parts = [*([] if node.target is None else [node.target]), *node.arguments]
        said = [self.inner(part) for part in parts]
        if node.function in _TESTS:
            return f"{said[0]} {_TESTS[node.function]} {said[1]}"
        if node.function == "days":
            return f"{said[0]} days" if len(said) == 1 else f"the days from {said[0]} to {said[1]}"
        if node.function == "size" and isinstance(parts[0], Macro):
            return f"the number of {said[0]}"
        return _CHANGES.get(node.function, self.written(node)).format(*said)

    def macro(self, node: Macro) -> str:
        target, body = self.inner(node.target), self.truth(node.bodies[0])
        match node.kind:
            case "exists":
                return f"some {node.variable} of {target} has: {body}"
            case "all":
                return f"every {node.variable} of {target} has: {body}"
            case "map":
                return f"the sum of {body} over {target}"
        return f"{target} ({node.variable}) with {body}"


def _is_labels(node: Node) -> bool:
    return isinstance(node, Select) and node.field == "labels"
