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
        """Make the object that can write."""
        raise NotImplementedError


KIND = SpreadsheetKind()
