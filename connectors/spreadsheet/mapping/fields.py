"""How each field of a record is read from a cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType, ProjectStatus, StatusCategory
from connectors.spreadsheet.config import Column, MappedColumn, OwnColumn, SpreadsheetOptions, ValueColumn
from connectors.spreadsheet.values import dates, durations, links, numbers, words
from connectors.spreadsheet.values.cells import BLANKS, Broken, Cell, Fraction, UnreadableError, as_text, fold

Read = Callable[[Cell], Any]

TEXT_NAMES = (
    "key name description department objective portfolio title priority iteration_id iteration_name iteration_state "
    "note text"
)
TEXT = frozenset(TEXT_NAMES.split())
DATE_NAMES = (
    "planned_start planned_finish baseline_start baseline_finish actual_start actual_finish due iteration_start "
    "iteration_end work_date capacity_from cost_rate_from first_day last_day"
)
DATES = frozenset(DATE_NAMES.split())
MOMENTS = frozenset({"source_created_at", "source_updated_at", "due_at", "completed_at", "started_at", "at"})
DURATIONS = frozenset({"original_estimate", "remaining_estimate", "time_spent", "duration", "weekly_capacity"})
DURATIONS |= {"weekly_effort"}
PEOPLE = frozenset({"manager", "sponsor", "assignee", "reporter", "person", "author"})
MONEY = frozenset({"budget", "cost_rate"})
NEVER_EMPTY = frozenset({"kind", "active"})
"""Fields whose type has no None: a blank cell then does not supply them."""
LARGEST_OWN_NUMBER = Decimal(9 * 10**14)
"""The store keeps custom numbers as 1/10,000 in 64 bits."""
CURRENCY_FIELDS = {"budget": "currency", "cost_rate": "cost_rate_currency"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings by which cells of one connector are read."""

    options: SpreadsheetOptions
    timezone: ZoneInfo

    @property
    def workday(self) -> durations.Workday:
        """What a day and a week of work are."""
        return durations.Workday(self.options.hours_a_day, self.options.days_a_week, self.options.locale)

    def style(self, column: Column) -> dates.DateStyle:
        """How dates of a column are written, before the column itself was asked."""
        options = self.options
        return dates.DateStyle(
            day_first=options.day_first,
            two_digit_years=options.two_digit_years,
            locale=options.locale,
            pattern=column.format if isinstance(column, ValueColumn) else None,
            period=column.period if isinstance(column, ValueColumn) else None,
        )


def is_dated(name: str, column: Column) -> bool:
    """Say whether a field is read as a date or a moment, so that its column has to be looked at as a whole."""
    declared = isinstance(column, OwnColumn) and column.type is FieldType.DATE
    return declared or name in DATES or name in MOMENTS


def read_text(cell: Cell) -> str:
    """Read a text, or a number as its text.

    Raises:
        UnreadableError: the cell is broken.
    """
    if isinstance(cell, str):
        text = cell.strip(" \t\r\n\u00a0\u200b\ufeff")
        return text if text.isprintable() else cleaned(text)
    if isinstance(cell, Broken):
        raise cell.refuse()
    return as_text(cell)


