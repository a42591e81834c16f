"""Changes of one file tried on a copy of its bytes, until every one of them reads back as its value or is refused.

The reader decides: what a way of writing comes to is found out by reading the copy, in the same child process and with
the same mapping as a pull.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from canonical.values import FieldValue, alike, shown
from connectors.base import FieldChange
from connectors.spreadsheet.patch.results import CellValue, Edit, PatchResult
from connectors.spreadsheet.reading.locating import Located
from connectors.spreadsheet.xlsx.addresses import cell_address


class Locate(Protocol):
    """Finds the cells of changes in a file of these bytes, in their order."""

    def __call__(self, copy: Path, changes: Sequence[FieldChange]) -> Sequence[Located]:
        """Give where each is and what it holds."""


class PatchBytes(Protocol):
    """Patches a file's bytes; notes each edit in the result and gives None when none was possible."""

    def __call__(self, raw: bytes, edits: Sequence[Edit], result: PatchResult) -> bytes | None:
        """Give the new bytes.

        Raises:
            RefusedError: nothing of this file may be changed.
        """


@dataclass(slots=True)
class Attempt:
    """A change on its way into a cell: the ways still to try, and why the earlier ones were refused."""

    change: FieldChange
    located: Located
    ways: list[CellValue]
    refusal: str = ""
    read_back: FieldValue = None
    note: str = ""

    def edit(self) -> Edit:
        """Give the edit of the way that is tried now."""
        address = cell_address(self.located.row, self.located.column)
        return Edit(self.located.sheet, address, self.ways[0])

    def give_up_way(self, words: str) -> None:
        """Go on to the next way; the first refusal is the one to tell."""
        self.ways = self.ways[1:]
        self.refusal = self.refusal or words


@dataclass(slots=True)
class Trial:
    """How a trial ended: the bytes to put in place (None: nothing), what is in them, and what was refused."""

    patched: bytes | None = None
    accepted: list[Attempt] = field(default_factory=list)
    refused: list[Attempt] = field(default_factory=list)


def try_on_copy(raw: bytes, attempts: Sequence[Attempt], patch: PatchBytes, locate: Locate, copy: Path) -> Trial:
    """Find for each change a way that reads back as its value, all of them in the same bytes.

    Raises:
        RefusedError: nothing of this file may be changed.
        UnreadableFileError: the patched copy cannot be read.
    """
    trial = Trial()
    going = list(attempts)
    while going:
        result = PatchResult()
        patched = patch(raw, [attempt.edit() for attempt in going], result)
        failed = _refused(going, result)
        if patched is not None:
            copy.write_bytes(patched)
            failed |= _misread([attempt for attempt in going if id(attempt) not in failed], locate, copy)
        for attempt in going:
            attempt.note = result.notes.get(attempt.edit(), "")
        if not failed:
            trial.patched, trial.accepted = patched, going
            return trial
        for attempt in going:
            if id(attempt) in failed:
                attempt.give_up_way(failed[id(attempt)])
        trial.refused += [attempt for attempt in going if not attempt.ways]
        going = [attempt for attempt in going if attempt.ways]
    return trial


def _refused(going: Sequence[Attempt], result: PatchResult) -> dict[int, str]:
    left = list(result.refused)
    failed: dict[int, str] = {}
    for attempt in going:
        edit = attempt.edit()
        found = next((refused for refused in left if refused.edit is edit or refused.edit == edit), None)
        if found is not None:
            left.remove(found)
            failed[id(attempt)] = found.words
    return failed


def _misread(written: Sequence[Attempt], locate: Locate, copy: Path) -> dict[int, str]:
    failed: dict[int, str] = {}
    for attempt, found in zip(written, locate(copy, [attempt.change for attempt in written]), strict=True):
        attempt.read_back = found.value
        wanted = attempt.change.after
        if found.reason:
            failed[id(attempt)] = f"written as “{shown(wanted)}” it could not be read back: {found.reason}"
        elif not alike(found.value, wanted):
            read = shown(found.value) or "nothing"
            failed[id(attempt)] = f"“{shown(wanted)}” written there would be read as “{read}”"
    return failed
