"""The limits as an ASGI layer around a site."""

from collections.abc import Callable
from typing import Protocol

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.jira.limiting.asked import Asked
from pmohub.testing.jira.limiting.cloud import CloudLimits
from pmohub.testing.jira.limiting.data_center import DataCenterLimits
from pmohub.testing.sandbox.exchange import Answer, answered, header

_LISTS = ("issues", "values", "worklogs", "comments", "histories", "users")
_BODY = orjson.dumps({"errorMessages": ["Rate limit exceeded."], "errors": {}})


class Limiter(Protocol):
    """Counts what is asked; both kinds of Jira have one."""

    def admit(self, asked: Asked, now: int) -> dict[str, str] | None:
        """Give None where the request may pass, or the headers of the 429 that refuses it."""

    def charge(self, asked: Asked, objects: int, now: int) -> dict[str, str]:
        """Count what was answered, and tell of what is left."""


class Limits:
    """The limits in force; none, until some are set."""

    def __init__(self, limits: CloudLimits | DataCenterLimits | None = None) -> None:
        self.limiter: Limiter | None = None
        self.set(limits)

    def set(self, limits: CloudLimits | DataCenterLimits | None) -> None:
        """Count anew, by other limits, or no longer."""
        self.limiter = limits.limiter() if limits else None


class Limiting:
    """Refuses with 429 what goes beyond the limits, and tells of them in every answer. `now` gives milliseconds."""

    def __init__(self, app: ASGIApp, limits: Limits, now: Callable[[], int]) -> None:
        self._app = app
        self._limits = limits
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        limiter = self._limits.limiter
        if limiter is None or scope["type"] != "http" or "/rest/" not in scope["path"]:
            await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        refusal = limiter.admit(asked, self._now())
        if refusal is not None:
            await Answer(429, {"Content-Type": "application/json", **refusal}, _BODY).send(send)
            return
        answer = await answered(self._app, scope, receive)
        told = limiter.charge(asked, _objects(answer), self._now())
        await answer.with_headers(told).send(send)


def _asked(scope: Scope) -> Asked:
    credential = header(scope["headers"], "authorization")
    is_app = credential.lower().startswith("bearer ")
    return Asked(scope["method"], scope["path"], credential, is_app)


def _objects(answer: Answer) -> int:
    """Count what was read: the entries of a list, or the one thing."""
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return 0
    if isinstance(body, dict):
        return next((len(body[name]) for name in _LISTS if isinstance(body.get(name), list)), 1)
    return len(body) if isinstance(body, list) else 0
