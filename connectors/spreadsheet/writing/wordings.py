"""How a value may be put into a cell so that the reader takes it for that value: the ways to try, the best first.

Which one is right depends on how the column is read (units, percentages, the order of day and month). Nothing here
knows that; each way is tried on a copy, and only what reads back as the value is written.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from canonical.values import FieldValue
from connectors.spreadsheet.patch.csv_patch import text_of
from connectors.spreadsheet.patch.results import CellValue

_PERSON_REFS = re.compile(r"(?:name|email):")
_DAY_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{4}-\d{1,2}-\d{1,2}"), "%Y-%m-%d"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "%d.%m.%Y"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "%d/%m/%Y"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "%m/%d/%Y"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of the column that a value goes into.

    `seconds_a_unit` is what a bare number counts in a column of durations (None: it counts nothing). `neighbours` are
    texts of the column in a text table, whose form of dates and percentages is followed. `decimal` is the decimal sign
    there.
    """

    is_person: bool = False
    is_percent: bool = False
    is_duration: bool = False
    seconds_a_unit: Decimal | None = None
    is_text_table: bool = False
    neighbours: Sequence[str] = ()
    decimal: str = "."
    timezone: tzinfo = UTC


def wordings(value: FieldValue, column: Column) -> list[CellValue]:
    """Give the ways to write a value into a cell of the column."""
    ways = list(_ways(value, column))
    return [each for way in ways for each in _as_text(way, column)] if column.is_text_table else ways


def _ways(value: FieldValue, column: Column) -> Iterable[CellValue]:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _numbers(value, column)
    match value:
        case bool():
            return ["yes", "TRUE"] if column.is_text_table else [value, "yes"]
        case datetime():
            return [value.astimezone(column.timezone).replace(tzinfo=None)]
        case list():
            return ["; ".join(value), ", ".join(value)]
        case str() if column.is_person:
            return [_PERSON_REFS.sub("", value, count=1)]
        case _:
            return [value]


def _numbers(value: int | Decimal, column: Column) -> list[CellValue]:
    if column.is_duration:
        return _durations(int(value), column)
    if column.is_percent:
        return _percentages(Decimal(value), column)
    return [value, str(value)] if isinstance(value, int) else [value]


def _percentages(number: Decimal, column: Column) -> list[CellValue]:
    signed = [text for text in column.neighbours if text.rstrip().endswith("%")]
    spelt = f"{_plain(number):f}{'' if signed and ' ' not in signed[0].strip() else ' '}%".replace(".", column.decimal)
    bare: list[CellValue] = [_plain(number), _plain(number / 100)]
    return [spelt, *bare] if signed else [*bare, spelt]


def _durations(seconds: int, column: Column) -> list[CellValue]:
    span = timedelta(seconds=seconds)
    hours, minutes = divmod(seconds // 60, 60)
    spelt = f"{hours}h {minutes}m" if minutes else f"{hours}h"
    if column.seconds_a_unit is None:
        return [span, spelt]
    return [_plain(Decimal(seconds) / column.seconds_a_unit), span, spelt]


def _plain(number: Decimal) -> Decimal:
    """Give a number without trailing zeros and without an exponent."""
    rounded = round(number, 6).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _as_text(way: CellValue, column: Column) -> list[CellValue]:
    match way:
        case datetime():
            return [way.strftime(f"{form} %H:%M") for form in _forms(column)]
        case date():
            return [way.strftime(form) for form in _forms(column)]
        case Decimal() | float():
            point = text_of(way)
            return [point.replace(".", column.decimal), point]
        case _:
            return [way]


def _forms(column: Column) -> list[str]:
    """Give the forms of a day, those first that the column's own cells have."""
    met = Counter(form for text in column.neighbours for pattern, form in _DAY_FORMS if pattern.match(text.strip()))
    return sorted((form for _, form in _DAY_FORMS), key=lambda form: -met[form])
