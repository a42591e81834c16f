"""What limits are made of: buckets of tokens, and windows that count. Time is milliseconds, given by the caller."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """A token bucket: `size` tokens at most, `fill` more each `interval` seconds, all at once at its end."""

    size: int
    fill: float
    interval: float = 1.0
    tokens: float = -1
    filled_at: int | None = None

    def take(self, now: int) -> bool:
        """Take a token; False where there is none."""
        self._refill(now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def left(self, now: int) -> int:
        """Say how many whole tokens there are."""
        self._refill(now)
        return int(self.tokens)

    def wait(self, now: int) -> float:
        """Say in how many seconds the next token comes; 0 where there is one."""
        self._refill(now)
        if self.tokens >= 1 or self.filled_at is None:
            return 0
        intervals = -int(-(1 - self.tokens) // self.fill)
        return (self.filled_at - now) / 1000 + intervals * self.interval

    def _refill(self, now: int) -> None:
        if self.filled_at is None:
            self.tokens, self.filled_at = self.size, now
        passed = int((now - self.filled_at) / (self.interval * 1000))
        if passed > 0:
            self.tokens = min(self.size, self.tokens + passed * self.fill)
            self.filled_at += int(passed * self.interval * 1000)


@dataclass(slots=True)
class Window:
    """At most `most` events within any `seconds`."""

    most: int
    seconds: float
    events: deque[int] = field(default_factory=deque)

    def wait(self, now: int) -> float:
        """Say in how many seconds another event is allowed; 0 for now."""
        while self.events and self.events[0] <= now - self.seconds * 1000:
            self.events.popleft()
        if len(self.events) < self.most:
            return 0
        return (self.events[0] - now) / 1000 + self.seconds

    def count(self, now: int) -> None:
        """Count an event."""
        self.events.append(now)
