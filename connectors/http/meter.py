"""What one run's session cost the tool, and how long it waited, by reason in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from connectors.base import Traffic


class Meter:
    """Counts for the session of one run, from several threads.

    Threads that wait together for one reason wait once: what is told are seconds by the clock, not their sum.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._requests = 0
        self._waited: dict[str, float] = {}
        self._waiting: dict[str, tuple[int, float]] = {}

    def request(self) -> None:
        """Count a request that is sent."""
        with self._lock:
            self._requests += 1

    @contextmanager
    def waiting(self, reason: str) -> Iterator[None]:
        """Count the time in the block as waited for this reason."""
        with self._lock:
            count, since = self._waiting.get(reason, (0, self._clock()))
            self._waiting[reason] = count + 1, since
        try:
            yield
        finally:
            with self._lock:
                count, since = self._waiting.pop(reason)
                if count > 1:
                    self._waiting[reason] = count - 1, since
                else:
                    self._waited[reason] = self._waited.get(reason, 0.0) + self._clock() - since

    def traffic(self) -> Traffic:
        """Say what it was so far."""
        with self._lock:
            now = self._clock()
            waited = dict(self._waited)
            for reason, (_, since) in self._waiting.items():
                waited[reason] = waited.get(reason, 0.0) + now - since
            return Traffic(self._requests, waited)

    def waited_for_tool(self, own: str) -> float:
        """Give the seconds waited for the tool so far, leaving out those for our `own` limit."""
        return sum(seconds for reason, seconds in self.traffic().waited.items() if reason != own)
