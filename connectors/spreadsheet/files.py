"""Which files a connector's path means, and whether they have changed since they were last read."""

import fnmatch
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from canonical.problems import Problem, ToolError, Weight
from connectors.spreadsheet.reading.signature import SUFFIXES

PATTERN = frozenset("*?[")
OTHER_TABLES = frozenset({".xls", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".numbers", ".txt", ".tab"})
"""Tables of formats that are not looked for in a folder; a path that names such a file is told what to do about it."""
LISTED = 5
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: its path, how people call it, and the id of the workbook in it."""

    path: Path
    place: str
    workbook: str

    @property
    def url(self) -> str:
        """A link that opens the file where it is."""
        return self.path.absolute().as_uri()


def find_files(pattern: str, folder: Path, workbook_id: str | None) -> list[SourceFile]:
    """Find the files of a path, folder or pattern, in the order of their names; lock and temporary files are none.

    Raises:
        ToolError: the file or folder is not there or cannot be listed, or no file fits.
    """
    return list_files(pattern, folder, workbook_id).files


@dataclass(frozen=True, slots=True)
class Listed:
    """The files that a path means, and the folders, as people call them, in which there may be more unseen."""

    files: list[SourceFile]
    denied: list[str]


def list_files(pattern: str, folder: Path, workbook_id: str | None) -> Listed:
    """Find the files as `find_files` does, and say where it could not look.

    Raises:
        ToolError: as `find_files`.
    """
    denied = set[Path]()
    paths = _paths(pattern, folder, denied)
    if not paths:
        step = "Put the workbooks there, or correct `path`."
        other = passed_over(pattern, folder)
        raise ToolError(
            Problem(
                f"No file fits {pattern}.",
                str(folder / pattern),
                "Nothing was read.",
                other.next_step if other else step,
            )
        )
    if workbook_id is not None and len(paths) > 1:
        problem = Problem(
            f"`id` names one workbook, and {len(paths)} files fit {pattern}.",
            ", ".join(path.name for path in paths[:5]),
            "Nothing was read.",
            "Remove `id`, or let `path` name one file.",
        )
        raise ToolError(problem)
    base = _fixed_part(pattern, folder)
    unseen = [_name(each, folder, base) for each in sorted(denied)]
    named = ((path, _name(path, folder, base)) for path in paths)
    return Listed([SourceFile(path, name, workbook_id or name) for path, name in named], unseen)


def passed_over(pattern: str, folder: Path) -> Problem | None:
    """Tell of tables in a folder that are of another format; None where there are none, or `path` is no folder."""
    whole = folder / pattern
    try:
        if PATTERN.intersection(pattern) or not whole.is_dir():
            return None
        tables = [path for path in whole.iterdir() if path.suffix.lower() in OTHER_TABLES]
        others = sorted(path.name for path in tables if _is_table(path))
    except OSError:
        # Who lists the files to read says so.
        return None
    if not others:
        return None
    named = ", ".join(others[:LISTED]) + (f" and {len(others) - LISTED:,} more" if len(others) > LISTED else "")
    return Problem(
        f"Of a format that is not read: {named}.",
        pattern,
        "The other files of the folder were read.",
        f"Save {named} as .xlsx in a spreadsheet program, or keep it elsewhere.",
        Weight.INFO,
    )


def _paths(pattern: str, folder: Path, denied: set[Path]) -> list[Path]:
    whole = folder / pattern
    try:
        if not PATTERN.intersection(pattern):
            if whole.is_dir():
                found = [path for path in whole.iterdir() if path.suffix.lower() in SUFFIXES]
            elif whole.exists():
                return [whole]
            else:
                step = "Correct `path`, or see that the drive is connected."
                raise ToolError(Problem("There is no such file or folder.", str(whole), "Nothing was read.", step))
        else:
            base = _fixed_part(pattern, folder)
            if not base.is_dir():
                step = "Correct `path`, or see that the drive is connected."
                raise ToolError(Problem("There is no such folder.", str(base), "Nothing was read.", step))
            found = list(_matching(base, PurePath(whole).relative_to(base).parts, denied))
        return sorted({path for path in found if _is_table(path)})
    except OSError as error:
        step = "See that the account of pmohub may read the folder."
        what = f"The folder cannot be listed: {error.strerror or error}."
        raise ToolError(Problem(what, str(whole), "Nothing was read.", step)) from error


def _matching(base: Path, parts: Sequence[str], denied: set[Path]) -> Iterator[Path]:
    """Find what a pattern means, as `Path.glob` does, which passes over folders that it may not list without a word."""
    first, *rest = parts
    if not PATTERN.intersection(first):
        if (base / first).exists():
            yield from _matching(base / first, rest, denied) if rest else [base / first]
        return
    if first == "**":
        yield from _matching(base, rest or ["*"], denied)
    try:
        with os.scandir(base) as listing:
            entries = sorted((entry.name, entry.is_dir()) for entry in listing if not _leads_round(first, entry))
    except PermissionError:
        denied.add(base)
        return
    for name, is_folder in entries:
        if first == "**":
            yield from _matching(base / name, parts, denied) if is_folder else ()
        elif fnmatch.fnmatch(name, first):
            if not rest:
                yield base / name
            elif is_folder:
                yield from _matching(base / name, rest, denied)


def _leads_round(part: str, entry: os.DirEntry[str]) -> bool:
    return part == "**" and entry.is_symlink()


def _fixed_part(pattern: str, folder: Path) -> Path:
    parts = PurePath(folder / pattern).parts
    fixed = next((n for n, part in enumerate(parts) if PATTERN.intersection(part)), len(parts) - 1)
    return Path(*parts[:fixed])


def _is_table(path: Path) -> bool:
    hidden = path.name.startswith(("~$", ".", "~", "._")) or path.suffix.lower() in {".tmp", ".bak", ".lock"}
    return not hidden and path.is_file()


def _name(path: Path, folder: Path, base: Path) -> str:
    if path.is_relative_to(folder):
        return path.relative_to(folder).as_posix()
    # A share may be mounted elsewhere on another machine: what is before the last fixed folder does not count.
    return f"{base.name}/{path.relative_to(base).as_posix()}" if path.is_relative_to(base) else path.name


def stamp(path: Path) -> dict[str, Any]:
    """Give a file's size, time and hash, in a form for the cursor.

    The hash is of the contents: a copy that keeps the time, or a program that only touches it, is told apart.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as source:
        status = os.fstat(source.fileno())
        while piece := source.read(PIECE):
            digest.update(piece)
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "hash": digest.hexdigest()}


def same_contents(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two stamps are of the same contents."""
    return one.get("hash") == other.get("hash") and one.get("size") == other.get("size")
