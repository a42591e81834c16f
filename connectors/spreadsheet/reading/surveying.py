"""A look at all sheets of a file for somebody who has no mapping yet: headings, examples, and what they may mean."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import islice

from canonical.vocabulary import EntityKind
from connectors.spreadsheet.layout.days import day_columns, only_year
from connectors.spreadsheet.layout.headings import SEARCHED_ROWS, UNIT, Headings
from connectors.spreadsheet.layout.rows import DataRows
from connectors.spreadsheet.reading.grid import Grid
from connectors.spreadsheet.reading.job import Job
from connectors.spreadsheet.reading.work import OpenFile
from connectors.spreadsheet.synonyms import TABLE_NAMES, words_for
from connectors.spreadsheet.values.cells import Broken, Cell, Fraction, as_text, fold, is_absent
from connectors.spreadsheet.values.dates import DateStyle, Period, read_period

SAMPLED_ROWS = 5_000
EXAMPLES = 3
LONGEST_LIST = 40
SHEET_NAMES: Mapping[EntityKind, str] = {
    EntityKind.PROJECT: "projects projekte register portfolio projektliste projektregister",
    EntityKind.TASK: "plan tasks aufgaben vorgange todo actions massnahmen projektplan activities backlog gantt "
    "milestones meilensteine",
    EntityKind.TIME_ENTRY: "time timesheet hours stunden zeiten zeiterfassung stundenzettel timesheets bookings",
    EntityKind.PERSON: "people team staff mitarbeiter personen resources ressourcen members",
    EntityKind.STATUS_UPDATE: "status reports report berichte statusbericht statusberichte updates",
    EntityKind.DEPENDENCY: "dependencies links abhangigkeiten",
    EntityKind.ALLOCATION: "allocations allocation capacity einsatzplanung kapazitatsplanung zuordnungen",
    EntityKind.LEAVE: "leave absence absences vacation vacations holidays urlaub abwesenheit abwesenheiten",
}
TELLING: Mapping[EntityKind, frozenset[str]] = {
    EntityKind.PROJECT: frozenset({"manager", "sponsor", "budget", "phase", "portfolio", "objective"}),
    EntityKind.TASK: frozenset({"title", "assignee", "due", "predecessors", "percent_complete", "original_estimate"}),
    EntityKind.TIME_ENTRY: frozenset({"work_date", "duration", "person", "billable"}),
    EntityKind.PERSON: frozenset({"email", "weekly_capacity", "cost_rate"}),
    EntityKind.STATUS_UPDATE: frozenset({"text", "health", "author", "at"}),
    EntityKind.DEPENDENCY: frozenset({"predecessor", "successor", "lag"}),
    EntityKind.ALLOCATION: frozenset({"weekly_effort", "percent"}),
    EntityKind.LEAVE: frozenset(),
}
"""Fields that say more than others what the rows are."""
PLANNED = frozenset({"planned_start", "due", "percent_complete", "predecessors"})
"""Fields of a task that no time sheet has."""
MEANINGS = frozenset({"baseline", "basis", "basisplan", "actual", "ist", "previous", "old", "alt", "new", "neu"})
"""Words in brackets that make another field of a heading, as in `Finish (baseline)`; a unit does not."""


@dataclass(slots=True)
class ColumnSurvey:
    """A column: its heading and index from 0, what its cells are, some of them, and the field it may be."""

    heading: str
    index: int
    type: str = "empty"
    examples: list[str] = field(default_factory=list)
    values: Counter[str] = field(default_factory=Counter)
    filled: int = 0
    suggestion: str | None = None
    unit_needed: bool = False

    @property
    def unique(self) -> bool:
        """Whether no value stands twice."""
        return self.filled > 0 and len(self.values) == self.filled

    def names_most(self, rows: int) -> bool:
        """Whether it names two rows in three or more: the others are faults in the sheet, to be told as such."""
        return 3 * len(self.values) >= 2 * min(rows, SAMPLED_ROWS) > 0


@dataclass(slots=True)
class SheetSurvey:
    """A sheet: where its headings are, its columns, how many rows it has, and what the rows may be."""

    name: str
    visible: bool
    header: int = 0
    rows: int = 0
    columns: list[ColumnSurvey] = field(default_factory=list)
    entity: EntityKind | None = None
    wide: str | None = None
    needs_year: bool = False
    indented: bool = False


def survey(job: Job) -> list[SheetSurvey]:
    """Look at every sheet of a file.

    Raises:
        UnreadableFileError: the file cannot be read.
    """
    opened = OpenFile(job)
    return [_sheet(opened.grid(name, indents=True), visible, job) for name, visible in opened.names()]


def _sheet(grid: Grid, visible: bool, job: Job) -> SheetSurvey:  # a plain fact of the sheet
    found = SheetSurvey(grid.name, visible)
    headings = _headings(grid)
    if headings is None:
        return found
    found.header = headings.row
    found.columns = [ColumnSurvey(names[0], column) for column, names in sorted(headings.labels.items())]
    if wide := _wide(headings):
        year = only_year(grid.name) or only_year(job.place)
        days = day_columns(headings, (), wide, DateStyle(), year or 2000)
        found.columns = [column for column in found.columns if column.index not in days]
        rows = DataRows(grid, headings, [column.index for column in found.columns], None)
        if not _is_plan(found) and _holds_hours(rows, days):
            found.wide = wide
            found.needs_year = not day_columns(headings, (), wide, DateStyle(), year)
    _sample(found, DataRows(grid, headings, [column.index for column in found.columns], None))
    found.entity = _entity(found, job)
    if found.entity is not None:
        _suggest(found, found.entity)
    if found.entity is EntityKind.TASK:
        found.indented = _is_indented(found, grid)
    return found


def _is_indented(found: SheetSurvey, grid: Grid) -> bool:
    """Say whether a tenth of the titles or more is indented, by blanks or by the cell's format; fewer are slips."""
    column = next((column.index for column in found.columns if column.suggestion == "title"), None)
    depths: list[tuple[int, int]] = []
    for number, cells in islice(grid.rows(), SAMPLED_ROWS):
        cell = cells[column] if column is not None and column < len(cells) else None
        if number > found.header and column is not None and isinstance(cell, str) and cell.strip():
            depths.append((len(cell) - len(cell.lstrip()), grid.indent(number, column + 1)))
    deeper = sum(depth > min(depths) for depth in depths)
    return deeper > 0 and 10 * deeper >= len(depths)


