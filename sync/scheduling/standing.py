"""How a connector stands by its schedule: when it is due, for how long a failing one is left alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from canonical.store import RunState
from canonical.store.attempts import Attempt
from sync.scheduling.timetable import Timetable

FAILED = {RunState.FAILED, RunState.LOST}
GRACE = timedelta(minutes=15)
"""How late a run may begin before its connector counts as overdue: others may be in front of it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """After a failure: the time to the next try, doubled with each further one in a row, up to the longest."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """Give the time from the last of so many failures to the next try."""
        times = 1 << min(failures - 1, 20)  # a duration cannot grow without end
        return min(self.first * times, self.longest)


@dataclass(frozen=True, slots=True)
class Standing:
    """When a connector is due next. `failures`: in a row, up to now; then `due` is the next try.

    `running`: a run has begun and has not ended, as far as the store knows.
    """

    due: datetime
    failures: int = 0
    running: bool = False

    def is_overdue(self, now: datetime) -> bool:
        """Say whether it should have begun some time ago."""
        return not self.running and now - self.due > GRACE


def standing(timetable: Timetable, attempts: Sequence[Attempt], retry: Retry, now: datetime) -> Standing:
    """Say how a connector stands after its latest attempts, the newest first.

    Times that were missed count once. What was never read, or was cut off by a stop of the service, is due at once;
    what a person cancelled waits for its schedule.
    """
    if not attempts:
        return Standing(now)
    last = attempts[0]
    if last.state is RunState.CANCELLED and not last.by_person:
        return Standing(last.ended or now)
    failures = len([*takewhile(lambda one: one.state in FAILED, attempts)])
    if failures:
        return Standing((last.ended or last.begun) + retry.after(failures), failures)
    return Standing(timetable.next_after(last.begun), running=last.state is RunState.RUNNING)
