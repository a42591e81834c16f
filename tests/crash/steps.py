"""Every step of a piece of work numbered, and the process killed at one of them.

A step is either side of each commit of the store, of each request to a tool over HTTP, and of each operation that
changes a file or its folder: making, flushing to the disk, attributes, renaming, exchanging, removing.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event

from connectors.http import session
from connectors.spreadsheet.patch import exchange

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime", "os.chmod", "os.chown", "os.setxattr"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Steps:
    """Counts the steps of this process; kills it before the step `at`, or lets it stand still.

    It stands still (`SIGSTOP`) where it holds no transaction only: a lock would keep all others out as long.
    """

    def __init__(self, at: int | None = None, sign: signal.Signals = signal.SIGKILL) -> None:
        self.at = at
        self.sign = sign
        self.count = 0
        self._lock = Lock()

    def step(self, *_: Any) -> None:
        with self._lock:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), self.sign)

    def in_transaction(self, *_: Any) -> None:
        if self.sign is signal.SIGKILL:
            self.step()
        else:
            with self._lock:
                self.count += 1

    def watch(self, engine: Engine) -> None:
        """Number the commits of a store from now on."""
        event.listen(engine, "commit", self.in_transaction)
        event.listen(engine, "checkin", self.step)

    def leave(self, engine: Engine) -> None:
        event.remove(engine, "commit", self.in_transaction)
        event.remove(engine, "checkin", self.step)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any) -> Any:
            self.step()
            result = function(*arguments)
            self.step()
            return result

        return stepped


def number_requests(steps: Steps) -> None:
    """Number what this process, which ends when it does, asks of tools over HTTP."""
    session.fetch = steps.around(session.fetch)  # type: ignore[attr-defined]


def number_files(steps: Steps, folder: Path, sent: Path) -> None:
    """Number what this process, which ends when it does, does to files; note each exchange of a file in `sent`."""
    files = str(folder)

    def heard(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open":
            path, _, flags = arguments
            if isinstance(path, str) and path.startswith(files) and flags & WRITES:
                steps.step()
        elif name in CHANGES and str(arguments[0]).startswith(files):
            steps.step()

    sys.addaudithook(heard)
    # The audit hook hears of neither; no system call of ours changes a file besides.
    os.fsync = steps.around(os.fsync)
    exchange._exchange = steps.around(noted(exchange._exchange, sent))


def noted(exchanged: Callable[[Path, Path], bool], sent: Path) -> Callable[[Path, Path], bool]:
    """Keep account of each exchange of a team's file, also beyond a kill."""

    def exchange_and_note(one: Path, other: Path) -> bool:
        done = exchanged(one, other)
        if done and not other.parent.name.startswith(exchange._TRIAL):
            with sent.open("a") as stream:
                stream.write(f"{other.name}\n")
        return done

    return exchange_and_note
