"""Real files for the tests, and readers of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from canonical.intake import Batch, Cursor, Quarantined
from canonical.problems import Problem
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, Reader
from connectors.spreadsheet import KIND

Rows = Sequence[Sequence[Any]]
PLAN = {"name": "Plan", "key": "WBS", "columns": {"title": "Activity", "assignee": "Who", "due": "Finish"}}


def workbook(
    path: Path, sheets: Mapping[str, Rows], merged: Sequence[tuple[str, str]] = (), far: tuple[int, int] | None = None
) -> Path:
    """Write a workbook as Excel would: dates with a date format, None as an empty cell.

    `merged` areas and a stray cell `far` out (row and column from 0) are on the first sheet.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif value is not None:
                    sheet.write(number, column, value)
    for area, text in merged:
        book.worksheets()[0].merge_range(area, text)
    if far:
        book.worksheets()[0].write(*far, "stray")
    book.close()
    return path


def reader(folder: Path, options: Mapping[str, Any], carriers: Mapping[EntityKind, Mapping[str, str]] = {}) -> Reader:
    context = ConnectorContext("plans", folder, ZoneInfo("Europe/Berlin"), folder, carriers)
    return KIND.reader(KIND.options.model_validate(options), context)


@dataclass
class Pulled:
    """A pull, taken together."""

    batches: list[Batch]
    records: list[Record] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        for batch in self.batches:
            self.records += batch.records
            self.quarantined += batch.quarantined
            self.problems += batch.problems

    @property
    def cursor(self) -> Cursor:
        return self.batches[-1].cursor

    def of(self, entity: EntityKind) -> list[Any]:
        return [record for record in self.records if record.entity is entity]

    @property
    def tasks(self) -> dict[str, Any]:
        return {record.key: record for record in self.of(EntityKind.TASK)}

    @property
    def words(self) -> str:
        return "\n".join(f"{p.what} {p.where} {p.not_done} {p.next_step}" for p in self.problems)


def pull(folder: Path, options: Mapping[str, Any], cursor: Cursor | None = None, **carriers: Any) -> Pulled:
    return Pulled(list(reader(folder, options, **carriers).pull(cursor)))


def pull_tasks(folder: Path, rows: Rows, mapping: Mapping[str, Any] = PLAN, **options: Any) -> Pulled:
    """Pull a plan with these rows under the mapping of a sheet of tasks."""
    workbook(folder / "plan.xlsx", {"Plan": rows})
    return pull(folder, {"path": "plan.xlsx", "sheets": {"tasks": mapping}, **options})
