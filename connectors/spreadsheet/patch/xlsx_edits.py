"""The byte ranges of a sheet part to exchange so that cells hold their new contents."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from connectors.spreadsheet.patch.xlsx_cells import cell_markup
from connectors.spreadsheet.patch.xlsx_scan import RowSpan, SheetScan
from connectors.spreadsheet.xlsx.addresses import Area, cell_address

_SPANS = re.compile(rb"(\sspans\s*=\s*[\"'])(\d+):(\d+)([\"'])")
_REF = re.compile(rb"(\sref\s*=\s*[\"'])[^\"']*([\"'])")

Piece = tuple[int, int, bytes]
Contents = Mapping[tuple[int, int], tuple[str | None, tuple[str, str]]]
"""By row and column: the style index, and the cell's type and content as `content_of` gives them."""


def edited_sheet(scan: SheetScan, contents: Contents) -> bytes:
    """Give the part's bytes with these cells changed or added; nothing else of them moves."""
    by_row: dict[int, dict[int, bytes]] = defaultdict(dict)
    for (row, column), (style, content) in sorted(contents.items()):
        by_row[row][column] = cell_markup(scan.prefix, cell_address(row, column), style, content)
    pieces: list[Piece] = []
    new_rows: dict[int, list[bytes]] = defaultdict(list)
    for row, cells in by_row.items():
        if row in scan.rows:
            pieces += _row_pieces(scan, scan.rows[row], cells)
        else:
            new_rows[scan.insert_rows_at.get(row, -1)].append(
                f'<{scan.prefix}row r="{row}">'.encode() + b"".join(cells.values()) + f"</{scan.prefix}row>".encode()
            )
    for at, rows in new_rows.items():
        pieces.append(_new_rows_piece(scan, at, b"".join(rows)))
    pieces += _dimension_pieces(scan, contents)
    return _applied(scan.data, pieces)


def _row_pieces(scan: SheetScan, row: RowSpan, cells: Mapping[int, bytes]) -> list[Piece]:
    new = {column: markup for column, markup in cells.items() if column not in row.cells}
    pieces = [(span.start, span.end, cells[column]) for column, span in row.cells.items() if column in cells]
    if not new:
        return pieces
    tag = _widened(scan.data[row.start : row.tag_end], new)
    if row.end is None:
        opened = tag[:-2].rstrip() + b">" + b"".join(new.values()) + f"</{scan.prefix}row>".encode()
        return [(row.start, row.tag_end, opened)]
    if tag != scan.data[row.start : row.tag_end]:
        pieces.append((row.start, row.tag_end, tag))
    by_place: dict[int, list[bytes]] = defaultdict(list)
    for column, markup in new.items():
        by_place[row.insert_at[column]].append(markup)
    return pieces + [(at, at, b"".join(markups)) for at, markups in by_place.items()]


def _widened(tag: bytes, columns: Iterable[int]) -> bytes:
    """Widen a row's `spans`, an optional hint that must not be too narrow."""

    def wider(found: re.Match[bytes]) -> bytes:
        first, last = min(int(found[2]), *columns), max(int(found[3]), *columns)
        return found[1] + b"%d:%d" % (first, last) + found[4]

    return _SPANS.sub(wider, tag, count=1)


def _new_rows_piece(scan: SheetScan, at: int, rows: bytes) -> Piece:
    if at >= 0:
        return at, at, rows
    if scan.sheet_data_end is not None:
        return scan.sheet_data_end, scan.sheet_data_end, rows
    start, end = scan.sheet_data
    opened = scan.data[start:end][:-2].rstrip() + b">" + rows + f"</{scan.prefix}sheetData>".encode()
    return start, end, opened


def _dimension_pieces(scan: SheetScan, contents: Contents) -> list[Piece]:
    """Widen the sheet's stated dimension: some readers see nothing beyond it."""
    if scan.dimension is None:
        return []
    start, end, stated = scan.dimension
    try:
        area = before = Area.parse(stated)
    except ValueError:
        return []
    for row, column in contents:
        area = area.joined(row, column)
    if area == before:
        return []
    return [(start, end, _REF.sub(rb"\g<1>" + str(area).encode() + rb"\2", scan.data[start:end], count=1))]


def _applied(data: bytes, pieces: list[Piece]) -> bytes:
    out: list[bytes] = []
    copied = 0
    # An insertion comes before the exchange of an element that begins at the same place.
    for start, end, new in sorted(pieces, key=lambda piece: piece[:2]):
        out += [data[copied:start], new]
        copied = end
    return b"".join([*out, data[copied:]])
