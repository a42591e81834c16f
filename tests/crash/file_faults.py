"""File operations that fail: each of a process and of its readers is numbered, and one of them, or all from it on.

Operations are opening, reading, writing, flushing to the disk, looking at a file, listing, making, renaming,
exchanging, removing, attributes; those that touch the team's files or the hub's temporary ones count. Installed in a
process of its own, where nothing is taken back.
"""

import builtins
import errno
import io
import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine

from connectors.spreadsheet.patch import exchange

CODES = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EBUSY)
NAMES = ("stat", "scandir", "listdir", "mkdir", "rmdir", "rename", "replace", "unlink", "chmod", "chown", "utime")


@dataclass
class FileFaults:
    """Counts the operations on files below the folders `within`, also those of forked readers."""

    within: tuple[Path, ...]
    code: int = errno.EIO
    at: int = 0
    forever: bool = False

    def __post_init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)
        self.folders = tuple(map(str, self.within))

    @property
    def count(self) -> int:
        return int.from_bytes(self._shared[:8])

    def step(self) -> bool:
        """Count an operation; say whether it fails."""
        number = self.count + 1
        self._shared[:8] = number.to_bytes(8)
        return bool(self.at) and (number == self.at or (self.forever and number > self.at))

    def concerns(self, path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and str(path).startswith(self.folders)

    def error(self, path: Any = None) -> OSError:
        return OSError(self.code, os.strerror(self.code), *([] if path is None else [str(path)]))

    def install(self) -> None:
        """Let the operations of this process be counted, and fail, from now on."""
        for name in NAMES:
            setattr(os, name, self._by_path(getattr(os, name)))
        opened = self._by_path(_open_through(self))
        # `os.open` is what the folder is flushed by; its descriptor is a number as any other.
        os.open = self._by_path(os.open)
        os.fsync = self._always(os.fsync)
        exchange._exchange = self._by_path(exchange._exchange)
        python_calamine.load_workbook = self._by_path(python_calamine.load_workbook, _as_calamine)
        usual = io.open

        def open_either(file: Any, *arguments: Any, **named: Any) -> Any:
            return (opened if self.concerns(file) else usual)(file, *arguments, **named)

        io.open = builtins.open = open_either

    def _by_path(
        self, function: Callable[..., Any], failure: Callable[[OSError], BaseException] = lambda error: error
    ) -> Callable[..., Any]:
        def either(path: Any = ".", *arguments: Any, **named: Any) -> Any:
            if self.concerns(path) and self.step():
                raise failure(self.error(path))
            return function(path, *arguments, **named)

        return either

    def _always(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def either(*arguments: Any) -> Any:
            if self.step():
                raise self.error()
            return function(*arguments)

        return either


def _as_calamine(_: OSError) -> BaseException:
    """What calamine, which opens files by itself, says of one that it cannot open or read."""
    return python_calamine.CalamineError("Cannot detect file format")


def _open_through(faults: FileFaults) -> Callable[..., Any]:
    """Open a file whose reads, writes and close are operations, too."""

    class Raw(io.FileIO):
        def readinto(self, buffer: Any) -> int | None:
            self._operation()
            return super().readinto(buffer)

        def readall(self) -> bytes:
            self._operation()
            return super().readall()

        def write(self, data: Any) -> int | None:
            if faults.step():
                super().write(bytes(data)[: len(data) // 2])
                raise faults.error()
            return super().write(data)

        def _operation(self) -> None:
            if faults.step():
                raise faults.error()

    def opened(file: Any, mode: str = "r", buffering: int = -1, *text: Any, **named: Any) -> Any:
        raw = Raw(os.fspath(file), mode.replace("b", "").replace("t", ""))
        if "b" in mode and buffering == 0:
            return raw
        binary = io.BufferedReader(raw) if mode.strip("bt") == "r" else io.BufferedWriter(raw)
        return binary if "b" in mode else io.TextIOWrapper(binary, *text, **named)

    return opened
