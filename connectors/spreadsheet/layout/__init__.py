"""Where things stand in a sheet: headings under title rows, columns by name, which rows are data."""
