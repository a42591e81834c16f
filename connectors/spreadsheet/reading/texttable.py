"""Text tables: .csv and .tsv as people and programs export them."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from connectors.spreadsheet.reading.grid import Grid, Row
from connectors.spreadsheet.reading.signature import unreadable

SAMPLE = 64 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text table is written: encoding, delimiter and quote, and whether its first line is Excel's `sep=;`."""

    encoding: str
    delimiter: str
    quote: str = '"'
    sep_line: bool = False
    assumed: bool = False


def text_form(path: Path, place: str, encoding: str, delimiter: str | None) -> TextForm:
    """Find how the file is written. A code page is assumed (`assumed`) only where nothing else fits.

    Raises:
        UnreadableFileError: it is binary, or cannot be decoded at all.
    """
    found, assumed = _encoding(path, encoding)
    try:
        with path.open(encoding=found, newline="") as source:
            sample = source.read(SAMPLE)
    except UnicodeError as error:
        raise unreadable(
            place, f"The text cannot be read as {found}.", "Save it as UTF-8, or set `encoding` for this connector."
        ) from error
    if "\x00" in sample:
        raise unreadable(place, "The file holds binary data, no text.", "Export the table as .csv or .xlsx.")
    first = sample.lstrip("\ufeff").splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:
        return TextForm(found, delimiter or first[0][4], sep_line=True, assumed=assumed)
    if delimiter is None and path.suffix.lower() in {".tsv", ".tab"} and "\t" in sample:
        delimiter = "\t"
    return TextForm(found, delimiter or _delimiter(sample), assumed=assumed)


def _encoding(path: Path, fallback: str) -> tuple[str, bool]:
    with path.open("rb") as source:
        head = source.read(4096)
        for mark, name in MARKS:
            if head.startswith(mark):
                return name, False
        if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
            return "utf-16-le", False
        if len(head) > 3 and head[::2].count(0) > len(head) // 4:
            return "utf-16-be", False
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            # The whole file: one late umlaut decides.
            decoder.decode(head)
            while piece := source.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return fallback, True
    return "utf-8", False


def _delimiter(sample: str) -> str:
    import clevercsv  # noqa: PLC0415  # half of the child's start, and only text tables need it

    if len(sample) == SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    try:
        found = clevercsv.Detector().detect(sample, delimiters=list(DELIMITERS))
    except clevercsv.exceptions.NoDetectionResult:
        found = None
    if found is not None and found.delimiter and found.delimiter in DELIMITERS:
        return str(found.delimiter)
    counts = {mark: sample.count(mark) for mark in DELIMITERS}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ","


def text_grid(path: Path, place: str, encoding: str, delimiter: str | None) -> Grid:
    """Read a text table as a sheet without a name.

    Raises:
        UnreadableFileError: it is no text table.
    """
    form = text_form(path, place, encoding, delimiter)
    notes = (f"It is neither marked nor valid UTF-8 and was read as {form.encoding}.",) if form.assumed else ()
    return Grid("", partial(_rows, path, place, form), notes=notes)


def _rows(path: Path, place: str, form: TextForm) -> Iterator[Row]:
    csv.field_size_limit(16 << 20)
    with path.open(encoding=form.encoding, newline="") as source:
        reader = csv.reader(source, delimiter=form.delimiter, quotechar=form.quote, doublequote=True)
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                if number == 1 and (form.sep_line or (row[:1] and row[0].startswith("\ufeff"))):
                    if form.sep_line:
                        yield number, []
                        continue
                    row[0] = row[0].lstrip("\ufeff")
                yield number, row
        except (csv.Error, UnicodeError) as error:
            raise unreadable(
                place, f"The table breaks off after row {number}: {error}.", "Mend the file there, or export it again."
            ) from error