def cleaned(text: str) -> str:
    """Drop what no store can hold: control characters but line breaks and tabs, and halves of surrogate pairs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c != "\x7f"))


def reader_of(
    entity: EntityKind, name: str, column: Column, heading: str, reading: Reading, style: dates.DateStyle | None
) -> Read:
    """Make the function that reads a field; `style` is that of the whole column where it holds dates."""
    style = style or reading.style(column)
    unit = (column.unit if isinstance(column, MappedColumn) else None) or durations.unit_in_heading(heading)
    by_type: Sequence[tuple[frozenset[str], Read]] = (
        (TEXT, read_text),
        (DATES, partial(dates.read_date, style=style)),
        (MOMENTS, partial(_moment, style=style, timezone=reading.timezone)),
        (DURATIONS, partial(durations.read_duration, unit=unit, workday=reading.workday)),
        (PEOPLE, words.read_person),
        (MONEY, partial(_money, locale=reading.options.locale)),
    )
    for names, read in by_type:
        if name in names:
            return read
    if name == "status" and entity is EntityKind.PROJECT:
        return partial(_project_status, own=own_statuses(reading.options))
    return _by_name(name, column, reading)


def _by_name(name: str, column: Column, reading: Reading) -> Read:
    locale = reading.options.locale
    simple: Mapping[str, Read] = {
        "status": read_text,
        "percent": partial(numbers.read_percent, locale=locale, form=reading.style(column).pattern, most=1_000),
        "percent_complete": partial(numbers.read_percent, locale=locale, form=reading.style(column).pattern),
        "story_points": partial(_points, locale=locale),
        "tier": partial(_tier, locale=locale),
        "archived": words.read_bool,
        "billable": words.read_bool,
        "active": words.read_activity,
        "email": _email,
        "labels": _labels,
        "same_as": _ref,
        "task": _ref,
        "parent": read_text,
        "project": read_text,
        "predecessor": read_text,
        "successor": read_text,
        "predecessors": _whole,
        "level": partial(_tier, locale=locale),
        "further_projects": _refs,
        "health": partial(words.read_word, words=words.HEALTHS, what="health"),
        "phase": partial(words.read_word, words=words.PHASES, what="phase"),
        "delivery": partial(words.read_word, words=words.DELIVERIES, what="delivery"),
        "kind": partial(words.read_word, words=words.KINDS, what="kind of task"),
        "approval": partial(words.read_word, words=words.APPROVALS, what="approval state"),
        "currency": _currency,
        "cost_rate_currency": _currency,
        "lag": partial(_lag, reading=reading),
        "type": links.read_type,
    }
    return simple[name]


def own_reader(column: Column, reading: Reading, style: dates.DateStyle | None) -> Callable[[Cell], FieldValue]:
    """Make the function that reads a custom field or a carrier as its declared type; without one, as the cell is."""
    if not isinstance(column, OwnColumn):
        return read_custom
    by_type: Mapping[FieldType, Read] = {
        FieldType.TEXT: read_text,
        FieldType.NUMBER: partial(_own_number, locale=reading.options.locale),
        FieldType.DATE: partial(dates.read_date, style=style or reading.style(column)),
        FieldType.YES_NO: words.read_bool,
    }
    return by_type[column.type]


def _own_number(cell: Cell, locale: str | None) -> int | Decimal:
    if isinstance(cell, str) and cell.rstrip(BLANKS).endswith("%"):
        number = numbers.read_number(cell.rstrip(BLANKS)[:-1], locale)
    else:
        number = numbers.read_number(cell, locale) * (100 if isinstance(cell, Fraction) else 1)
    if abs(number) >= LARGEST_OWN_NUMBER:
        raise UnreadableError(reason=f"{as_text(cell)} is too large a number to be kept.", remedy="Check the number.")
    return int(number) if number == int(number) else round(number, 4)


def read_custom(cell: Cell) -> FieldValue:
    """Read a cell of which no type is declared: text as text, a number as a number, a date as a date.

    Raises:
        UnreadableError: the cell is broken.
    """
    match cell:
        case bool():
            return cell
        case Fraction():
            return round(Decimal(repr(cell.number)) * 100, 4)
        case int() | float():
            number = numbers.read_number(cell, None)
            return int(number) if number == int(number) else round(number, 4)
        case date():
            # An instant needs a zone that nobody named here; the day is what people mean.
            return date(cell.year, cell.month, cell.day)
        case _:
            return read_text(cell)


def _moment(cell: Cell, style: dates.DateStyle, timezone: ZoneInfo) -> Any:
    moment = dates.read_moment(cell, style)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)


def _money(cell: Cell, locale: str | None) -> Decimal:
    amount = round(numbers.read_number(cell, locale), 4)
    if abs(amount) >= Decimal(10) ** 15:
        raise UnreadableError(reason=f"{as_text(cell)} is not a plausible amount.", remedy="Check the number.")
    return amount


def _points(cell: Cell, locale: str | None) -> Decimal:
    points = numbers.read_number(cell, locale)
    if abs(points) > 1_000_000:
        raise UnreadableError(
            reason=f"{as_text(cell)} is not a plausible number of points.", remedy="Check the number."
        )
    return round(points, 4)


def _tier(cell: Cell, locale: str | None) -> int:
    number = numbers.read_number(cell, locale)
    if number != int(number) or not 0 <= number <= 99:
        raise UnreadableError(reason=f"{as_text(cell)} is not a level.", remedy="Type a whole number.")
    return int(number)


def _email(cell: Cell) -> str:
    person = words.read_person(cell)
    if person.email is None:
        raise UnreadableError(
            reason=f"{as_text(cell)!r} is not an e-mail address.", remedy="Type an address such as j.doe@example.com."
        )
    return person.email


def _labels(cell: Cell) -> tuple[str, ...]:
    text = read_text(cell)
    parts = (part.strip() for part in text.replace("\n", ";").replace(",", ";").split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _ref(cell: Cell) -> str:
    text = " ".join(read_text(cell).split())
    return f"url:{text}" if text.startswith(("http://", "https://")) else f"key:{text}"


def _refs(cell: Cell) -> tuple[str, ...]:
    return tuple(_ref(part) for part in _labels(cell))


def _whole(cell: Cell) -> Cell:
    if isinstance(cell, Broken):
        raise cell.refuse()
    return cell


def _currency(cell: Cell) -> str:
    text = read_text(cell)
    code = (
        text.upper()
        if len(text) == 3 and text.isascii() and text.isalpha()
        else numbers.CURRENCIES.get(text.casefold())
    )
    if code is None:
        raise UnreadableError(
            reason=f"{text!r} is not a currency.", remedy="Type its code of three letters, such as EUR."
        )
    return code


def _lag(cell: Cell, reading: Reading) -> int:
    seconds = durations.read_duration(abs(cell) if isinstance(cell, int | float) else cell, "d", reading.workday)
    days = seconds / float(reading.workday.seconds("d"))
    if days != int(days):
        raise UnreadableError(
            reason=f"{as_text(cell)} is not a whole number of working days.", remedy="Write whole days."
        )
    return -int(days) if isinstance(cell, int | float) and cell < 0 else int(days)


def own_statuses(options: SpreadsheetOptions) -> Mapping[str, str]:
    """Give the admin's own words, folded, with what they mean."""
    return {fold(word): str(category.value) for word, category in options.statuses.items()}


def _project_status(cell: Cell, own: Mapping[str, str]) -> ProjectStatus | None:
    """Give the status, None where the word is not known; the sheet then says so once."""
    meant = own.get(fold(as_text(cell)))
    if meant is not None:
        return ProjectStatus(PROJECT_MEANING.get(meant, meant))
    return words.meaning(cell, words.PROJECT_STATUSES)


PROJECT_MEANING = {"todo": "planned", "in_progress": "active", "done": "completed"}
TASK_MEANING = {
    "completed": "done",
    "planned": "todo",
    "proposed": "todo",
    "active": "in_progress",
    "on_hold": "in_progress",
}
"""A category set for one entity and met in the other."""


def category_of(status: str, own: Mapping[str, str]) -> StatusCategory | None:
    """Give what a task's status means; None where the word is not known."""
    meant = own.get(fold(status))
    if meant is not None:
        return StatusCategory(TASK_MEANING.get(meant, meant))
    return words.meaning(status, words.TASK_STATUSES)