def _headings(grid: Grid) -> Headings | None:
    """Find the row with the most known headings; without any, the first with two texts and rows below."""
    known = frozenset().union(*(words_for(entity) for entity in TABLE_NAMES))
    best: tuple[int, int, Sequence[Cell]] | None = None
    fallback: tuple[int, Sequence[Cell]] | None = None
    for number, cells in islice(grid.rows(), SEARCHED_ROWS):
        texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
        hits = len({folded for cell in texts for folded in _names(cell) if folded in known})
        if hits and (best is None or hits > best[0]):
            best = (hits, number, cells)
        if fallback is None and len(texts) >= 2 and len(texts) >= sum(not is_absent(cell) for cell in cells):
            fallback = (number, cells)
    if best is not None and (best[0] > 1 or fallback is None):
        number, cells = best[1], best[2]
    elif fallback is not None:
        number, cells = fallback
    else:
        return None
    return Headings(number, {column: (as_text(cell),) for column, cell in enumerate(cells) if not is_absent(cell)})


def _names(heading: str) -> Iterator[str]:
    yield fold(heading)
    bare = fold(UNIT.sub(" ", heading))
    if not MEANINGS & (set(fold(heading).split()) - set(bare.split())):
        yield bare


def _wide(headings: Headings) -> str | None:
    found = [_period(names[0]) for names in headings.labels.values()]
    days = [each for each in found if isinstance(each, date)]
    weeks = sum(isinstance(each, Period) and (each.last - each.first).days == 6 for each in found)
    if max(len(days), weeks) < 3:
        return None
    # The same day of every week stands for its week.
    by_day = len(days) >= weeks and len({each.weekday() for each in days}) > 1
    return "day" if by_day else "week"


