"""A file that makes its reader spin, fill the memory, hang or die is one clear problem; the others go on."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from connectors.spreadsheet.reading import process
from tests.spreadsheet.sheets import PLAN, Pulled, pull, reader, workbook

Child: TypeAlias = subprocess.Popen[bytes]
HEAD = ["WBS", "Activity", "Who", "Finish"]
OPTIONS = {"path": "plans/*", "sheets": {"tasks": PLAN}, "memory_mb": 300}


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    workbook(tmp_path / "plans/good.xlsx", {"Plan": [HEAD, ["1", "A"]]})
    return tmp_path


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """Collect the child processes that are started."""
    started: list[Child] = []

    class Noted(Child):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(process.subprocess, "Popen", Noted)
    return started


def long_table(folder: Path, rows: int) -> None:
    text = "WBS;Activity;Who;Finish\n" + "".join(f"{n};A;;\n" for n in range(rows))
    (folder / "plans/big.csv").write_text(text)


def only_problem(pulled: Pulled) -> str:
    assert "good.xlsx" in {task.external_id.partition("#")[0].removeprefix("plans/") for task in pulled.tasks.values()}
    (problem,) = pulled.problems
    assert problem.where == "plans/big." + problem.where.rpartition(".")[2]
    assert "seconds" in problem.next_step or "memory" in problem.next_step
    return problem.what


def test_a_file_that_takes_too_much_processor_time_is_given_up(plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 100)  # a busy machine takes long on the clock
    long_table(plans, 400_000)
    pulled = pull(plans, {**OPTIONS, "seconds": 1})
    assert only_problem(pulled) == "Reading the file took more than 1 seconds of processor time and was ended."


def test_a_file_that_fills_the_memory_is_given_up(plans: Path) -> None:
    path = workbook(plans / "plans/big.xlsx", {"Plan": [HEAD, ["1", "A"]]}, far=(900_000, 50))
    assert path.stat().st_size < 20_000
    assert only_problem(pull(plans, OPTIONS)) in {
        "The file made its reader break off.",
        "Reading the file would take more than 300 MB of memory.",
    }


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        (signal.SIGSTOP, "Reading the file gave nothing for 5 seconds and was ended."),
        (signal.SIGKILL, "The reader of the file was ended from outside, as systems do that run out of memory."),
        (signal.SIGABRT, "The file made its reader break off."),
    ],
)
def test_a_reader_that_hangs_or_dies_is_replaced(
    plans: Path, children: list[Child], monkeypatch: pytest.MonkeyPatch, sent: signal.Signals, what: str
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 1 if sent is signal.SIGSTOP else 100)
    long_table(plans, 40_000)
    # No child of this limit is idle, so that a new one is started and noted.
    batches = reader(plans, {**OPTIONS, "seconds": 5, "memory_mb": 301 + sent}).pull(None)
    first = next(batches)
    os.kill(children[-1].pid, sent)
    pulled = Pulled([first, *batches])
    assert only_problem(pulled) == what
    assert not [each for batch in pulled.batches for each in batch.complete if "big" in each.scope]
