"""Which request is to go wrong, and how."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What happens to a request instead of a good answer."""

    DELAY = "delay"
    TIMEOUT = "timeout"
    RESET = "reset"
    TOO_MANY = "429"
    INTERNAL = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    TRUNCATED = "truncated"
    LOGIN_PAGE = "login_page"
    UNAUTHORISED = "401"
    EMPTY = "empty"
    SAME_PAGE_TOKEN = "same_page_token"  # noqa: S105  # no secret


class Fault(BaseModel):
    """One fault. Requests whose method and path fit are counted from when it is armed, the first being 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Field(description="What happens.")
    method: str = Field(default="", description="Only requests with this method.")
    path: str = Field(default="", description="A regular expression that the path must contain, with its query.")
    nth: Annotated[int, Field(ge=1)] = Field(default=1, description="The first of the fitting requests to go wrong.")
    times: Annotated[int, Field(ge=1)] | None = Field(
        default=1, description="How many go wrong; null: all from then on."
    )
    applied: bool = Field(
        default=False,
        description="Whether the tool does what it was asked before the answer goes wrong: the answer is lost.",
    )
    seconds: Annotated[float, Field(ge=0, le=600)] = Field(default=30, description="How long a delay or timeout takes.")
    retry_after: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Retry-After of a 429 or 503, in seconds; null: there is none."
    )

    def fits(self, method: str, path: str) -> bool:
        """Say whether a request is one of those counted."""
        return self.method.upper() in {"", method} and re.search(self.path, path) is not None


@dataclass(frozen=True, slots=True)
class Hit:
    """A request that went wrong."""

    fault: Fault
    method: str
    path: str


class Faults:
    """The faults that are armed, and what they have hit. Used from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._armed: list[tuple[Fault, list[int]]] = []
        self._hits: list[Hit] = []

    def arm(self, *faults: Fault) -> None:
        """Let faults wait for their requests."""
        with self._lock:
            self._armed += [(fault, [0]) for fault in faults]

    def clear(self) -> None:
        """Let nothing go wrong any more, and forget what has."""
        with self._lock:
            self._armed.clear()
            self._hits.clear()

    @property
    def armed(self) -> Sequence[Fault]:
        """The faults that may still hit something."""
        with self._lock:
            return [
                fault for fault, seen in self._armed if fault.times is None or seen[0] < fault.nth - 1 + fault.times
            ]

    @property
    def hits(self) -> Sequence[Hit]:
        """What went wrong so far, in order."""
        with self._lock:
            return list(self._hits)

    def next(self, method: str, path: str) -> Fault | None:
        """Count a request; give the fault that hits it, the one armed first of several."""
        with self._lock:
            due = None
            for fault, seen in self._armed:
                if not fault.fits(method, path):
                    continue
                seen[0] += 1
                over = seen[0] - fault.nth
                if due is None and over >= 0 and (fault.times is None or over < fault.times):
                    due = fault
            if due is not None:
                self._hits.append(Hit(due, method, path))
            return due
