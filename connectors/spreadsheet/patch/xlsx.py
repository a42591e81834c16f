"""Values written into cells of an .xlsx or .xlsm: one sheet part changes, every other byte of the package stays.

No library at hand does this on real files: most write the whole package anew and lose what they do not know (charts,
pivots, macros, slicers), the others damage prefixed sheets or blank the results of neighbouring formulas. Results of
formulas that depend on a changed cell stay as stored until a program calculates and saves the file.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.spreadsheet.patch.archive import replace_entries
from connectors.spreadsheet.patch.exchange import digest, read_source, replace_file
from connectors.spreadsheet.patch.results import Edit, PatchResult
from connectors.spreadsheet.patch.xlsx_cells import cell_markup, content_of
from connectors.spreadsheet.patch.xlsx_edits import edited_sheet
from connectors.spreadsheet.patch.xlsx_guards import Surroundings, guard, note_on
from connectors.spreadsheet.patch.xlsx_scan import SheetScan, scan_sheet
from connectors.spreadsheet.patch.xlsx_styles import StyleBook
from connectors.spreadsheet.xlsx.addresses import cell_address, cell_position
from connectors.spreadsheet.xlsx.package import Package, Sheet
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

LARGEST_FILE = 512 * 1024 * 1024
LARGEST_SHEET = 512 * 1024 * 1024
SUFFIXES = frozenset({".xlsx", ".xlsm"})
_READ_ONLY_SUFFIXES = {
    ".xls": "the old binary format (.xls)",
    ".xlsb": "the binary format (.xlsb)",
    ".ods": "the OpenDocument format (.ods)",
    ".xltx": "a template (.xltx)",
    ".xltm": "a template (.xltm)",
}


def patch_workbook(
    path: Path, edits: Sequence[Edit], *, expected: str | None = None, append_formats: bool = False
) -> PatchResult:
    """Write values into cells of a workbook, each edit for itself: what is refused is left alone, the rest is written.

    `expected` is the SHA-256 of the file that the edits were made for; another one refuses all of them. With
    `append_formats` a date or duration may add a cell format to the styles part where no existing one fits; that part
    then counts among `changed_parts`. The result is read back before the file is exchanged. Never raises for a file or
    a cell that cannot be written: the result says which, and why.
    """
    result = PatchResult()
    try:
        refuse_read_only(path)
        raw = read_source(path, LARGEST_FILE, expected)
        result.before = result.after = digest(raw)
        patched = patch_workbook_bytes(raw, edits, result, append_formats=append_formats)
        if patched is not None:
            result.after = digest(patched)
            replace_file(path, result.before, patched)
    except RefusedError as error:
        result.refuse_all(edits, error)
    return result


def refuse_read_only(path: Path) -> None:
    """Refuse formats that are only read, by the file's name.

    Raises:
        RefusedError: it is one of them.
    """
    kind = _READ_ONLY_SUFFIXES.get(path.suffix.lower())
    if kind:
        raise RefusedError(Reason.READ_ONLY_FORMAT, f"files of {kind} are only read")


@dataclass(slots=True)
class _SheetPatch:
    """The cells to write in one sheet."""

    sheet: Sheet
    scan: SheetScan
    contents: dict[tuple[int, int], tuple[str | None, tuple[str, str]]] = field(default_factory=dict)


def patch_workbook_bytes(
    raw: bytes, edits: Sequence[Edit], result: PatchResult, *, append_formats: bool = False
) -> bytes | None:
    """Give the package's new bytes and note each edit in `result`; None when no edit was possible.

    Raises:
        RefusedError: nothing of this file may be changed.
    """
    with Package(io.BytesIO(raw)) as package:
        if package.signed:
            raise RefusedError(Reason.SIGNED, "it is digitally signed, and any change would break the signature")
        styles = package.read(package.styles_part) if package.styles_part else b""
        book = StyleBook(package.formats, styles, may_append=append_formats)
        decided = [_patch_sheet(package, book, group, result) for group in _by_sheet(edits)]
        patches = [patch for patch in decided if patch is not None and patch.contents]
        contents = {
            package.entry(patch.sheet.part).header_offset: edited_sheet(patch.scan, patch.contents) for patch in patches
        }
        if not contents:
            return None
        result.changed_parts = [patch.sheet.part for patch in patches]
        new_styles = book.changed_styles()
        if new_styles is not None and package.styles_part:
            contents[package.entry(package.styles_part).header_offset] = new_styles
            result.changed_parts.append(package.styles_part)
    patched = replace_entries(raw, contents)
    _verify(patched, patches)
    return patched


def _by_sheet(edits: Sequence[Edit]) -> Iterable[list[Edit]]:
    groups: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        groups[edit.sheet.casefold()].append(edit)
    return groups.values()


def _patch_sheet(package: Package, book: StyleBook, edits: list[Edit], result: PatchResult) -> _SheetPatch | None:
    """Decide on each edit of a sheet; a sheet that cannot be read refuses its own edits only."""
    try:
        sheet = package.worksheet(edits[0].sheet)
        places = _places(edits, result)
        scan = scan_sheet(package.read(sheet.part, LARGEST_SHEET), places)
        around = Surroundings.of(package, sheet)
    except RefusedError as error:
        for edit in edits:
            if not any(refused.edit == edit for refused in result.refused):
                result.refuse(edit, error)
        return None
    patch = _SheetPatch(sheet, scan)
    for place, edit in places.items():
        try:
            style = _style_of(scan, place)
            content = content_of(edit.value, date_1904=package.date_1904)
            guard(scan, around, place, style, edit.value)
            patch.contents[place] = (book.fitted(style, edit.value), content)
        except RefusedError as error:
            result.refuse(edit, error)
            continue
        result.applied.append(edit)
        note = note_on(scan, around, place)
        if note:
            result.notes[edit] = note
    return patch


def _places(edits: list[Edit], result: PatchResult) -> dict[tuple[int, int], Edit]:
    """Give the edits by row and column; a wrong address, or a second edit of one cell, is refused."""
    places: dict[tuple[int, int], Edit] = {}
    for edit in edits:
        try:
            place = cell_position(edit.cell)
        except ValueError as error:
            result.refuse(edit, RefusedError(Reason.NO_SUCH_CELL, str(error)))
            continue
        if place in places:
            result.refuse(edit, RefusedError(Reason.NO_SUCH_CELL, f"{edit.cell} is already changed by another edit"))
        else:
            places[place] = edit
    return places


def _style_of(scan: SheetScan, place: tuple[int, int]) -> str | None:
    """Give the style of a cell; one that does not exist yet takes its row's, its column's, or that of cells above."""
    row, column = place
    span = scan.rows.get(row)
    if span and column in span.cells:
        return span.cells[column].style
    if span and span.style:
        return span.style
    of_column = next((style for first, last, style in scan.column_styles if first <= column <= last), None)
    return of_column or scan.above.get(place)


def _verify(patched: bytes, patches: list[_SheetPatch]) -> None:
    """Open what was made and find the changed cells in it, before any file is touched."""
    with Package(io.BytesIO(patched)) as package:
        for patch in patches:
            scan = scan_sheet(package.read(patch.sheet.part, LARGEST_SHEET), patch.contents)
            for place, (style, content) in patch.contents.items():
                span = scan.rows[place[0]].cells.get(place[1]) if place[0] in scan.rows else None
                wanted = cell_markup(scan.prefix, cell_address(*place), style, content)
                if span is None or scan.data[span.start : span.end] != wanted:
                    raise RefusedError(Reason.UNUSUAL_ARCHIVE, "what was made of it could not be read back rightly")
