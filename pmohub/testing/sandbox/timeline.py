"""When things happened: equal shares of the past fall evenly on its working hours, in order."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

DAY_MS = 86_400_000
BEGINS_MS, LASTS_MS = 7 * 3_600_000, 10 * 3_600_000
"""A working day, as milliseconds of a day in UTC: 07:00 to 17:00."""
EPOCH = date(1970, 1, 1).toordinal()


def moment(at: datetime) -> int:
    """Give an aware instant as whole milliseconds since 1970."""
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def instant(milliseconds: int) -> datetime:
    """Give milliseconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC) + timedelta(milliseconds=milliseconds % 1000)


def day_of(milliseconds: int) -> date:
    """Give the day in UTC."""
    return date.fromordinal(EPOCH + milliseconds // DAY_MS)


def start_of(day: date) -> int:
    """Give midnight in UTC as milliseconds since 1970."""
    return (day.toordinal() - EPOCH) * DAY_MS


class Timeline:
    """The working days from `first` up to the day before `today`."""

    def __init__(self, first: date, today: date) -> None:
        every = (first + timedelta(days=number) for number in range((today - first).days))
        self._days = [start_of(day) for day in every if day.weekday() < 5]

    def at(self, share: float) -> int:
        """Give the moment in milliseconds, in whole seconds; a greater share (0 to below 1) is never earlier."""
        return self._moment(share * len(self._days))

    def between(self, first: int, last: int, parts: int) -> list[int]:
        """Give `first`, `last` and the moments that cut the working time between them into so many equal parts."""
        begin, end = self._position(first), self._position(last)
        inner = [self._moment(begin + (end - begin) * part / parts) for part in range(1, parts)]
        return [first, *(min(max(first, moment), last) for moment in inner), last]

    def _moment(self, days: float) -> int:
        whole = min(int(days), len(self._days) - 1)
        within = int(min(days - whole, 0.9999) * LASTS_MS) // 1000 * 1000
        return self._days[whole] + BEGINS_MS + within

    def _position(self, milliseconds: int) -> float:
        whole = max(0, bisect_right(self._days, milliseconds) - 1)
        return whole + min(max(0.0, (milliseconds - self._days[whole] - BEGINS_MS) / LASTS_MS), 1.0)
