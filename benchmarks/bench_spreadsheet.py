"""Syncing a large workbook into SQLite, against bare reads of it by python-calamine and by openpyxl.

`python -m benchmarks.bench_spreadsheet [--rows N]`. The workbook has N rows of 12 columns, all of them mapped. A sync
is the whole of it: the child process starts, reads and maps, the parent stores every task with its history. The bare
reads only make Python lists of the cells. All take turns in the same run; the best of the rounds counts.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import python_calamine
import xlsxwriter

from benchmarks.claims import Claim, arguments, keep
from canonical.database import open_engine
from canonical.migrations import upgrade
from canonical.store import RunState
from connectors.base import ConnectorContext
from connectors.spreadsheet import KIND
from sync.reports import RunReport
from sync.runs import ConnectorSetup, Worker, sync_connector

ROWS, ROUNDS, UNCHANGED_ROUNDS = 100_000, 3, 5
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
COLUMNS = {
    "title": "Task",
    "status": "Status",
    "priority": "Priority",
    "assignee": "Owner",
    "planned_start": "Start",
    "due": "Due",
    "original_estimate": "Estimate (h)",
    "time_spent": "Spent (h)",
    "percent_complete": "Complete",
    "labels": "Labels",
    "iteration_name": "Sprint",
}
OPTIONS = {
    "path": "plan.xlsx",
    "sheets": {"tasks": {"key": "ID", "project": {"file": True}, "columns": COLUMNS}},
}


def write_workbook(path: Path, rows: int) -> None:
    """A plan as people keep it: text, real dates, numbers, a share in percent, a fifth of the cells empty."""
    chance = random.Random(1)
    book = xlsxwriter.Workbook(path)
    day, percent = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0%"})
    sheet = book.add_worksheet("Plan")
    sheet.write_row(0, 0, ["ID", *COLUMNS.values()])
    for number in range(1, rows + 1):
        start = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
        status = chance.choice(["Not started", "In progress", "Done"])
        sheet.write_row(number, 0, [f"ENG-{number}", f"Task {number}: make the thing that was asked for", status])
        if chance.random() < 0.6:
            sheet.write_string(number, 3, chance.choice(["High", "Medium", "Low"]))
        sheet.write_string(number, 4, f"Person {chance.randrange(200)}")
        sheet.write_datetime(number, 5, start, day)
        if chance.random() < 0.8:
            sheet.write_datetime(number, 6, start + timedelta(days=chance.randrange(60)), day)
        sheet.write_number(number, 7, chance.randrange(1, 80) / 2)
        if chance.random() < 0.5:
            sheet.write_number(number, 8, chance.randrange(1, 80) / 2)
        sheet.write_number(number, 9, {"Not started": 0, "Done": 1}.get(status, 0.4), percent)
        if chance.random() < 0.3:
            sheet.write_string(number, 10, chance.choice(["backend", "ui, risk", "q3"]))
        sheet.write_string(number, 11, f"Sprint {number % 26}")
    book.close()


def by_calamine(path: Path) -> int:
    return len(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def by_openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return rows


class Hub:
    """A store of its own in a folder, and the connector that reads the workbook there."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.engine = open_engine(f"sqlite:///{database}")
        upgrade(self.engine)
        context = ConnectorContext("plan", folder, ZoneInfo("UTC"), folder)
        options = KIND.options.model_validate(OPTIONS)
        self.setup = ConnectorSetup("plan", "spreadsheet", "engineering", lambda: KIND.reader(options, context))

    def sync(self) -> RunReport:
        report = sync_connector(self.engine, self.setup, Worker("bench", lambda: NOW))
        if report.state is not RunState.DONE:
            sys.exit(f"the sync ended as {report.state}: {report.problems}")
        return report


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(rows: int) -> Iterator[Claim]:
    calamine, whole, unchanged = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "plan.xlsx"
        write_workbook(path, rows)
        print(f"workbook of {rows:,} x 12, {path.stat().st_size / 2**20:.1f} MiB", flush=True)
        for number in range(ROUNDS):
            calamine.append(seconds(lambda: by_calamine(path)))
            hub = Hub(folder, folder / f"{number}.db")
            whole.append(seconds(hub.sync))
            unchanged += [seconds(hub.sync) for _ in range(UNCHANGED_ROUNDS)]
            hub.engine.dispose()
        openpyxl_seconds = seconds(lambda: by_openpyxl(path))
    best = min(whole)
    print(f"  calamine {min(calamine):.2f} s, openpyxl {openpyxl_seconds:.2f} s, first sync {best:.2f} s", end="")
    print(f" ({rows / best:,.0f} rows/s), unchanged sync {min(unchanged) * 1000:.0f} ms")
    yield Claim("first sync of a workbook, stored, in bare reads by calamine", best / min(calamine), 6)
    yield Claim("first sync of a workbook, stored, in bare reads by openpyxl", best / openpyxl_seconds, 1)
    yield Claim("sync of an unchanged workbook, in first syncs", min(unchanged) / best, 1 / 50)


def main() -> None:
    given = arguments(__doc__).parse_args()
    keep(measure(given.rows or ROWS), given.claims)


if __name__ == "__main__":
    main()
