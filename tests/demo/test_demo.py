"""The demo shows the whole main job on files as people keep them, again and again, and touches nothing else."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from canonical.problems import ConfigurationError
from pmohub.clock import now
from pmohub.demo.company import TOOLS, set_up
from pmohub.testing.jira.world.catalogue import PHASE, PMO_ID
from pmohub.testing.sandbox.loopback import listening
from tests.jira_sandbox.clients import client

from .make_samples import SAMPLES, make

REGISTER = "portfolio/Project register 2026.xlsx"
pytestmark = pytest.mark.xdist_group("demo")  # or each worker would run the demo for its share


def files(folder: Path) -> Iterator[Path]:
    return (
        path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.suffix in {".xlsx", ".csv", ".jsonl"}
    )


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pmohub", *arguments]
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=200, check=False)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The demo where the ports that it would like are taken, as they may be by other tests."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with ExitStack() as held:
        for tool in TOOLS:
            with suppress(OSError):
                held.enter_context(listening(tool.port))
        return elsewhere, run("demo", cwd=elsewhere)


@contextmanager
def running_again(folder: Path) -> Iterator[list[Any]]:
    """Run the demo's Jira and Asana as `pmohub sandbox … --keep` does."""
    with ExitStack() as held:
        yield [
            held.enter_context(tool.hosting(kept.begin(now()), listening(kept.port)))
            for tool in TOOLS
            for kept in [tool.kept.read(folder / tool.file)]
        ]


