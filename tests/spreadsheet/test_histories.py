"""Whatever teams do to their files, also while they are read: after the next good sync the store is as if read anew."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from canonical.database import open_engine, reading
from canonical.intake import Progress
from canonical.schema.entities import source_project, task
from canonical.store import Counts, RunState
from sync.reports import Nobody, RunReport
from sync.runs import ConnectorSetup, sync_connector
from tests.spreadsheet.sheets import reader, workbook
from tests.sync.conftest import emptied, worker

PLAN = {"name": "Plan*", "key": "WBS", "project": {"file": True}, "columns": {"title": "Activity", "due": "Finish"}}
OPTIONS = {"path": "plans/*.xlsx", "sheets": {"tasks": PLAN}}
FILES = ("a.xlsx", "b.xlsx", "c.xlsx")
OWN = {"id", "first_seen_at", "project_id", "source_project_id", "parent_id", "content_hash", "url"}


@dataclass
class Book:
    """A workbook as its team has it."""

    path: Path
    sheet: str = "Plan"
    columns: list[str] = field(default_factory=lambda: ["WBS", "Activity", "Finish"])
    rows: list[dict[str, str]] = field(default_factory=list)
    title: bool = False

    def save(self) -> None:
        """Save as programs do: a new file beside it, that takes its place in one step."""
        table = [self.columns, *([row.get(column) for column in self.columns] for row in self.rows)]
        beside = workbook(self.path.with_suffix(".tmp"), {self.sheet: [*([["Our plan"]] * self.title), *table]})
        beside.replace(self.path)


@dataclass
class Share(Nobody):
    """A folder of workbooks, and what happens there once the next batch is stored."""

    folder: Path
    books: dict[str, Book] = field(default_factory=dict)
    soon: list[Callable[[], None]] = field(default_factory=list)

    def begin(self) -> None:
        shutil.rmtree(self.folder / "plans", ignore_errors=True)
        self.soon.clear()
        for name in FILES:
            rows = [{"WBS": str(number), "Activity": f"{name} {number}"} for number in (1, 2, 3)]
            self.books[name] = Book(self.folder / "plans" / name, rows=rows)
            self.books[name].save()

    def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:
        while self.soon:
            self.soon.pop()()


def edit(book: Book, number: int) -> None:
    if book.rows:
        book.rows[number % len(book.rows)]["Activity"] = f"Edited {number}"


def insert_above(book: Book, number: int) -> None:
    book.rows.insert(0, {"WBS": f"9{number}", "Activity": f"New {number}", "Finish": "2026-03-01"})


def delete(book: Book, number: int) -> None:
    if len(book.rows) > 1:
        book.rows.pop(number % len(book.rows))


def reorder(book: Book, number: int) -> None:
    book.rows.sort(key=lambda row: (hash_of(row["WBS"], number), row["WBS"]))


def hash_of(text: str, number: int) -> int:
    return sum(map(ord, text)) * (number + 3) % 7


def swap_columns(book: Book, number: int) -> None:
    book.columns.append(book.columns.pop(number % 3))


def rename_sheet(book: Book, number: int) -> None:
    book.sheet = f"Plan {number}"


def add_title(book: Book, number: int) -> None:
    book.title = not book.title


def spoil(book: Book, number: int) -> None:
    if book.rows:
        book.rows[number % len(book.rows)]["Finish"] = "31 February" if number % 2 else "2026-04-01"


Edit: TypeAlias = Callable[[Book, int], None]
EDITS: tuple[Edit, ...] = (edit, insert_above, delete, reorder, swap_columns, rename_sheet, add_title, spoil)


def vanish(book: Book) -> None:
    book.path.unlink(missing_ok=True)


def cut_short(book: Book) -> None:
    if book.path.exists():
        os.truncate(book.path, book.path.stat().st_size // 2)


Accident: TypeAlias = Callable[[Book], None]
ACCIDENTS: tuple[Accident, ...] = (vanish, cut_short)
Step: TypeAlias = tuple[Any, str, int, bool]
STEPS = st.lists(
    st.one_of(
        st.none(),
        st.tuples(st.sampled_from((*EDITS, *ACCIDENTS)), st.sampled_from(FILES), st.integers(0, 5), st.booleans()),
    ),
    min_size=3,
    max_size=10,
)


def sync(engine: Engine, share: Share) -> RunReport:
    setup = ConnectorSetup(
        "plans", "spreadsheet", "office", lambda: reader(share.folder, OPTIONS), deletion_limits=None
    )
    report = sync_connector(engine, setup, worker(observer=share))
    assert not any("fault of the program" in problem.what for problem in report.problems), report.problems
    assert all(problem.next_step for problem in report.problems)
    return report


def happen(share: Share, step: Step) -> None:
    what, name, number, soon = step
    book = share.books[name]

    def do() -> None:
        if what in ACCIDENTS:
            what(book)
        else:
            what(book, number)
            book.save()

    if soon:
        share.soon.append(do)
    else:
        do()


def stored(engine: Engine) -> list[Any]:
    """All that is alive, but for what a store numbers itself and what only a first sight tells."""
    with reading(engine) as connection:
        return [
            sorted(map(repr, connection.execute(select(*kept).where(table.c.deleted_at.is_(None)))))
            for table in (task, source_project)
            for kept in [[column for column in table.c if column.name not in OWN and not column.name.endswith("_at")]]
        ]


def check(share: Share, engine: Engine, fresh: Engine, steps: list[Step | None]) -> None:
    emptied(engine)
    emptied(fresh)
    share.begin()
    sync(engine, share)
    for step in steps:
        if step is None:
            sync(engine, share)
        else:
            happen(share, step)
    share.soon.clear()
    for book in share.books.values():
        for row in book.rows:
            row.pop("Finish", None)
        book.save()
    assert sync(engine, share).state is RunState.DONE
    assert sync(fresh, share).state is RunState.DONE
    assert stored(engine) == stored(fresh)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, fresh_store: Callable[[str], str]) -> Any:
    engines = [open_engine(fresh_store("sqlite")) for _ in range(2)]
    yield Share(tmp_path_factory.mktemp("share")), *engines
    for engine in engines:
        engine.dispose()


FIXTURE_IS_RESET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=3, deadline=None, suppress_health_check=FIXTURE_IS_RESET, derandomize=True)
@given(steps=STEPS)
def test_after_the_next_good_sync_the_store_is_that_of_a_first_one(place: Any, steps: list[Step | None]) -> None:
    check(*place, steps)


@pytest.mark.long
@settings(max_examples=20, deadline=None, suppress_health_check=FIXTURE_IS_RESET)
@given(steps=STEPS)
def test_after_long_histories_the_store_is_that_of_a_first_sync(place: Any, steps: list[Step | None]) -> None:
    check(*place, steps)
