"""The reading side of the connector contract for spreadsheets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from canonical.intake import Batch, Cursor
from canonical.problems import Problem, ToolError, Weight
from canonical.vocabulary import EntityKind
from connectors.base import Census, ConnectorContext, CurrentValue, Discovery, Reader, Target
from connectors.spreadsheet import discovery
from connectors.spreadsheet.config import SheetOptions, SpreadsheetOptions, TasksSheet, TimeSheet
from connectors.spreadsheet.files import SourceFile, find_files
from connectors.spreadsheet.mapping.fields import CURRENCY_FIELDS
from connectors.spreadsheet.mapping.mapper import NOT_FIELDS
from connectors.spreadsheet.mapping.table import wanted_columns
from connectors.spreadsheet.pulling import Pull, job_for, nothing_mapped
from connectors.spreadsheet.reading.job import Task, Wanted
from connectors.spreadsheet.reading.locating import Located
from connectors.spreadsheet.reading.process import ChildReader
from connectors.spreadsheet.reading.signature import UnreadableFileError
from connectors.spreadsheet.synonyms import TABLE_NAMES


class SpreadsheetReader(Reader):
    """Reads workbooks and text tables; holds their paths and nothing that could change them."""

    lists_everything = True

    def __init__(self, options: SpreadsheetOptions, context: ConnectorContext) -> None:
        self._options = options
        self._context = context

    def fingerprint(self) -> str:
        """Name the workbook by its id, else by the path as configured; a moved folder keeps it."""
        return f"workbook {self._options.id}" if self._options.id else f"path {self._options.path}"

    def continues(self, fingerprint: str) -> bool:
        """A path that names some of the same files goes on with them; the others come or go one by one."""
        before = fingerprint.removeprefix("path ")
        if before == fingerprint or self._options.id is not None:
            return fingerprint == self.fingerprint()
        try:
            old, new = (find_files(path, self._context.folder, None) for path in (before, self._options.path))
        except ToolError:
            return False
        return bool({source.place for source in old} & {source.place for source in new})

    @cached_property
    def _provided(self) -> Mapping[EntityKind, frozenset[str]]:
        provided: dict[EntityKind, set[str]] = {}
        for sheet in self._options.sheets.mapped():
            provided.setdefault(sheet.entity, set()).update(_fields_of(sheet))
            if "predecessors" in sheet.columns:
                provided.setdefault(EntityKind.DEPENDENCY, set()).update(("predecessor", "successor", "type", "lag"))
            if _makes_projects(sheet):
                provided.setdefault(EntityKind.PROJECT, set()).add("name")
                way = getattr(sheet, "project", None)
                if way is not None and way.status is not None:
                    provided[EntityKind.PROJECT].add("status")
        return {entity: frozenset(names) for entity, names in provided.items()}

    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields that the mapping supplies; custom fields and carriers come as `fields.NAME`."""
        carried = {
            entity: {f"fields.{name}" for name in fields} for entity, fields in self._context.carriers.items() if fields
        }
        return {entity: names | carried.get(entity, set()) for entity, names in self._provided.items()}

    def check(self) -> Iterable[Problem]:
        """Read everything as a pull would, and say what stands in the way: files, headings, carriers, statuses."""
        if not self._options.sheets.mapped():
            yield nothing_mapped(self._context)
            return
        yield from self._unmapped_carriers()
        records = quarantined = 0
        problems: list[Problem] = []
        try:
            for batch in self.pull(None):
                problems += batch.problems
                records += len(batch.records)
                quarantined += len(batch.quarantined)
        except ToolError as error:
            yield error.problem
            return
        yield from map(_part_of_the_rest, problems) if records or quarantined else problems
        if quarantined:
            yield Problem(
                f"{quarantined:,} {'row' if quarantined == 1 else 'rows'} cannot be read.",
                self._options.path,
                "A sync keeps in quarantine what cannot be read, and reads the rest.",
                "Sync, and look at each with its place and reason.",
                Weight.WARNING,
                commands=(f"pmohub sync {self._context.id}", f"pmohub quarantine {self._context.id}"),
            )

    def _unmapped_carriers(self) -> Iterator[Problem]:
        mapped = {sheet.entity for sheet in self._options.sheets.mapped()}
        for entity, fields in self._context.carriers.items():
            if fields and entity not in mapped:
                named = ", ".join(sorted(fields))
                yield Problem(
                    f"The carriers of {named} are columns of {entity}s, and no such sheet is mapped.",
                    self._context.id,
                    "These fields can be neither read nor written here.",
                    f"Map sheets.{TABLE_NAMES[entity]}, or take the carriers out of the template.",
                    Weight.WARNING,
                )

    def describe(self) -> str:
        """Say how many files and rows were found."""
        try:
            files = find_files(self._options.path, self._context.folder, self._options.id)
            rows = sum(len(b.records) + len(b.quarantined) for b in self.pull(None))
        except ToolError as error:
            return error.problem.what
        noun = "file" if len(files) == 1 else "files"
        return f"{len(files)} {noun}, {rows:,} records"

    def discover(self) -> Discovery:
        """List sheets, columns, statuses and people, with a mapping that can be pasted."""
        return discovery.discover(self._options, self._context)

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give everything of the files that changed since the cursor.

        Raises:
            ToolError: there is no file, or none can be read.
        """
        return Pull(self._options, self._context, cursor).batches()

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids of a sheet by reading its workbook alone; that all were seen can be known in no cheaper way."""
        ids: set[str] = set()
        complete = False
        for batch in Pull(self._options, self._context, None, scope).batches():
            ids |= {each.external_id for each in batch.records if (each.entity, each.scope) == (entity, scope)}
            ids |= {
                each.external_id
                for each in batch.quarantined
                if each.external_id and (each.entity, each.scope) == (entity, scope)
            }
            complete = complete or any((each.entity, each.scope) == (entity, scope) for each in batch.complete)
        return Census(entity, scope, frozenset(ids), complete)

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read the current values of cells from the files themselves, in the order of the targets."""
        found = locate(self._options, self._context, targets)
        return [
            CurrentValue(target, located.value, _problem(located) if located.reason else None)
            for target, located in zip(targets, found, strict=True)
        ]


def locate(options: SpreadsheetOptions, context: ConnectorContext, targets: Sequence[Target]) -> list[Located]:
    """Find the cell of each target: its file's place, sheet, row, column and value; with a reason where it cannot be.

    Raises:
        ToolError: the files cannot be listed.
    """
    files = find_files(options.path, context.folder, options.id)
    wanted = [Wanted(target.entity, target.external_id, target.field, target.carrier) for target in targets]
    found: dict[Wanted, Located] = {}
    with ChildReader() as child:
        for source in files:
            here = [each for each in wanted if _is_in(each, source)]
            if not here:
                continue
            try:
                answers = child.ask(job_for(source, options, context, Task.LOCATE, here))
            except UnreadableFileError as error:
                problem = error.problem
                answers = [Located(e, source.place, reason=problem.what, remedy=problem.next_step) for e in here]
            found |= {located.wanted: located for located in answers}
    return [found.get(each) or _lost(each, options) for each in wanted]


def _part_of_the_rest(problem: Problem) -> Problem:
    """Make a warning of what stops one file or sheet while others are read: the connector as a whole can be used."""
    if problem.weight is not Weight.ERROR:
        return problem
    return replace(problem, weight=Weight.WARNING, not_done=f"{problem.not_done} A sync reads all else.")


def _is_in(wanted: Wanted, source: SourceFile) -> bool:
    return wanted.external_id.startswith(f"{source.workbook}#")


def _lost(wanted: Wanted, options: SpreadsheetOptions) -> Located:
    reason = f"No file of {options.path} holds {wanted.external_id}."
    return Located(wanted, options.path, reason=reason, remedy="See whether the file was renamed or moved.")


def _problem(located: Located) -> Problem:
    return Problem(located.reason, located.place, "Its value is not known.", located.remedy)


def _fields_of(sheet: SheetOptions) -> set[str]:
    """Give the record fields that a sheet's mapping supplies."""
    names = {name for name in wanted_columns(sheet, {}) if name != "key column"}
    names = {name for name in names - NOT_FIELDS if not name.startswith("fields.")} | {
        f"fields.{name}" for name in sheet.fields
    }
    names |= {CURRENCY_FIELDS[name] for name in names & CURRENCY_FIELDS.keys()}
    if isinstance(sheet, TasksSheet):
        names |= {"parent", "project"} | ({"status_category"} if "status" in names else set())
    if getattr(sheet, "project", None) is not None:
        names.add("project")
    if isinstance(sheet, TimeSheet):
        names |= {"work_date", "duration"} | ({"person"} if sheet.person_is else set())
    return names


def _makes_projects(sheet: SheetOptions) -> bool:
    project = getattr(sheet, "project", None)
    return isinstance(sheet, TasksSheet) or (project is not None and (project.file or project.sheet))
