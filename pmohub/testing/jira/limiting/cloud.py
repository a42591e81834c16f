"""Jira Cloud's three limits at once: points by the hour, requests by the second, writes to one issue.

Source: Atlassian, "Rate limiting" (developer.atlassian.com/cloud/jira/platform/rate-limiting): what each counts, its
thresholds, its headers with and without `Beta-`. That every answer tells of its endpoint's bucket, a token's too, was
measured by users in August 2026; the lies are from developers' reports of March 2026.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from pmohub.testing.jira.limiting.asked import Asked
from pmohub.testing.sandbox.buckets import Bucket, Window

Headers = dict[str, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Lie(Enum):
    """What Jira's headers have been seen to get wrong."""

    RESET_IS_PAST = "the reset is the hour's beginning, to the minute"
    RESET_IS_LATE = "the seconds until the reset are eleven minutes too many"
    NO_RETRY_AFTER = "a 429 without Retry-After"


@dataclass(frozen=True, slots=True)
class CloudLimits:
    """The thresholds, as Atlassian documents them.

    `points`: an hour's quota, of apps alone (API tokens have none); `window`: its seconds. `per_second`: by method,
    for each endpoint; a bucket holds `spare` times as much. `writes`: to one issue, number and seconds. `beta`: the
    quota is told of and not enforced. `per_tenant`: the quota is the site's own, not the app's everywhere.
    """

    points: int = 65_000
    window: int = 3600
    per_second: Mapping[str, int] = field(default_factory=lambda: {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50})
    spare: float = 3.5
    writes: tuple[tuple[int, float], ...] = ((20, 2), (100, 30))
    beta: bool = False
    per_tenant: bool = False
    lies: frozenset[Lie] = frozenset()

    def limiter(self) -> "CloudLimiter":
        """Begin to count."""
        return CloudLimiter(self)


class CloudLimiter:
    """Counts for one site. `admit` before a request is answered, `charge` after."""

    def __init__(self, limits: CloudLimits) -> None:
        self.limits = limits
        self.spent: dict[str, int] = {}
        self._hour = -1
        self._buckets: dict[str, Bucket] = {}
        self._writes: dict[str, list[Window]] = {}

    def admit(self, asked: Asked, now: int) -> Headers | None:
        """Give None where the request may pass, or the headers of the 429 that refuses it."""
        self._turn(now)
        if asked.is_app and not self.limits.beta and self._left(asked) <= 0:
            refused = self._refused(self._reason, self.limits.points, self._until_reset(now), now)
            return refused | _joined(self._quota(asked, now))
        bucket = self._bucket(asked)
        if not bucket.take(now):
            refused = self._refused("jira-burst-based", bucket.size, bucket.wait(now), now)
            return refused | _joined(self._burst(asked, now))
        issue = asked.written_issue
        if issue:
            windows = self._writes.setdefault(issue, [Window(most, seconds) for most, seconds in self.limits.writes])
            if wait := max(window.wait(now) for window in windows):
                return self._refused("jira-per-issue-on-write", windows[0].most, wait, now)
            for window in windows:
                window.count(now)
        return None

    def charge(self, asked: Asked, objects: int, now: int) -> Headers:
        """Charge a request's points (one, and for a GET one for each object read, two for a person's); tell of it."""
        self._turn(now)
        bucket = self._bucket(asked)
        headers = {"X-RateLimit-Limit": str(bucket.size), "X-RateLimit-Remaining": str(bucket.left(now))}
        if not asked.is_app:
            return headers | _joined(self._burst(asked, now))
        each = 2 if asked.reads_persons else 1
        points = 1 + (objects * each if asked.method == "GET" else 0)
        self.spent[asked.account] = self.spent.get(asked.account, 0) + points
        return headers | _joined(self._quota(asked, now), self._burst(asked, now))

    @property
    def _reason(self) -> str:
        return f"jira-quota-{'tenant' if self.limits.per_tenant else 'global'}-based"

    def _turn(self, now: int) -> None:
        hour = now // (self.limits.window * 1000)
        if hour != self._hour:
            self._hour = hour
            self.spent.clear()

    def _left(self, asked: Asked) -> int:
        return max(0, self.limits.points - self.spent.get(asked.account, 0))

    def _until_reset(self, now: int) -> float:
        return ((self._hour + 1) * self.limits.window * 1000 - now) / 1000

    def _bucket(self, asked: Asked) -> Bucket:
        rate = self.limits.per_second.get(asked.method, 100)
        return self._buckets.setdefault(asked.endpoint, Bucket(int(rate * self.limits.spare), rate))

    def _burst(self, asked: Asked, now: int) -> Headers:
        """Tell of the endpoint's bucket, as every answer does; the policy names its rate, not its size."""
        bucket = self._bucket(asked)
        seconds = max(1, math.ceil(bucket.wait(now)))
        return {
            "RateLimit": f'"jira-burst-based";r={bucket.left(now)};t={seconds}',
            "RateLimit-Policy": f'"jira-burst-based";q={int(bucket.fill)};w=1',
        }

    def _quota(self, asked: Asked, now: int) -> Headers:
        """Tell of the quota; what is left of it only where that is less than a fifth, its size not once it is spent."""
        beta = "Beta-" if self.limits.beta else ""
        name = f'"{"tenant" if self.limits.per_tenant else "global"}-app-quota"'
        left, seconds = self._left(asked), math.ceil(self._until_reset(now))
        told = seconds + 11 * 60 if Lie.RESET_IS_LATE in self.limits.lies else seconds
        near = left < self.limits.points / 5
        headers = {f"{beta}RateLimit": f"{name};{f'r={left};' if near else ''}t={told}"}
        if left:
            headers[f"{beta}RateLimit-Policy"] = f"{name};q={self.limits.points};w={self.limits.window}"
        elif self.limits.beta:
            headers |= {
                "Beta-Retry-After": str(seconds),
                "X-Beta-RateLimit-Reason": self._reason,
                "X-Beta-RateLimit-Reset": self._reset(now, seconds),
            }
        if near and left:
            headers[f"X-{beta}RateLimit-NearLimit"] = "true"
        return headers

    def _refused(self, reason: str, limit: int, wait: float, now: int) -> Headers:
        seconds = math.ceil(wait)
        headers = {
            "Retry-After": str(seconds),
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": self._reset(now, seconds),
            "RateLimit-Reason": reason,
        }
        if Lie.NO_RETRY_AFTER in self.limits.lies:
            del headers["Retry-After"]
        return headers

    def _reset(self, now: int, seconds: int) -> str:
        if Lie.RESET_IS_PAST in self.limits.lies:
            return f"{_EPOCH + timedelta(seconds=self._hour * self.limits.window):%Y-%m-%dT%H:%MZ}"
        return f"{_EPOCH + timedelta(milliseconds=now, seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def _joined(*headers: Headers) -> Headers:
    """Join what several limits tell: several entries of one header stand in one, with commas."""
    names = dict.fromkeys(name for each in headers for name in each)
    return {name: ",".join(each[name] for each in headers if name in each) for name in names}
