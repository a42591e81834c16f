"""The limits that Asana puts on requests, each by token.

Source: developers.asana.com/docs/rate-limits. By the minute: 150 requests where nobody pays, 1,500 otherwise, 60
searches; they are counted more often than that, so that Retry-After is as long as the next one takes, and a refused
request counts, too. At once: 50 that read, 15 that write. By cost: what a request makes Asana look up. A batch counts
as its actions do and is refused as a whole.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.asana.faults import TOO_MANY
from pmohub.testing.sandbox.buckets import Bucket
from pmohub.testing.sandbox.exchange import Answer, answered, header, received

FREE, PAID, SEARCHES = 150, 1500, 60
READS_AT_ONCE, WRITES_AT_ONCE = 50, 15
MINUTE = 60
SLICES = 10
"""In so many parts of a minute the quota comes back."""
_JSON = {"Content-Type": "application/json; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests a token has: by the `minute`, `searches` of them, `reads` and `writes` at once.

    `cost` is what a minute's answers may cost: one for each field of each record. None of a kind: no limit.
    """

    minute: int | None = PAID
    searches: int | None = SEARCHES
    reads: int | None = READS_AT_ONCE
    writes: int | None = WRITES_AT_ONCE
    cost: int | None = None


@dataclass(slots=True)
class Account:
    """What one token has used."""

    minute: Bucket | None
    searches: Bucket | None
    cost: Bucket | None
    at_once: dict[str, int] = field(default_factory=lambda: {"reads": 0, "writes": 0})


class Limiter:
    """The limits in force, and what each token has used of them; none, until some are set.

    `latency` is how many seconds an answer takes, within which others may ask.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits
        self.refused = 0
        self.latency = 0.0
        self._accounts: dict[str, Account] = {}

    def set(self, limits: Limits | None) -> None:
        """Count anew, by other limits, or no longer."""
        self.limits = limits
        self._accounts.clear()

    def account(self, token: str) -> Account:
        """Give what a token has used."""
        limits = self.limits or Limits(None, None, None, None)
        if token not in self._accounts:
            self._accounts[token] = Account(_bucket(limits.minute), _bucket(limits.searches), _bucket(limits.cost))
        return self._accounts[token]

    def wait(self, account: Account, count: int, searches: int, now: int) -> int:
        """Take so many requests, and give in how many seconds they could have been had; 0 where they were there."""
        waits = [0.0]
        for bucket, wanted in ((account.minute, count), (account.searches, searches)):
            if bucket is not None and wanted:
                waits.append(_taken(bucket, wanted, now))
        if account.cost is not None and account.cost.left(now) <= 0:
            waits.append(account.cost.wait(now))
        return math.ceil(max(waits))


def _bucket(most: int | None) -> Bucket | None:
    return None if most is None else Bucket(most, most / SLICES, MINUTE / SLICES)


def _taken(bucket: Bucket, count: int, now: int) -> float:
    """Take requests; what is refused counts, too, but never for more than the whole of a minute."""
    left = bucket.left(now)
    bucket.tokens = max(bucket.tokens - count, -bucket.size / 2)
    return 0.0 if left >= count else bucket.wait(now)


class Limiting:
    """Refuses with 429 and Retry-After what goes beyond the limits. `now` gives milliseconds."""

    def __init__(self, app: ASGIApp, limiter: Limiter, now: Callable[[], int]) -> None:
        self._app, self._limiter, self._now = app, limiter, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        limits = self._limiter.limits
        if limits is None or scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        body, again = await received(receive)
        account = self._limiter.account(header(scope["headers"], "authorization"))
        actions = _actions(scope, body)
        kind, most = ("reads", limits.reads) if scope["method"] == "GET" else ("writes", limits.writes)
        searches = sum(path.endswith("/tasks/search") for path in actions)
        wait = self._limiter.wait(account, len(actions), searches, self._now())
        if most is not None and account.at_once[kind] + len(actions) > most:
            wait = max(wait, 1)
        if wait:
            self._limiter.refused += 1
            await Answer(429, {**_JSON, "Retry-After": str(wait)}, TOO_MANY).send(send)
            return
        account.at_once[kind] += len(actions)
        try:
            await asyncio.sleep(self._limiter.latency)
            answer = await answered(self._app, scope, again)
        finally:
            account.at_once[kind] -= len(actions)
        if account.cost is not None:
            account.cost.tokens -= _cost(scope, answer)
        await answer.send(send)


def _actions(scope: Scope, body: bytes) -> list[str]:
    """Give the paths that a request asks: its own, or those of a batch's actions."""
    if not scope["path"].endswith("/batch"):
        return [scope["path"]]
    try:
        actions: Any = orjson.loads(body)["data"]["actions"]
        return [str(action["relative_path"]) for action in actions] or [scope["path"]]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return [scope["path"]]


def _cost(scope: Scope, answer: Answer) -> int:
    """Work out what a request cost: its records, times the fields that were asked of each."""
    query: bytes = scope["query_string"]
    fields = parse_qs(query.decode("latin-1")).get("opt_fields", [""])[0].count(",") + 1
    try:
        data = orjson.loads(answer.body).get("data", [])
    except orjson.JSONDecodeError:
        return 1
    return 1 + (len(data) if isinstance(data, list) else 1) * fields
