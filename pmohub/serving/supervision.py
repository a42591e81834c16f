"""The parent's side of a job's process: listened to, asked to stop, ended when it hangs, its run ended in words.

`supervised` blocks until the job is over; each caller (a worker's thread, or a worker's process) has one at a time.
"""

import contextlib
import os
import queue
import secrets
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

import orjson
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from canonical.logs import logger
from canonical.problems import Problem, ProblemError
from canonical.store import RunState
from canonical.store.orphans import close_runs
from pmohub.serving.job import JobReport, Stage
from pmohub.serving.orders import BEGUN, ENDED, STOP, Order, read_report
from pmohub.serving.starting import Starter
from pmohub.syncing import TOLD_NAME

log = logger()
TICK_SECONDS = 0.2
DOING = {
    Stage.READ: "Reading",
    Stage.RESOLVE: "Working out who is who",
    Stage.EVALUATE: "Applying the standards",
    Stage.PLAN: "Planning what to write",
    Stage.APPLY: "Sending what is approved",
    Stage.NOTIFY: "Telling people",
}
KEPT = {
    Stage.READ: "What was stored before is kept; the rest was not read.",
    Stage.APPLY: "What was journaled is read before anything is sent again; the rest stays approved.",
}
STARTING = "start"
STARTING_SECONDS = 120


def supervised(
    order: Order,
    engine: Engine,
    starter: Starter,
    *,
    clock: Callable[[], datetime],
    stop: threading.Event | None = None,
) -> JobReport:
    """Do a job in a process of its own, and give its report whatever becomes of the process.

    `stop`: once it is set, the job is asked to stop at its next batch, and ended when it does not.
    """
    watched = _Watched(order, starter, stop or threading.Event())
    try:
        ended_because = watched.wait()
    finally:
        watched.end()
    if watched.report is not None and ended_because is None:
        return watched.report
    state, problem = ended_because or watched.died()
    report = watched.report or JobReport(order.connector, stage=watched.stage)
    report.state = state
    report.problems.append(problem)
    try:
        close_runs(engine, watched.holder, state, problem, clock())
    except (ProblemError, SQLAlchemyError):
        log.warning("a run could not be ended", connector=order.connector, exc_info=True)
    return report