def test_the_demo_shows_portfolio_deviations_and_what_was_written(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = shown
    assert done.returncode == 0, done.stderr
    assert "541 records read: 537 stored, 0 unchanged, 4 in quarantine." in done.stdout
    assert "eng-jira\tdone\t181\t181\t0" in done.stdout
    assert "Tom Baker no longer works here" in done.stdout
    assert "marketing-asana\tdone" in done.stdout
    assert "marketing-asana\tPMO id\t4 projects\tPMO-MARKETING-P-007, …\tthe team accepts" in done.stdout
    assert "Read and planned again: 0 changes left to write." in done.stdout
    assert "What was written closed 4 deviations; 45 are open now." in done.stdout
    assert done.stdout.rstrip().splitlines()[-6] == "Next: cd pmohub-demo"


def test_a_project_and_a_person_of_several_tools_are_one(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    told = shown[1].stdout
    assert "Customer portal 3.0\tregister (P-002), eng-jira (PORT)" in told
    assert "Brand refresh\tregister (P-008), marketing-asana" in told
    assert "Julia Sommer\tregister, engineering-plan, eng-jira, marketing-asana, operations-list, hours" in told
    assert "\nPORT\t" not in told


def test_what_was_approved_is_in_all_three_tools(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder = shown[0] / "pmohub-demo"
    sheet = openpyxl.load_workbook(folder / REGISTER)["Register"]
    heads = [cell.value for cell in sheet[5]]
    written = {row[0].value: row for row in sheet.iter_rows(min_row=6)}["P-005"]
    with running_again(folder) as (server, asana), client(server) as jira:
        charter, issue = (jira.get(f"/issue/{key}").json()["fields"] for key in ("IAM-1", "IAM-8"))
        kind = jira.get("/project/IAM/properties/pmo.type").json()["value"]
        asana_field = asana.hands.value(asana.hands.project("Brand refresh").gid, "PMO id")
    assert charter[PMO_ID] == written[heads.index("PMO ID")].value == "PMO-ENGINEERING-P-005"
    assert kind == written[heads.index("Project type")].value == "regulatory"
    assert issue[PHASE]["value"] == "Execution"
    assert asana_field == "PMO-MARKETING-P-008"


def test_who_works_for_three_departments_is_one_person_and_over_booked(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    where, done = shown
    planned = "1 of 40 h\t45 of 40 h\t50 of 32 h\t18 of 40 h\teng-jira 42 h, marketing-asana 36 h, operations-list 36 h"
    assert f"Julia Sommer\t{planned}\n" in done.stdout
    report = (where / "pmohub-demo/portfolio-report.html").read_text(encoding="utf-8")
    wanted = "50 of 32 h in week 50, planned in eng-jira, marketing-asana and operations-list."
    assert wanted in report


def test_the_copies_hold_what_was_approved_and_all_else_as_it_was(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder = shown[0] / "pmohub-demo"
    sheet = openpyxl.load_workbook(folder / REGISTER)["Register"]
    heads = [cell.value for cell in sheet[5]]
    assert sheet.cell(6, heads.index("PMO ID") + 1).value == "PMO-ENGINEERING-P-001"
    before, after = (zipfile.ZipFile(path / REGISTER) for path in (SAMPLES, folder))
    changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]
    assert (folder / "portfolio-report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (folder / "hours/Hours 2026.xlsx").read_bytes() == (SAMPLES / "hours/Hours 2026.xlsx").read_bytes()


def test_the_sample_company_is_neither_all_well_nor_all_grey(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    report = (shown[0] / "pmohub-demo/portfolio-report.html").read_text(encoding="utf-8")
    figures = [
        " ".join(re.sub("<[^>]+>", "", each).split()) for each in re.findall(r'<dd class="big">(.*?)</dd>', report)
    ]
    assert figures[:3] == [
        "2 red of 11 judged by figures",
        "3 late of 11 with a baseline",
        "+4% 3,299 of 3,161 h planned",
    ]
    assert "figures: red, finish +63 wd" in report


def test_after_the_demo_every_command_goes_on_in_its_folder(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder = shown[0] / "pmohub-demo"
    with running_again(folder):
        again = run("sync", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert " 0 stored, " in again.stdout
    assert "Deviations: 0 opened, 0 closed" in again.stdout


def test_without_its_tools_the_rest_goes_on_and_nothing_is_taken_for_gone(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    alone = run("sync", cwd=shown[0] / "pmohub-demo")
    assert alone.returncode == 3
    assert "Jira cannot be reached" in alone.stderr
    assert "Asana cannot be reached" in alone.stderr
    assert "register\tdone" in alone.stdout
    assert "Deviations: 0 opened, 0 closed" in alone.stdout


def test_what_was_written_can_be_taken_back(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder = shown[0] / "pmohub-demo"
    assert run("writeback", "apply", "P1", "--dry-run", cwd=folder).stdout.startswith("\n0 changes would be sent.")
    with running_again(folder):
        undone = run("writeback", "undo", "P1", cwd=folder)
    assert undone.returncode == 0, undone.stderr + undone.stdout
    assert "69 of 69 changes put back." in undone.stdout
    sheet = openpyxl.load_workbook(folder / REGISTER)["Register"]
    heads = [cell.value for cell in sheet[5]]
    assert [row[heads.index("PMO ID")].value for row in sheet.iter_rows(min_row=6)] == [None] * (sheet.max_row - 5)
    assert "undone" in run("writeback", "log", "-n", "200", cwd=folder).stdout


@pytest.mark.long
def test_the_demo_can_be_run_again(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    where, first = shown
    second = run("demo", cwd=where)
    assert second.returncode == 0
    assert [line for line in second.stdout.splitlines() if "Next" in line or "Deviations:" in line] == [
        line for line in first.stdout.splitlines() if "Next" in line or "Deviations:" in line
    ]


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "thesis.txt"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        set_up(tmp_path, date(2026, 11, 25))
    assert list(tmp_path.iterdir()) == [mine]


def test_the_calendar_begins_on_the_day_that_the_files_are_of(tmp_path: Path) -> None:
    config = set_up(tmp_path / "demo", date(2027, 3, 1))
    assert "calendar_shift_days = -96\n" in config.read_text(encoding="utf-8")


def test_the_samples_are_what_the_script_writes(tmp_path: Path) -> None:
    make(tmp_path)
    assert list(files(tmp_path)) == list(files(SAMPLES))
    for path in files(tmp_path):
        assert contents(tmp_path / path) == contents(SAMPLES / path), path


def contents(path: Path) -> object:
    """Unpacked: another zlib packs the same parts into other bytes."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
