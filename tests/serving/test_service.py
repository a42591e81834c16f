"""`pmohub serve` as a process: what is due is read, what fails is left alone for a while, and delays nothing else."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pytest
from sqlalchemy import insert

from canonical.database import writing
from canonical.schema.operations import run as runs_table
from canonical.store import Run, RunState, recent_runs
from pmohub.composition import Hub
from sync.leases import connector_lease, held
from tests.serving.conftest import Folder
from tests.sync.conftest import forget_leases

HubOf = Callable[[Path], Hub]
PATIENCE = 180
CAUGHT = Path("/proc/self/status")


class Served:
    """A service at work in a folder; it is stopped when the block ends, and must end with 0."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.folder = folder
        self.command = command or ("serve",)
        self.out = folder / "serve.log"

    def __enter__(self) -> Self:
        with self.out.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pmohub", *self.command],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                env={**os.environ},
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        if kind is None:
            assert code == 0, self.log()
            assert "Traceback" not in self.log()
            assert "fault of the program" not in self.log()

    def log(self) -> str:
        return self.out.read_text()

    def until(self, holds: Callable[[], object]) -> None:
        for _ in range(PATIENCE * 10):
            if holds():
                return
            assert self.process.poll() is None, self.log()
            time.sleep(0.1)
        raise AssertionError(self.log())

    def says(self, *words: str) -> None:
        self.until(lambda: all(word in self.log() for word in words))


def reads(hub: Hub, name: str) -> list[Run]:
    """Give how often a connector was read, the newest first."""
    return [run for run in recent_runs(hub.engine, connector=name) if run.kind.value == "sync"]


def ended(hub: Hub, name: str) -> list[RunState]:
    return [run.state for run in reads(hub, name) if run.state is not RunState.RUNNING]


@pytest.mark.long
def test_what_was_never_read_is_read_at_once_and_what_was_missed_once(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(new="fine", missed="fine", rested="fine"))
    noted(hub, "missed", ago=timedelta(days=1000))
    noted(hub, "rested", ago=timedelta(minutes=1))
    with Served(hub.configuration.folder) as service:
        service.until(lambda: len(reads(hub, "new")) == 1 and len(reads(hub, "missed")) == 2)
        service.says("connector=new state=done", "connector=missed state=done")
        time.sleep(2.5)  # two more ticks of the clock
    assert [len(reads(hub, name)) for name in ("new", "missed", "rested")] == [1, 2, 1]


def noted(hub: Hub, connector: str, ago: timedelta, state: RunState = RunState.DONE) -> None:
    """Store a run of the past."""
    begun = hub.now() - ago
    row = {"id": f"past-{connector}-{ago}", "kind": "sync", "connector": connector, "state": state.value}
    with writing(hub.engine) as connection:
        connection.execute(insert(runs_table).values(**row, started_at=begun, ended_at=begun))


def test_tools_that_hang_or_fill_the_memory_delay_no_other(folder: Folder, hub_of: HubOf) -> None:
    sound = {f"sound{number}": "fine" for number in range(4)}
    hub = hub_of(folder(hangs="hang", eats="eat", **sound, workers=2, read=600))
    with Served(hub.configuration.folder) as service:
        service.until(lambda: all(ended(hub, name) == [RunState.DONE] for name in sound))
        assert [run.state for run in reads(hub, "hangs")] == [RunState.RUNNING]
        service.until(lambda: ended(hub, "eats"))
    assert ended(hub, "eats")[-1] is RunState.FAILED
    (hanging,) = reads(hub, "hangs")
    assert hanging.state is RunState.CANCELLED, "it was ended with the service"


@pytest.mark.long
def test_a_tool_that_is_down_is_left_alone_for_longer_and_longer_and_comes_back_by_itself(
    folder: Folder, hub_of: HubOf
) -> None:
    hub = hub_of(folder(tool="down"))
    with Served(hub.configuration.folder) as service:
        service.says("left alone connector=tool failures=1", "left alone connector=tool failures=3")
        (hub.configuration.folder / "tool.txt").write_text("fine")
        service.until(lambda: RunState.DONE in ended(hub, "tool"))
    failed = [run for run in reversed(reads(hub, "tool")) if run.state is RunState.FAILED]
    for number, (early, late) in enumerate(pairwise(failed)):
        assert early.ended_at is not None
        assert late.started_at - early.ended_at >= timedelta(seconds=2**number)


@pytest.mark.long
def test_a_restart_remembers_for_how_long_a_failing_connector_is_left_alone(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(failing="fine", new="fine"))
    for number in range(8):
        noted(hub, "failing", timedelta(minutes=number), RunState.FAILED)
    with Served(hub.configuration.folder) as service:
        service.says("connector=new state=done")
        time.sleep(1.5)
    assert RunState.DONE not in ended(hub, "failing")


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_stop_lets_the_batch_in_hand_end_and_the_next_start_goes_on_from_it(
    folder: Folder, hub_of: HubOf, number: signal.Signals
) -> None:
    hub = hub_of(folder(tool="slow", read=60))
    with Served(hub.configuration.folder) as service:
        service.until(lambda: any(run.note.counts.changed for run in reads(hub, "tool")))
        service.process.send_signal(number)
        service.process.wait(timeout=PATIENCE)
    (first,) = reads(hub, "tool")
    assert first.state is RunState.CANCELLED
    assert 0 < first.note.counts.changed < 13
    with Served(hub.configuration.folder) as service:
        service.until(lambda: ended(hub, "tool")[:1] == [RunState.DONE])
    assert reads(hub, "tool")[0].cursor_before == first.note.cursor


