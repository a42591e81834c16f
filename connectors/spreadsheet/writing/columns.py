"""What is known of the column that a change goes into, from the mapping and, in a text table, from its own cells."""

import csv
import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol

from connectors.base import Target
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.mapping.fields import DURATIONS, PEOPLE, Reading
from connectors.spreadsheet.patch.csv_fields import TextDialect
from connectors.spreadsheet.reading.locating import Located
from connectors.spreadsheet.values.durations import unit_in_heading
from connectors.spreadsheet.writing.wordings import Column

_LOOKED_AT = 200


class ColumnsOfText:
    """The first cells of each column of a text table, and its decimal sign."""

    def __init__(self, raw: bytes, dialect: TextDialect, locale: str | None) -> None:
        text = raw.decode(dialect.encoding, "replace")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote)
        self._rows = [row for row, _ in zip(reader, range(_LOOKED_AT), strict=False)]
        # A semicolon between fields is how programs write where the comma is the decimal sign.
        by_delimiter = "," if dialect.delimiter == ";" else "."
        self.decimal = get_decimal_symbol(locale) if locale else by_delimiter

    def cells(self, column: int) -> Sequence[str]:
        """Give the first texts of a column, counted from 1."""
        return [row[column - 1] for row in self._rows if len(row) >= column]


def column_of(
    target: Target, found: Located, options: SpreadsheetOptions, timezone: ZoneInfo, texts: ColumnsOfText | None
) -> Column:
    """Describe the column of a located cell."""
    mapped = next((sheet for sheet in options.sheets.mapped() if sheet.entity is target.entity), None)
    column = mapped.columns.get(target.field) if mapped else None
    unit = column.unit if column and column.unit else unit_in_heading(column.name if column else target.carrier)
    own = column is not None
    return Column(
        is_person=own and target.field in PEOPLE,
        is_percent=own and target.field == "percent_complete",
        is_duration=own and target.field in DURATIONS,
        seconds_a_unit=Reading(options, timezone).workday.seconds(unit) if unit else None,
        is_text_table=texts is not None,
        neighbours=texts.cells(found.column) if texts else (),
        decimal=texts.decimal if texts else ".",
        timezone=timezone,
    )
