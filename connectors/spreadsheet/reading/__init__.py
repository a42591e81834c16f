"""From a file to rows of cells, under limits: signatures, workbooks, text tables, the child process."""
