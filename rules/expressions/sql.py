"""SQL functions that SQLite and PostgreSQL spell differently, each exact and NULL exactly when an argument is.

Never LIKE (case, wildcards), never a bare cast or division (PostgreSQL aborts the statement), never the database's
collation for order. Every operand is put in parentheses. `%` is doubled for psycopg.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Boolean, Date, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

Spelling: TypeAlias = Callable[..., str]


def _function(name: str, result: TypeEngine[Any], sqlite: Spelling, postgresql: Spelling) -> type[FunctionElement[Any]]:
    kind = type(name, (FunctionElement,), {"name": name, "type": result, "inherit_cache": True})
    for dialect, spelling in (("sqlite", sqlite), ("postgresql", postgresql)):
        compiles(kind, dialect)(_visitor(spelling))
    return kind


def _visitor(spelling: Spelling) -> Callable[..., str]:
    def visit(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        return spelling(*(f"({compiler.process(part, **options)})" for part in element.clauses))

    return visit


contains = _function(
    "contains", Boolean(), lambda a, b: f"(instr({a}, {b}) > 0)", lambda a, b: f"(strpos({a}, {b}) > 0)"
)
starts_with = _function(
    "starts_with",
    Boolean(),
    lambda a, b: f"(substr({a}, 1, length({b})) = {b})",
    lambda a, b: f"starts_with({a}, {b})",
)
ends_with = _function(
    "ends_with",
    Boolean(),
    lambda a, b: f"(CASE WHEN {b} = '' THEN {a} IS NOT NULL OR NULL ELSE substr({a}, -length({b})) = {b} END)",
    lambda a, b: f"(right({a}, length({b})) = {b})",
)
size = _function("size", BigInteger(), lambda a: f"length({a})", lambda a: f"length({a})::bigint")
by_code_point = _function("by_code_point", Text(), lambda a: f"({a} COLLATE BINARY)", lambda a: f'({a} COLLATE "C")')
upper_ascii = _function(
    "upper_ascii",
    Text(),
    lambda a: f"upper({a})",
    lambda a: f"translate({a}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')",
)
lower_ascii = _function(
    "lower_ascii",
    Text(),
    lambda a: f"lower({a})",
    lambda a: f"translate({a}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')",
)
trim = _function("trim", Text(), lambda a, blanks: f"trim({a}, {blanks})", lambda a, blanks: f"btrim({a}, {blanks})")
normalized = _function(
    "normalized",
    Text(),
    lambda a, *_: f"pmohub_normalized({a})",
    lambda a, blanks, capitals, small: (
        f"translate(btrim(regexp_replace({a}, '[' || {blanks} || ']+', ' ', 'g'), ' '), {capitals}, {small})"
    ),
)
date_text = _function("date_text", Text(), lambda a: f"date({a})", lambda a: f"to_char({a}, 'YYYY-MM-DD')")
whole_text = _function("whole_text", Text(), lambda a: f"CAST({a} AS TEXT)", lambda a: f"{a}::text")

days_between = _function(
    "days_between",
    BigInteger(),
    lambda a, b: f"CAST(julianday({b}) - julianday({a}) AS INTEGER)",
    lambda a, b: f"({b} - {a})::bigint",
)
days_later = _function(
    "days_later", Date(), lambda a, n: f"date({a}, {n} || ' days')", lambda a, n: f"({a} + {n}::integer)"
)
local_date = _function(
    "local_date",
    Date(),
    lambda moment, zone: f"pmohub_local_date({moment}, {zone})",
    lambda moment, zone: f"({moment} AT TIME ZONE {zone})::date",
)

_FIRST, _LAST = -(2**63), 2**63 - 1


def _whole(sqlite: str, postgresql: str) -> tuple[Spelling, Spelling]:
    """64-bit arithmetic that is NULL on overflow, naming each operand once, so that nesting does not multiply it.

    SQLite goes on in floating point, which the cast clamps to the ends of the range; PostgreSQL would abort, so it
    computes without limits and is clamped to just outside.
    """
    below, above = _FIRST - 1, _LAST + 1
    return (
        lambda a, b: f"nullif(nullif(CAST({sqlite.format(a=a, b=b)} AS INTEGER), {_LAST}), -{_LAST} - 1)",
        lambda a, b: (
            f"nullif(nullif(least(greatest({postgresql.format(a=a, b=b)}, {below}), {above}), {above}), {below})"
            "::bigint"
        ),
    )


ARITHMETIC = {
    "+": _function("plus", BigInteger(), *_whole("{a} + {b}", "{a}::numeric + {b}")),
    "-": _function("minus", BigInteger(), *_whole("{a} - {b}", "{a}::numeric - {b}")),
    "*": _function("times", BigInteger(), *_whole("{a} * {b}", "{a}::numeric * {b}")),
    "/": _function("quotient", BigInteger(), *_whole("{a} / {b}", "div({a}::numeric, nullif({b}, 0))")),
    "%": _function("remainder", BigInteger(), *_whole("{a} % {b}", "{a}::numeric %% nullif({b}, 0)")),
}
same_truth = _function("same_truth", Boolean(), lambda a, b: f"({a} = {b})", lambda a, b: f"({a} = {b})")
greater = _function(
    "greater",
    BigInteger(),
    lambda a, b: f"max({a}, {b})",
    lambda a, b: f"(CASE WHEN num_nulls({a}, {b}) = 0 THEN greatest({a}, {b}) END)",
)
smaller = _function(
    "smaller",
    BigInteger(),
    lambda a, b: f"min({a}, {b})",
    lambda a, b: f"(CASE WHEN num_nulls({a}, {b}) = 0 THEN least({a}, {b}) END)",
)
whole_sum = _function(
    "whole_sum",
    BigInteger(),
    lambda a: f"coalesce(sum({a}), 0)",
    lambda a: (
        f"(CASE WHEN sum({a}) IS NULL THEN 0 WHEN sum({a}) BETWEEN {_FIRST} AND {_LAST} THEN sum({a})::bigint END)"
    ),
)
