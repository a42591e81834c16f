"""Comparisons, `in`, and arithmetic: which types go together, and the SQL of each."""

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, case, false, literal, not_
from sqlalchemy.sql.elements import Grouping

from rules.expressions import sql
from rules.expressions.aggregates import label_in
from rules.expressions.errors import did_you_mean
from rules.expressions.kinds import BOOL, DATE, TEXT, Kind, Unit, ValueType
from rules.expressions.nodes import Binary, Conditional, Has, Literal, Node, Select, Unary
from rules.expressions.numbers import MAX_SCALE, aligned, checked_range, rescaled
from rules.expressions.terms import CollectionTerm, Constant, ListTerm, Scalar, Value, described

if TYPE_CHECKING:
    from rules.expressions.compiler import Compiler

COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DAY = timedelta(days=1)
_MOST_DAYS = timedelta(days=36_525)


def binary(compiler: "Compiler", node: Binary) -> Scalar:
    """Compile a comparison, membership or arithmetic."""
    if _is_null(node.left) or _is_null(node.right):
        return _null_comparison(compiler, node)
    if node.operator == "in":
        return _membership(compiler, node)
    left, right = compiler.scalar(node.left), compiler.scalar(node.right)
    if node.operator in COMPARE:
        return compare(compiler, node, left, right)
    return _arithmetic(compiler, node, left, right)


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.kind == "null"


def _null_comparison(compiler: "Compiler", node: Binary) -> Scalar:
    asked = node.left if _is_null(node.right) else node.right
    if node.operator not in {"==", "!="} or not isinstance(asked, Select):
        raise compiler.error(
            node, "null can only be compared with a field, by == or !=.", "Write has(...) or !has(...)."
        )
    asking = Has(node.span, asked)
    return compiler.has(asking) if node.operator == "!=" else compiler.unary(Unary(node.span, "!", asking))


def compare(compiler: "Compiler", node: Binary, left: Scalar, right: Scalar) -> Scalar:
    """Compile a comparison of two single values."""
    kinds = {left.type.kind, right.type.kind}
    if len(kinds) > 1:
        raise compiler.error(node, *_mismatch(node, left, right))
    kind = left.type.kind
    _check_words(compiler, node.right, left.type, right)
    _check_words(compiler, node.left, right.type, left)
    ordered = node.operator not in {"==", "!="}
    if ordered and (kind is Kind.BOOL or left.type.words or right.type.words):
        hint = "Use phase_at_least(project, '...')." if "closing" in left.type.words + right.type.words else ""
        raise compiler.error(node, f"These have no order that {node.operator} could use.", hint)
    if kind is Kind.NUMBER:
        left, right, _ = aligned(compiler, node, left, right)
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(BOOL, bool(COMPARE[node.operator](left.value, right.value)))
    if kind is Kind.DURATION:
        raise compiler.error(node, "Lengths of time are compared as days.", "Write days(from, to) > 5.")
    first, second = left.sql, right.sql
    if ordered and kind is Kind.TEXT:
        first = sql.by_code_point(first)
    if kind is Kind.BOOL:
        return _same_truth(node.operator, left, right)
    return Value(BOOL, COMPARE[node.operator](first, second), left.optional | right.optional, left.gaps or right.gaps)


def _same_truth(symbol: str, left: Scalar, right: Scalar) -> Scalar:
    same = sql.same_truth(left.sql, right.sql)
    optional, gaps = left.optional | right.optional, left.gaps or right.gaps
    return Value(BOOL, same if symbol == "==" else Grouping(not_(same)), optional, gaps)


def _mismatch(node: Binary, left: Scalar, right: Scalar) -> tuple[str, str]:
    what = f"{described(left).capitalize()} cannot be used with {described(right)} by {node.operator}."
    kinds = {left.type.kind, right.type.kind}
    if kinds == {Kind.DATE, Kind.INSTANT}:
        return what, "A date is not an instant: turn the instant into a date by date(...)."
    if kinds == {Kind.DATE, Kind.TEXT}:
        return what, "Write a date as date('2026-03-31')."
    if kinds == {Kind.NUMBER, Kind.TEXT}:
        return what, "Write the number without quotes, or the text with them."
    if Kind.BOOL in kinds:
        return what, "Write the yes-or-no field alone, or with ! before it."
    return what, ""


