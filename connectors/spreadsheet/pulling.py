"""A pull: changed files through the child, records made and checked, batches with their cursors."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from canonical.garbage import no_collections
from canonical.intake import Batch, Cursor, Listing, Progress, Quarantined
from canonical.problems import Problem, ToolError, Weight
from canonical.records import RECORDS, Record
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.spreadsheet.config import Column, OwnColumn, SpreadsheetOptions
from connectors.spreadsheet.files import SourceFile, list_files, passed_over, same_contents, stamp
from connectors.spreadsheet.memory import KnownFile, Memory, mapping_version
from connectors.spreadsheet.reading.job import Chunk, Job, Task, Wanted, listing_name
from connectors.spreadsheet.reading.process import ChildReader
from connectors.spreadsheet.reading.signature import UnreadableFileError, unreadable

UNIT = "workbooks"
AGAIN = "See that its disk or share is there, and sync again."


def job_for(
    source: SourceFile,
    options: SpreadsheetOptions,
    context: ConnectorContext,
    task: Task = Task.READ,
    wanted: Sequence[Wanted] = (),
) -> Job:
    """Make the job of reading a file."""
    return Job(
        path=str(source.path),
        place=source.place,
        workbook=source.workbook,
        url=source.url,
        options=options,
        timezone=str(context.timezone),
        carriers={entity: carriers_of(context, entity) for entity in context.carriers},
        task=task,
        wanted=wanted,
    )


def carriers_of(context: ConnectorContext, entity: EntityKind) -> dict[str, Column]:
    """Give the columns of an entity's template fields; those without a declared type are read as their cells are."""
    types = context.carrier_types.get(entity, {})
    return {
        name: OwnColumn(name=heading, type=types[name]) if name in types else Column(name=heading)
        for name, heading in context.carriers[entity].items()
    }


def nothing_mapped(context: ConnectorContext) -> Problem:
    """Say that a connector reads nothing, and how to find what it could read."""
    return Problem(
        "No sheet is mapped.",
        context.id,
        "Nothing is read.",
        "See what there is and paste the mapping that is suggested.",
        commands=(f"pmohub discover {context.id}",),
    )


