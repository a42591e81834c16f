"""The process of one job: told what to do on its input, it says how it gets on, and ends.

A tool that hangs, fills the memory or brings the interpreter down does so in a process that nobody else lives in.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from typing import IO

from canonical.logs import logger
from canonical.problems import Problem, ProblemError, problems_of
from canonical.store import RunState
from pmohub.composition import composed
from pmohub.config import inspect
from pmohub.logs import lines
from pmohub.serving.job import JobReport, Stage, run_job
from pmohub.serving.orders import BEGUN, ENDED, PROGRESSED, Order, message, report_document
from sync.stopping import Stop, stop_on_signals

with contextlib.suppress(ImportError):
    import resource

log = logger()


class Voice:
    """Says on the output how the job gets on."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out

    def begun(self, stage: Stage) -> None:
        """Say that a stage begins."""
        self._say(message(BEGUN, stage=stage.value))

    def progressed(self) -> None:
        """Say that something is done."""
        self._say(message(PROGRESSED))

    def ended(self, report: JobReport) -> None:
        """Say how all of it went."""
        self._say(message(ENDED, report=report_document(report)))

    def _say(self, line: bytes) -> None:
        with contextlib.suppress(OSError):  # the parent has gone: the stop that follows ends this process
            self.out.write(line)
            self.out.flush()


def main() -> None:
    """Do the job that stands on the input's first line; any later line, or its end, asks to stop.

    It leads a group of processes of its own, which ends as a whole.
    """
    told = os.fdopen(os.dup(0), "rb")
    voice = Voice(os.fdopen(os.dup(1), "wb"))
    # Nothing that a library prints may get between the messages.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    line = told.readline()
    if not line.endswith(b"\n"):
        # The service was killed before it had given the order.
        return
    order = Order.read(line)
    limit_memory(order.memory_mb)
    with stop_on_signals() as stop:
        threading.Thread(target=_listen, args=(told, stop, order.seconds["stop"]), daemon=True).start()
        voice.ended(_done(order, voice, stop))


def limit_memory(megabytes: int) -> None:
    """Let this process and its children take no more address space, where the system can."""
    if "resource" in globals() and sys.platform != "darwin":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, hard))


def _listen(told: IO[bytes], stop: Stop, patience: int) -> None:
    """Wait for the word to stop, or for the end of the parent; what hangs after that would hold its lease for ever."""
    told.readline()
    stop.asked = True
    time.sleep(2 * patience)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _done(order: Order, voice: Voice, stop: Stop) -> JobReport:
    try:
        reading = inspect(order.config, text=order.text)
        if reading.configuration is None:
            return _failed(order, *reading.problems)
        with lines(reading.configuration, service=True), composed(reading.configuration) as hub:
            try:
                return run_job(hub, order.connector, watcher=voice, stop=stop)
            finally:
                hub.engine.dispose()
    except ProblemError as error:
        return _failed(order, *problems_of(error))


def _failed(order: Order, *problems: Problem) -> JobReport:
    return JobReport(order.connector, state=RunState.FAILED, problems=list(problems))


if __name__ == "__main__":
    main()
    sys.exit(0)
