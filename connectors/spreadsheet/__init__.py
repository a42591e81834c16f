"""The spreadsheet connector: workbooks and text tables by path, read under limits, written by patches."""
