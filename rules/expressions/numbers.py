"""Exact numbers: whole numbers of 1/10**scale, so that percent and money compare with plain numbers as written."""

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ColumnElement, literal

from rules.expressions.kinds import Kind, Unit, ValueType
from rules.expressions.nodes import Node
from rules.expressions.sql import ARITHMETIC
from rules.expressions.terms import Constant, Scalar, Value

if TYPE_CHECKING:
    from rules.expressions.compiler import Compiler

MAX_SCALE = 9
_LIMIT = 2**63


def number_constant(compiler: "Compiler", node: Node, number: Decimal, unit: Unit = Unit.NONE) -> Constant:
    """Make the constant with as many decimals as were written. Raises ExpressionError beyond 9 decimals or 64 bits."""
    if not number.is_finite():
        raise compiler.error(node, "This is not a number that can be compared.")
    exponent = number.normalize().as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    if scale > MAX_SCALE:
        raise compiler.error(node, f"More than {MAX_SCALE} decimals are not compared.", "Round the number.")
    checked_range(compiler, node, number, scale)
    return Constant(ValueType(Kind.NUMBER, scale, unit), number)


def checked_range(compiler: "Compiler", node: Node, number: Decimal, scale: int) -> None:
    """Refuse a number whose stored form does not fit into 64 bits."""
    if not -_LIMIT <= number.scaleb(scale) < _LIMIT:
        raise compiler.error(node, "This number is out of range.")


def aligned(compiler: "Compiler", node: Node, left: Scalar, right: Scalar) -> tuple[Scalar, Scalar, int]:
    """Bring two numbers to one scale; a column is left as it stands when the constant has no more decimals."""
    scale = max(left.type.scale, right.type.scale)
    return rescaled(compiler, node, left, scale), rescaled(compiler, node, right, scale), scale


def rescaled(compiler: "Compiler", node: Node, value: Scalar, scale: int) -> Scalar:
    """Give the number with `scale` decimals, not fewer than it has."""
    if value.type.scale == scale:
        return value
    value_type = ValueType(Kind.NUMBER, scale, value.type.unit)
    if isinstance(value, Constant):
        assert isinstance(value.value, Decimal)  # noqa: S101  # number_constant makes no other
        checked_range(compiler, node, value.value, scale)
        return Constant(value_type, value.value)
    factor = literal(10 ** (scale - value.type.scale), BigInteger())
    sql: ColumnElement[int] = ARITHMETIC["*"](value.sql, factor)
    return Value(value_type, sql, value.optional, value.gaps)
