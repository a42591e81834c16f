"""The contract of writing, kept by workbooks and by text tables."""

from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, Reader, Target, Writer
from connectors.spreadsheet import KIND
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.patch.csv_fields import TextDialect
from connectors.spreadsheet.patch.csv_patch import patch_text_table
from connectors.spreadsheet.patch.results import Edit
from connectors.spreadsheet.patch.xlsx import patch_workbook
from pmohub.testing.contract.hooks import Key
from pmohub.testing.contract.writing import WritingContract

HEADINGS = ["WBS", "Activity", "PMO phase"]
ROWS = [["1", "Prepare", ""], ["2", "Build", ""], ["3", "Hand over", ""]]
SHEETS = {"tasks": {"key": "WBS", "columns": {"title": "Activity"}}}


class _FileContract(WritingContract):
    name: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "files"
        self.folder.mkdir()
        self.context = ConnectorContext(
            "plans",
            self.folder,
            ZoneInfo("Europe/Berlin"),
            tmp_path,
            {EntityKind.TASK: {"pmo_phase": "PMO phase"}},
        )
        self.options = SpreadsheetOptions.model_validate({"path": self.name, "sheets": SHEETS})
        self.path = self.folder / self.name
        self.make()

    def make(self) -> None:
        raise NotImplementedError

    def reader(self) -> Reader:
        return KIND.reader(self.options, self.context)

    def writer(self) -> Writer:
        return KIND.writer(self.options, self.context)

    def state(self) -> object:
        return self.path.read_bytes()

    def team_deletes(self) -> Key:
        raise NotImplementedError

    def spoil(self) -> Key:
        raise NotImplementedError

    def hide(self) -> None:
        raise NotImplementedError

    def take_down(self) -> None:
        self.path.unlink()


class TestWorkbook(_FileContract):
    name = "plan.xlsx"
    target = Target(EntityKind.TASK, "plan.xlsx#Plan#2", "pmo_phase", "PMO phase")

    def make(self) -> None:
        book = xlsxwriter.Workbook(self.path)
        sheet = book.add_worksheet("Plan")
        for number, row in enumerate([HEADINGS, *ROWS]):
            sheet.write_row(number, 0, row)
        book.close()

    def team_sets(self, value: str) -> None:
        assert patch_workbook(self.path, [Edit("Plan", "C3", value)]).refused == []


@pytest.mark.long
class TestTextTable(_FileContract):
    name = "plan.csv"
    target = Target(EntityKind.TASK, "plan.csv#2", "pmo_phase", "PMO phase")

    def make(self) -> None:
        self.path.write_text("\r\n".join(";".join(row) for row in [HEADINGS, *ROWS]) + "\r\n", newline="")

    def team_sets(self, value: str) -> None:
        assert patch_text_table(self.path, [Edit("", "C3", value)], TextDialect("utf-8", ";")).refused == []
