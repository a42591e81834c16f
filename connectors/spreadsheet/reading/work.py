"""The work on one file, done in the child: open, lay out each mapped sheet, map its rows, in steps of bounded size."""

import difflib
import fnmatch
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote
from zoneinfo import ZoneInfo

from canonical.intake import Listing
from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.spreadsheet.config import SheetOptions, TimeSheet
from connectors.spreadsheet.mapping.fields import Reading
from connectors.spreadsheet.mapping.kinds import (
    DependencyMapper,
    PersonMapper,
    ProjectMapper,
    StatusReportMapper,
    TaskMapper,
)
from connectors.spreadsheet.mapping.mapper import FileContext, Mapper, Output, project_of
from connectors.spreadsheet.mapping.spans import AllocationMapper, LeaveMapper
from connectors.spreadsheet.mapping.table import SheetPlace, Table, lay_out
from connectors.spreadsheet.mapping.timesheet import TimeMapper, WideMapper
from connectors.spreadsheet.reading.grid import Grid
from connectors.spreadsheet.reading.job import Chunk, Job, listing_name
from connectors.spreadsheet.reading.signature import FileKind, kind_of
from connectors.spreadsheet.reading.texttable import text_grid
from connectors.spreadsheet.reading.workbook import Workbook

CHUNK = 2_000
"""Records of one step."""
MAPPERS: dict[EntityKind, type[Mapper]] = {
    EntityKind.PROJECT: ProjectMapper,
    EntityKind.TASK: TaskMapper,
    EntityKind.PERSON: PersonMapper,
    EntityKind.DEPENDENCY: DependencyMapper,
    EntityKind.STATUS_UPDATE: StatusReportMapper,
    EntityKind.ALLOCATION: AllocationMapper,
    EntityKind.LEAVE: LeaveMapper,
}


class OpenFile:
    """A file of either kind as sheets by name."""

    def __init__(self, job: Job) -> None:
        """Open the file.

        Raises:
            UnreadableFileError: it cannot be read.
        """
        path = Path(job.path)
        self._opened: Grid | Workbook
        if kind_of(path, job.place) is FileKind.TEXT:
            self._opened = text_grid(path, job.place, job.options.encoding, job.options.delimiter)
        else:
            self._opened = Workbook(path, job.place)

    def names(self) -> list[tuple[str, bool]]:
        """Give the sheets in order, and whether each is visible; a text table has one without a name."""
        return [("", True)] if isinstance(self._opened, Grid) else self._opened.names()

    def grid(self, name: str, options: SheetOptions | None = None, *, indents: bool = False) -> Grid:
        """Read one sheet, with what its options need of it, or with the indentation of its cells."""
        if isinstance(self._opened, Grid):
            return self._opened
        return self._opened.grid(name, indents=indents or getattr(options, "parents", None) == "indentation")


def applies(options: SheetOptions, job: Job) -> bool:
    """Say whether the sheet is looked for in this file at all."""
    name = PurePosixPath(job.place).name
    return options.file is None or fnmatch.fnmatchcase(name.casefold(), options.file.casefold())


def chosen(options: SheetOptions, names: Sequence[tuple[str, bool]]) -> list[str]:
    """Give the names of the sheets that the mapping means: by name, by pattern among the visible, by number."""
    wanted = options.name
    if names and names[0][0] == "":
        return [""]
    visible = [name for name, shown in names if shown]
    if wanted is None:
        return visible[:1]
    if isinstance(wanted, int):
        return [names[wanted - 1][0]] if 1 <= wanted <= len(names) else []
    exact = [name for name, _ in names if name.strip().casefold() == wanted.strip().casefold()]
    return exact or [name for name in visible if fnmatch.fnmatchcase(name.casefold(), wanted.casefold())]


def read_file(job: Job) -> Iterator[Chunk]:
    """Read everything that is mapped in one file.

    Raises:
        UnreadableFileError: the file cannot be read, or not to its end.
    """
    opened = OpenFile(job)
    sheets = job.options.sheets
    file = FileContext(job.place, PurePosixPath(job.place).stem, job.workbook, job.url)
    file.makes_projects = sheets.projects is None
    file.refers_to_tasks = sheets.time_entries is not None or sheets.dependencies is not None
    counts: dict[str, int] = {}
    meant: list[str] = []
    missing: list[str] = []
    unread: list[str] = []
    complete: list[str] = []
    tables = 0
    absent: list[Problem] = []
    for options in sheets.mapped():
        if not applies(options, job):
            continue
        names = chosen(options, opened.names())
        if not names:
            missing += _entities_of(options)
            absent.append(_no_sheet(options, job, [name for name, _ in opened.names()]))
        for name in names:
            tables += 1
            means = _meant(options, job, place_of(job, name).scope)
            meant += means
            for chunk in _sheet(opened.grid(name, options), options, job, file):
                counts |= chunk.counts
                complete += map(listing_name, chunk.complete)
                yield chunk
            if means[0] not in complete:
                unread += _entities_of(options)
    if missing and tables:
        absent = [_as_warning(problem) for problem in absent]
    last = _last(file, absent, counts)
    complete += map(listing_name, last.complete)
    yield replace(last, meant=meant, missing=[*missing, *unread], sure=not missing and {*meant} <= {*complete})


