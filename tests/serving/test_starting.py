"""Jobs' processes are forked from a warm one; it may die, and what a job gets from it is what a fresh start gives."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from canonical.store import RunState, recent_runs
from pmohub.composition import Hub
from pmohub.serving.starting import Started, Starter, started
from tests.serving.conftest import Folder, done

HubOf = Callable[[Path], Hub]
forks = pytest.mark.skipif("sys.platform != 'linux'", reason="no process is forked here")


class Fresh(Starter):
    def start(self, environment: Mapping[str, str]) -> Started:
        return started(environment)


@pytest.fixture
def starter() -> Iterator[Starter]:
    opened = Starter()
    yield opened
    opened.close()


def warm() -> list[psutil.Process]:
    """Give the warm processes of this one, but not what is forked from them."""
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "pmohub.serving.warm" in child.cmdline()]


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


@forks
def test_a_warm_process_that_dies_is_replaced(folder: Folder, hub_of: HubOf, starter: Starter) -> None:
    before = warm()
    hub = hub_of(folder(tool="fine", other="fine"))
    assert done(hub, "tool", starter=starter).state is RunState.DONE
    (first,) = set(warm()) - set(before)
    first.kill()
    first.wait()
    assert done(hub, "other", starter=starter).state is RunState.DONE
    (second,) = set(warm()) - set(before)
    assert second.num_threads() == 1, "or what it forks could hang"


@forks
def test_a_job_outlives_the_warm_process_and_its_crash_is_still_told_by_its_signal(
    folder: Folder, hub_of: HubOf, starter: Starter
) -> None:
    before = warm()
    hub = hub_of(folder(tool="slow slow slow crash", read=60))
    reports = []
    job = threading.Thread(target=lambda: reports.append(done(hub, starter=starter)))
    job.start()
    assert within(60, lambda: any(run.note.counts.changed for run in recent_runs(hub.engine)))
    (process,) = set(warm()) - set(before)
    process.kill()
    job.join()
    assert "(signal 6)" in reports[0].problems[0].what


def test_a_process_started_from_nothing_does_the_same(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine", other="fine crash"))
    assert done(hub, "tool", starter=Fresh()).state is RunState.DONE
    assert "(signal 6)" in done(hub, "other", starter=Fresh()).problems[0].what


def test_a_secret_in_the_environment_is_what_it_is_when_the_job_begins(
    folder: Folder, hub_of: HubOf, starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = folder(database="sqlite:///one.db", tool="fine")
    config = where / "config.toml"
    config.write_text(config.read_text().replace('"sqlite:///one.db"', '{ env = "PMOHUB_TEST_STORE" }'))
    for name in ("one", "two"):
        monkeypatch.setenv("PMOHUB_TEST_STORE", f"sqlite:///{name}.db")
        hub = hub_of(where)
        assert done(hub, starter=starter).state is RunState.DONE
        assert len([run for run in recent_runs(hub.engine) if run.connector == "tool"]) == 1


@forks
def test_a_forked_process_is_like_a_fresh_one(starter: Starter) -> None:
    """It leads a group, which is killed as a whole, and took over no open file and no signal's handling."""
    environment = dict(os.environ)
    # A shell that starts the tests in the background has them ignore it, and a fresh process inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with at_work(starter, environment) as forked, at_work(Fresh(), environment) as fresh:
        assert [os.getpgid(one.pid) == one.pid for one in (forked, fresh)] == [True, True]
        assert within(60, lambda: seen(forked) == seen(fresh)), (seen(forked), seen(fresh))
    signal.signal(signal.SIGINT, before)


@contextmanager
def at_work(starter: Starter, environment: Mapping[str, str]) -> Iterator[Started]:
    """Give a process that waits for its order."""
    process = starter.start(environment)
    try:
        yield process
    finally:
        process.kill()
        for file in (process.stdin, process.stdout):
            assert file is not None
            file.close()
        assert process.wait() == -signal.SIGKILL


def seen(process: Started) -> list[str]:
    """Give to what each open file of a process leads, by its kind, and how it treats signals."""
    where = Path(f"/proc/{process.pid}")
    found = [line for line in (where / "status").read_text().splitlines() if line.startswith(("SigI", "SigC", "SigB"))]
    for file in sorted((where / "fd").iterdir()):
        with suppress(FileNotFoundError):  # one that was read while the other is still importing
            found.append(f"{file.name} {str(file.readlink()).partition(':')[0]}")
    return found


def test_a_process_that_gets_no_order_since_its_service_was_killed_ends_without_a_word() -> None:
    command = [sys.executable, "-m", "pmohub.serving.child"]
    done = subprocess.run(command, input=b'{"config', capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
