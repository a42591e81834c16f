"""The functions of expressions: a name, what it is called on, its arguments, its SQL.

CEL's own: size, startsWith, endsWith, contains, matches, upperAscii, lowerAscii, trim, string, duration. pmohub's:
date, days, workdays, phase_at_least, normalized, min, max, weeks_over.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, select, type_coerce
from sqlalchemy import Text as TextType
from sqlalchemy.sql.elements import Grouping

from canonical.capacity import Planning, weeks_from
from canonical.schema.entities import working_day
from canonical.sqlite_functions import BLANKS, CAPITALS, SMALL
from canonical.vocabulary import Phase, ProjectStatus
from rules.expressions import aggregates, sql
from rules.expressions.errors import did_you_mean
from rules.expressions.kinds import BOOL, DATE, DURATION, TEXT, WHOLE, Kind, Unit, ValueType
from rules.expressions.nodes import Call, Literal, Macro, Node
from rules.expressions.numbers import aligned
from rules.expressions.patterns import Matches, translated
from rules.expressions.terms import CollectionTerm, Constant, EntityTerm, Scalar, Value, described

if TYPE_CHECKING:
    from rules.expressions.compiler import Compiler

Implementation: TypeAlias = Callable[["Compiler", list[Node]], Scalar]

_DURATION = re.compile(r"(-?\d{1,9})(h|m|s)", re.ASCII)
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_MOST_DAYS = 36_500
_JUDGED_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Function:
    """A function as the reference prints it; `on_value` says whether it is written after a value and a dot."""

    written: str
    meaning: str
    compile: Implementation
    arguments: tuple[int, ...]
    on_value: bool = False


def call(compiler: "Compiler", node: Call) -> Scalar:
    """Compile a call. Raises ExpressionError for an unknown function or arguments that do not fit."""
    if node.function == "sum" and isinstance(node.target, Macro) and node.target.kind == "map":
        return aggregates.total(compiler, node)
    if node.function == "sum":
        raise compiler.error(
            node, "sum() follows .map(x, x.number).", "Write project.tasks.map(t, t.time_spent).sum()."
        )
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise compiler.error(node, f"There is no function {node.function}().", _instead(node.function))
    given = list(node.arguments) if node.target is None else [node.target, *node.arguments]
    as_value = node.target is not None
    fits = node.function == "size" or as_value == function.on_value
    if not fits or len(given) not in function.arguments:
        raise compiler.error(node, f"{node.function}() is not written like this.", f"Write {function.written}.")
    return function.compile(compiler, given)


def _instead(name: str) -> str:
    known = {
        "len": "Use size().", "length": "Use size().", "count": "Use size().", "lower": "Use .lowerAscii().",
        "upper": "Use .upperAscii().", "isempty": "Use !has(...).", "isblank": "Use !has(...).",
        "networkdays": "Use workdays(from, to).", "datediff": "Use days(from, to).", "today": "Write today.",
        "now": "Write now.", "any": "Use .exists(x, ...).", "if": "Write condition ? value : other value.",
    }  # fmt: skip
    return known.get(name.lower()) or did_you_mean(name, [*FUNCTIONS, "has", "exists", "all", "filter", "map", "sum"])


def coalesced(column: ColumnElement[Any], otherwise: str) -> ColumnElement[Any]:
    """The column, or a text where it is absent."""
    return func.coalesce(column, literal(otherwise))


def _of_kind(compiler: "Compiler", node: Node, kind: Kind, function: str) -> Scalar:
    value = compiler.scalar(node)
    if value.type.kind is not kind:
        hint = (
            "Turn the instant into a date by date(...)." if (value.type.kind, kind) == (Kind.INSTANT, Kind.DATE) else ""
        )
        raise compiler.error(node, f"{function}() needs {kind.value}; this is {described(value)}.", hint)
    return value


def _constant(compiler: "Compiler", node: Node, kind: Kind, function: str) -> Any:
    value = _of_kind(compiler, node, kind, function)
    if not isinstance(value, Constant):
        raise compiler.error(node, f"{function}() needs it written out, or as a parameter.")
    return value.value


# -- texts


def _text_test(
    name: str, build: Callable[..., ColumnElement[bool]], plain: Callable[[str, str], bool]
) -> Implementation:
    def compiled(compiler: "Compiler", given: list[Node]) -> Scalar:
        text, other = (_of_kind(compiler, part, Kind.TEXT, name) for part in given)
        if isinstance(text, Constant) and isinstance(other, Constant):
            return Constant(BOOL, plain(str(text.value), str(other.value)))
        return Value(BOOL, build(text.sql, other.sql), text.optional | other.optional, text.gaps or other.gaps)

    return compiled


def _text_change(name: str, build: Callable[..., ColumnElement[str]], *further: str) -> Implementation:
    def compiled(compiler: "Compiler", given: list[Node]) -> Scalar:
        text = _of_kind(compiler, given[0], Kind.TEXT, name)
        return Value(TEXT, build(text.sql, *(literal(part) for part in further)), text.optional, text.gaps)

    return compiled


def _matches(compiler: "Compiler", given: list[Node]) -> Scalar:
    text = _of_kind(compiler, given[0], Kind.TEXT, "matches")
    python, advanced = translated(compiler, given[1], str(_constant(compiler, given[1], Kind.TEXT, "matches")))
    return Value(BOOL, Matches(text.sql, literal(python), literal(advanced)), text.optional, text.gaps)


def _string(compiler: "Compiler", given: list[Node]) -> Scalar:
    value = compiler.scalar(given[0])
    if value.type.kind is Kind.TEXT:
        return value
    if value.type.kind is Kind.DATE:
        return Value(TEXT, sql.date_text(value.sql), value.optional, value.gaps)
    if value.type.kind is Kind.NUMBER and value.type.scale == 0:
        return Value(TEXT, cast(value.sql, TextType()), value.optional, value.gaps)
    raise compiler.error(given[0], f"string() turns a whole number or a date into text; this is {described(value)}.")


def _size(compiler: "Compiler", given: list[Node]) -> Scalar:
    if isinstance(given[0], Macro):
        return aggregates.count(compiler, given[0])
    term = compiler.term(given[0])
    if isinstance(term, CollectionTerm):
        return aggregates.count(compiler, given[0])
    if not isinstance(term, Value | Constant) or term.type.kind is not Kind.TEXT:
        raise compiler.error(given[0], f"size() counts a text or a collection; this is {described(term)}.")
    if isinstance(term, Constant):
        return Constant(WHOLE, Decimal(len(str(term.value))))
    return Value(WHOLE, sql.size(term.sql), term.optional, term.gaps)


# -- dates


def _date(compiler: "Compiler", given: list[Node]) -> Scalar:
    value = compiler.scalar(given[0])
    if value.type.kind is Kind.TEXT and isinstance(given[0], Literal):
        try:
            return Constant(DATE, date.fromisoformat(str(given[0].value)))
        except ValueError as error:
            raise compiler.error(given[0], "This is not a date.", "Write it as date('2026-03-31').") from error
    if value.type.kind is Kind.DATE:
        return value
    if value.type.kind is not Kind.INSTANT:
        raise compiler.error(given[0], f"date() needs an instant; this is {described(value)}.")
    if isinstance(value, Constant):
        moment = value.value
        assert isinstance(moment, datetime)  # noqa: S101  # constants of kind INSTANT
        day = compiler.by_zone(lambda zone: moment.astimezone(ZoneInfo(zone)).date())
        return Constant(DATE, day) if isinstance(day, date) else Value(DATE, day)
    zone = compiler.by_zone(lambda zone: zone)
    zone = literal(zone) if isinstance(zone, str) else zone
    return Value(DATE, sql.local_date(value.sql, zone), value.optional, value.gaps)


def _days(compiler: "Compiler", given: list[Node]) -> Scalar:
    if len(given) == 1:
        number = _constant(compiler, given[0], Kind.NUMBER, "days")
        if number != int(number) or abs(number) > _MOST_DAYS:
            raise compiler.error(given[0], f"days() takes a whole number up to {_MOST_DAYS}.")
        return Constant(DURATION, timedelta(days=int(number)))
    start, end = (_of_kind(compiler, part, Kind.DATE, "days") for part in given)
    result = ValueType(Kind.NUMBER, unit=Unit.DAYS)
    if isinstance(start, Constant) and isinstance(end, Constant):
        assert isinstance(start.value, date)  # noqa: S101  # constants of kind DATE
        assert isinstance(end.value, date)  # noqa: S101
        return Constant(result, Decimal((end.value - start.value).days))
    difference = sql.days_between(start.sql, end.sql)
    return Value(result, difference, start.optional | end.optional, start.gaps or end.gaps)


def _workdays(compiler: "Compiler", given: list[Node]) -> Scalar:
    start, end = (_of_kind(compiler, part, Kind.DATE, "workdays") for part in given)
    calendar = compiler.calendar()
    difference = _ordinal(calendar, end.sql) - _ordinal(calendar, start.sql)
    result = ValueType(Kind.NUMBER, unit=Unit.WORKING_DAYS)
    return Value(result, Grouping(difference), start.optional | end.optional, gaps=True)


def _ordinal(calendar: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[int]:
    days = working_day.alias()
    found = select(days.c.ordinal).where(days.c.calendar == calendar, days.c.day == day)
    return cast(found.correlate_except(days).scalar_subquery(), BigInteger)


def _duration(compiler: "Compiler", given: list[Node]) -> Scalar:
    written = _constant(compiler, given[0], Kind.TEXT, "duration")
    found = _DURATION.fullmatch(str(written))
    if found is None:
        raise compiler.error(given[0], "This is no length of time.", "Write duration('36h'), or days(3).")
    return Constant(DURATION, timedelta(seconds=int(found[1]) * _SECONDS[found[2]]))


def _extreme(name: str, build: Callable[..., ColumnElement[Any]]) -> Implementation:
    def compiled(compiler: "Compiler", given: list[Node]) -> Scalar:
        first, second = compiler.scalar(given[0]), compiler.scalar(given[1])
        if first.type.kind is not second.type.kind or first.type.kind not in {Kind.DATE, Kind.NUMBER, Kind.INSTANT}:
            raise compiler.error(given[0], f"{name}() takes two dates, two instants or two numbers.")
        if first.type.kind is Kind.NUMBER:
            first, second, _ = aligned(compiler, given[0], first, second)
        chosen = type_coerce(build(first.sql, second.sql), first.sql.type)
        return Value(first.type, chosen, first.optional | second.optional, first.gaps or second.gaps)

    return compiled


def _phase_at_least(compiler: "Compiler", given: list[Node]) -> Scalar:
    project = compiler.term(given[0])
    if not isinstance(project, EntityTerm) or project.entity.name != "project":
        raise compiler.error(
            given[0], "phase_at_least() asks about a project.", "Write phase_at_least(project, 'planning')."
        )
    wanted = str(_constant(compiler, given[1], Kind.TEXT, "phase_at_least"))
    phases = list(Phase)
    if wanted not in phases:
        raise compiler.error(
            given[1], f"'{wanted}' is no phase.", did_you_mean(wanted, phases, f"Known are: {', '.join(phases)}.")
        )
    compiler.reads |= {("project", "phase"), ("project", "status")}
    rows = project.rows
    assumed = case(
        (and_(rows.c.phase.is_(None), rows.c.status == ProjectStatus.ACTIVE), Phase.EXECUTION), else_=rows.c.phase
    )
    reached = assumed.in_([literal(phase.value) for phase in phases[phases.index(Phase(wanted)) :]])
    known = (*project.path, "phase") in compiler.present
    written = f"{compiler.source_text(given[0])}.phase"
    return Value(BOOL, Grouping(reached), frozenset() if known else project.optional | {written})


def _weeks_over(compiler: "Compiler", given: list[Node]) -> Scalar:
    whose = compiler.term(given[0])
    if not isinstance(whose, EntityTerm) or whose.entity.name != "person":
        raise compiler.error(given[0], "weeks_over() asks about a person.", "Write weeks_over(person, 110).")
    percent = int(_constant(compiler, given[1], Kind.NUMBER, "weeks_over"))
    compiler.reads |= {("person", "weekly_capacity")}
    compiler.uses_today = True
    today = compiler.environment.today(compiler.environment.zone)
    counted = Planning(weeks_from(today, _JUDGED_WEEKS), today).over_booked(percent)
    joins = whose.source.joins
    joins["weeks over", str(len(joins))] = (counted, counted.c.person_id == whose.id)
    return Value(WHOLE, cast(counted.c.weeks, BigInteger), whose.optional, gaps=True)


FUNCTIONS: Mapping[str, Function] = {
    "size": Function("size(x)", "Characters of a text, labels of a task, or members of a collection.", _size, (1,)),
    "startsWith": Function(
        "x.startsWith('a')",
        "The text begins so; case counts.",
        _text_test("startsWith", sql.starts_with, str.startswith),
        (2,),
        on_value=True,
    ),
    "endsWith": Function(
        "x.endsWith('a')",
        "The text ends so; case counts.",
        _text_test("endsWith", sql.ends_with, str.endswith),
        (2,),
        on_value=True,
    ),
    "contains": Function(
        "x.contains('a')",
        "The text holds it somewhere; case counts.",
        _text_test("contains", sql.contains, lambda text, part: part in text),
        (2,),
        on_value=True,
    ),
    "matches": Function(
        "x.matches('^[A-Z]+-[0-9]+$')",
        "A part of the text matches the regular expression; ^ and $ hold it to the whole text.",
        _matches,
        (2,),
        on_value=True,
    ),
    "upperAscii": Function(
        "x.upperAscii()",
        "Letters a to z as capitals.",
        _text_change("upperAscii", sql.upper_ascii),
        (1,),
        on_value=True,
    ),
    "lowerAscii": Function(
        "x.lowerAscii()",
        "Letters A to Z as small letters.",
        _text_change("lowerAscii", sql.lower_ascii),
        (1,),
        on_value=True,
    ),
    "trim": Function(
        "x.trim()", "Without blanks at both ends.", _text_change("trim", sql.trim, BLANKS), (1,), on_value=True
    ),
    "normalized": Function(
        "x.normalized()",
        "In small letters, without blanks at both ends, each run of blanks as one: to compare what people typed.",
        _text_change("normalized", sql.normalized, BLANKS, CAPITALS, SMALL),
        (1,),
        on_value=True,
    ),
    "string": Function("string(x)", "A whole number or a date as text.", _string, (1,)),
    "date": Function(
        "date(x)", "The day of an instant in the department's time zone; date('2026-03-31').", _date, (1,)
    ),
    "days": Function(
        "days(from, to)",
        "Days from one date to another, negative when `to` is earlier; days(5) is a length of time: today - days(5).",
        _days,
        (1, 2),
    ),
    "workdays": Function(
        "workdays(from, to)",
        "Working days after `from` until `to` in the department's calendar; the same day or a weekend between is 0, "
        "negative when `to` is earlier; unknown outside the calendar.",
        _workdays,
        (2,),
    ),
    "duration": Function("duration('36h')", "A length of time in hours, minutes or seconds.", _duration, (1,)),
    "max": Function(
        "max(a, b)",
        "The later date, the greater number; unknown if one is absent.",
        _extreme("max", sql.greater),
        (2,),
    ),
    "min": Function(
        "min(a, b)",
        "The earlier date, the smaller number; unknown if one is absent.",
        _extreme("min", sql.smaller),
        (2,),
    ),
    "phase_at_least": Function(
        "phase_at_least(project, 'planning')",
        "The project is in this phase or a later one; an active project without a phase counts as in execution.",
        _phase_at_least,
        (2,),
    ),
    "weeks_over": Function(
        "weeks_over(person, 110)",
        "In how many of this week and the next three more is planned for the person, in all tools, than so many "
        "percent of the time available; unknown where the capacity is not known in all of them.",
        _weeks_over,
        (2,),
    ),
}
