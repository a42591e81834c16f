"""`pmohub serve` as a process: started, killed, told that a minute has passed, stopped; and people's commands."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import func, select, update

from canonical.database import reading, writing
from canonical.schema.operations import run as runs
from canonical.schema.writing import writeback
from canonical.store import RunState
from canonical.store.writebacks import State
from pmohub.composition import Hub
from tests.crash.workplace import forget_leases
from tests.soak.office import CONNECTORS

PATIENCE = 240
WRITES_WITHIN = 12
IDLE = 1
"""The processes below the service while no run is under way: the one that runs are forked from."""
ENDED_WELL = (RunState.DONE.value, RunState.IN_PART.value)


class Service:
    """The service in a folder; `hub` looks into its store from outside."""

    def __init__(self, hub: Hub, told: Counter[str]) -> None:
        self.at_work: list[psutil.Process] = []
        self.cut_off: set[str] = set()
        self.hub, self.told = hub, told
        self.folder = hub.configuration.folder
        self.out = self.folder / "serve.log"

    def start(self) -> None:
        with self.out.open("ab") as log:
            self.began_at = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pmohub", "serve"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                env={**os.environ},
            )
        self.told["starts of the service"] += 1

    def kill(self, *, all_at_once: bool = False) -> None:
        """Kill it without a warning, see that what it started ends with it, and let its leases be over.

        `all_at_once`: as when the power fails, what `is_writing` saw at work first.
        """
        if all_at_once:
            for process in self.at_work:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        below = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        _, alive = psutil.wait_procs(below, timeout=60)
        assert not alive, f"outlived the service: {alive}"
        self.told["kills"] += 1
        self.told["kills in the midst of a run"] += bool(len(below) > IDLE or all_at_once)
        self.told["kills in the midst of a write"] += bool(self.in_flight() - self.cut_off)
        self.cut_off |= self.in_flight()
        forget_leases(self.hub)

    def in_flight(self) -> set[str]:
        """Give what is journaled and not ended."""
        with reading(self.hub.engine) as connection:
            query = select(writeback.c.id).where(writeback.c.state == State.JOURNALED.value)
            return set(connection.execute(query).scalars())

    def is_writing(self) -> bool:
        """Make everything due, and wait for a moment in which something more is journaled and not ended."""
        self.until(self.has_begun)
        before = self.in_flight()
        self.let_a_minute_pass()
        until = time.monotonic() + WRITES_WITHIN
        while time.monotonic() < until:
            self.at_work = psutil.Process(self.process.pid).children(recursive=True)
            if self.in_flight() - before:
                return True
        return False

    def stop(self) -> None:
        """Ask it to stop, as an admin does."""
        self.process.terminate()
        code = self.process.wait(timeout=PATIENCE)
        assert code == 0, f"the service ended with {code}"

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def let_a_minute_pass(self) -> None:
        """Make every connector due: its runs were begun a minute earlier, and the service looks anew."""
        ended = runs.c.ended_at.is_not(None)
        with writing(self.hub.engine) as connection:
            for row in connection.execute(select(runs.c.id, runs.c.started_at).where(ended)).all():
                earlier = {"started_at": row.started_at - timedelta(minutes=1)}
                connection.execute(update(runs).where(runs.c.id == row.id).values(**earlier))
        if self.has_begun():
            self.process.send_signal(signal.SIGHUP)

    def has_begun(self) -> bool:
        """Say whether it works already: before, it does not listen to signals. It must not have ended by itself."""
        assert self.process.poll() is None, self.out.read_text()[-2000:]
        return b"service begun" in self.out.read_bytes()[self.began_at :]

    def read_all_again(self) -> None:
        """Let every connector be read to the end once more."""
        self.until(self.has_begun)
        before = self.good_runs()
        self.let_a_minute_pass()
        self.until(lambda: all(self.good_runs()[name] > before[name] for name in CONNECTORS))
        self.until(lambda: len(psutil.Process(self.process.pid).children(recursive=True)) <= IDLE)

    def good_runs(self) -> Counter[str]:
        query = select(runs.c.connector, func.count()).where(runs.c.kind == "sync", runs.c.state.in_(ENDED_WELL))
        with reading(self.hub.engine) as connection:
            return Counter({row[0]: row[1] for row in connection.execute(query.group_by(runs.c.connector))})

    def until(self, holds: Callable[[], object]) -> None:
        for _ in range(PATIENCE * 5):
            if holds():
                return
            assert self.process.poll() is None, "the service has ended"
            time.sleep(0.2)
        never = f"not in {PATIENCE} seconds; the log ends: {self.out.read_text()[-2000:]}"
        raise AssertionError(never)

    def type(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a person does."""
        done = subprocess.run(
            [sys.executable, "-m", "pmohub", *command],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done


def living_in(folder: Path) -> list[str]:
    """Name the processes that work in a folder: those that the soak started, and all that these did."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and Path(process.cwd()).is_relative_to(folder):
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except (psutil.Error, OSError):
            continue
    return found
