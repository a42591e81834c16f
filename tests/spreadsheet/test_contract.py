"""The contract of reading, kept by a folder of workbooks."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, Reader, Target, Writer
from connectors.spreadsheet import KIND
from pmohub.testing.contract.hooks import Key
from pmohub.testing.contract.pulling import PullingContract
from pmohub.testing.contract.reading import ReadingContract
from tests.spreadsheet.sheets import reader, workbook

HEAD = ["WBS", "Activity", "Who", "Finish", "After", "PMO phase", "Risk", "Agreed", "Site", "Order"]
OPTIONS = {
    "path": "plans/*.xlsx",
    "sheets": {
        "tasks": {
            "name": "Plan",
            "key": "WBS",
            "columns": {"title": "Activity", "assignee": "Who", "due": "Finish", "predecessors": "After"},
            "fields": {
                "risk": {"name": "Risk", "type": "number"},
                "agreed": {"name": "Agreed", "type": "date"},
                "on_site": {"name": "Site", "type": "yes_no"},
                "order": "Order",
            },
        },
        "time_entries": {"name": "Hours", "columns": {"person": "Who", "work_date": "Day", "duration": "Hours"}},
    },
}


class TestWorkbooksKeepTheContractOfReading(PullingContract, ReadingContract):
    custom_fields = KIND.custom_fields(KIND.options.model_validate(OPTIONS))
    target = Target(EntityKind.TASK, "plans/north.xlsx#Plan#1", "pmo_phase", "PMO phase")

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        steps = [[str(n), f"Step {n}", "Jane Doe", date(2026, 3, n), n - 1 or None, None] for n in range(1, 6)]
        own = [[3, date(2026, 2, 1), True, 4711.0], ["3,5", "1.2.2026", "nein", "A-1"], ["40 %", None, "x", 1.5]]
        plan = [HEAD, *[[*step, *cells] for step, cells in zip(steps, [*own, [], []], strict=True)]]
        hours = [["Who", "Day", "Hours"], ["Jane Doe", date(2026, 3, 2), 7.5]]
        for name in ("north", "south"):
            workbook(tmp_path / f"plans/{name}.xlsx", {"Plan": plan, "Hours": hours})

    def reader(self) -> Reader:
        return reader(self.folder, OPTIONS, {EntityKind.TASK: {"pmo_phase": "PMO phase"}})

    def writer(self) -> Writer:
        options = KIND.options.model_validate(OPTIONS)
        held = self.reader()
        context = held._context  # type: ignore[attr-defined]  # the same context as the reader's
        assert isinstance(context, ConnectorContext)
        return KIND.writer(options, context)

    def edit(self, address: str, value: object, name: str = "north") -> None:
        path = self.folder / f"plans/{name}.xlsx"
        book = openpyxl.load_workbook(path)
        if address.startswith("delete"):
            book["Plan"].delete_rows(int(address.split()[1]))
        else:
            book["Plan"][address] = value
        book.save(path)

    def team_sets(self, value: str) -> None:
        self.edit("F2", value)

    def team_deletes(self) -> Key:
        self.edit("delete 6", None)
        return EntityKind.TASK, "plans/north.xlsx#Plan#5"

    def spoil(self) -> Key:
        self.edit("D4", "soon")
        return EntityKind.TASK, "plans/north.xlsx#Plan#3"

    def hide(self) -> None:
        (self.folder / "plans/south.xlsx").write_bytes(b"PK\x03\x04 no longer a workbook")

    def take_down(self) -> None:
        (self.folder / "plans").rename(self.folder / "away")

    def state(self) -> object:
        return {path.name: path.read_bytes() for path in self.folder.rglob("*.xlsx")}