class Pull:
    """One pull of all files, or of those alone that hold a scope."""

    def __init__(
        self, options: SpreadsheetOptions, context: ConnectorContext, cursor: Cursor | None, scope: str | None = None
    ) -> None:
        self._scope = scope
        self._options = options
        self._context = context
        self._memory = Memory.of(cursor, mapping_version(options, context))
        self._derived: set[tuple[EntityKind, str]] = set()
        self._failures: list[Problem] = []
        self._done = 0
        self._total = 0

    def batches(self) -> Iterator[Batch]:
        """Give the batches.

        Raises:
            ToolError: no file can be read, or no sheet is mapped.
        """
        if not self._options.sheets.mapped():
            raise ToolError(nothing_mapped(self._context))
        listed = list_files(self._options.path, self._context.folder, self._options.id)
        files = listed.files
        if self._scope is not None:
            files = [source for source in files if f"{self._scope}#".startswith(f"{source.workbook}#")]
        self._total = len(files)
        changed, unchanged = self._sorted_out(files)
        if unchanged:
            self._done += len(unchanged)
            yield self._batch(problems=[p for file in unchanged for p in self._memory.files[file.place].said()])
        with ChildReader() as child:
            for source, now in changed:
                yield from self._file(child, source, now)
        unseen = [self._not_looked_into(folder) for folder in listed.denied]
        yield from self._gone(files, listed.denied)
        yield from self._left()
        if self._failures and len(self._failures) == len(files):
            raise ToolError(_none_readable(self._failures, self._options.path))
        left = [*self._failures, *unseen, *filter(None, [passed_over(self._options.path, self._context.folder)])]
        if left:
            yield self._batch(problems=left)

    def _sorted_out(self, files: list[SourceFile]) -> tuple[list[tuple[SourceFile, dict[str, Any]]], list[SourceFile]]:
        changed, unchanged = [], []
        for source in files:
            known = self._memory.files.get(source.place)
            try:
                now = stamp(source.path)
            except OSError:
                # The child says in words what is wrong with it.
                now = {}
            if known is not None and now and same_contents(known.stamp, now):
                unchanged.append(source)
            else:
                changed.append((source, now))
        return changed, unchanged

    def _file(self, child: ChildReader, source: SourceFile, now: dict[str, Any]) -> Iterator[Batch]:
        before = self._memory.files.get(source.place)
        job = replace(job_for(source, self._options, self._context), before=before.counts if before else {})
        reading = KnownFile(now)
        try:
            for chunk in child.read(job):
                if chunk.last:
                    yield self._last(source, before, reading, chunk)
                else:
                    yield self._chunk(source, reading, chunk)
        except UnreadableFileError as error:
            self._done += 1
            self._failures.append(error.problem)

    def _chunk(self, source: SourceFile, reading: KnownFile, chunk: Chunk) -> Batch:
        with no_collections():
            records, refused = made(chunk.records)
        quarantined = [*chunk.quarantined, *refused]
        places = [each.place for each in quarantined]
        reading.quarantined += places
        # Should the pull end here, the file is read again from its start, even if it is by then what it was before.
        known = self._memory.files.setdefault(source.place, KnownFile({}))
        known.stamp = {}
        known.quarantined += places
        reading.remember(chunk.problems)
        reading.counts |= chunk.counts
        return self._batch(
            records=records,
            quarantined=quarantined,
            begins=chunk.begins,
            complete=chunk.complete,
            problems=chunk.problems,
        )

    def _last(self, source: SourceFile, before: KnownFile | None, reading: KnownFile, chunk: Chunk) -> Batch:
        new = [each for each in chunk.derived if (each[0], each[1]["external_id"]) not in self._derived]
        self._derived |= {(entity, values["external_id"]) for entity, values in new}
        records, _ = made(new)
        reading.counts |= chunk.counts
        reading.remember(chunk.problems)
        ended = self._compare(before or KnownFile({}), reading, chunk)
        retried = set(before.quarantined if before else ()) - set(reading.quarantined)
        self._memory.files[source.place] = reading
        self._done += 1
        return self._batch(
            records=records,
            begins=chunk.begins,
            complete=chunk.complete,
            ended=ended,
            problems=[*chunk.problems, *filter(None, [_left_out(ended, source.place)])],
            retried=sorted(retried),
        )

    def _compare(self, before: KnownFile, reading: KnownFile, chunk: Chunk) -> list[Listing]:
        """Give the listings that the mapping leaves out now; remember what may still be there, though it was not read.

        A project that a file made and that none of its rows names is leaving, unless some of its rows were not read.
        """
        reading.projects = sorted(values["external_id"] for _, values in chunk.derived)
        ended = []
        for listing in before.listings():
            name = listing_name(listing)
            if name in chunk.meant or listing.entity.value in chunk.missing:
                reading.counts.setdefault(name, before.counts[name])
            else:
                ended.append(listing)
        others = sorted({*before.projects} - {*reading.projects})
        if chunk.sure and not reading.quarantined:
            self._memory.leaving += others
        else:
            reading.projects += others
        return ended

    def _not_looked_into(self, folder: str) -> Problem:
        """Tell of a folder that may not be listed; it is in the way only where a known file is in it."""
        known = any(_is_below(place, [folder]) for place in self._memory.files)
        return Problem(
            "The folder may not be listed.",
            folder,
            "No file in it was read; what is known of them stays." if known else "No file in it was read.",
            "Let the account of pmohub read it, or let `path` leave it out.",
            Weight.ERROR if known else Weight.WARNING,
        )

    def _gone(self, files: list[SourceFile], denied: Sequence[str]) -> Iterator[Batch]:
        """Let the rows of a file go that is no longer there, while others still are."""
        present = {source.place for source in files}
        for place in [place for place in self._memory.files if place not in present]:
            if _is_below(place, denied):
                continue
            try:
                there = (self._context.folder / place).exists()
            except OSError as error:
                self._failures.append(unreadable(place, f"The file cannot be seen: {error.strerror}.", AGAIN).problem)
                continue
            known = self._memory.files.pop(place)
            self._memory.leaving += known.projects
            problem = Problem(
                "`path` no longer names this file." if there else "The file is no longer there.",
                place,
                "Its rows count as deleted.",
                "If they are still wanted, let `path` name it again."
                if there
                else "If it was renamed, give the workbook its old name, or expect its rows as new ones.",
                Weight.WARNING,
            )
            yield self._batch(problems=[problem], retried=known.quarantined, ended=known.listings())

    def _left(self) -> Iterator[Batch]:
        """Let the projects go that files made and none makes any more: another mapping, other names in the cells."""
        if self._memory.leaving and self._scope is None:
            gone = [(EntityKind.PROJECT, each) for each in self._memory.left()]
            yield self._batch(deleted=gone)

    def _batch(self, **parts: Any) -> Batch:
        """Make a batch of its parts by name, with the cursor and how far the pull is."""
        progress = Progress(self._done, self._total, UNIT)
        return Batch(**{"records": [], **parts}, cursor=self._memory.cursor(), progress=progress)


def _is_below(place: str, folders: Sequence[str]) -> bool:
    return any(PurePosixPath(place).is_relative_to(folder) for folder in folders)


def _left_out(ended: Iterable[Listing], place: str) -> Problem | None:
    """Tell what the mapping no longer reads in a file."""
    named = sorted(f"{each.entity.value.replace('_', ' ')}s of {each.scope}" for each in ended)
    if not named:
        return None
    return Problem(
        f"The mapping no longer gives the {', the '.join(named)}.",
        place,
        "They count as deleted.",
        "If they are still wanted, take them back into the mapping: they return with their history.",
        Weight.WARNING,
    )


def made(values: Iterable[tuple[EntityKind, dict[str, Any]]]) -> tuple[list[Record], list[Quarantined]]:
    """Make records of their fields; what the record's own check refuses is quarantined."""
    records: list[Record] = []
    refused: list[Quarantined] = []
    for entity, fields in values:
        try:
            records.append(RECORDS[entity].model_validate(fields))
        except ValidationError as error:
            refused.append(_refused(entity, fields, error))
    return records, refused


def _refused(entity: EntityKind, fields: dict[str, Any], error: ValidationError) -> Quarantined:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    scope = fields.get("scope")
    return Quarantined(
        entity,
        f"{fields['external_id']}, {name}",
        f"{name} {first['msg'].lower()}.",
        "Correct the cell.",
        {field: str(value) for field, value in fields.items()},
        fields["external_id"],
        scope,
    )


def _none_readable(failures: list[Problem], path: str) -> Problem:
    if len(failures) == 1:
        return failures[0]
    kept = "Nothing was read; what was known stays."
    return Problem(f"None of the {len(failures)} files can be read.", path, kept, failures[0].next_step)
