"""Values written into fields of a .csv or .tsv: only the bytes of those fields change.

Encoding, byte order mark, delimiter, `sep=` line, line ends and the quoting of everything else stay. A spreadsheet
program calculates a field that begins with `=`, `+`, `-` or `@`, quoted or not; such a text is refused, for no way of
writing it is a text to every program. Plain numbers with a sign are written.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from connectors.spreadsheet.patch.csv_fields import Field, Record, TextDialect, records, written
from connectors.spreadsheet.patch.exchange import digest, read_source, replace_file
from connectors.spreadsheet.patch.results import CellValue, Edit, PatchResult
from connectors.spreadsheet.xlsx.addresses import cell_position
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

LARGEST_TEXT = 256 * 1024 * 1024
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CALCULATED = re.compile(r"\s*[=+\-@]|[\t\r]")
_SIGNED_NUMBER_OR_DASHES = re.compile(r"[+-]\d+(?:[.,]\d+)*\s*%?|-+")
_LOOKED_AT = 200


def patch_text_table(
    path: Path, edits: Sequence[Edit], dialect: TextDialect, *, expected: str | None = None
) -> PatchResult:
    """Write values into fields of a text table; an address counts records, as `csv.reader` does, and fields.

    A shorter record is filled up with empty fields. `expected` is the SHA-256 of the file that the edits were made for.
    Never raises for a file or a field that cannot be written: the result says which, and why.
    """
    result = PatchResult()
    try:
        raw = read_source(path, LARGEST_TEXT, expected)
        result.before = result.after = digest(raw)
        patched = patch_text_bytes(raw, edits, result, dialect)
        if patched is not None:
            result.changed_parts = [path.name]
            result.after = digest(patched)
            replace_file(path, result.before, patched)
    except RefusedError as error:
        result.refuse_all(edits, error)
    return result


def patch_text_bytes(raw: bytes, edits: Sequence[Edit], result: PatchResult, dialect: TextDialect) -> bytes | None:
    """Give the table's new bytes and note each edit in `result`; None when no edit was possible.

    Raises:
        RefusedError: the text is not of this dialect, or cannot be taken apart.
    """
    mark = next((mark for mark in _MARKS if raw.startswith(mark)), b"")
    try:
        text = raw[len(mark) :].decode(dialect.encoding)
        same = text.encode(dialect.encoding) == raw[len(mark) :]
    except UnicodeError as error:
        raise RefusedError(Reason.DAMAGED, f"its text cannot be read as {dialect.encoding}") from error
    if not same:
        raise RefusedError(Reason.DAMAGED, f"its text would not come back alike from {dialect.encoding}")
    look = _looked(records(text, dialect), _by_record(edits, dialect, result))
    pieces = [piece for record in look.wanted for piece in _record_pieces(text, record, look, dialect, result)]
    for edits_left in look.edits.values():
        for edit in edits_left.values():
            result.refuse(edit, RefusedError(Reason.NO_SUCH_CELL, f"the table has no record for {edit.cell}"))
    return mark + _spliced(text, pieces, dialect.encoding) if pieces else None


@dataclass(slots=True)
class _Look:
    """What one pass over a table found: the records to change, and which columns are mostly quoted."""

    edits: dict[int, dict[int, Edit]]
    wanted: list[Record] = field(default_factory=list)
    quoted: Counter[int] = field(default_factory=Counter)
    filled: Counter[int] = field(default_factory=Counter)

    def quotes(self, column: int) -> bool:
        """Tell whether the file quotes what stands in this column."""
        return self.quoted[column] * 2 > self.filled[column]


def _looked(found: Iterable[Record], edits: dict[int, dict[int, Edit]]) -> _Look:
    look = _Look(edits)
    for record in found:
        if record.number in edits:
            look.wanted.append(record)
        if record.number <= _LOOKED_AT:
            look.quoted.update(column for column, part in enumerate(record.fields, 1) if part.quoted)
            look.filled.update(column for column, part in enumerate(record.fields, 1) if part.start < part.end)
    return look


def _by_record(edits: Sequence[Edit], dialect: TextDialect, result: PatchResult) -> dict[int, dict[int, Edit]]:
    """Give the edits by record and column; an impossible one is refused."""
    rows: dict[int, dict[int, Edit]] = {}
    for edit in edits:
        try:
            row, column = cell_position(edit.cell)
            _refuse_unwritable(edit.value, dialect)
            _refuse_place(edit, row, column in rows.get(row, {}), dialect)
        except ValueError as error:
            result.refuse(edit, RefusedError(Reason.NO_SUCH_CELL, str(error)))
        except RefusedError as error:
            result.refuse(edit, error)
        else:
            rows.setdefault(row, {})[column] = edit
    return rows


def _refuse_place(edit: Edit, row: int, taken: bool, dialect: TextDialect) -> None:
    if row == 1 and dialect.sep_line:
        raise RefusedError(Reason.NO_SUCH_CELL, "the first line only names the delimiter")
    if taken:
        raise RefusedError(Reason.NO_SUCH_CELL, f"{edit.cell} is already changed by another edit")


def _refuse_unwritable(value: CellValue, dialect: TextDialect) -> None:
    if isinstance(value, str) and _CALCULATED.match(value) and not _SIGNED_NUMBER_OR_DASHES.fullmatch(value):
        raise RefusedError(
            Reason.LOOKS_LIKE_FORMULA, f"a spreadsheet program would calculate a field that begins like {value[:20]!r}"
        )
    try:
        text_of(value).encode(dialect.encoding)
    except UnicodeEncodeError as error:
        lacking = error.object[error.start : error.end]
        words = f"the file's encoding, {dialect.encoding}, has no {lacking!r}"
        raise RefusedError(Reason.UNREPRESENTABLE, words) from error


def text_of(value: CellValue) -> str:
    """Give a value as written in a text table: dates as ISO 8601, durations as h:mm, decimals with a point."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _record_pieces(
    text: str, record: Record, look: _Look, dialect: TextDialect, result: PatchResult
) -> list[tuple[int, int, str]]:
    edits = look.edits.pop(record.number)
    if len(record.fields) == 1 and not text[record.fields[0].start : record.fields[0].end]:
        look.edits[record.number] = edits
        return []
    pieces = []
    added = ""
    for column in range(1, max(edits) + 1):
        edit = edits.get(column)
        new = "" if edit is None else _new_field(edit, record, column, look, dialect)
        if column > len(record.fields):
            added += dialect.delimiter + new
        elif edit is not None:
            part = record.fields[column - 1]
            pieces.append((part.start, part.end, new))
        if edit is not None:
            result.applied.append(edit)
    end = record.fields[-1].end
    return [*pieces, (end, end, added)] if added else pieces


def _new_field(edit: Edit, record: Record, column: int, look: _Look, dialect: TextDialect) -> str:
    part = record.fields[column - 1] if column <= len(record.fields) else Field(0, 0, quoted=False)
    empty = part.start == part.end
    quoted = part.quoted or (empty and isinstance(edit.value, str) and look.quotes(column))
    return written(text_of(edit.value), dialect, quoted=quoted)


def _spliced(text: str, pieces: list[tuple[int, int, str]], encoding: str) -> bytes:
    out: list[bytes] = []
    copied = 0
    for start, end, new in sorted(pieces):
        out += [text[copied:start].encode(encoding), new.encode(encoding)]
        copied = end
    return b"".join([*out, text[copied:].encode(encoding)])
