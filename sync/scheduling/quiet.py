"""When a department is left in peace: its quiet hours and blackouts. Reading and judging go on; writing waits."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from canonical.vocabulary import PmoMode
from sync.scheduling.crontab import DAY
from sync.scheduling.walls import end_of_gap, moments_of


class Cause(StrEnum):
    """Why a department is left in peace."""

    QUIET_HOURS = "quiet hours"
    BLACKOUT = "blackout"


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of each day, from one time up to another; over midnight when the first is the later one."""

    start: time
    end: time

    def hold(self, at: time) -> bool:
        """Say whether a time of the day is among them; the end is not."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class Days:
    """Days from one to another, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Peace:
    """When a department is left in peace, by the clock of its own time zone."""

    zone: ZoneInfo
    hours: Hours | None = None
    blackouts: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """A time of peace: the cause, and the moment (UTC) at which nothing stands in the way any more."""

    cause: Cause
    until: datetime


def pause(peace: Peace, now: datetime) -> Pause | None:
    """Give the time of peace that an aware moment is in; None when it is in none."""
    cause = _cause(peace, now)
    if cause is None:
        return None
    until = now
    while (because := _cause(peace, until)) is not None:
        until = _end(peace, until, because)
    return Pause(cause, until)


def may_write(peace: Peace, now: datetime) -> bool:
    """Say whether something may be written into a department's tools now."""
    return _cause(peace, now) is None


def may_tell(peace: Peace, now: datetime, mode: PmoMode, *, critical: bool = False) -> bool:
    """Say whether people of a department may be sent a message now.

    `critical`: it is about a critical finding of integrity, which alone gets through a blackout where the department is
    not supportive (mode table, situation 20). Quiet hours let nothing through.
    """
    match _cause(peace, now):
        case None:
            return True
        case Cause.BLACKOUT:
            asleep = peace.hours is not None and peace.hours.hold(now.astimezone(peace.zone).time())
            return critical and mode is not PmoMode.SUPPORTIVE and not asleep
        case Cause.QUIET_HOURS:
            return False


def blacked_out(peace: Peace, since: datetime, until: datetime) -> timedelta:
    """Give how much of the time between two aware moments was blacked out; what expires does not age meanwhile."""
    days: set[date] = set()
    first, last = (moment.astimezone(peace.zone).date() for moment in (since, until))
    for blackout in peace.blackouts:
        begin, end = max(first, blackout.first), min(last, blackout.last)
        days |= {begin + number * DAY for number in range((end - begin).days + 1)}
    return sum((_length(day, peace.zone, since, until) for day in days), timedelta(0))


def _length(day: date, zone: ZoneInfo, since: datetime, until: datetime) -> timedelta:
    begin, end = (_begin(one, zone) for one in (day, day + DAY))
    return max(min(end, until) - max(begin, since), timedelta(0))


def _begin(day: date, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time(0))
    return next(iter(moments_of(midnight, zone)), None) or end_of_gap(midnight, zone)


def _cause(peace: Peace, now: datetime) -> Cause | None:
    local = now.astimezone(peace.zone)
    if any(days.first <= local.date() <= days.last for days in peace.blackouts):
        return Cause.BLACKOUT
    return Cause.QUIET_HOURS if peace.hours is not None and peace.hours.hold(local.time()) else None


def _end(peace: Peace, now: datetime, cause: Cause) -> datetime:
    """Give the moment at which what stands in the way now ends; something else may follow."""
    today = now.astimezone(peace.zone).date()
    if cause is Cause.BLACKOUT:
        last = max(days.last for days in peace.blackouts if days.first <= today <= days.last)
        walls = [datetime.combine(last + DAY, time(0))]
    else:
        at = peace.hours.end if peace.hours is not None else time(0)
        walls = [datetime.combine(today + number * DAY, at) for number in range(3)]
    ends = (one for wall in walls for one in moments_of(wall, peace.zone) or (end_of_gap(wall, peace.zone),))
    return min(one for one in ends if one > now)
