"""A site that is kept in a file: which site it is, and each act that changed it, in order, to be done again.

The file is JSON lines. The first says which site it is and on which day there it began; each further one is a request
that changed something, with its moment at the site: `{"at": "2026-11-25T08:30:00.000+00:00", "method": "PUT", "path":
"/rest/api/3/issue/PORT-2", "body": {...}}`. What was only asked is not kept, and no header is.
"""

import asyncio
import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import httpx

from canonical.problems import ConfigurationError, Problem
from pmohub.testing.jira.answers.flavour import Flavour
from pmohub.testing.jira.app import application
from pmohub.testing.jira.state import Act, Sandbox, State, begin
from pmohub.testing.sandbox.timeline import instant

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file with a site. `since` is the day on which it was `sandbox.today` there; days pass there as they do here."""

    path: Path
    sandbox: Sandbox
    since: date
    port: int
    acts: Sequence[Line] = ()

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
            sandbox = Sandbox(Flavour(head["flavour"]), head["issues"], head["seed"], date.fromisoformat(head["today"]))
            kept = cls(path, sandbox, date.fromisoformat(head["since"]), head["port"], lines[1:])
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
        told = self.sandbox
        head = {"flavour": told.flavour.value, "issues": told.issues, "seed": told.seed, "today": str(told.today)}
        lines = [{"site": {**head, "since": str(self.since), "port": self.port}}, *self.acts]
        try:
            self.path.write_text("".join(f"{_line(one)}\n" for one in lines), encoding="utf-8")
        except OSError as error:
            raise _unusable(self.path, f"It cannot be written: {(error.strerror or '').lower()}") from None

    def begin(self, now: datetime) -> State:
        """Make the site, do all again that was done to it, and keep what is done from now on. `now` is the moment here.

        Raises:
            ConfigurationError: an act cannot be done again.
        """
        state = begin(self.sandbox)
        # In a thread of its own: where the caller runs an event loop already, there could be no second one.
        with ThreadPoolExecutor(1) as apart:
            apart.submit(asyncio.run, self._again(state)).result()
        state.clock.stop(stopped=False)
        last = instant(state.world.now()) if self.acts else now.min.replace(tzinfo=UTC)
        state.clock.set(max(last, now + (self.sandbox.today - self.since)))
        state.keep = self._append
        return state

    async def _again(self, state: State) -> None:
        state.clock.stop()
        headers = {"Authorization": _login(self.sandbox), "Content-Type": "application/json"}
        transport = httpx.ASGITransport(application(state))
        async with httpx.AsyncClient(transport=transport, base_url="http://site", headers=headers) as client:
            for number, act in enumerate(self.acts, 2):
                try:
                    state.clock.set(datetime.fromisoformat(act["at"]))
                    answer = await client.request(act["method"], act["path"], json=act.get("body"))
                except (KeyError, TypeError, ValueError):
                    raise _unusable(self.path, f"Line {number} is no act") from None
                if answer.is_error:
                    raise _unusable(self.path, f"Line {number} cannot be done again: {answer.text}")

    def _append(self, act: Act) -> None:
        """Add an act to the file, at once: whoever stops the sandbox loses nothing."""
        told: Line = {"at": instant(act.at).isoformat(timespec="milliseconds"), "method": act.method, "path": act.path}
        if act.body:
            told["body"] = json.loads(act.body)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{_line(told)}\n")


def _line(told: Line) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(", ", ": "))


def _login(sandbox: Sandbox) -> str:
    if sandbox.flavour is Flavour.DATA_CENTER:
        return f"Bearer {sandbox.token}"
    return f"Basic {base64.b64encode(f'{sandbox.email}:{sandbox.token}'.encode()).decode()}"


def _unusable(path: Path, what: str) -> ConfigurationError:
    step = "Name another file, which is then made, or take this one away to begin anew."
    return ConfigurationError(Problem(what, str(path), "The sandbox was not started.", step))
