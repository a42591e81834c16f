"""The fields of a text table with their places, cut as Python's `csv` cuts them, so that both mean the same cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError


@dataclass(frozen=True, slots=True)
class TextDialect:
    """How a text table is written.

    `encoding` is that of its characters, a byte order mark apart. With `sep_line` its first line is Excel's `sep=;`,
    which counts as the first record.
    """

    encoding: str
    delimiter: str
    quote: str = '"'
    sep_line: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record as it stands: from `start` to `end` in the text, with its quotes."""

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One record, counted from 1 as `csv.reader` counts; a blank line is a record with one empty field."""

    number: int
    fields: tuple[Field, ...]


@lru_cache(maxsize=64)
def _pattern(dialect: TextDialect) -> re.Pattern[str]:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    # What follows a closing quote up to the delimiter belongs to the field; quotes inside a bare field are plain.
    rest = f"[^{delimiter}\r\n]*"
    quoted = f"({quote}(?:[^{quote}]|{quote}{quote})*(?:({quote}){rest})?)"
    return re.compile(f"(?:{quoted}|{rest})({delimiter}|\r\n|\r|\n|\\Z)")


def records(text: str, dialect: TextDialect) -> Iterator[Record]:
    """Give the records of a text in order.

    Raises:
        RefusedError: a quote is never closed, so that it is unclear where fields end.
    """
    pattern, at, number = _pattern(dialect), 0, 0
    fields: list[Field] = []
    while at < len(text) or fields:
        match = pattern.match(text, at)
        if match is None or (match[1] is not None and match[2] is None):
            raise RefusedError(Reason.DAMAGED, f"a quote opened in record {number + 1} is never closed")
        fields.append(Field(at, match.start(3), match[1] is not None))
        at = match.end()
        if match[3] != dialect.delimiter:
            number += 1
            yield Record(number, tuple(fields))
            fields = []


def written(value: str, dialect: TextDialect, *, quoted: bool) -> str:
    """Give a value as a field: quoted where asked for, or where it could not be told from its surroundings."""
    special = (dialect.delimiter, dialect.quote, "\r", "\n")
    if quoted or any(character in value for character in special):
        return dialect.quote + value.replace(dialect.quote, dialect.quote * 2) + dialect.quote
    return value
