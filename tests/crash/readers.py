"""The process that reads workbooks, forked from a warmed one: starting Python for each killed one costs too much."""

import contextlib
import os
import pickle
import signal
from types import SimpleNamespace
from typing import Any

from connectors.spreadsheet.reading import child, process


class ForkedReader:
    """Stands where `subprocess.Popen` does: the same work in a process of its own, with nothing to import."""

    def __init__(self, *_: Any, **__: Any) -> None:
        jobs, self._jobs = os.pipe()
        self._answers, answers = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            os.close(self._jobs)
            os.close(self._answers)
            with contextlib.suppress(BaseException):
                serve(jobs, answers)
            os._exit(0)
        os.close(jobs)
        os.close(answers)
        self.stdin, self.stdout = os.fdopen(self._jobs, "wb"), os.fdopen(self._answers, "rb")

    def poll(self) -> int | None:
        return self.returncode

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


def serve(jobs: int, answers: int) -> None:
    """Answer jobs until the input ends, as it does when the other side is killed."""
    with os.fdopen(jobs, "rb") as asked, os.fdopen(answers, "wb") as answered:
        while True:
            child._answer(pickle.load(asked), answered)  # noqa: S301  # written by our own side


def fork_readers() -> None:
    """Let this process fork its readers from now on; those of its parent are left to it."""
    process._PARKED._idle = []
    process.subprocess = SimpleNamespace(Popen=ForkedReader, PIPE=None, DEVNULL=None)
