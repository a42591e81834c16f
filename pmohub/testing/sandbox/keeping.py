"""A site that is kept in a file: which site it is, and each act that changed it, in order, to be done again.

The file is JSON lines. The first says which site it is and on which day there it began; each further one is a request
that changed something, with its moment at the site: `{"at": "2026-11-25T08:30:00.000+00:00", "method": "PUT", "path":
"/rest/api/3/issue/PORT-2", "body": {...}}`. What was only asked is not kept, and no header is.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import httpx
from starlette.types import ASGIApp

from canonical.problems import ConfigurationError, Problem
from pmohub.testing.sandbox.clock import SiteClock
from pmohub.testing.sandbox.timeline import instant

Line = dict[str, Any]


class Act(NamedTuple):
    """A request that changed the site: when (in milliseconds since 1970, there), and what was sent to which address."""

    at: int
    method: str
    path: str
    body: bytes


def forgotten(_act: Act) -> None:
    """Keep nothing of an act."""


class Place(Protocol):
    """A running sandbox, as far as it is kept."""

    @property
    def clock(self) -> SiteClock:
        """Its clock."""


PlaceT = TypeVar("PlaceT", bound=Place)


class Dated(Protocol):
    """Which site to run, as far as it is kept."""

    @property
    def today(self) -> date:
        """The day that it is there."""


SandboxT = TypeVar("SandboxT", bound=Dated)


@dataclass(frozen=True, slots=True)
class KeptSite(ABC, Generic[SandboxT, PlaceT]):
    """A file with a site. `since` is the day on which it was `sandbox.today` there; days pass there as they do here."""

    path: Path
    sandbox: SandboxT
    since: date
    port: int
    acts: Sequence[Line] = ()

    @classmethod
    @abstractmethod
    def told(cls, head: Line) -> SandboxT:
        """Read which site it is from the first line.

        Raises:
            ValueError, LookupError: it does not say so.
        """

    @abstractmethod
    def head(self) -> Line:
        """Say which site it is, for the first line; the day is said already."""

    @abstractmethod
    def made(self) -> PlaceT:
        """Make the site as it was on its first day."""

    @abstractmethod
    def application(self, place: PlaceT) -> ASGIApp:
        """Give what answers for it."""

    @abstractmethod
    def headers(self) -> Mapping[str, str]:
        """Give the headers of a request that is done again."""

    @abstractmethod
    def watch(self, place: PlaceT) -> None:
        """Let each act from now on be told to `append`."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file; a last line that was cut off while it was written is no act.

        Raises:
            ConfigurationError: it cannot be read, or holds no site.
        """
        try:
            text = path.read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
            head = lines[0]["site"]
            kept = cls(path, cls.told(head), date.fromisoformat(head["since"]), head["port"], lines[1:])
        except OSError as error:
            raise _unusable(path, f"It cannot be read: {(error.strerror or 'no reason given').lower()}") from None
        except (ValueError, LookupError, TypeError):
            raise _unusable(path, "It holds no sandbox that was kept") from None
        if not text.endswith("\n"):
            kept.write()
        return kept

    def write(self) -> None:
        """Make the file.

        Raises:
            ConfigurationError: it cannot be written.
        """
        days = {"today": str(self.sandbox.today), "since": str(self.since)}
        lines = [{"site": {**self.head(), **days, "port": self.port}}, *self.acts]
        try:
            self.path.write_text("".join(f"{_line(one)}\n" for one in lines), encoding="utf-8")
        except OSError as error:
            raise _unusable(self.path, f"It cannot be written: {(error.strerror or '').lower()}") from None

    def begin(self, now: datetime) -> PlaceT:
        """Make the site, do all again that was done to it, and keep what is done from now on. `now` is the moment here.

        Raises:
            ConfigurationError: an act cannot be done again.
        """
        place = self.made()
        # In a thread of its own: where the caller runs an event loop already, there could be no second one.
        with ThreadPoolExecutor(1) as apart:
            apart.submit(asyncio.run, self._again(place)).result()
        place.clock.stop(stopped=False)
        last = instant(place.clock.now()) if self.acts else now.min.replace(tzinfo=UTC)
        place.clock.set(max(last, now + (self.sandbox.today - self.since)))
        self.watch(place)
        return place

    async def _again(self, place: PlaceT) -> None:
        place.clock.stop()
        headers = {**self.headers(), "Content-Type": "application/json"}
        transport = httpx.ASGITransport(self.application(place))
        async with httpx.AsyncClient(transport=transport, base_url="http://site", headers=headers) as client:
            for number, act in enumerate(self.acts, 2):
                try:
                    place.clock.set(datetime.fromisoformat(act["at"]))
                    answer = await client.request(act["method"], act["path"], json=act.get("body"))
                except (KeyError, TypeError, ValueError):
                    raise _unusable(self.path, f"Line {number} is no act") from None
                if answer.is_error:
                    raise _unusable(self.path, f"Line {number} cannot be done again: {answer.text}")

    def append(self, act: Act) -> None:
        """Add an act to the file, at once: whoever stops the sandbox loses nothing."""
        told: Line = {"at": instant(act.at).isoformat(timespec="milliseconds"), "method": act.method, "path": act.path}
        if act.body:
            told["body"] = json.loads(act.body)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{_line(told)}\n")


def _line(told: Line) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(", ", ": "))


def _unusable(path: Path, what: str) -> ConfigurationError:
    step = "Name another file, which is then made, or take this one away to begin anew."
    return ConfigurationError(Problem(what, str(path), "The sandbox was not started.", step))
