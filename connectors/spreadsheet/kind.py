"""What the entry point names."""

from collections.abc import Sequence

from connectors.base import ConnectorContext, CustomField, Reader, Writer
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.reader import SpreadsheetReader
from connectors.spreadsheet.synonyms import TABLE_NAMES


class SpreadsheetKind:
    """Makes a reader and a writer of workbooks and text tables."""

    name = "spreadsheet"
    options = SpreadsheetOptions

    def custom_fields(self, options: SpreadsheetOptions) -> Sequence[CustomField]:
        """Name the columns under `fields` of each sheet."""
        return [
            CustomField(sheet.entity, name, column.type, ("sheets", TABLE_NAMES[sheet.entity], "fields", name))
            for sheet in options.sheets.mapped()
            for name, column in sheet.fields.items()
        ]

    def reader(self, options: SpreadsheetOptions, context: ConnectorContext) -> Reader:
        """Make the object that can read."""
        return SpreadsheetReader(options, context)

    def writer(self, options: SpreadsheetOptions, context: ConnectorContext) -> Writer:
        """Make the object that can write.

        Raises:
            ToolError: the files cannot be listed.
        """
        # Whoever only reads, and the child process that does, never loads what can write.
        from connectors.spreadsheet.writer import writer_for  # noqa: PLC0415

        return writer_for(options, context)


KIND = SpreadsheetKind()
