"""Google's own CEL runtime as the judge: what it says of an expression on a map.

pmohub's additions are registered: days, workdays, date, max, min, normalized, sum. phase_at_least takes a whole entity,
which the runtime cannot pass to a function, so it is written out by its definition. null is rewritten to has(), and
has() of a parent's field asks for the parent too: an absent parent's fields are absent in pmohub, and an error in CEL.
Exact decimals are compared, never multiplied: CEL's doubles would round.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings

from canonical.vocabulary import Phase
from tests.expressions.conftest import TODAY, calendar
from tests.expressions.random_world import timestamp

T = cel.Type
ORDINALS = {row["day"]: row["ordinal"] for row in calendar("de", TODAY - timedelta(days=60), 130)}
NOW = datetime(2026, 3, 16, 12)  # noqa: DTZ001  # the runtime takes naive moments as UTC
_HAS = re.compile(r"has\(((?:\w+\.)+\w+)\)")
_NULL = re.compile(r"((?:\w+\.)+\w+) (==|!=) null")
_PHASE = re.compile(r"phase_at_least\(((?:\w+\.?)+), '(\w+)'\)")


def _day(moment: datetime) -> date:
    return moment.date()


def _function(name: str, *overloads: Any) -> Any:
    return cel.FunctionDecl(name, list(overloads))


def _overload(id: str, result: Any, parameters: list[Any], impl: Any, *, member: bool = False) -> Any:  # noqa: A002
    return cel.Overload(id, return_type=result, parameters=parameters, is_member=member, impl=impl)


FUNCTIONS = [
    _function(
        "days",
        _overload("days_length", T.DURATION, [T.INT], lambda number: timedelta(days=number)),
        _overload("days_between", T.INT, [T.TIMESTAMP, T.TIMESTAMP], lambda a, b: (_day(b) - _day(a)).days),
    ),
    _function(
        "workdays",
        _overload("workdays", T.INT, [T.TIMESTAMP, T.TIMESTAMP], lambda a, b: ORDINALS[_day(b)] - ORDINALS[_day(a)]),
    ),
    _function(
        "date",
        _overload(
            "date",
            T.TIMESTAMP,
            [T.TIMESTAMP],
            lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0),
        ),
    ),
    _function(
        "max",
        _overload("max_time", T.TIMESTAMP, [T.TIMESTAMP, T.TIMESTAMP], max),
        _overload("max_int", T.INT, [T.INT, T.INT], max),
    ),
    _function(
        "min",
        _overload("min_time", T.TIMESTAMP, [T.TIMESTAMP, T.TIMESTAMP], min),
        _overload("min_int", T.INT, [T.INT, T.INT], min),
    ),
    _function(
        "normalized",
        _overload("normalized", T.STRING, [T.STRING], lambda text: " ".join(text.lower().split()), member=True),
    ),
    _function("sum", _overload("sum", T.INT, [T.List(T.DYN)], sum, member=True)),
]
VARIABLES = {"task": T.Map(T.STRING, T.DYN), "today": T.TIMESTAMP, "now": T.TIMESTAMP}
ENVIRONMENT = cel.NewEnv(variables=VARIABLES, functions=FUNCTIONS, extensions=[ext_strings.ExtStrings()])


def written_out(text: str) -> str:
    """The same expression in the words that the oracle knows."""
    return _PHASE.sub(_phase, _HAS.sub(_has, _NULL.sub(_asked, text)))


def _asked(found: re.Match[str]) -> str:
    return f"{'!' if found[2] == '==' else ''}has({found[1]})"


def _has(found: re.Match[str]) -> str:
    names = found[1].split(".")
    asked = [".".join(names[:length]) for length in range(2, len(names) + 1)]
    return f"({' && '.join(f'has({path})' for path in asked)})"


def _phase(found: re.Match[str]) -> str:
    project, wanted = found.groups()
    phases = list(Phase)[list(Phase).index(Phase(wanted)) :]
    listed = ", ".join(f"'{phase}'" for phase in phases)
    assumed = f"({project}.status == 'active' ? 'execution' in [{listed}] : {project}.phase == '')"
    return f"(has({project}.phase) ? {project}.phase in [{listed}] : {assumed})"


def answers(text: str, maps: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What CEL says of each map; None for its error."""
    compiled = ENVIRONMENT.compile(written_out(text))
    result = {}
    for name, task in maps.items():
        value = compiled.eval(data={"task": task, "today": timestamp(TODAY), "now": timestamp(NOW)})
        result[name] = None if value.type() == T.ERROR or value.type() == T.UNKNOWN else value.plain_value()
    return result


def accepts(text: str) -> bool:
    """Whether CEL's grammar has this text, whatever the names in it mean."""
    try:
        ENVIRONMENT.compile(text)
    except RuntimeError as error:
        syntax = ("Syntax error", "argument", "must be a simple", "invalid", "Invalid", "unsupported", "reserved")
        lines = [line for line in str(error).splitlines() if "ERROR" in line]
        return not any(word in line for line in lines for word in syntax if "undeclared" not in line)
    return True