def test_a_changed_configuration_counts_and_a_wrong_one_is_refused_in_words(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(one="fine"))
    config = hub.configuration.path
    whole = config.read_text()
    with Served(hub.configuration.folder) as service:
        service.says("connector=one state=done")
        config.write_text(whole.replace('kind = "awkward"', 'kind = "awkwardest"'))
        service.process.send_signal(signal.SIGHUP)
        service.says("the new configuration is refused", "Unknown connector kind “awkwardest”")
        (hub.configuration.folder / "two.txt").write_text("fine")
        config.write_text(whole + re.sub("one", "two", whole[whole.index("[connectors.one]") :]))
        service.process.send_signal(signal.SIGHUP)
        service.says("configuration reloaded", "connector=two state=done")


@pytest.mark.skipif(not CAUGHT.exists(), reason="this system does not tell which signals a process handles")
def test_a_wish_to_reload_does_not_end_a_service_that_is_only_just_starting(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine"))
    with Served(hub.configuration.folder) as service:
        service.until(lambda: catches(service.process.pid, signal.SIGHUP))
        assert "service begun" not in service.log()
        service.process.send_signal(signal.SIGHUP)
        service.says("service begun", "configuration reloaded")


def catches(pid: int, number: signal.Signals) -> bool:
    (mask,) = re.findall(r"SigCgt:\s+(\w+)", Path(f"/proc/{pid}/status").read_text())
    return bool(int(mask, 16) >> number - 1 & 1)


@pytest.mark.long
def test_what_another_process_is_reading_is_left_to_it_and_is_no_failure(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine"))
    with held(hub.engine, connector_lease("tool"), "another service"), Served(hub.configuration.folder) as service:
        service.says("job ended connector=tool state=skipped")
        time.sleep(2.5)
    assert "left alone" not in service.log()
    assert " warning " not in service.log()
    assert (reads(hub, "tool"), service.log().count("job begun connector=tool")) == ([], 1)


def test_a_wrong_configuration_is_no_start(folder: Folder) -> None:
    where = folder(tool="fine", schedule="61 * * * *")
    done = subprocess.run(
        [sys.executable, "-m", "pmohub", "serve"], cwd=where, capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 2
    assert "minute is from 0 to 59" in done.stderr.decode()


@pytest.mark.long
def test_two_services_on_one_store_read_no_connector_twice_at_once(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(**{f"tool{number}": "slow" for number in range(3)}, read=60))
    with Served(hub.configuration.folder) as one, Served(hub.configuration.folder) as other:
        for service in (one, other):
            service.until(lambda: all(RunState.DONE in ended(hub, f"tool{number}") for number in range(3)))
        time.sleep(2.5)
    for number in range(3):
        times = sorted((run.started_at, run.ended_at) for run in reads(hub, f"tool{number}"))
        assert all(early[1] <= late[0] for early, late in pairwise(times))
        assert set(ended(hub, f"tool{number}")) == {RunState.DONE}


@pytest.mark.long
def test_a_service_that_is_killed_takes_a_hanging_run_with_it_and_the_next_one_goes_on(
    folder: Folder, hub_of: HubOf
) -> None:
    hub = hub_of(folder(tool="fine earnest", read=600))
    killed = Served(hub.configuration.folder).__enter__()
    killed.until(lambda: reads(hub, "tool") and reads(hub, "tool")[0].note.counts.changed)
    below = psutil.Process(killed.process.pid).children(recursive=True)
    killed.process.kill()
    killed.process.wait()
    assert psutil.wait_procs(below, timeout=PATIENCE)[1] == []
    forget_leases(hub.engine)
    (hub.configuration.folder / "tool.txt").write_text("fine")
    with Served(hub.configuration.folder) as service:
        service.until(lambda: ended(hub, "tool")[:1] == [RunState.DONE])
    assert ended(hub, "tool") == [RunState.DONE, RunState.LOST]
    assert reads(hub, "tool")[0].cursor_before == reads(hub, "tool")[1].note.cursor


@pytest.mark.long
def test_it_runs_on_the_other_database(
    folder: Folder, hub_of: HubOf, fresh_store: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store_url = fresh_store("postgresql")
    monkeypatch.setenv("PMOHUB_TEST_STORE", store_url)
    where = folder(tool="fine", down="down")
    config = where / "config.toml"
    config.write_text(config.read_text().replace('"sqlite:///pmohub.db"', '{ env = "PMOHUB_TEST_STORE" }'))
    hub = hub_of(where)
    with Served(where) as service:
        service.says("connector=tool state=done", "left alone connector=down failures=1")
        service.until(lambda: len(ended(hub, "down")) > 1)
    assert ended(hub, "tool") == [RunState.DONE]
    assert store_url not in service.log()
