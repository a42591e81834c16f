"""Work done by a process that is killed at a step, and done again: what is left of it."""

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias

from canonical.database import reading
from canonical.problems import ProblemError
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import events
from pmohub.composition import Hub
from tests.crash.readers import fork_readers
from tests.crash.steps import Steps, number_files
from tests.crash.stores import FileStore, ServerStore
from tests.crash.workplace import forget_leases, hub_of, journal, put_back_to
from tests.sync.conftest import store_of

TOLD = 3
"""The code of a process that ended with a problem in words."""
Work: TypeAlias = Callable[[Hub], object]


class Outside(Protocol):
    """What a hub works on besides its store."""

    def begin(self) -> None:
        """Put it back to what it was."""

    def watch(self, steps: Steps) -> None:
        """Number what this process does to it."""

    def done(self) -> list[str]:
        """Say what was done to it, each as often as it was."""


@dataclass(frozen=True)
class Files:
    """Files beside the configuration, which are put back with the folder."""

    folder: Path
    sent: Path

    def begin(self) -> None:
        self.sent.unlink(missing_ok=True)

    def watch(self, steps: Steps) -> None:
        number_files(steps, self.folder, self.sent)

    def done(self) -> list[str]:
        return sorted(self.sent.read_text().splitlines()) if self.sent.exists() else []


@dataclass(frozen=True)
class Left:
    """What there is afterwards: every file beside the config, each change's state, what was sent how often.

    `stored` is all that the store holds, where that is asked for.
    """

    files: dict[str, bytes]
    changes: list[tuple[str, str, object, object]]
    vetoes: set[tuple[str, str]]
    applied: list[str]
    exchanges: list[str]
    stored: dict[str, list[Any]] = field(default_factory=dict)


class Harness:
    """Does work on copies of a folder, in processes of its own, one of which is killed."""

    def __init__(self, seed: Path, work: Work, store: FileStore | ServerStore, outside: Outside | None = None) -> None:
        self.seed, self.work, self.store = seed, work, store
        self.mutate: Callable[[], None] = lambda: None
        self.folder = seed.with_name("work")
        self.outside = outside or Files(self.folder / "files", seed.with_name("sent"))
        self.whole = False

    def __enter__(self) -> Self:
        """Do the work once, so that what is forked need compile nothing."""
        self._open = ExitStack()
        self.begin()
        self.hub = self._open.enter_context(hub_of(self.folder))
        self.work(self.hub)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def begin(self) -> None:
        if hasattr(self, "hub"):
            self.hub.engine.dispose()
        put_back_to(self.seed, self.folder)
        self.store.put_back()
        self.outside.begin()

    def run(self, kill_at: int | None = None) -> tuple[bool, int]:
        """Do the work in a forked process; say whether it was killed, and how many steps it took."""
        child, steps_read = self._fork(kill_at)
        with os.fdopen(steps_read, "rb") as pipe:
            count = int.from_bytes(pipe.read())
        return self._ended(child), count

    def _fork(self, at: int | None, sign: signal.Signals = signal.SIGKILL) -> tuple[int, int]:
        steps_read, steps_written = os.pipe()
        child = os.fork()
        if not child:
            code = 99
            try:
                self.mutate()
                fork_readers()
                self.hub.engine.dispose(close=False)
                forget_leases(self.hub)
                steps = Steps(at, sign)
                steps.watch(self.hub.engine)
                self.outside.watch(steps)
                self.work(self.hub)
                os.write(steps_written, steps.count.to_bytes(4))
                code = 0
            except ProblemError:
                code = TOLD
            finally:
                os._exit(code)
        os.close(steps_written)
        return child, steps_read

    def _ended(self, child: int, *well: int) -> bool:
        """Wait for a process to end, with nothing to tell or one of these codes; say whether it was killed."""
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or os.waitstatus_to_exitcode(status) in (0, *well)
        self.hub.engine.dispose()
        return killed

    def left(self) -> Left:
        files = {str(path.relative_to(self.folder)): path for path in (self.folder / "files").rglob("*")}
        items = journal(self.hub)
        with reading(self.hub.engine) as connection:
            happened = events(connection, [item.id for item in items])
            return Left(
                files={name: path.read_bytes() if path.is_file() else b"" for name, path in files.items()},
                changes=[(item.id, item.state.value, item.before, item.after) for item in items],
                vetoes=set(vetoes(connection)),
                applied=sorted(row["writeback_id"] for row in happened if row["event"] == "applied"),
                exchanges=self.outside.done(),
                stored=store_of(self.hub.engine) if self.whole else {},
            )

    def uninterrupted(self) -> tuple[int, Left]:
        """Give the number of steps, and what is left when nothing happens."""
        self.begin()
        killed, count = self.run()
        assert not killed
        return count, self.left()

    def killed_at(self, *steps: int) -> Left | None:
        """Kill at a step, at one of the next run, and so on, then let it end; None when a step was not reached."""
        self.begin()
        for step in steps:
            if not self.run(step)[0]:
                return None
        assert not self.run()[0]
        return self.left()

    def differs_at(self, step: int, wanted: Left) -> bool:
        """Say whether a kill at a step leaves something else."""
        left = self.killed_at(step)
        return left is not None and left != wanted

    def check_every_step(self, stride: int = 1, first: int = 1) -> str:
        """Kill at every step, or at each so many; say in words how many there were."""
        count, wanted = self.uninterrupted()
        killed = 0
        for step in range(first, count + 1, stride):
            left = self.killed_at(step)
            # What threads do side by side takes a step less at times.
            assert left == wanted or (left is None and step > count - 3), f"killed at step {step} of {count}"
            killed += left is not None
        return f"{count} steps, killed at {killed} of them"

    def check_pairs(self, nth: int, stride: int = 1) -> str:
        """Let each step come first, or each so many, and every nth of the next run second; say how many there were."""
        count, wanted = self.uninterrupted()
        killed = 0
        for first in range(1, count + 1, stride):
            second = 1 + first % nth
            while (left := self.killed_at(first, second)) is not None:
                assert left == wanted, f"killed at step {first}, then at step {second}"
                second += nth
                killed += 1
        return f"{count} steps; killed at {len(range(1, count + 1, stride))} of them, and {killed} times once more"

    def overtaken_at(self, step: int, then: Callable[[], None]) -> Left | None:
        """Let a process stand still at a step until another has done its work, and more has happened; then go on.

        None when it did not stand still there.
        """
        self.begin()
        child, steps_read = self._fork(step, signal.SIGSTOP)
        os.close(steps_read)
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            assert os.waitstatus_to_exitcode(status) == 0
            return None
        try:
            assert not self.run()[0]
            then()
        finally:
            os.kill(child, signal.SIGCONT)
        assert not self._ended(child, TOLD)
        return self.left()
