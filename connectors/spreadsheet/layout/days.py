"""Wide time sheets: which columns are days or weeks."""

import re
from collections.abc import Collection
from datetime import date, timedelta

from connectors.spreadsheet.layout.headings import Headings
from connectors.spreadsheet.values.dates import DateStyle, DayOrder, Period, read_period

WEEK = re.compile(r"(?:KW|CW|W|WK|Week|Woche)\s*\.?\s*(\d{1,2})", re.IGNORECASE)
DAY = re.compile(r"(?:[^\W\d_]{2,10}\.?,?\s*)?(\d{1,2})([./])(\d{1,2})\.?")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def day_columns(
    headings: Headings, mapped: Collection[int], wide: str, style: DateStyle, year: int | None
) -> dict[int, date]:
    """Give the day of each column, from 0, whose heading is a day or a week; a week counts on its Monday.

    `wide` is `day` or `week`; `year` is that of headings that do not say it.
    """
    free = {column: names for column, names in headings.labels.items() if column not in mapped}
    order = DayOrder(style)
    for names in free.values():
        order.see(names[0], headings.row)
    days: dict[int, date] = {}
    for column, names in free.items():
        found = next((day for name in names if (day := _day(name, order.style(), year))), None)
        if isinstance(found, Period) and wide == "day":
            continue
        first = found.first if isinstance(found, Period) else found
        if first is not None:
            days[column] = first - timedelta(days=first.weekday()) if wide == "week" else first
    return days


def _day(heading: str, style: DateStyle, year: int | None) -> date | Period | None:
    text = " ".join(heading.split())
    if found := read_period(text, style):
        return found
    if year is None:
        return None
    if week := WEEK.fullmatch(text):
        return read_period(f"{year}-W{int(week[1]):02}", style)
    if day := DAY.fullmatch(text):
        return read_period(f"{day[1]}{day[2]}{day[3]}{day[2]}{year}", style)
    return None


def only_year(text: str) -> int | None:
    """Give the year in the name of a sheet or a file, if there is one only."""
    years = set(YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None
