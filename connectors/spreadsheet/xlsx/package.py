"""A workbook's package: which part is which sheet, date system, tables, whether it is encrypted or signed.

Follows ECMA-376 part 2 (packages and relationships) and part 1, 18.2 (workbook). Names of parts compare without case.
"""

import errno
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Self

from connectors.spreadsheet.xlsx.addresses import Area
from connectors.spreadsheet.xlsx.formats import CellFormat, cell_formats
from connectors.spreadsheet.xlsx.markup import Element, MarkupError, elements
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml",
    "application/vnd.ms-excel.template.macroenabled.main+xml",
)
_BINARY_TYPE = "application/vnd.ms-excel.sheet.binary.macroenabled.main"
LARGEST_SMALL_PART = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from a part to another: the last word of its type, and the name of the other part."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in the order of the tabs. `state` is `visible`, `hidden` or `veryHidden`; `kind` as in `worksheet`."""

    name: str
    part: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """A defined table; `area` includes its header and totals rows, of which there may be none."""

    name: str
    area: Area
    header_rows: int
    totals_rows: int
    has_query: bool


class Package:
    """An open workbook. Holds the archive's directory; parts are read when asked for.

    Raises:
        RefusedError: not a workbook of this format, encrypted, damaged, or with two parts of one name.
    """

    def __init__(self, source: IO[bytes]) -> None:
        try:
            _refuse_other_formats(source)
            self.archive = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            _raise_if_the_out_of_reach(error)
            raise RefusedError(Reason.DAMAGED, f"it cannot be opened as an archive: {error}") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self.archive.infolist():
            name = _folded(entry.filename)
            if name in self._entries:
                raise RefusedError(Reason.DUPLICATE_NAMES, f"the archive holds {entry.filename} twice")
            self._entries[name] = entry
        self.main_part = self._main_part()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file; close it with `close`, or use it in a `with` statement."""
        stream = path.open("rb")
        try:
            return cls(stream)
        except BaseException:
            stream.close()
            raise

    def close(self) -> None:
        """Close the archive and the file beneath it."""
        stream = self.archive.fp
        self.archive.close()
        if stream is not None:
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def has(self, part: str) -> bool:
        """Tell whether there is such a part."""
        return _folded(part) in self._entries

    def entry(self, part: str) -> zipfile.ZipInfo:
        """Give the archive's entry of a part.

        Raises:
            RefusedError: there is none.
        """
        try:
            return self._entries[_folded(part)]
        except KeyError:
            raise RefusedError(Reason.DAMAGED, f"the part {part} is missing") from None

    def stream(self, part: str) -> IO[bytes]:
        """Open a part for reading in pieces, decompressed."""
        try:
            return self.archive.open(self.entry(part))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise RefusedError(Reason.DAMAGED, f"the part {part} cannot be read: {error}") from error

    def read(self, part: str, limit: int = LARGEST_SMALL_PART) -> bytes:
        """Give a part's bytes, decompressed.

        Raises:
            RefusedError: missing, damaged, or larger than `limit` bytes.
        """
        try:
            with self.stream(part) as stream:
                data = stream.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            _raise_if_the_out_of_reach(error)
            raise RefusedError(Reason.DAMAGED, f"the part {part} cannot be read: {error}") from error
        if len(data) > limit:
            raise RefusedError(Reason.TOO_LARGE, f"the part {part} is larger than {limit // 1024 // 1024} MB")
        return data

    def elements(self, part: str) -> list[Element]:
        """Give the start tags of a small part."""
        try:
            return elements(self.read(part))
        except MarkupError as error:
            raise RefusedError(Reason.DAMAGED, f"the part {part} is not well-formed: {error}") from error

    def relationships(self, part: str = "") -> Iterator[Relationship]:
        """Give the links of a part, or of the whole package (empty name) to its own parts; links out are left out."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listing):
            return
        for element in self.elements(listing):
            if element.name == "Relationship" and element.get("TargetMode") != "External":
                target = element.get("Target").replace("\\", "/")
                full = target if target.startswith("/") else posixpath.join("/", folder, target)
                kind = element.get("Type").rsplit("/", 1)[-1]
                yield Relationship(element.get("Id"), kind, posixpath.normpath(full).lstrip("/"))

    def linked(self, part: str, kind: str) -> list[str]:
        """Give the names of the parts that a part links to with this kind."""
        return [link.target for link in self.relationships(part) if link.kind == kind]

    @cached_property
    def signed(self) -> bool:
        """Whether the package is signed; any change would break the signature."""
        return any(link.kind.startswith("origin") for link in self.relationships()) or any(
            name.startswith("_xmlsignatures/") for name in self._entries
        )

    @cached_property
    def uncompressed_size(self) -> int:
        """Bytes of all parts together, as the archive's directory claims."""
        return sum(entry.file_size for entry in self._entries.values())

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets in the order of their tabs, charts and dialogs too (see `kind`)."""
        links = {link.id: link for link in self.relationships(self.main_part)}
        found = []
        for element in self._workbook:
            link = links.get(element.get("id")) if element.name == "sheet" else None
            if link:
                found.append(Sheet(element.get("name"), link.target, element.get("state", "visible"), link.kind))
        return tuple(found)

    def worksheet(self, name: str) -> Sheet:
        """Give the worksheet of this name; names compare without case, as in the programs.

        Raises:
            RefusedError: there is none, or it is a chart.
        """
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                if sheet.kind != "worksheet":
                    raise RefusedError(Reason.NO_SUCH_SHEET, f"“{name}” holds no cells, it is a {sheet.kind}")
                return sheet
        raise RefusedError(Reason.NO_SUCH_SHEET, f"there is no sheet “{name}”")

    @cached_property
    def date_1904(self) -> bool:
        """Whether dates count from 1904-01-01 (old Macintosh files) instead of 1899-12-30."""
        return any(element.name == "workbookPr" and element.flag("date1904") for element in self._workbook)

    @cached_property
    def recalculates_on_open(self) -> bool:
        """Whether the file tells programs to calculate anew: its stored results are then not to be relied on."""
        return any(element.name == "calcPr" and element.flag("fullCalcOnLoad") for element in self._workbook)

    @cached_property
    def defined_names(self) -> dict[str, str]:
        """The formulas of defined names, by the name in small letters."""
        return {item.get("name").casefold(): item.text.strip() for item in self._workbook if item.name == "definedName"}

    @cached_property
    def styles_part(self) -> str | None:
        """The name of the styles part."""
        return next(iter(self.linked(self.main_part, "styles")), None)

    @cached_property
    def formats(self) -> tuple[CellFormat, ...]:
        """The formats that cells refer to by index."""
        if not self.styles_part or not self.has(self.styles_part):
            return ()
        try:
            return cell_formats(self.read(self.styles_part))
        except MarkupError as error:
            raise RefusedError(Reason.DAMAGED, f"the part {self.styles_part} is not well-formed: {error}") from error

    def tables(self, sheet: Sheet) -> list[Table]:
        """Give the defined tables of a sheet."""
        found = []
        for part in self.linked(sheet.part, "table"):
            root = self.elements(part)[0]
            try:
                area = Area.parse(root.get("ref"))
                header, totals = int(root.get("headerRowCount", "1")), int(root.get("totalsRowCount", "0"))
            except ValueError as error:
                raise RefusedError(Reason.DAMAGED, f"the table of {part} has no area: {error}") from error
            name = root.get("displayName") or root.get("name")
            found.append(Table(name, area, header, totals, bool(self.linked(part, "queryTable"))))
        return found

    @cached_property
    def _workbook(self) -> list[Element]:
        return self.elements(self.main_part)

    def _main_part(self) -> str:
        part = next(iter(self.linked("", "officeDocument")), None)
        if part is None or not self.has("[Content_Types].xml"):
            raise RefusedError(Reason.NOT_A_WORKBOOK, "the archive holds no workbook")
        declared = self._content_type(part)
        if declared == _BINARY_TYPE:
            raise RefusedError(Reason.READ_ONLY_FORMAT, "it is a binary workbook (.xlsb), which is only read")
        if declared not in _MAIN_TYPES:
            raise RefusedError(Reason.NOT_A_WORKBOOK, f"its main part is no workbook but {declared or 'undeclared'}")
        return part

    def _content_type(self, part: str) -> str:
        by_extension = ""
        for element in self.elements("[Content_Types].xml"):
            if element.name == "Override" and _folded(element.get("PartName")) == _folded(part):
                return element.get("ContentType").lower()
            if element.name == "Default" and part.lower().endswith("." + element.get("Extension").lower()):
                by_extension = element.get("ContentType").lower()
        return by_extension


def _raise_if_the_out_of_reach(error: Exception) -> None:
    """Tell a file that cannot be read from a damaged one, in which `zipfile` seeks beyond the bounds."""
    for each in (error, error.__context__):
        if isinstance(each, OSError) and each.errno not in {None, errno.EINVAL}:
            raise each


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_other_formats(source: IO[bytes]) -> None:
    source.seek(0)
    head = source.read(8)
    if head == _COMPOUND_FILE:
        # The names of a compound file's streams stand in it as UTF-16: an encrypted package is one of them.
        if "EncryptedPackage".encode("utf-16-le") in head + source.read(LARGEST_SMALL_PART):
            raise RefusedError(Reason.ENCRYPTED, "it is protected by a password")
        raise RefusedError(
            Reason.READ_ONLY_FORMAT, "it is a workbook of the old binary format (.xls), which is only read"
        )
    if not head:
        raise RefusedError(Reason.DAMAGED, "it is empty")
    if not head.startswith(b"PK") and not zipfile.is_zipfile(source):
        raise RefusedError(Reason.NOT_A_WORKBOOK, "its contents are no .xlsx workbook, whatever its name says")
    source.seek(0)
