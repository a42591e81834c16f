"""Every step of a write-back numbered, and the process killed at one of them.

A step is either side of each commit of the store, and of each operation that changes a file or its folder: making,
flushing to the disk, attributes, renaming, exchanging, removing.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from connectors.spreadsheet.patch import exchange

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime", "os.chmod", "os.chown", "os.setxattr"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Steps:
    """Counts the steps of this process, which ends when it does; kills it before the step `at`, or lets it stand still.

    It stands still (`SIGSTOP`) where it holds no transaction only: a lock would keep all others out as long.
    """

    def __init__(self, files: Path, at: int | None = None, sign: signal.Signals = signal.SIGKILL) -> None:
        self.files = str(files)
        self.at = at
        self.sign = sign
        self.count = 0

    def step(self, *_: Any) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), self.sign)

    def in_transaction(self, *_: Any) -> None:
        if self.sign is signal.SIGKILL:
            self.step()
        else:
            self.count += 1

    def watch(self, engine: Engine, sent: Path) -> None:
        """Number what this process does from now on; note each exchange of a file in `sent`."""
        event.listen(engine, "commit", self.in_transaction)
        event.listen(engine, "checkin", self.step)
        sys.addaudithook(self._heard)
        # The audit hook hears of neither; no system call of ours changes a file besides.
        os.fsync = self._around(os.fsync)
        exchange._exchange = self._around(noted(exchange._exchange, sent))

    def _heard(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open":
            path, _, flags = arguments
            if isinstance(path, str) and path.startswith(self.files) and flags & WRITES:
                self.step()
        elif name in CHANGES and str(arguments[0]).startswith(self.files):
            self.step()

    def _around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any) -> Any:
            self.step()
            result = function(*arguments)
            self.step()
            return result

        return stepped


def noted(exchanged: Callable[[Path, Path], bool], sent: Path) -> Callable[[Path, Path], bool]:
    """Keep account of each exchange of a team's file, also beyond a kill."""

    def exchange_and_note(one: Path, other: Path) -> bool:
        done = exchanged(one, other)
        if done and not other.parent.name.startswith(exchange._TRIAL):
            with sent.open("a") as stream:
                stream.write(f"{other.name}\n")
        return done

    return exchange_and_note
