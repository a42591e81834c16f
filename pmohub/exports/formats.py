"""The formats of an export. Each takes the columns and the rows and writes them as they come."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any, TypeAlias

import orjson

from canonical.problems import ConfigurationError, LimitError, Problem
from canonical.views import Shape, ViewColumn
from pmohub.exports.rows import CHUNK, Value

Row: TypeAlias = tuple[Value, ...]
Write: TypeAlias = Callable[[IO[bytes], Sequence[ViewColumn], Iterable[Row]], int]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767


def write_jsonl(file: IO[bytes], columns: Sequence[ViewColumn], rows: Iterable[Row]) -> int:
    """Write one JSON object a line; instants in UTC as ISO 8601, numbers as numbers. Gives the number of rows."""
    names = [one.name for one in columns]
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  # the count of rows is what is asked for
        file.write(orjson.dumps(dict(zip(names, row, strict=True)), default=_plain) + b"\n")
    return written


def write_csv(file: IO[bytes], columns: Sequence[ViewColumn], rows: Iterable[Row]) -> int:
    """Write UTF-8 with a heading row. A text that a spreadsheet would take for a formula gets a quote before it."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    out = csv.writer(text)
    out.writerow([one.name for one in columns])
    written = 0
    for written, row in enumerate(rows, 1):  # noqa: B007  # as above
        out.writerow([_harmless(value) for value in row])
    text.detach()
    return written


def write_xlsx(file: IO[bytes], columns: Sequence[ViewColumn], rows: Iterable[Row]) -> int:
    """Write a workbook of one sheet: true dates and numbers, text never as a formula, headings frozen and filtered.

    Raises:
        LimitError: there are more rows than a sheet can hold.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False, "remove_timezone": True})
    sheet = book.add_worksheet("pmohub")
    head = book.add_format({"bold": True})
    forms = {
        Shape.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
        Shape.INSTANT: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for number, one in enumerate(columns):
        sheet.write_string(0, number, one.name, head)
        sheet.set_column(number, number, max(12, min(40, len(one.name) + 2)))
    written = 0
    for written, row in enumerate(rows, 1):
        if written >= SHEET_ROWS:
            raise LimitError(_too_long())
        for number, (value, one) in enumerate(zip(row, columns, strict=True)):
            _write_cell(sheet, written, number, value, forms.get(one.shape))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(written, 1), len(columns) - 1)
    book.close()
    return written


def write_parquet(file: IO[bytes], columns: Sequence[ViewColumn], rows: Iterable[Row]) -> int:
    """Write a Parquet file in row groups.

    Raises:
        ConfigurationError: pyarrow, an optional part, is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        step = "Install the optional part:"
        problem = Problem("Parquet needs pyarrow", "", "Nothing was written.", step, commands=_INSTALL)
        raise ConfigurationError(problem) from None
    types = {
        Shape.TEXT: pa.string(),
        Shape.DATE: pa.date32(),
        Shape.INSTANT: pa.timestamp("ms", tz="UTC"),
        Shape.NUMBER: pa.float64(),
        Shape.INTEGER: pa.int64(),
        Shape.YES_NO: pa.bool_(),
    }
    schema = pa.schema([(one.name, types[one.shape]) for one in columns])
    written, source = 0, iter(rows)
    with pq.ParquetWriter(file, schema) as out:
        while chunk := list(islice(source, 50 * CHUNK)):
            values = [[_arrow(row[number]) for row in chunk] for number in range(len(columns))]
            out.write_table(pa.table(values, schema=schema))
            written += len(chunk)
    return written


FORMATS: Mapping[str, Write] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
_INSTALL = ("pip install 'pmohub[parquet]'",)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError


def _harmless(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _write_cell(sheet: Any, row: int, column: int, value: Value, form: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case datetime() | date() if value.year >= 1900:
            sheet.write_datetime(row, column, value, form)
        case int() | Decimal():
            sheet.write_number(row, column, value)
        case _:
            sheet.write_string(row, column, str(value)[:CELL_CHARACTERS])


def _arrow(value: Value) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _too_long() -> Problem:
    return Problem(
        what=f"There are more rows than the {SHEET_ROWS:,} of a sheet",
        not_done="The workbook was not finished.",
        next_step="Write CSV or JSON lines instead: --format csv.",
    )
