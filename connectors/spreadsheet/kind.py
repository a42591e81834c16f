"""What the entry point names."""

from connectors.base import ConnectorContext, Reader, Writer
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.reader import SpreadsheetReader


class SpreadsheetKind:
    """Makes a reader and a writer of workbooks and text tables."""

    name = "spreadsheet"
    options = SpreadsheetOptions

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
