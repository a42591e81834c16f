"""Data Center's limit: one token bucket for each account, told of in every answer.

Source: Atlassian, "Adjusting your code for rate limiting": the bucket's settings and its five headers; `retry-after` is
0 while there are tokens left.
"""

import math
from dataclasses import dataclass

from pmohub.testing.jira.limiting.asked import Asked
from pmohub.testing.sandbox.buckets import Bucket


@dataclass(frozen=True, slots=True)
class DataCenterLimits:
    """An admin's settings: the most requests at once, and how many more are allowed each so many seconds."""

    max_requests: int = 60
    requests_allowed: int = 10
    interval: int = 1

    def limiter(self) -> "DataCenterLimiter":
        """Begin to count."""
        return DataCenterLimiter(self)


class DataCenterLimiter:
    """Counts for one site. `admit` before a request is answered, `charge` after."""

    def __init__(self, limits: DataCenterLimits) -> None:
        self.limits = limits
        self._buckets: dict[str, Bucket] = {}

    def admit(self, asked: Asked, now: int) -> dict[str, str] | None:
        """Give None where the request may pass, or the headers of the 429 that refuses it."""
        return None if self._bucket(asked).take(now) else self._told(asked, now)

    def charge(self, asked: Asked, objects: int, now: int) -> dict[str, str]:  # noqa: ARG002  # costs one, whatever it reads
        """Tell of what is left."""
        return self._told(asked, now)

    def _bucket(self, asked: Asked) -> Bucket:
        limits = self.limits
        return self._buckets.setdefault(
            asked.account, Bucket(limits.max_requests, limits.requests_allowed, limits.interval)
        )

    def _told(self, asked: Asked, now: int) -> dict[str, str]:
        bucket = self._bucket(asked)
        return {
            "X-RateLimit-Limit": str(self.limits.max_requests),
            "X-RateLimit-Remaining": str(bucket.left(now)),
            "X-RateLimit-FillRate": str(self.limits.requests_allowed),
            "X-RateLimit-Interval-Seconds": str(self.limits.interval),
            "Retry-After": str(math.ceil(bucket.wait(now))),
        }
