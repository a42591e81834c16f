"""The writing side of the connector contract for spreadsheets."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import ClassVar

from canonical.problems import Problem
from canonical.values import alike
from connectors.base import (
    ConnectorContext,
    CurrentValue,
    FieldChange,
    Outcome,
    Precondition,
    Target,
    Writer,
    WriteResult,
)
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.files import SourceFile, find_files
from connectors.spreadsheet.patch.exchange import can_exchange, settle_interrupted
from connectors.spreadsheet.reader import locate
from connectors.spreadsheet.reading.process import ChildReader
from connectors.spreadsheet.writing.file_writer import FileWriter, Keep
from connectors.spreadsheet.xlsx.refusal import RefusedError


class SpreadsheetWriter(Writer):
    """Writes cells of the team's own files, one patch a file.

    The row is found by its key and the column by its heading, in the file as it is in that moment. The file is
    exchanged in one step, and what the exchange took out is compared with what was read; a save that fell in between is
    put back.
    """

    precondition: ClassVar[Precondition] = Precondition.NOTICED

    def __init__(self, options: SpreadsheetOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context
        self._applied: dict[Target, FieldChange] = {}
        self._keep: Keep = lambda _: None

    def before_replacing(self, keep: Keep) -> None:
        """Take what is to be called before placeholders in cells are replaced."""
        self._keep = keep

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        """Write each change whose `before` is still in its cell; give the outcomes in their order.

        Raises:
            ToolError: the files cannot be listed.
        """
        files = find_files(self._options.path, self._context.folder, self._options.id)
        waiting = list(changes)
        results: list[WriteResult] = []
        with ChildReader() as child:
            for change in changes:
                if change in waiting:
                    here, waiting = self._of_same_file(change, waiting, files)
                    results += self._write(here, files, child)
                result = next(each for each in results if each.change == change)
                results.remove(result)
                yield result

    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        """Give what each write replaced: a file is exchanged for good only if its cell held the value read before."""
        unsure = [change for change in changes if self._applied.get(change.target) != change]
        now = locate(self._options, self._context, [change.target for change in unsure]) if unsure else []
        missing = {
            change.target
            for change, found in zip(unsure, now, strict=True)
            if found.reason or not alike(found.value, change.after)
        }
        return [
            CurrentValue(change.target, None, _unknown(change))
            if change.target in missing
            else CurrentValue(change.target, change.before)
            for change in changes
        ]

    def _of_same_file(
        self, change: FieldChange, waiting: list[FieldChange], files: Sequence[SourceFile]
    ) -> tuple[list[FieldChange], list[FieldChange]]:
        source = _file_of(change, files)
        here = [each for each in waiting if each == change or (source and _file_of(each, files) == source)]
        return here, [each for each in waiting if each not in here]

    def _write(
        self, changes: Sequence[FieldChange], files: Sequence[SourceFile], child: ChildReader
    ) -> list[WriteResult]:
        source = _file_of(changes[0], files)
        if source is None:
            lost = "no file of {} holds {}; it may have been renamed"
            return [
                WriteResult(each, Outcome.REFUSED, reason=lost.format(self._options.path, each.target.external_id))
                for each in changes
            ]
        results = list(FileWriter(source, self._options, self._context, child, self._keep).write(changes))
        applied = [each.change for each in results if each.outcome is Outcome.APPLIED]
        self._applied |= {change.target: change for change in applied}
        return results


class UnwatchedSpreadsheetWriter(SpreadsheetWriter):
    """The writer for folders that cannot exchange two names in one step: network shares, systems other than Linux.

    The file is compared right before it is replaced, and the moment between the two stays unwatched.
    """

    precondition: ClassVar[Precondition] = Precondition.NONE

    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        """Say that it cannot be known."""
        return [CurrentValue(change.target, None, _unwatched(change)) for change in changes]


def writer_for(options: SpreadsheetOptions, context: ConnectorContext) -> SpreadsheetWriter:
    """Make the writer whose precondition all folders of the files can keep.

    Files that a killed process had exchanged without looking are settled first: a team's save that it took out is back
    before anybody reads.

    Raises:
        ToolError: the files cannot be listed.
    """
    files = find_files(options.path, context.folder, options.id)
    for source in files:
        # What cannot be settled now refuses the writes to this file, with its reason.
        with contextlib.suppress(RefusedError, OSError):
            settle_interrupted(source.path.resolve())
    folders = {source.path.resolve().parent for source in files}
    kind = SpreadsheetWriter if all(map(can_exchange, folders)) else UnwatchedSpreadsheetWriter
    return kind(options, context)


def _file_of(change: FieldChange, files: Sequence[SourceFile]) -> SourceFile | None:
    return next((source for source in files if change.target.external_id.startswith(f"{source.workbook}#")), None)


def _unknown(change: FieldChange) -> Problem:
    return Problem(
        "What a write of this value replaced is not known: the cell does not hold it.",
        change.target.external_id,
        "Nothing was put back.",
        "Compare with an earlier version of the file.",
    )


def _unwatched(change: FieldChange) -> Problem:
    return Problem(
        "The folder cannot exchange two files in one step, so a save in the moment of writing goes unnoticed.",
        change.target.external_id,
        "What the write replaced is not known.",
        "Keep the file on a local disk of a Linux machine to have it watched.",
    )
