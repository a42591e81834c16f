"""Exports: the documented views as JSON lines, CSV, Excel workbooks and Parquet, streamed row by row."""
