"""The parent's side of the child process: one child for many files, a new one after it had to be ended."""

import atexit
import contextlib
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BufferedReader
from types import TracebackType
from typing import Any, Self

from canonical.garbage import no_collections
from connectors.spreadsheet.reading.job import IDLE_SECONDS, Answer, Chunk, Failed, Job
from connectors.spreadsheet.reading.signature import UnreadableFileError, unreadable

PATIENCE = 3
"""How many times its processor limit a file may take on the clock before its child is ended."""
REUSED_WITHIN = 0.5 * IDLE_SECONDS
"""A child that has been idle for so long may be about to end itself; a new one is started instead."""

NO_SIGNAL = 1 << 16
"""In place of a signal that the system does not have."""


class _Parked:
    """Idle children by their memory limit: a check that is followed by a pull need not start another one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[float, int, subprocess.Popen[bytes]]] = []
        atexit.register(self.end)

    def take(self, memory_mb: int) -> subprocess.Popen[bytes] | None:
        with self._lock:
            kept, self._idle = self._idle, []
            found = None
            for since, limit, child in kept:
                if time.monotonic() - since > REUSED_WITHIN or child.poll() is not None:
                    _end(child)
                elif found is None and limit == memory_mb:
                    found = child
                else:
                    self._idle.append((since, limit, child))
            return found

    def put(self, memory_mb: int, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._idle.append((time.monotonic(), memory_mb, child))

    def end(self) -> None:
        with self._lock:
            for _, _, child in self._idle:
                _end(child)
            self._idle = []


_PARKED = _Parked()


def _overdue(child: subprocess.Popen[bytes], overdue: threading.Event) -> None:
    overdue.set()
    child.kill()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    for pipe in (child.stdin, child.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()
    child.wait()


class ChildReader:
    """Reads files in a child process. Used as a context manager; the child is kept for a moment for the next one."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._memory_mb = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        child, self._child = self._child, None
        if child is not None:
            _PARKED.put(self._memory_mb, child)

    def read(self, job: Job) -> Iterator[Chunk]:
        """Give the chunks of a file as the child makes them.

        Raises:
            UnreadableFileError: the file cannot be read, or the child had to be ended over it.
        """
        finished = False
        try:
            child = self._asked(job)
            while not finished:
                answer = self._answer(child, job)
                if isinstance(answer, Chunk):
                    finished = answer.last
                    yield answer
        finally:
            if not finished:
                # Also when the pull is given up between two chunks: the rest of the file is then in the pipe.
                self._end()

    def ask(self, job: Job) -> Any:
        """Give the answer of a task that has one.

        Raises:
            UnreadableFileError: the file cannot be read, or the child had to be ended over it.
        """
        answer = self._answer(self._asked(job), job)
        return answer.found if isinstance(answer, Answer) else None

    def _asked(self, job: Job) -> subprocess.Popen[bytes]:
        child = self._started(job)
        assert child.stdin is not None  # noqa: S101  # it was started with pipes
        try:
            pickle.dump(job, child.stdin, pickle.HIGHEST_PROTOCOL)
            child.stdin.flush()
        except BrokenPipeError as error:
            raise self._died(job) from error
        return child

    def _started(self, job: Job) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._memory_mb = job.options.memory_mb
            self._child = _PARKED.take(self._memory_mb) or subprocess.Popen(
                [sys.executable, "-m", "connectors.spreadsheet.reading.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], job: Job) -> Chunk | Answer:
        assert isinstance(child.stdout, BufferedReader)  # noqa: S101  # it was started with pipes
        overdue = threading.Event()
        watchdog = threading.Timer(PATIENCE * job.options.seconds, _overdue, (child, overdue))
        watchdog.daemon = True
        watchdog.start()
        try:
            # Waits for the first byte, so that nobody else's collections are held off meanwhile.
            child.stdout.peek(1)
            with no_collections():
                answer: Chunk | Answer | Failed = pickle.load(child.stdout)  # noqa: S301  # written by our own child
        except (EOFError, pickle.UnpicklingError) as error:
            raise self._died(job, overdue=overdue.is_set()) from error
        finally:
            watchdog.cancel()
        if isinstance(answer, Failed):
            raise UnreadableFileError(answer.problem, passes=answer.passes)
        return answer

    def _died(self, job: Job, *, overdue: bool = False) -> UnreadableFileError:
        code = self._child.wait() if self._child else 0
        self._end()
        step = "Look for a stray cell or an implausible size; if it is genuine, raise seconds for this connector."
        if overdue:
            what = f"Reading the file gave nothing for {PATIENCE * job.options.seconds} seconds and was ended."
        elif code == -getattr(signal, "SIGXCPU", NO_SIGNAL):
            what = f"Reading the file took more than {job.options.seconds} seconds of processor time and was ended."
        elif code == -getattr(signal, "SIGKILL", NO_SIGNAL):
            what = "The reader of the file was ended from outside, as systems do that run out of memory."
            step = "Sync again; if it happens again, give the machine more memory or split the workbook."
        else:
            what = "The file made its reader break off."
            step = "Open it in a spreadsheet program and save it again, or raise memory_mb for this connector."
        return unreadable(job.place, what, step)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            _end(child)