def _check_words(compiler: "Compiler", node: Node, value_type: ValueType, other: Scalar) -> None:
    if not value_type.words or not isinstance(other, Constant) or other.value in value_type.words:
        return
    known = f"Known are: {', '.join(value_type.words)}."
    nearest = did_you_mean(str(other.value), value_type.words, known)
    raise compiler.error(node, f"'{other.value}' is never a value of this field.", nearest)


def _membership(compiler: "Compiler", node: Binary) -> Scalar:
    value, among = compiler.scalar(node.left), compiler.term(node.right)
    if isinstance(among, CollectionTerm) and among.collection is None:
        if value.type.kind is not Kind.TEXT:
            raise compiler.error(node.left, f"Labels are text; this is {described(value)}.")
        return label_in(among, value)
    if not isinstance(among, ListTerm):
        hint = f"Write {compiler.source_text(node.left)} == ..., or put the values in [ ]."
        raise compiler.error(node.right, f"'in' needs a list; this is {described(among)}.", hint)
    return _in_list(compiler, node, value, among)


def _in_list(compiler: "Compiler", node: Binary, value: Scalar, among: ListTerm) -> Scalar:
    for item in among.items:
        if not isinstance(item, Constant):
            raise compiler.error(node.right, "The items of a list must be written out, or be parameters.")
        if item.type.kind is not value.type.kind:
            what = f"The list holds {described(item)}; the value before 'in' is {described(value)}."
            raise compiler.error(node.right, what)
        _check_words(compiler, node.right, value.type, item)
    if isinstance(value, Constant):
        return Constant(BOOL, value.value in [item.value for item in among.items if isinstance(item, Constant)])
    if not among.items:
        return Value(BOOL, case((value.sql.isnot(None), false())), value.optional, value.gaps)
    if value.type.kind is Kind.BOOL:
        raise compiler.error(node, "A yes-or-no field is not looked up in a list.", "Write it alone, or with !.")
    if value.type.kind is Kind.NUMBER:
        scale = max(value.type.scale, *(item.type.scale for item in among.items))
        value = rescaled(compiler, node, value, scale)
        among = ListTerm(tuple(rescaled(compiler, node, item, scale) for item in among.items))
    return Value(BOOL, value.sql.in_([item.sql for item in among.items]), value.optional, value.gaps)


def same_type(compiler: "Compiler", node: Conditional, then: Scalar, otherwise: Scalar) -> tuple[Scalar, Scalar]:
    """Bring both sides of ? : to one type."""
    if then.type.kind is not otherwise.type.kind:
        what = f"The two sides of ? : are {described(then)} and {described(otherwise)}."
        raise compiler.error(node, what, "Both must be of one type.")
    if then.type.kind is Kind.DURATION:
        raise compiler.error(node, "A length of time is written out, not chosen by ? :.")
    if then.type.kind is Kind.NUMBER:
        then, otherwise, _ = aligned(compiler, node, then, otherwise)
    return then, otherwise


def negative(compiler: "Compiler", node: Unary) -> Scalar:
    """Compile a minus sign."""
    value = compiler.scalar(node.operand)
    if value.type.kind is Kind.DURATION and isinstance(value, Constant):
        assert isinstance(value.value, timedelta)  # noqa: S101  # durations are constants only
        return Constant(value.type, -value.value)
    if value.type.kind is not Kind.NUMBER:
        raise compiler.error(node, f"- needs a number; this is {described(value)}.")
    if isinstance(value, Constant):
        assert isinstance(value.value, Decimal)  # noqa: S101  # number_constant makes no other
        checked_range(compiler, node, -value.value, value.type.scale)
        return Constant(value.type, -value.value)
    return Value(value.type, sql.ARITHMETIC["-"](literal(0, BigInteger()), value.sql), value.optional, value.gaps)