def _is_plan(found: SheetSurvey) -> bool:
    """Say whether days or weeks stand beside tasks with dates: they are a Gantt chart's bars, not a time sheet."""
    fields = {_field(column.heading, EntityKind.TASK) for column in found.columns}
    return "title" in fields and bool(fields & PLANNED)


def _holds_hours(rows: DataRows, days: Mapping[int, date]) -> bool:
    """Say whether what stands below days or weeks begins as hours do; nobody knows of a sheet that is not filled in."""
    filled = False
    for _, cells in islice(rows, SAMPLED_ROWS):
        for cell in (cells[column] for column in days if column < len(cells)):
            if is_absent(cell):
                continue
            if isinstance(cell, int | float | time | timedelta) or as_text(cell)[:1].isdigit():
                return True
            filled = True
    return not filled


def _period(heading: str) -> date | Period | None:
    style = DateStyle(day_first=True, two_digit_years=True)
    text = " ".join(heading.split())
    return read_period(text, style) or read_period(f"{text}{'' if text.endswith('.') else ' '}2000", style)


def _sample(found: SheetSurvey, rows: DataRows) -> None:
    kinds: dict[int, Counter[str]] = {column.index: Counter() for column in found.columns}
    for _, cells in rows:
        found.rows += 1
        if found.rows > SAMPLED_ROWS:
            continue
        for column in found.columns:
            cell = cells[column.index] if column.index < len(cells) else None
            if is_absent(cell):
                continue
            text = as_text(cell)[:60]
            column.filled += 1
            column.values[text] += 1
            kinds[column.index][_kind(cell)] += 1
            if len(column.examples) < EXAMPLES and text not in column.examples:
                column.examples.append(text)
    for column in found.columns:
        column.type = " or ".join(kind for kind, _ in kinds[column.index].most_common(2)) or "empty"


KINDS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, "yes or no"),
    (date, "date"),
    ((time, timedelta), "duration"),
    (Fraction, "percentage"),
    ((int, float), "number"),
    (Broken, "error"),
)


def _kind(cell: Cell) -> str:
    return next((name for kind, name in KINDS if isinstance(cell, kind)), "text")


def _entity(found: SheetSurvey, job: Job) -> EntityKind | None:
    """Guess what the rows are, by the names of the sheet and the file and by the headings."""
    if found.wide:
        return EntityKind.TIME_ENTRY
    named = set(fold(f"{found.name} {job.place}").split())
    best: tuple[float, EntityKind] | None = None
    for entity in TABLE_NAMES:
        fields = {name for column in found.columns if (name := _field(column.heading, entity))}
        score = len(fields) + len(fields & TELLING[entity]) + (3 if named & set(SHEET_NAMES[entity].split()) else 0)
        if len(fields) >= 2 and _is_possible(entity, fields) and (best is None or score > best[0]):
            best = (score, entity)
    return best[1] if best else None


def _is_possible(entity: EntityKind, fields: set[str]) -> bool:
    needed = {
        EntityKind.PROJECT: {"name"},
        EntityKind.TASK: {"title"},
        EntityKind.TIME_ENTRY: {"work_date", "duration"},
        EntityKind.PERSON: {"name"},
        EntityKind.STATUS_UPDATE: {"at", "project"},
        EntityKind.DEPENDENCY: {"predecessor", "successor"},
        EntityKind.ALLOCATION: {"person", "project", "first_day"},
        EntityKind.LEAVE: {"person", "first_day", "last_day"},
    }
    return needed[entity] <= fields


def _field(heading: str, entity: EntityKind) -> str | None:
    words = words_for(entity)
    return next((words[name] for name in _names(heading) if name in words), None)


def _suggest(found: SheetSurvey, entity: EntityKind) -> None:
    taken: set[str] = set()
    for column in found.columns:
        name = _field(column.heading, entity)
        if name and name not in taken and sum(other.heading == column.heading for other in found.columns) == 1:
            column.suggestion = name
            taken.add(name)
