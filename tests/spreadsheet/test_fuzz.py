"""Damaged files: no traceback, no good row lost, nothing taken for deleted that was only unreadable."""

import random
from pathlib import Path

import pytest

from canonical.problems import ToolError
from canonical.vocabulary import EntityKind
from tests.spreadsheet.sheets import Pulled, pull, workbook

MAPPING = {
    "key": "WBS",
    "columns": {"title": "Activity", "assignee": "Who", "due": "Finish", "original_estimate": "Effort (h)"},
}
OPTIONS = {"path": "plans/*", "sheets": {"tasks": MAPPING}}
GOOD = [
    ["WBS", "Activity", "Who", "Finish", "Effort (h)"],
    *[[f"{n}", f"Step {n}", "Jo", "2026-03-04", n] for n in range(40)],
]
SPOILS = [
    "",
    "soon",
    "31.02.2026",
    "03/04/2026",
    "-",
    "=1+1",
    "1.234",
    '"',
    "\x00",
    "\U0001f600",
    "a" * 40_000,
    "\n;\t,",
]


def damaged(contents: bytes, seed: int) -> bytes:
    """Give the file with some bytes changed, cut out, doubled, or its end lost."""
    chance = random.Random(seed)  # noqa: S311  # repeatable damage
    data = bytearray(contents)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 40)]
            case _ if chance.random() < 0.2:
                del data[at:]
        data = data or bytearray(b" ")
    return bytes(data)


def outcome(folder: Path) -> Pulled | ToolError:
    try:
        return pull(folder, OPTIONS)
    except ToolError as error:
        return error


def holds(folder: Path, name: str, contents: bytes, seed: int) -> None:
    (folder / "plans" / name).write_bytes(damaged(contents, seed))
    result = outcome(folder)
    assert isinstance(result, Pulled), result
    assert {f"good.xlsx#Plan#{n}" for n in range(40)} <= {
        task.external_id.removeprefix("plans/") for task in result.of(EntityKind.TASK)
    }
    assert all(problem.what and problem.next_step for problem in result.problems if problem.weight != "info")
    assert all(found.place and found.reason and found.remedy for found in result.quarantined)


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Give a folder with a good plan beside the damaged one."""
    workbook(tmp_path / "plans/good.xlsx", {"Plan": GOOD})
    return tmp_path


def test_damaged_workbooks_do_not_hold_up_the_good_one(plans: Path) -> None:
    contents = workbook(plans / "source/bad.xlsx", {"Plan": GOOD}).read_bytes()
    for seed in range(25):
        holds(plans, "bad.xlsx", contents, seed)


def test_damaged_text_tables_do_not_hold_up_the_good_one(plans: Path) -> None:
    contents = "\r\n".join(";".join(map(str, row)) for row in GOOD).encode()
    for seed in range(25):
        holds(plans, "bad.csv", contents, seed)


def test_a_spoilt_cell_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = [list(row) for row in GOOD]
    for number, spoil in enumerate(SPOILS, 1):
        rows[number][3] = spoil.replace("\x00", "?")
    workbook(tmp_path / "plans/a.xlsx", {"Plan": rows})
    pulled = pull(tmp_path, OPTIONS)
    assert len(pulled.tasks) + len(pulled.quarantined) == 40
    assert len(pulled.tasks) >= 40 - len(SPOILS)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_hundreds_of_damaged_files(plans: Path, kind: str) -> None:
    workbook_bytes = workbook(plans / "source/bad.xlsx", {"Plan": GOOD}).read_bytes()
    text_bytes = "\r\n".join(";".join(map(str, row)) for row in GOOD).encode()
    for seed in range(100, 500):
        holds(plans, f"bad.{kind}", workbook_bytes if kind == "xlsx" else text_bytes, seed)
