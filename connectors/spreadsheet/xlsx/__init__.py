"""What an Office Open XML workbook (ECMA-376) says of itself, read from its parts without loading any sheet."""
