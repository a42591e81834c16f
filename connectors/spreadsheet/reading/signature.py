"""What a file is by its first bytes, whatever its name says."""

from enum import StrEnum
from pathlib import Path

from canonical.problems import Problem

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".tab"})
SUFFIXES = frozenset({".xlsx", ".xlsm", ".csv", ".tsv"})


class FileKind(StrEnum):
    """How a file is read."""

    WORKBOOK = "workbook"
    TEXT = "text"


class UnreadableFileError(Exception):
    """A file that cannot be read, with the one problem that is told about it.

    `passes`: the disk, the share or the system is the reason and not the file, so that it may be read the next time.
    """

    def __init__(self, problem: Problem, *, passes: bool = False) -> None:
        super().__init__(problem.what)
        self.problem = problem
        self.passes = passes


def unreadable(place: str, what: str, next_step: str, *, passes: bool = False) -> UnreadableFileError:
    """Make the error for a file: nothing was read from it, and what it said before stays."""
    kept = "Nothing was read from it; what it said at the last sync stays as it is."
    return UnreadableFileError(Problem(what=what, where=place, not_done=kept, next_step=next_step), passes=passes)


def kind_of(path: Path, place: str) -> FileKind:
    """Tell a workbook from a text table.

    Raises:
        UnreadableFileError: it is empty, protected by a password, or neither of the two.
        OSError: it cannot be opened.
    """
    with path.open("rb") as source:
        head = source.read(4096)
        if head.startswith(COMPOUND_FILE):
            raise _compound(place, head + source.read(4 << 20))
    if not head:
        raise unreadable(place, "The file is empty.", "Save it again, or move it out of the folder.")
    if head.startswith(b"PK"):
        return FileKind.WORKBOOK
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        raise unreadable(
            place,
            "The file is a web page, whatever its name says.",
            "Open it in a spreadsheet program and save as .xlsx.",
        )
    if start.startswith((b"<?xml", b"mime-version:")):
        raise unreadable(place, "The file is XML or a web archive, not a workbook.", "Open it and save it as .xlsx.")
    if start.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"gif8", b"\x1f\x8b", b"7z")):
        raise unreadable(place, "The file is no table.", "Export the table as .xlsx or .csv.")
    if path.suffix.lower() not in TEXT_SUFFIXES and _is_binary(head):
        raise unreadable(
            place,
            "The file is damaged: it does not begin like a workbook.",
            "Restore it from a copy, or save it again.",
        )
    return FileKind.TEXT


def _compound(place: str, contents: bytes) -> UnreadableFileError:
    if "EncryptedPackage".encode("utf-16-le") in contents:
        return unreadable(
            place, "The workbook is protected by a password.", "Save a copy without the password for opening."
        )
    return unreadable(
        place,
        "The workbook has the old binary format (.xls).",
        "Open it in a spreadsheet program and save it as .xlsx.",
    )


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[1::2].count(0) > len(head) // 3:
        return False
    return b"\x00" in head
