"""A job in a process of its own: what the tool does wrong ends that run alone, in words, and keeps what was stored."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from canonical.database import reading
from canonical.problems import Problem, Weight
from canonical.schema.entities import task
from canonical.store import RunState, acquire, holder_of, recent_runs
from pmohub.composition import Hub
from pmohub.serving.job import JobReport, Stage
from pmohub.serving.service import log_end
from tests.serving.conftest import Folder, done

HubOf = Callable[[Path], Hub]


def tasks(hub: Hub) -> int:
    with reading(hub.engine) as connection:
        return connection.execute(select(func.count()).select_from(task)).scalar_one()


def test_a_job_goes_through_all_stages(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine"))
    report = done(hub)
    assert (report.state, report.problems, tasks(hub)) == (RunState.DONE, [], 6)
    assert list(report.seconds) == ["read", "resolve", "evaluate", "notify"]
    assert {run.kind.value for run in recent_runs(hub.engine)} == {"sync", "resolve", "evaluate"}


@pytest.mark.parametrize("word", ["hang", "earnest"])
def test_a_tool_that_hangs_is_ended_in_words_and_what_it_gave_is_kept(folder: Folder, hub_of: HubOf, word: str) -> None:
    hub = hub_of(folder(tool=f"fine fine {word}", read=2))
    report = done(hub)
    assert report.state is RunState.FAILED
    (run,) = (run for run in recent_runs(hub.engine) if run.connector == "tool")
    assert run.state is RunState.FAILED
    assert run.ended_at is not None
    (problem,) = run.note.problems
    assert problem.what.startswith("Reading tool showed no progress for ")
    assert "in the stage “read”" in problem.where
    assert problem.not_done == "What was stored before is kept; the rest was not read."
    assert run.note.counts.changed == 8
    (hub.configuration.folder / "tool.txt").write_text("fine")
    assert done(hub).state is RunState.DONE, "its lease is free at once"
    assert tasks(hub) == 6


def test_a_process_of_the_same_number_on_a_machine_of_the_same_name_keeps_its_lease(
    folder: Folder, hub_of: HubOf
) -> None:
    """As containers have them: all are process 1, and a restarted one has the name of the one before."""
    hub = hub_of(folder(tool="hang", read=3))
    job = threading.Thread(target=done, args=(hub,))
    job.start()
    while (found := holder_of(hub.engine, "connector:tool")) is None:
        time.sleep(0.05)
    acquire(hub.engine, "connector:other", found.holder.partition(" (")[0], timedelta(minutes=1))
    job.join()
    assert holder_of(hub.engine, "connector:tool") is None
    assert holder_of(hub.engine, "connector:other") is not None


def test_a_tool_that_fills_the_memory_ends_its_own_run(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine eat", read=60, more="serve = { memory_mb = 1024 }\n"))
    report = done(hub)
    assert report.state is RunState.FAILED
    (run,) = (run for run in recent_runs(hub.engine) if run.connector == "tool")
    assert (run.state, run.note.counts.changed) == (RunState.FAILED, 4)
    assert "memory" in run.note.problems[0].what


def test_a_tool_that_answers_garbage_fails_without_its_words(folder: Folder, hub_of: HubOf, capfd) -> None:
    hub = hub_of(folder(tool="fine garbage"))
    report = done(hub)
    assert report.state is RunState.FAILED
    assert "ValueError" in report.problems[0].what
    assert "s3cret" not in str(report) + str(recent_runs(hub.engine)) + "".join(capfd.readouterr())


def test_a_tool_that_brings_the_interpreter_down_is_told_by_its_signal(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine crash"))
    assert "(signal 6)" in done(hub).problems[0].what
    (run,) = recent_runs(hub.engine)
    assert (run.state, run.note.problems[0].where) == (RunState.FAILED, "in the stage “read”")


def test_a_tool_that_is_down_leaves_the_portfolio_to_be_judged(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="down"))
    report = done(hub)
    assert (report.state, report.problems[0].what) == (RunState.FAILED, "The tool does not answer")
    assert "evaluate" in report.seconds


def test_the_log_names_what_failed_and_not_what_came_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    later = Problem("The rest waits for a look", weight=Weight.WARNING)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    ours = logging.getLogger("pmohub")
    ours.addHandler(handler)
    try:
        log_end(JobReport("register", RunState.FAILED, problems=[Problem("The file is damaged"), later]))
    finally:
        ours.removeHandler(handler)
    printed = capsys.readouterr().out
    assert ("The file is damaged" in printed, "waits for a look" in printed) == (True, False)


def test_a_job_that_is_asked_to_stop_ends_at_its_next_batch(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="slow", read=60))
    stop = threading.Event()
    threading.Timer(2.0, stop.set).start()
    report = done(hub, stop=stop)
    assert report.state is RunState.CANCELLED
    assert "resolve" not in report.seconds
    assert done(hub).state is RunState.DONE
    assert tasks(hub) == 6


def test_a_run_that_takes_longer_than_it_may_is_asked_to_stop_and_gone_on_with(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="slow", read=60, more="serve = { whole_seconds = 2 }\n"))
    report = done(hub)
    assert report.state is RunState.CANCELLED
    assert "longer than it may" in report.problems[-1].what


class Silent:
    def begun(self, stage: Stage) -> None:
        pass

    def progressed(self) -> None:
        pass
