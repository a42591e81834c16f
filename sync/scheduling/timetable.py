"""The moments at which a crontab is due in a time zone, through the nights in which clocks are changed.

As in cron: a time of the day that is skipped is made up for at the end of the gap, and one that comes twice counts the
first time. A schedule that means every so often goes by the time that passes: nothing to make up for, and both passes
of the hour that comes twice count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from zoneinfo import ZoneInfo

from sync.scheduling.crontab import DAY, Crontab
from sync.scheduling.walls import end_of_gap, moments_of

CENTURY = 100 * 366
"""Days after which a search is given up; a 29 February that has to be a Sunday is 40 years away at most."""

TURNED_BACK = timedelta(hours=3)
"""More than any clock is turned back at once: so far apart on the wall, two moments are in the order of the clock."""


@dataclass(frozen=True)
class Timetable:
    """When a connector is due: its crontab, the zone of its clock, and how much later than that it begins.

    `delay` spreads connectors that share a schedule; the same for one connector at any time.
    """

    crontab: Crontab
    zone: ZoneInfo
    delay: timedelta = timedelta(0)

    def next_after(self, moment: datetime) -> datetime:
        """Give the first due moment after an aware one, in UTC."""
        moment = moment.astimezone(UTC) - self.delay
        best: datetime | None = None
        last: datetime | None = None
        for wall in self._walls(moment.astimezone(self.zone).replace(tzinfo=None) - TURNED_BACK):
            if last is not None and wall > last:
                break
            for one in self._moments(wall):
                if one > moment and (best is None or one < best):
                    best, last = one, wall + TURNED_BACK
        if best is None:  # pragma: no cover  # a crontab that never matches is refused when it is read
            message = f"“{self.crontab.text}” never comes"
            raise ValueError(message)
        return best + self.delay

    def upcoming(self, moment: datetime) -> Iterator[datetime]:
        """Give the due moments after one, without end."""
        while True:
            moment = self.next_after(moment)
            yield moment

    def next_times(self, moment: datetime, number: int) -> list[datetime]:
        """Give so many due moments after one."""
        return list(islice(self.upcoming(moment), number))

    def _walls(self, start: datetime) -> Iterator[datetime]:
        """Give what the clock shows when the crontab is due, from a naive time on, in order."""
        for day in (start.date() + number * DAY for number in range(CENTURY)):
            if self.crontab.is_on(day):
                walls = (datetime.combine(day, one) for one in self.crontab.times)
                yield from (wall for wall in walls if wall >= start)

    def _moments(self, wall: datetime) -> tuple[datetime, ...]:
        shown = moments_of(wall, self.zone)
        if self.crontab.wild:
            return shown
        return shown[:1] or (end_of_gap(wall, self.zone),)


def delay_of(name: str, crontab: Crontab, most: timedelta) -> timedelta:
    """Give by how many whole seconds a connector's runs are put off: the same always, other for others.

    Less than `most`, and less than a quarter of the crontab's shortest gap.
    """
    seconds = int(min(most, crontab.shortest_gap() / 4).total_seconds())
    digest = blake2b(name.encode(), digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest) % seconds if seconds else 0)