class _Watched:
    """A job's process, the messages that it sends, and for how long it has sent none."""

    def __init__(self, order: Order, starter: Starter, stop: threading.Event) -> None:
        self.order = order
        self.stop = stop
        self.stage = STARTING
        self.report: JobReport | None = None
        self.begun_at = self.heard_at = time.monotonic()
        self.messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.scratch = tempfile.mkdtemp(prefix="pmohub-job-")
        name = secrets.token_hex(4)
        # What a process leaves behind that is ended goes with its temporary folder.
        self.process = starter.start({**os.environ, "TMPDIR": self.scratch, TOLD_NAME: name})
        self.holder = f"pmohub {self.process.pid} on {socket.gethostname()} ({name})"
        self._tell(order.line())
        self.listener = threading.Thread(target=_listen, args=(self.process.stdout, self.messages), daemon=True)
        self.listener.start()

    def wait(self) -> tuple[RunState, Problem] | None:
        """Wait until the process has ended; give why it had to be ended, None when it ended by itself."""
        asked_at: float | None = None
        reason: tuple[RunState, Problem] | None = None
        while self._hears():
            now = time.monotonic()
            if asked_at is not None:
                if now - asked_at > self.order.seconds["stop"]:
                    return reason or (RunState.CANCELLED, self._unwilling())
                continue
            silent, whole = now - self.heard_at, now - self.begun_at
            if silent > self._limit():
                reason = (RunState.FAILED, self._hangs(silent, whole))
                self._tell(STOP)
                with contextlib.suppress(OSError):
                    self.process.terminate()
            elif whole > self.order.seconds["whole"]:
                reason = (RunState.CANCELLED, self._too_long(whole))
                self._tell(STOP)
            elif self.stop.is_set():
                self._tell(STOP)
            else:
                continue
            asked_at = now
        return reason

    def end(self) -> None:
        """See to it that neither the process nor what it started lives on."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        with contextlib.suppress(OSError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        self.process.wait()
        self.listener.join()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def died(self) -> tuple[RunState, Problem]:
        """Say that the process ended without a report."""
        code = self.process.returncode
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return RunState.FAILED, Problem(
            what=f"The process that worked on {self._what()} ended all of a sudden ({how}).",
            where=f"in the stage “{self.stage}”",
            not_done="What was stored before is kept.",
            next_step="It is tried again by itself. If it happens again: signal 9 is how systems end what takes too "
            "much memory; otherwise report it with the kind of tool.",
        )

    def _hears(self) -> bool:
        """Take in the next message, if one comes soon; False when there will be none any more."""
        try:
            told = self.messages.get(timeout=TICK_SECONDS)
        except queue.Empty:
            return True
        if told is None:
            return False
        self.heard_at = time.monotonic()
        if told["kind"] == BEGUN:
            self.stage = told["stage"]
        elif told["kind"] == ENDED:
            self.report = read_report(told["report"])
            return False
        return True

    def _tell(self, line: bytes) -> None:
        with contextlib.suppress(OSError):  # it has ended already
            if self.process.stdin is not None:
                self.process.stdin.write(line)
                self.process.stdin.flush()

    def _limit(self) -> float:
        return self.order.seconds.get(self.stage, STARTING_SECONDS)

    def _what(self) -> str:
        return self.order.connector or "the portfolio"

    def _doing(self) -> str:
        doing = DOING.get(Stage(self.stage), self.stage) if self.stage != STARTING else "Starting the work on"
        return f"{doing} {self._what()}" if self.stage in {STARTING, Stage.READ} else f"{doing} ({self._what()})"

    def _kept(self) -> str:
        return KEPT.get(Stage(self.stage), "") if self.stage != STARTING else ""

    def _hangs(self, silent: float, whole: float) -> Problem:
        return Problem(
            what=f"{self._doing()} showed no progress for {_told(silent)} and was ended.",
            where=f"in the stage “{self.stage}”, {_told(whole)} after the run had begun",
            not_done=self._kept() or "What was stored before is kept; this stage was not done.",
            next_step="It is tried again by itself and goes on from there. See whether the tool answers, or give it "
            f"more time with serve.seconds.{self.stage}:",
            commands=(f"pmohub check {self.order.connector}",) if self.order.connector else ("pmohub status",),
        )

    def _too_long(self, whole: float) -> Problem:
        return Problem(
            what=f"The run of {self._what()} took {_told(whole)}, longer than it may, and was asked to stop.",
            where=f"in the stage “{self.stage}”",
            not_done=self._kept() or "What was stored before is kept.",
            next_step="The next run goes on from there. If it takes so long each time, raise serve.seconds.whole.",
        )

    def _unwilling(self) -> Problem:
        return Problem(
            what=f"{self._doing()} was ended because the service stops, and it did not stop within "
            f"{_told(self.order.seconds['stop'])}.",
            where=f"in the stage “{self.stage}”",
            not_done=self._kept() or "What was stored before is kept.",
            next_step="The next run goes on from there.",
        )


def _listen(out: IO[bytes] | None, messages: "queue.SimpleQueue[dict[str, Any] | None]") -> None:
    assert out is not None  # noqa: S101  # it was started with pipes
    with contextlib.suppress(OSError, ValueError), out:
        for line in out:
            messages.put(orjson.loads(line))
    messages.put(None)


def _told(seconds: float) -> str:
    """Write a duration for a sentence: `40 seconds`, `12 minutes`."""
    whole = round(seconds)
    return f"{whole} second{'s' * (whole != 1)}" if whole < 120 else f"{whole // 60} minutes"
