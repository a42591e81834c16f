"""The parent's side of the child process: one child for many files, a new one after it had to be ended."""

import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from connectors.spreadsheet.reading.job import Answer, Chunk, Failed, Job
from connectors.spreadsheet.reading.signature import UnreadableFileError, unreadable

PATIENCE = 3
"""How many times its processor limit a file may take on the clock before its child is ended."""


class ChildReader:
    """Reads files in a child process. Used as a context manager; the child ends with it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

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
        child = self._started()
        assert child.stdin is not None  # noqa: S101  # it was started with pipes
        try:
            pickle.dump(job, child.stdin, pickle.HIGHEST_PROTOCOL)
            child.stdin.flush()
        except BrokenPipeError as error:
            raise self._died(job) from error
        return child

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(  # our own module in our own interpreter
                [sys.executable, "-m", "connectors.spreadsheet.reading.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], job: Job) -> Chunk | Answer:
        assert child.stdout is not None  # noqa: S101  # it was started with pipes
        watchdog = threading.Timer(PATIENCE * job.options.seconds, child.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            answer: Chunk | Answer | Failed = pickle.load(child.stdout)  # noqa: S301  # written by our own child  # written by our own child
        except (EOFError, pickle.UnpicklingError) as error:
            raise self._died(job) from error
        finally:
            watchdog.cancel()
        if isinstance(answer, Failed):
            raise UnreadableFileError(answer.problem)
        return answer

    def _died(self, job: Job) -> UnreadableFileError:
        code = self._child.wait() if self._child else 0
        self._end()
        limits = {getattr(signal, name, None) for name in ("SIGXCPU", "SIGKILL")}
        if code < 0 and -code in limits:
            what = f"Reading the file took more than {job.options.seconds} seconds of processor time and was ended."
            step = "Look for a stray cell or an implausible size; if it is genuine, raise seconds for this connector."
        else:
            what = "The file made its reader break off."
            step = "Open it in a spreadsheet program and save it again, or raise memory_mb for this connector."
        return unreadable(job.place, what, step)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        child.wait()
