"""The gate that each request of a credential passes, whichever session, library or thread sends it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Lock
from weakref import WeakValueDictionary

from pyrate_limiter import Limiter, Rate, SingleBucketFactory, StateBucket

from connectors.http.headers import Advice
from connectors.http.meter import Meter
from connectors.http.pace import Pace
from connectors.http.site import Site

LONGEST_LOOK = 1.0
_gates: "WeakValueDictionary[str, Gate]" = WeakValueDictionary()
_making = Lock()


class OutOfPatienceError(Exception):
    """A request would have to wait for longer than its run may; its text is the reason in words."""


class Gate:
    """Lets requests through: no more at once and in a second than may be, and none while the tool asks for quiet."""

    def __init__(self, site: Site) -> None:
        self._pace = Pace(site.at_once)
        self._under_way = 0
        self._changed = Condition()
        self._limit_to(site)

    def _limit_to(self, site: Site) -> None:
        limit, interval, in_words = site.pace
        self._most = limit / interval
        # Spread evenly, with a burst of a tenth of a second: a whole second's worth at once is what vendors refuse.
        rate = Rate(limit, interval, burst=max(1, limit * 100 // interval))
        self._limiter = Limiter(SingleBucketFactory(StateBucket([rate]), schedule_leak=False), buffer_ms=1)
        self.own_limit = f"our own limit of {in_words}"

    def share(self, site: Site) -> None:
        """Keep the limits of one more connector, too: of several with one credential the strictest count."""
        self.keep_within(site.at_once)
        with self._changed:
            if site.pace[0] / site.pace[1] < self._most:
                self._limit_to(site)

    def keep_within(self, at_once: int) -> None:
        """Let no more be under way from now on, if that is fewer than before."""
        with self._changed:
            self._pace.keep_within(at_once)

    @contextmanager
    def passing(self, endpoint: str, meter: Meter, patience: Callable[[], float]) -> Iterator[float]:
        """Wait until a request to the endpoint may begin, and hold its place while it is under way; give when it began.

        Raises:
            OutOfPatienceError: the tool wants more than the seconds of `patience` that the run has which asks; it may
                lose them meanwhile.
        """
        self._enter(endpoint, meter, patience)
        try:
            limiter = self._limiter
            if not limiter.try_acquire(blocking=False):
                with meter.waiting(self.own_limit):
                    limiter.try_acquire()
            yield time.monotonic()
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def _enter(self, endpoint: str, meter: Meter, patience: Callable[[], float]) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                wait, why = self._pace.delay(endpoint, now)
                if wait <= 0 and self._under_way < self._pace.at_once:
                    self._under_way += 1
                    self._pace.begun(now)
                    return
                if wait <= 0:
                    self._changed.wait(LONGEST_LOOK)
                    continue
                if meter.waited_for_tool(self.own_limit) + wait > patience():
                    raise OutOfPatienceError(why)
                with meter.waiting(why):
                    self._changed.wait(min(wait, LONGEST_LOOK))

    def answered(self, endpoint: str, began: float, advice: Advice) -> None:
        """Learn from an answer that is no refusal."""
        with self._changed:
            self._pace.answered(endpoint, began, time.monotonic(), advice)

    def refused(self, endpoint: str, began: float, wait: float, advice: Advice) -> None:
        """Learn from a refusal: nobody asks again for `wait` seconds."""
        with self._changed:
            self._pace.refused(endpoint, began, time.monotonic(), wait, advice)


def gate_of(site: Site) -> Gate:
    """Give the one gate of a credential in this process, which all sessions with it share while any of them lives."""
    with _making:
        gate = _gates.get(site.credential)
        if gate is None:
            gate = _gates[site.credential] = Gate(site)
        else:
            gate.share(site)
        return gate
