"""How many requests may be under way, and from when on the next may begin; pure, on whatever clock it is told.

Additive increase, multiplicative decrease: a refusal halves what may be under way, a slow answer takes a quarter, each
answer that went well gives a little back. One refusal counts once, for all that was under way when it came.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.http.headers import NEAR, Advice

SLOW = 2.0
"""Seconds below which no answer is called slow, however quick the others were."""
SLOWER = 4.0
LONGEST_SPACE = 5.0
SPACE = 0.25
BASE = 1.0
LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Pace:
    """The pace of one credential; every moment is in seconds of the same clock, which only goes forward."""

    most: int
    _at_once: float = field(init=False)
    _shrunk_at: float = field(default=float("-inf"), init=False)
    _next_at: float = field(default=float("-inf"), init=False)
    _space: float = field(default=0.0, init=False)
    _holds: dict[str, tuple[float, str]] = field(default_factory=dict, init=False)
    _usual: dict[str, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._at_once = float(self.most)

    @property
    def at_once(self) -> int:
        """How many requests may be under way now; never none."""
        return max(1, int(self._at_once))

    def keep_within(self, most: int) -> None:
        """Let no more than so many be under way from now on, if that is fewer than before."""
        self.most = min(self.most, most)
        self._at_once = min(self._at_once, float(self.most))

    def delay(self, endpoint: str, now: float) -> tuple[float, str]:
        """Say how long a request to the endpoint has to wait, and for which reason in words; 0 where it may begin."""
        waits = [
            (until - now, why) for name in ("", endpoint) if name in self._holds for until, why in [self._holds[name]]
        ]
        waits.append((self._next_at - now, "slowing down before its limit"))
        wait, why = max(waits)
        return (wait, why) if wait > 0 else (0.0, "")

    def begun(self, now: float) -> None:
        """Note that a request begins."""
        self._next_at = now + self._space

    def answered(self, endpoint: str, began: float, now: float, advice: Advice) -> None:
        """Learn from an answer that went well."""
        took, usual = now - began, self._usual.get(endpoint)
        self._usual[endpoint] = took if usual is None else usual + (took - usual) / 8
        if advice.spare is not None and advice.spare < NEAR:
            self._space = min(LONGEST_SPACE, (advice.refill or SPACE) / max(1, advice.left or 1))
            self._shrink(0.5, began, now)
            return
        self._space = 0.0
        if usual is not None and took > max(SLOW, SLOWER * usual):
            self._shrink(0.75, began, now)
        else:
            self._at_once = min(float(self.most), self._at_once + 1 / self._at_once)

    def refused(self, endpoint: str, began: float, now: float, wait: float, advice: Advice) -> None:
        """Learn from a refusal: nobody asks the endpoint (unless it alone is meant, anything) for `wait` seconds."""
        name = endpoint if advice.one_endpoint else ""
        until, why = now + wait, advice.reason or "it was busy"
        if until > self._holds.get(name, (now, ""))[0]:
            self._holds[name] = until, why
        self._shrink(0.5, began, now)

    def _shrink(self, factor: float, began: float, now: float) -> None:
        if began >= self._shrunk_at:
            self._at_once = max(1.0, self._at_once * factor)
            self._shrunk_at = now


def pause(attempt: int, advised: float | None, jitter: Callable[[], float]) -> float:
    """Give the seconds to wait after the failed attempt (1 is the first), never none and never less than advised.

    `jitter` gives a number from 0 to 1, so that those who were refused together do not come back together.
    """
    own = min(LONGEST_PAUSE, BASE * 2.0 ** (attempt - 1))
    return max(own * (0.5 + 0.5 * jitter()), (advised or 0.0) + own * 0.1 * jitter())