def _entities_of(options: SheetOptions) -> list[str]:
    """Name the entities whose rows a sheet of this mapping lists."""
    links = [EntityKind.DEPENDENCY.value] if "predecessors" in options.columns else []
    makes = [EntityKind.PROJECT.value] if _makes_file_projects(options) else []
    return [options.entity.value, *links, *makes]


def _meant(options: SheetOptions, job: Job, scope: str) -> list[str]:
    own = [f"{entity}:{scope}" for entity in _entities_of(options) if entity != EntityKind.PROJECT.value]
    own += [f"{options.entity.value}:{scope}"]
    return [*own, f"{EntityKind.PROJECT.value}:{job.workbook}"] if _makes_file_projects(options) else own


def _makes_file_projects(options: SheetOptions) -> bool:
    way = project_of(options)
    return way is not None and way.file


def _last(file: FileContext, absent: list[Problem], counts: dict[str, int]) -> Chunk:
    made = [(EntityKind.PROJECT, values) for values in file.projects.values()]
    listed = [values for _, values in made if values["external_id"] == file.workbook]
    listings = []
    for values in listed:
        values["scope"] = file.workbook
        listings.append(Listing(EntityKind.PROJECT, file.workbook))
    counts |= {listing_name(listing): 1 for listing in listings}
    return Chunk(
        begins=listings,
        complete=listings,
        problems=absent,
        derived=made,
        counts=counts,
        last=True,
    )


def place_of(job: Job, sheet: str) -> SheetPlace:
    """Say where a sheet is. Its link names no row: a row put in above would change every link below."""
    return SheetPlace(job.workbook, job.place, sheet, f"{job.url}#{quote(sheet)}" if sheet else job.url)


def mapper_of(table: Table, reading: Reading, file: FileContext, output: Output) -> Mapper:
    """Make the mapper for a kind of sheet."""
    if isinstance(table.options, TimeSheet):
        kind: type[Mapper] = WideMapper if table.options.wide else TimeMapper
    else:
        kind = MAPPERS[table.options.entity]
    return kind(table, reading, file, output)


def _sheet(grid: Grid, options: SheetOptions, job: Job, file: FileContext) -> Iterator[Chunk]:
    reading = Reading(job.options, ZoneInfo(job.timezone))
    place = place_of(job, grid.name)
    table, problems = lay_out(grid, place, options, job.carriers.get(options.entity, {}), reading)
    problems += [_noted(note, place) for note in grid.notes]
    if table is None:
        yield Chunk(problems=problems)
        return
    output = Output()
    mapper = mapper_of(table, reading, file, output)
    listings = [Listing(entity, place.scope) for entity in mapper.entities]
    begins = listings
    given: Counter[EntityKind] = Counter()
    nameless = False
    for number, cells in table.data:
        mapper.map(number, cells)
        if len(output) >= CHUNK:
            nameless = nameless or _nameless(output)
            given.update(_entities(output))
            yield Chunk(output.records, output.quarantined, begins)
            begins = []
            output.records, output.quarantined = [], []
    nameless = nameless or _nameless(output)
    given.update(_entities(output))
    problems += mapper.finish()
    counts = {listing_name(listing): given[listing.entity] for listing in listings}
    emptied = [listing for listing in listings if not given[listing.entity] and job.before.get(listing_name(listing))]
    primary_emptied = any(listing.entity is options.entity for listing in emptied)
    if primary_emptied:
        problems.append(_emptied(place))
        counts = {name: job.before.get(name, count) for name, count in counts.items()}
    # A row that has no key and cannot be read may be any of the known ones: their absence is then unverified.
    unsure = primary_emptied or (table.key is None and nameless)
    complete = [] if unsure else [listing for listing in listings if listing.entity not in mapper.unsure]
    yield Chunk(output.records, output.quarantined, begins, complete, problems, counts=counts)


def _nameless(output: Output) -> bool:
    return any(each.external_id is None for each in output.quarantined)


def _entities(output: Output) -> list[EntityKind]:
    return [entity for entity, _ in output.records] + [each.entity for each in output.quarantined]


def _no_sheet(options: SheetOptions, job: Job, names: list[str]) -> Problem:
    near = difflib.get_close_matches(str(options.name), names, 1)
    hint = f"If {near[0]!r} is what it is called now, name that" if near else f"The sheets are {', '.join(names)}"
    return Problem(
        what=f"There is no sheet {options.name}.",
        where=job.place,
        not_done="Nothing was read for it; what it said before stays.",
        next_step=f"{hint}.",
    )


def _as_warning(problem: Problem) -> Problem:
    return Problem(problem.what, problem.where, problem.not_done, problem.next_step, Weight.WARNING)


def _noted(note: str, place: SheetPlace) -> Problem:
    return Problem(
        note, place.shown(), "", "If letters look wrong, set `encoding`, or save the file as UTF-8.", Weight.INFO
    )


def _emptied(place: SheetPlace) -> Problem:
    return Problem(
        what="The sheet has no row any more, and had some at the last sync.",
        where=place.shown(),
        not_done="Nothing was taken for deleted.",
        next_step="If the rows were moved, correct the mapping; if they are truly gone, remove the sheet from it.",
    )
