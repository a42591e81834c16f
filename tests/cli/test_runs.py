"""`pmohub runs`: each run with what it did and what it cost, one run in full."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine

from canonical.database import open_engine
from canonical.store import RunKind, acquire, begin_run, cancel_asked
from sync.leases import connector_lease, held

from .conftest import Run

TURNED_ROUND = ["2027-03-01", "2027-02-01"]
CONFIG = """
[hub]
timezone = "Europe/Berlin"

[departments.pmo]
name = "PMO"
mode = "controlling"

[connectors.register]
kind = "spreadsheet"
department = "pmo"
path = "register.xlsx"
sheets.projects.name = "Register"
sheets.projects.key = "No."
sheets.projects.columns = { name = "Project", planned_start = "Start", planned_finish = "Finish" }

[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.key"
carrier = { register = "PMO ID" }
"""


def write_register(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Register"
    for row in [["No.", "Project", "PMO ID", "Start", "Finish"], *rows]:
        sheet.append(row)
    book.save(path)


@pytest.fixture
def office(pmohub: Run, tmp_path: Path) -> Run:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    write_register(tmp_path / "register.xlsx", [["P-1", "Fair"], ["P-2", "Site"]])
    return pmohub


def runs(office: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(office("runs", "--json").out)
    return found


def test_planning_sending_and_taking_back_are_runs_that_count_what_became_of_the_changes(office: Run) -> None:
    for command in (["sync"], ["writeback", "plan"], ["writeback", "approve"], ["writeback", "apply"]):
        assert office(*command).code in {0, 1}
    applied, planned = runs(office)[:2]
    assert (planned["kind"], planned["note"]["outcomes"]) == ("plan", {"proposed": 2})
    assert (applied["kind"], applied["connector"], applied["note"]["outcomes"]) == ("apply", "register", {"applied": 2})
    assert set(applied["note"]["stages"]) == {"open", "send"}
    assert applied["note"]["peak_memory"] > 1_000_000
    assert office("writeback", "undo").code == 0
    sent, taken_back = runs(office)[:2]
    assert (taken_back["kind"], taken_back["note"]["outcomes"]) == ("plan", {"to undo": 2})
    assert (sent["kind"], sent["note"]["outcomes"]) == ("apply", {"applied": 2})


def test_the_list_says_of_each_run_what_it_did(office: Run) -> None:
    for command in (["sync"], ["writeback", "plan"], ["writeback", "approve"], ["writeback", "apply"]):
        assert office(*command).code in {0, 1}
    did = {line.split("\t")[2]: line.split("\t")[4] for line in office("runs").out.splitlines() if "\t" in line}
    assert (did["sync register"], did["plan"], did["apply register"]) == (
        "2 read, 2 changed",
        "2 proposed",
        "2 applied",
    )


def test_a_connector_that_another_process_is_reading_is_skipped_and_says_who_has_it(
    office: Run, tmp_path: Path
) -> None:
    office("sync")
    engine = open_engine(f"sqlite:///{tmp_path}/pmohub.db")
    with held(engine, connector_lease("register"), "pmohub 7 on another machine"):
        ended = office("sync")
    engine.dispose()
    assert ended.code == 1
    assert "register\tskipped" in ended.out
    assert "note: register is being worked on by pmohub 7 on another machine" in ended.err


def test_a_dry_run_names_what_stands_before_many_changes_once(office: Run, tmp_path: Path) -> None:
    for command in (["sync"], ["writeback", "plan"], ["writeback", "approve"]):
        assert office(*command).code in {0, 1}
    write_register(tmp_path / "register.xlsx", [["P-1", "Fair", "ours"], ["P-2", "Site", "ours"]])
    ended = office("writeback", "apply", "--dry-run")
    assert ended.code == 1
    assert ended.out.count("the team has written “ours” since") == 1
    assert "P-1, P-2, pmo_id: the team has written" in ended.out


@pytest.mark.parametrize(("days", "said"), [(0, "since today"), (1, "for 1 day"), (8, "for 8 days")])
def test_doctor_counts_what_waits_for_a_decision_and_says_for_how_long(
    office: Run, tmp_path: Path, days: int, said: str
) -> None:
    for command in (["sync"], ["writeback", "plan"]):
        assert office(*command).code in {0, 1}
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.replace("[hub]", f"[hub]\ncalendar_shift_days = {days}"), encoding="utf-8")
    assert office("sync").code == 0
    assert office("writeback", "plan").code in {0, 1}
    told = office("doctor").out
    assert f"2 to decide on, the oldest {said}" in told
    assert ("warning: Proposed changes wait for a decision: 2" in told) is (days >= 7)


def test_a_run_is_told_in_full_by_the_beginning_of_its_id(office: Run) -> None:
    office("sync")
    run = next(one for one in runs(office) if one["kind"] == "sync")
    assert f"{run['id'][:8]}\t" in office("runs", "--connector", "register").out
    ended = office("runs", "show", run["id"][:8])
    assert ended.code == 0
    assert "ok: sync register: done" in ended.out
    assert f"run: {run['id']}" in ended.out
    assert "records read\t2" in ended.out
    assert "stage pull\t" in ended.out
    assert "peak memory\t" in ended.out
    assert json.loads(office("runs", "show", run["id"], "--json").out) == run


def test_a_failed_run_tells_its_error_in_words(office: Run, tmp_path: Path) -> None:
    (tmp_path / "register.xlsx").unlink()
    office("sync")
    run = next(one for one in runs(office) if one["kind"] == "sync")
    ended = office("runs", "show", run["id"][:10])
    assert "error: sync register: failed" in ended.out
    assert "not done: " in ended.out


@pytest.mark.parametrize(("named", "said"), [("zz", "There is no run “zz”"), ("", "There is no run “”")])
def test_a_run_that_does_not_exist_is_told_in_words(office: Run, named: str, said: str) -> None:
    office("sync")
    ended = office("runs", "show", named)
    assert ended.code == 2
    assert said in ended.err


@pytest.fixture
def jumped(office: Run, tmp_path: Path) -> Run:
    """Approved changes wait, and then twenty rows come in one sync whose finish is before their start."""
    config = tmp_path / "config.toml"
    config.write_text(f"{CONFIG}\n[plausibility]\nmax_new_deviations = 5\n", encoding="utf-8")
    for command in (["sync"], ["writeback", "plan"], ["writeback", "approve"]):
        assert office(*command).code in {0, 1}
    rows = [[f"P-{number}", f"Project {number}", None, *TURNED_ROUND] for number in range(3, 23)]
    write_register(tmp_path / "register.xlsx", [["P-1", "Fair"], ["P-2", "Site"], *rows])
    ended = office("sync")
    assert ended.code == 1
    assert "deviations are new at once" in ended.err
    return office


def test_a_jump_in_deviations_holds_planning_and_writing_until_a_person_looks(jumped: Run) -> None:
    run = next(one for one in runs(jumped) if one["kind"] == "evaluate")
    assert f"pmohub runs accept {run['id'][:8]}" in jumped("status").out
    for command in (["writeback", "plan"], ["writeback", "apply", "P1"]):
        ended = jumped(*command)
        assert (ended.code, "deviations are new at once" in ended.err) == (4, True)
    assert jumped("sync").code == 1
    assert jumped("runs", "accept", run["id"][:8]).code == 0
    assert "new at once" not in jumped("status").out
    assert jumped("writeback", "apply", "P1").code == 0
    assert jumped("sync").code == 0
    assert jumped("runs", "accept", run["id"][:8]).code == 1


def test_what_was_written_can_be_taken_back_while_writes_are_held(office: Run, tmp_path: Path) -> None:
    for command in (["sync"], ["writeback", "plan"], ["writeback", "approve"], ["writeback", "apply"], ["sync"]):
        assert office(*command).code in {0, 1}
    config = tmp_path / "config.toml"
    config.write_text(f"{CONFIG}\n[plausibility]\nmax_new_deviations = 0\n", encoding="utf-8")
    written = [[f"P-{number}", f"Project {number}", f"PMO-P-{number}"] for number in (1, 2)]
    write_register(tmp_path / "register.xlsx", [*written, ["P-3", "New", None, *TURNED_ROUND]])
    assert "new at once" in office("sync").err
    assert office("writeback", "undo").code == 0


def test_limits_on_deletions_are_those_of_the_configuration(office: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"{CONFIG}\n[plausibility]\nmax_deletions = 1\n", encoding="utf-8")
    rows = [[f"P-{number}", f"Project {number}"] for number in range(1, 5)]
    write_register(tmp_path / "register.xlsx", rows)
    office("sync")
    write_register(tmp_path / "register.xlsx", rows[:2])
    ended = office("sync")
    assert ended.code == 4
    assert "The limits are 1 items and 30% of what is stored." in ended.err
    config.write_text(f"{CONFIG}\n[plausibility]\nmax_deletions = 2\n", encoding="utf-8")
    assert office("sync").code == 0


def test_a_connector_may_have_limits_of_its_own(office: Run, tmp_path: Path) -> None:
    own = CONFIG.replace('path = "register.xlsx"', 'path = "register.xlsx"\nplausibility = { max_deletions = 1 }')
    (tmp_path / "config.toml").write_text(f"{own}\n[plausibility]\nmax_deletion_share = 0.9\n", encoding="utf-8")
    rows = [[f"P-{number}", f"Project {number}"] for number in range(1, 5)]
    write_register(tmp_path / "register.xlsx", rows)
    office("sync")
    write_register(tmp_path / "register.xlsx", rows[:2])
    ended = office("sync")
    assert ended.code == 4
    assert "The limits are 1 items and 90% of what is stored." in ended.err


@pytest.fixture
def store(office: Run, tmp_path: Path) -> Iterator[Engine]:
    office("sync")
    engine = open_engine(f"sqlite:///{tmp_path / 'pmohub.db'}")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("kind", "code", "asked"), [(RunKind.SYNC, 0, True), (RunKind.APPLY, 0, True), (RunKind.EVALUATE, 1, False)]
)
def test_a_running_run_is_asked_to_stop_if_it_works_in_steps(
    office: Run, store: Engine, kind: RunKind, code: int, asked: bool
) -> None:
    lease = acquire(store, "of another process", "another", timedelta(minutes=5))
    run = begin_run(store, lease, kind, datetime.now(UTC))
    assert office("runs", "cancel", run[:8]).code == code
    assert cancel_asked(store, run) == asked
    assert ("asked for by" in office("runs", "show", run).out) == asked


def test_a_run_that_is_over_is_not_asked(office: Run) -> None:
    office("sync")
    ended = office("runs", "cancel", runs(office)[0]["id"])
    assert (ended.code, "is not running: done" in ended.out) == (1, True)
