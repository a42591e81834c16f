"""The site's own clock: a chosen day that goes on by itself, can be stopped, and is moved by tests alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pmohub.testing.sandbox.timeline import moment


class SiteClock:
    """Starts at `start` and runs with the machine; what it says never goes back unless it is set.

    `step`: it shows multiples of so many milliseconds only, as a database that keeps whole seconds does.
    """

    def __init__(self, start: datetime) -> None:
        self._base = moment(start)
        self._begun = time.monotonic()
        self._stopped = False
        self._held: int | None = None
        self.step = 1

    def now(self) -> int:
        """Give the site's moment in milliseconds since 1970."""
        if self._held is not None:
            return self._held
        exact = self._base if self._stopped else self._base + int((time.monotonic() - self._begun) * 1000)
        return exact - exact % self.step

    def set(self, at: datetime) -> None:
        """Go on from another moment."""
        self._held = None
        self._base, self._begun = moment(at), time.monotonic()

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self._held = None
        self._base += int(seconds * 1000)

    def stop(self, *, stopped: bool = True) -> None:
        """Stand still, or go on."""
        self._base, self._begun = self.now(), time.monotonic()
        self._stopped = stopped

    @contextmanager
    def held(self) -> Iterator[int]:
        """Let all that happens meanwhile be of one moment, which is given, and lose no time by it."""
        self._held = self.now()
        try:
            yield self._held
        finally:
            self._held = None