def _arithmetic(compiler: "Compiler", node: Binary, left: Scalar, right: Scalar) -> Scalar:
    kinds = (left.type.kind, node.operator, right.type.kind)
    optional, gaps = left.optional | right.optional, left.gaps or right.gaps
    match kinds:
        case (Kind.NUMBER, _, Kind.NUMBER):
            return _numbers(compiler, node, left, right)
        case (Kind.TEXT, "+", Kind.TEXT):
            if isinstance(left, Constant) and isinstance(right, Constant):
                return Constant(TEXT, f"{left.value}{right.value}")
            return Value(TEXT, left.sql.concat(right.sql), optional, gaps)
        case (Kind.DATE | Kind.INSTANT, "+" | "-", Kind.DURATION):
            return _moved(compiler, node, left, right)
        case (Kind.DATE, "-", Kind.DATE):
            written = f"days({compiler.source_text(node.right)}, {compiler.source_text(node.left)})"
            raise compiler.error(node, "A date less a date is counted by days().", f"Write {written}.")
        case (Kind.DATE | Kind.INSTANT, "+" | "-", Kind.NUMBER):
            hint = f"Write {node.operator} days({compiler.source_text(node.right)})."
            raise compiler.error(node, "A date is moved by days, not by a bare number.", hint)
        case (Kind.INSTANT, "-", Kind.INSTANT):
            hint = "Compare an instant with now - days(5), or count days(date(...), date(...))."
            raise compiler.error(node, "Instants are not subtracted.", hint)
    raise compiler.error(node, *_mismatch(node, left, right))


def _numbers(compiler: "Compiler", node: Binary, left: Scalar, right: Scalar) -> Scalar:
    symbol = node.operator
    gaps = left.gaps or right.gaps
    if symbol in {"/", "%"}:
        if left.type.scale or right.type.scale:
            what = f"{symbol} is for whole numbers, because it drops the rest."
            raise compiler.error(node, what, "Multiply the other side of the comparison instead.")
        divides = isinstance(right, Constant) and right.value != 0
        gaps = gaps or not divides
    elif symbol == "*":
        if left.type.scale + right.type.scale > MAX_SCALE:
            raise compiler.error(node, f"The product would have more than {MAX_SCALE} decimals.")
    else:
        left, right, _ = aligned(compiler, node, left, right)
    scale = left.type.scale + right.type.scale if symbol == "*" else left.type.scale
    unit = left.type.unit if left.type.unit == right.type.unit or right.type.unit is Unit.NONE else right.type.unit
    optional = left.optional | right.optional
    result = ValueType(Kind.NUMBER, scale, unit)
    return Value(result, sql.ARITHMETIC[symbol](left.sql, right.sql), optional, gaps)


def _moved(compiler: "Compiler", node: Binary, moment: Scalar, by: Scalar) -> Scalar:
    assert isinstance(by, Constant)  # noqa: S101  # durations are constants only
    assert isinstance(by.value, timedelta)  # noqa: S101
    shift = by.value if node.operator == "+" else -by.value
    if abs(shift) > _MOST_DAYS:
        raise compiler.error(node.right, "This moves a date by more than a hundred years.")
    is_date = moment.type.kind is Kind.DATE
    if is_date and shift % _DAY:
        raise compiler.error(node.right, "A date moves by whole days.", "Write days(5).")
    if isinstance(moment, Constant):
        assert isinstance(moment.value, date | datetime)  # noqa: S101
        try:
            return Constant(moment.type, moment.value + shift)
        except OverflowError as error:
            raise compiler.error(node, "This date lies outside the calendar.") from error
    if not is_date:
        raise compiler.error(node, "Only now is moved by a length of time.", "Move the length to the side of now.")
    later: ColumnElement[Any] = sql.days_later(moment.sql, literal(shift // _DAY, BigInteger()))
    return Value(DATE, later, moment.optional, moment.gaps)
