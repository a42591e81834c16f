"""A job sends what a person has approved: to its own connector alone, and not while its department is left in peace."""

from pathlib import Path

import pytest

from canonical.store import RunState
from canonical.store.writebacks import State
from pmohub.serving.job import JobReport, run_job
from pmohub.writing import plan
from sync.stopping import Stop
from tests.crash.workplace import WHOLE, decide, hub_of, journal, set_up
from tests.serving.test_job import Silent

ALWAYS = "blackout = [{ from = 2020-01-01, to = 2099-12-31 }]"


def approved(folder: Path) -> None:
    set_up(folder)
    with hub_of(folder) as hub:
        decide(hub, plan(hub).plan.id)


def job(folder: Path, connector: str | None) -> JobReport:
    with hub_of(folder) as hub:
        return run_job(hub, connector, watcher=Silent(), stop=Stop())


def states(folder: Path) -> dict[str, set[State]]:
    with hub_of(folder) as hub:
        items = journal(hub)
    return {name: {one.state for one in items if one.connector == name} for name in ("register", "tasks")}


def test_what_is_approved_is_sent_to_the_jobs_connector_alone(tmp_path: Path) -> None:
    approved(tmp_path)
    report = job(tmp_path, "register")
    assert (report.state, report.outcomes, report.problems) == (RunState.DONE, {"applied": 2}, [])
    assert states(tmp_path) == {"register": {State.APPLIED}, "tasks": {State.APPROVED}}


def test_what_nobody_approved_is_planned_and_not_sent(tmp_path: Path) -> None:
    set_up(tmp_path)
    report = job(tmp_path, "register")
    assert (report.outcomes, "apply" in report.seconds) == ({}, False)
    assert states(tmp_path) == {"register": {State.PROPOSED}, "tasks": {State.PROPOSED}}


def test_a_job_that_reads_nothing_sends_nothing(tmp_path: Path) -> None:
    approved(tmp_path)
    assert job(tmp_path, None).outcomes == {}
    assert states(tmp_path)["register"] == {State.APPROVED}


def test_in_a_blackout_it_waits_and_says_so(tmp_path: Path) -> None:
    approved(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(WHOLE.replace('mode = "controlling"', f'mode = "controlling"\n{ALWAYS}'))
    report = job(tmp_path, "register")
    assert report.state is RunState.DONE
    assert "2 approved changes for Office wait" in report.problems[-1].what
    assert states(tmp_path)["register"] == {State.APPROVED}
    config.write_text(WHOLE)
    assert job(tmp_path, "register").outcomes == {"applied": 2}


def test_a_tool_that_cannot_be_read_is_not_written_to(tmp_path: Path) -> None:
    approved(tmp_path)
    (tmp_path / "files/Register.xlsx").unlink()
    report = job(tmp_path, "register")
    assert report.state is RunState.FAILED
    assert states(tmp_path)["register"] == {State.APPROVED}


@pytest.mark.parametrize("stage", ["plan", "apply"])
def test_a_job_that_was_cut_off_is_seen_through_by_the_next(tmp_path: Path, stage: str) -> None:
    approved(tmp_path)
    stop = Stop()

    class Cuts(Silent):
        def begun(self, begun: str) -> None:
            stop.asked = stop.asked or begun == stage

    with hub_of(tmp_path) as hub:
        assert run_job(hub, "register", watcher=Cuts(), stop=stop).state is RunState.CANCELLED
    job(tmp_path, "register")
    assert states(tmp_path)["register"] == {State.APPLIED}
