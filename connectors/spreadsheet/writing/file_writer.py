"""All changes of one file: located, compared, tried on a copy, exchanged in one step, read back."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from canonical.values import alike, shown
from connectors.base import ConnectorContext, FieldChange, Outcome, Target, WriteResult
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.files import SourceFile
from connectors.spreadsheet.patch.csv_fields import TextDialect
from connectors.spreadsheet.patch.csv_patch import LARGEST_TEXT, patch_text_bytes
from connectors.spreadsheet.patch.exchange import digest, read_source, replace_file
from connectors.spreadsheet.patch.xlsx import LARGEST_FILE, patch_workbook_bytes, refuse_read_only
from connectors.spreadsheet.pulling import job_for
from connectors.spreadsheet.reading.job import Task, Wanted
from connectors.spreadsheet.reading.locating import Located
from connectors.spreadsheet.reading.process import ChildReader
from connectors.spreadsheet.reading.signature import FileKind, UnreadableFileError, kind_of
from connectors.spreadsheet.reading.texttable import text_form
from connectors.spreadsheet.writing.columns import ColumnsOfText, column_of
from connectors.spreadsheet.writing.notes import dependents_noted
from connectors.spreadsheet.writing.trial import Attempt, PatchBytes, Trial, try_on_copy
from connectors.spreadsheet.writing.wordings import wordings
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

_MOST_TRIES = 3
_TRY_AGAIN = frozenset({Reason.CHANGED_MEANWHILE, Reason.OVERTOOK})
Keep: TypeAlias = Callable[[Mapping[Target, str]], None]
"""Keeps words that count as empty and are about to be replaced, by their place."""
_PASSES = _TRY_AGAIN | {Reason.OPEN_ELSEWHERE, Reason.OUT_OF_REACH}


class FileWriter:
    """Writes the changes of one file. One that is saved meanwhile is read and compared anew, never overwritten."""

    def __init__(
        self,
        source: SourceFile,
        options: SpreadsheetOptions,
        context: ConnectorContext,
        child: ChildReader,
        keep: Keep = lambda _: None,
    ) -> None:
        self._source = source
        self._options = options
        self._context = context
        self._child = child
        self._keep = keep
        self._kept: dict[Target, str] = {}
        self._overtaken = False

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        """Give the outcome of each change."""
        left = list(changes)
        words, later = "the file was saved again and again meanwhile; it is tried later", True
        for _ in range(_MOST_TRIES):
            if not left:
                return
            try:
                with _folder_in(self._context.scratch) as folder:
                    ended, left = self._try(left, folder / self._source.path.name)
                yield from ended
            except RefusedError as error:
                if error.reason not in _TRY_AGAIN:
                    words, later = error.words, error.reason in _PASSES
                    break
                self._overtaken = self._overtaken or error.reason is Reason.OVERTOOK
            except UnreadableFileError as error:
                words, later = f"{error.problem.what} {error.problem.next_step}", error.passes
                break
            except OSError as error:
                words, later = f"a copy to try it on cannot be made: {error.strerror}", True
                break
        for change in left:
            yield WriteResult(change, Outcome.REFUSED, reason=f"{self._source.place}: {words}", later=later)

    def _try(self, changes: Sequence[FieldChange], copy: Path) -> tuple[list[WriteResult], list[FieldChange]]:
        """Give what was settled and what is left to try; nothing is left unless the file was in the way."""
        path = self._source.path
        refuse_read_only(path)
        raw = read_source(path, LARGEST_FILE, None)
        copy.write_bytes(raw)
        found = self._locate(copy, changes)
        settled = {id(change): self._compared(change, at) for change, at in zip(changes, found, strict=True)}
        ended = [result for result in settled.values() if result is not None]
        writable = [(c, at) for c, at in zip(changes, found, strict=True) if settled[id(c)] is None]
        if not writable:
            return ended, []
        patch, attempts = self._prepared(raw, copy, writable)
        trial = try_on_copy(raw, attempts, patch, self._locate, copy)
        ended += [
            WriteResult(each.change, Outcome.REFUSED, each.located.value, f"{each.located.place}: {each.refusal}")
            for each in trial.refused
        ]
        if trial.patched is None:
            return ended, []
        self._keep_placeholders(trial)
        try:
            replace_file(path, digest(raw), trial.patched)
        except RefusedError as error:
            if error.reason is Reason.UNSURE:
                return ended + _unknown(trial, f"{self._source.place}: {error.words}"), []
            if error.reason not in _TRY_AGAIN:
                raise
            self._overtaken = self._overtaken or error.reason is Reason.OVERTOOK
            return ended, [each.change for each in trial.accepted]
        return ended + self._applied(trial), []

    def _compared(self, change: FieldChange, found: Located) -> WriteResult | None:
        """Settle a change that needs no writing, or may not be written; None for one to write."""
        if found.reason:
            reason = f"{found.place or self._source.place}: {found.reason} {found.remedy}".strip()
            return WriteResult(change, Outcome.REFUSED, reason=reason)
        if alike(found.value, change.after):
            return WriteResult(change, Outcome.ALREADY_TRUE, found.value)
        if alike(found.value, change.before):
            return None
        holds = f"{found.place} is empty" if found.value is None else f"{found.place} holds “{shown(found.value)}”"
        if self._overtaken:
            reason = f"{holds}: somebody saved it in the moment of writing, and their file was put back"
            return WriteResult(change, Outcome.OVERTOOK, found.value, reason)
        reason = f"{holds}, not “{shown(change.before)}” as planned"
        return WriteResult(change, Outcome.STALE, found.value, reason)

    def _prepared(
        self, raw: bytes, copy: Path, writable: Sequence[tuple[FieldChange, Located]]
    ) -> tuple[PatchBytes, list[Attempt]]:
        patch: PatchBytes = patch_workbook_bytes
        texts = None
        if kind_of(copy, self._source.place) is FileKind.TEXT:
            if len(raw) > LARGEST_TEXT:
                raise RefusedError(Reason.TOO_LARGE, f"it is larger than {LARGEST_TEXT // 1024 // 1024} MB")
            form = text_form(copy, self._source.place, self._options.encoding, self._options.delimiter)
            dialect = TextDialect(_plain_encoding(form.encoding, raw), form.delimiter, form.quote, form.sep_line)
            patch = partial(patch_text_bytes, dialect=dialect)
            texts = ColumnsOfText(raw, dialect, self._options.locale)
        attempts = []
        for change, found in writable:
            column = column_of(change.target, found, self._options, self._context.timezone, texts)
            attempts.append(Attempt(change, found, wordings(change.placeholder or change.after, column)))
        return patch, attempts

    def _locate(self, copy: Path, changes: Sequence[FieldChange]) -> Sequence[Located]:
        targets = [change.target for change in changes]
        wanted = [Wanted(each.entity, each.external_id, each.field, each.carrier) for each in targets]
        job = replace(job_for(self._source, self._options, self._context, Task.LOCATE, wanted), path=str(copy))
        found = {located.wanted: located for located in self._child.ask(job)}
        return [found[each] for each in wanted]

    def _keep_placeholders(self, trial: Trial) -> None:
        """Have the words kept that count as empty, before they are gone from the file."""
        held = {each.change.target: each.located.placeholder for each in trial.accepted}
        told = {target: word for target, word in held.items() if word != self._kept.get(target, "")}
        if told:
            self._keep(told)
            self._kept |= told

    def _applied(self, trial: Trial) -> list[WriteResult]:
        """Read back what is in place now; where it is byte for byte what was tried, that was read already."""
        assert trial.patched is not None  # noqa: S101  # something was exchanged
        notes = dependents_noted(trial)
        held = [each.read_back for each in trial.accepted]
        try:
            if digest(self._source.path.read_bytes()) != digest(trial.patched):
                held = [found.value for found in self._locate(self._source.path, [e.change for e in trial.accepted])]
        except (OSError, UnreadableFileError):
            return _unknown(trial, "it was written, and could not be read afterwards")
        return [
            WriteResult(each.change, Outcome.APPLIED, value, note)
            for each, value, note in zip(trial.accepted, held, notes, strict=True)
        ]


@contextmanager
def _folder_in(scratch: Path) -> Iterator[Path]:
    """Give a folder for copies; that it cannot be removed takes nothing from what was done meanwhile."""
    made = Path(tempfile.mkdtemp(dir=scratch))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _unknown(trial: Trial, reason: str) -> list[WriteResult]:
    return [WriteResult(each.change, Outcome.UNKNOWN, reason=reason) for each in trial.accepted]


def _plain_encoding(encoding: str, raw: bytes) -> str:
    """Give the encoding of the characters behind a byte order mark."""
    match encoding:
        case "utf-8-sig":
            return "utf-8"
        case "utf-16":
            return "utf-16-le" if raw.startswith(b"\xff\xfe") else "utf-16-be"
        case _:
            return encoding
