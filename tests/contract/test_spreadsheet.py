"""The spreadsheet connector keeps the contract, with workbooks and with text tables.

Every pull starts a child process, which takes a third of a second: hence among the long ones.
"""

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, Reader, Target, Writer
from connectors.spreadsheet import KIND
from pmohub.testing.contract import ConnectorContract, Key

COLUMNS = {"title": "Activity", "due": "Finish", "original_estimate": "Effort (h)", "assignee": "Who"}
TASKS = {"key": "WBS", "project": {"file": True}, "columns": COLUMNS}
HEADINGS = ["WBS", "Activity", "Finish", "Effort (h)", "Who", "Risk note"]


def cells_of(name: str) -> list[list[str]]:
    rows = [
        [f"{name}-{number}", f"Task {number}", f"2026-03-0{number}", "4", "Jane Doe", "none"] for number in (1, 2, 3)
    ]
    return [HEADINGS, *rows]


class Files(ConnectorContract):
    """Two plans in a folder, edited by rewriting them."""

    ending: str

    @pytest.fixture(autouse=True)
    def plans(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        (tmp_path / "plans").mkdir()
        self.tables = {name: cells_of(name) for name in ("alpha", "beta")}
        for name in self.tables:
            self.save(name)
        self.target = Target(EntityKind.TASK, self.id("beta", 2), "risk", "Risk note")

    def save(self, name: str) -> None:
        raise NotImplementedError

    def load(self, name: str) -> None:
        raise NotImplementedError

    def id(self, name: str, number: int) -> str:
        return f"plans/{name}.{self.ending}#{'Plan#' if self.ending == 'xlsx' else ''}{name}-{number}"

    def path(self, name: str) -> Path:
        return self.folder / "plans" / f"{name}.{self.ending}"

    def context(self) -> ConnectorContext:
        carriers = {EntityKind.TASK: {"risk": "Risk note"}}
        return ConnectorContext("plan", self.folder, ZoneInfo("UTC"), self.folder, carriers)

    def reader(self) -> Reader:
        options = KIND.options.model_validate({"path": f"plans/*.{self.ending}", "sheets": {"tasks": TASKS}})
        return KIND.reader(options, self.context())

    def writer(self) -> Writer:
        options = KIND.options.model_validate({"path": f"plans/*.{self.ending}", "sheets": {"tasks": TASKS}})
        return KIND.writer(options, self.context())

    def team_sets(self, value: str) -> None:
        self.load("beta")
        self.tables["beta"][2][5] = value
        self.save("beta")

    def team_deletes(self) -> Key:
        del self.tables["alpha"][3]
        self.save("alpha")
        return EntityKind.TASK, self.id("alpha", 3)

    def spoil(self) -> Key:
        self.load("beta")
        self.tables["beta"][1][2] = "31 February 2026"
        self.save("beta")
        return EntityKind.TASK, self.id("beta", 1)

    def hide(self) -> None:
        self.path("alpha").write_bytes(b"\x00 no table at all \xff")

    def take_down(self) -> None:
        for name in self.tables:
            self.path(name).unlink()

    def state(self) -> object:
        return {path.name: path.read_bytes() for path in (self.folder / "plans").iterdir()}


@pytest.mark.long
class TestWorkbooks(Files):
    ending = "xlsx"

    def save(self, name: str) -> None:
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.title = "Plan"
        for row in self.tables[name]:
            sheet.append(row)
        workbook.save(self.path(name))

    def load(self, name: str) -> None:
        rows = openpyxl.load_workbook(self.path(name)).active.iter_rows(values_only=True)
        self.tables[name] = [list(row) for row in rows]


@pytest.mark.long
class TestTextTables(Files):
    ending = "csv"

    def save(self, name: str) -> None:
        written = io.StringIO(newline="")
        csv.writer(written).writerows(self.tables[name])
        self.path(name).write_text(written.getvalue(), encoding="utf-8", newline="")

    def load(self, name: str) -> None:
        text = self.path(name).read_text(encoding="utf-8")
        self.tables[name] = list(csv.reader(io.StringIO(text, newline="")))
