"""The spreadsheet connector: workbooks and text tables by path, read under limits, written by patches."""

from connectors.spreadsheet.kind import KIND

__all__ = ["KIND"]
