"""From rows of cells to the values of canonical records."""
