"""A file as its team has it: what they last saved in it, and the ways in which people and accidents treat files."""

import csv
import io
import os
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zipfile import BadZipFile

import openpyxl
import xlsxwriter

Rows = list[dict[str, str]]
FAULTS = ("cut", "garbage", "removed", "locked")
EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Sheet:
    """A file. `rows`: all cells as the team last saved them, with what the hub had written by then; `saved_at`: when.

    `before_fault`: what it held before an accident, until that is mended.
    """

    path: Path
    connector: str
    title: str
    rows: Rows
    saved_at: datetime = EVER
    fault: str = ""
    before_fault: bytes = b""
    late: int = field(default=0)

    @property
    def columns(self) -> list[str]:
        return [*self.rows[0]]

    @property
    def key(self) -> str:
        return self.columns[0]

    @property
    def mark(self) -> Path:
        """Where Excel says that somebody has the file open."""
        return self.path.with_name(f"~${self.path.name}")

    def now(self) -> Rows | None:
        """Read what the file holds; None where it cannot be read."""
        try:
            return decoded(self.path, self.path.read_bytes())
        except (OSError, BadZipFile, KeyError, ValueError, IndexError):
            return None

    def save(self, rows: Rows, *, in_place: bool = False) -> None:
        """Save as programs do: a new file that takes the old one's place, or into the old one."""
        self.put(encoded(self.path, rows), in_place=in_place)
        self.rows, self.saved_at = rows, datetime.now(UTC)

    def put(self, data: bytes, *, in_place: bool = False) -> None:
        """Let the file hold these bytes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if in_place and self.path.exists():
            with self.path.open("r+b") as stream:
                stream.truncate(0)
                stream.write(data)
                stream.flush()
                if os.fstat(stream.fileno()).st_ino == self.path.stat().st_ino:
                    return
            self.late += 1  # the file was exchanged between opening and closing it, and nobody can notice that
        beside = self.path.with_name(f".{self.path.name}.tmp")
        beside.write_bytes(data)
        beside.replace(self.path)

    def break_by(self, fault: str, random: Random) -> bool:
        """Let an accident happen to the file; False where it cannot be read anyway."""
        held = self.path.read_bytes()
        rows = self.now()
        if rows is None:
            return False
        self.fault, self.before_fault = fault, held
        if fault == "cut":
            os.truncate(self.path, random.randrange(len(held)))
        elif fault == "garbage":
            self.put(random.randbytes(2000))
        elif fault == "removed":
            self.path.unlink()
        else:
            self.mark.write_bytes(b"\x03Bob")
        return True

    def mend(self) -> None:
        """Put back what the file held before the accident."""
        if self.fault == "locked":
            self.mark.unlink()
        elif self.fault:
            self.put(self.before_fault)
            self.rows, self.saved_at = decoded(self.path, self.before_fault), datetime.now(UTC)
        self.fault, self.before_fault = "", b""


def encoded(path: Path, rows: Rows) -> bytes:
    """Write rows as the file's program does."""
    columns = [*rows[0]]
    if path.suffix == ".csv":
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet")
        for number, row in enumerate([columns, *([row[column] for column in columns] for row in rows)]):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(number, column, value)
    return out.getvalue()


def decoded(path: Path, data: bytes) -> Rows:
    """Read all cells, independently of the hub; an empty one is an empty text."""
    if path.suffix == ".csv":
        return [dict(row) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data))
    columns, *rows = [["" if value is None else str(value) for value in row] for row in book.active.values]
    return [dict(zip(columns, row, strict=True)) for row in rows]
