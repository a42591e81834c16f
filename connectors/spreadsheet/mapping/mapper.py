"""What all kinds of sheets have in common: rows to fields, projects met on the way, quarantine."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from canonical.intake import Quarantined
from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.spreadsheet.config import ProjectOf, SheetOptions
from connectors.spreadsheet.layout.rows import raw_row
from connectors.spreadsheet.mapping.fields import NEVER_EMPTY, PEOPLE, Read, Reading, own_reader, reader_of
from connectors.spreadsheet.mapping.table import KEY, OWN, SheetPlace, Table, key_of
from connectors.spreadsheet.values.cells import Cell, UnreadableError, as_text, fold, is_absent

Values = dict[str, Any]
NOT_FIELDS = frozenset({"predecessors", "level"})
NOT_YET, NOT_SAID = object(), object()
MOST_KNOWN = 2_000
"""Cells of a column whose values are kept: most columns repeat few, and reading one costs more than finding it."""


@dataclass(slots=True)
class Output:
    """What was made of the rows so far: fields of records by entity, and what could not be mapped."""

    records: list[tuple[EntityKind, Values]] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records) + len(self.quarantined)


@dataclass(slots=True)
class FileContext:
    """What the sheets of one file share: projects met, and the ids of its tasks by key and title.

    `makes_projects`: a project named in a column is made a project, for no sheet of projects is mapped.
    `refers_to_tasks`: other sheets name tasks, so that their ids are kept.
    """

    path: str
    name: str
    workbook: str
    url: str
    projects: dict[str, Values] = field(default_factory=dict)
    tasks: dict[str, str | None] = field(default_factory=dict)
    makes_projects: bool = True
    refers_to_tasks: bool = False


def project_of(options: SheetOptions) -> ProjectOf | None:
    """Say which project the rows of a sheet belong to; a plan that says nothing is a project itself."""
    way: ProjectOf | None = getattr(options, "project", None)
    says_nothing = way is None and options.entity is EntityKind.TASK and "project" not in options.columns
    return ProjectOf(file=True) if says_nothing else way


class Mapper(ABC):
    """Maps the rows of one sheet. A row with a value that cannot be read is quarantined whole: half a row would be
    held against rules as if the other half were empty.

    `unsure` are the entities of which not all was read, although each row with a key was: nothing is then deleted.
    """

    entity: EntityKind
    needed: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Fields that no record of the kind can do without, with the reason and the remedy where their cell is empty."""

    def __init__(self, table: Table, reading: Reading, file: FileContext, output: Output) -> None:
        self.table = table
        self.reading = reading
        self.file = file
        self.output = output
        self.place: SheetPlace = table.place
        self.scope = table.place.scope
        self.unsure: set[EntityKind] = set()
        self.project_of = project_of(table.options)
        self._readers: list[tuple[str, int, Read, dict[Any, Any]]] = []
        self._custom: list[tuple[str, int, Read]] = []
        for name, column in table.columns.items():
            if name.startswith(OWN):
                read = own_reader(table.wanted[name], reading, table.styles.get(column))
                self._custom.append((name.removeprefix(OWN), column, read))
            elif name != KEY:
                wanted, heading = table.wanted[name], table.headings.shown(column)
                read = reader_of(self.entity, name, wanted, heading, reading, table.styles.get(column))
                self._readers.append((name, column, read, {}))
        self._people = [name for name, *_ in self._readers if name in PEOPLE]
        self._number = self._column = 0

    @property
    def entities(self) -> Sequence[EntityKind]:
        """Give the entities of which the sheet is a listing."""
        return (self.entity,)

    @abstractmethod
    def record(self, key: str, values: Values) -> None:
        """Complete a record from the values of its row and put it into the output.

        Raises:
            UnreadableError: it lacks something without which it is no record.
        """

    def map(self, number: int, cells: Sequence[Cell]) -> None:
        """Map one row, into records or into quarantine."""
        key = ""
        self._number = number
        self._column = -1
        try:
            if self.table.key is not None:
                self._column = self.table.key
                key = self._key(cells)
                self._once(key, cells[self.table.key])
            self.seen(key, cells)
            self.record(key, self.values(cells))
        except UnreadableError as error:
            whole = self._with_others(cells, error)
            self.quarantine(number, cells, whole, self.external_id(key) if key else None)

    def _with_others(self, cells: Sequence[Cell], first: UnreadableError) -> UnreadableError:
        """Put all faults of a row into one, so that its author mends it once; `_column` is then the whole row's."""
        found = {self._column: first} | {
            column: fault for column, fault in self.faults(cells) if column != self._column
        }
        if len(found) == 1:
            return first
        self._column = -1
        named = {column: self._in_row(column) for column in sorted(found)}
        return UnreadableError(
            reason=" ".join(f"{name}{found[column].reason}" for column, name in named.items()),
            remedy=" ".join(f"{name}{found[column].remedy}" for column, name in named.items()),
        )

    def _in_row(self, column: int) -> str:
        heading = self.table.headings.shown(column)
        return f"{self.place.in_row(self._number, column, heading)}: " if column >= 0 else ""

    def faults(self, cells: Sequence[Cell]) -> Iterator[tuple[int, UnreadableError]]:
        """Give every cell of a row that cannot be read or must not be empty, by its column."""
        readers = [(name, column, read) for name, column, read, _ in self._readers]
        for name, column, read in (*readers, *(("", column, read) for _, column, read in self._custom)):
            if is_absent(cells[column]):
                if name in self.needed:
                    yield column, UnreadableError(*self.needed[name])
                continue
            try:
                read(cells[column])
            except UnreadableError as error:
                yield column, error

    def seen(self, key: str, cells: Sequence[Cell]) -> None:  # noqa: ARG002  # for those kinds that override it
        """Learn the row's place in a hierarchy, also of a row that will be quarantined; most kinds have none."""
        return

    def finish(self) -> list[Problem]:
        """Give what was found over all rows."""
        skipped = self.table.data.skipped
        told = []
        if skipped.notes:
            told.append(self._passed("note", skipped.notes, skipped.first_note, "Move the total below all rows"))
        if skipped.titles:
            told.append(self._passed("title", skipped.titles, skipped.first_title, "Fill in another column of the row"))
        if skipped.other_table:
            # What it would mean in the columns above is not known, and so neither whether a row has gone.
            self.unsure.update(self.entities)
            told.append(
                Problem(
                    f"Another table begins in row {skipped.other_table}: not all of its headings are those above.",
                    self.place.row(skipped.other_table),
                    "It was not read; what was known of its rows before stays.",
                    "Give it a sheet of its own and map that, or the headings of the table above.",
                    Weight.WARNING,
                )
            )
        return told

    def _passed(self, kind: str, number: int, first: int, step: str) -> Problem:
        place = {"note": "below a total", "title": "in place of a numbered key"}[kind]
        if number == 1:
            what = f"The single text in row {first}, {place}, was taken for a {kind}."
            return Problem(what, self.place.row(first), "It was not read.", f"{step} if it is data.", Weight.INFO)
        what = f"{number:,} rows with a single text {place} were taken for {kind}s, the first in row {first}."
        return Problem(what, self.place.row(first), "They were not read.", f"{step} if they are data.", Weight.INFO)

    def external_id(self, key: str) -> str:
        """Give the id of the row with this key."""
        return f"{self.scope}#{key}"

    def values(self, cells: Sequence[Cell]) -> Values:
        """Read the mapped fields of a row; an empty cell or a placeholder is a field known to be empty.

        Raises:
            UnreadableError: a cell cannot be read; `_column` is where.
        """
        values: Values = {"url": self.place.url, "scope": self.scope}
        for name, column, read, known in self._readers:
            cell = cells[column]
            # 1, 1.0 and True are equal, and are read differently.
            as_typed = cell if isinstance(cell, str) else (cell.__class__, cell)
            value = known.get(as_typed, NOT_YET)
            if value is NOT_YET:
                self._column = column
                value = (NOT_SAID if name in NEVER_EMPTY else None) if is_absent(cell) else read(cell)
                if len(known) < MOST_KNOWN:
                    known[as_typed] = value
            if value is not NOT_SAID:
                values[name] = value
        if self._custom:
            own: dict[str, Any] = {}
            for name, column, read in self._custom:
                cell = cells[column]
                self._column = column
                own[name] = None if is_absent(cell) else read(cell)
            values["fields"] = own
        self._column = -1
        for name in self._people:
            if (person := values.get(name)) is not None:
                values[name] = person.ref
        return values

    def quarantine(
        self, number: int, cells: Sequence[Cell], error: UnreadableError, external_id: str | None = None
    ) -> None:
        """Set a row aside, whole."""
        column, headings = self._column, self.table.headings
        at_cell = self.place.cell(number, column, headings.shown(column))
        place = self.place.row(number) if column < 0 else at_cell
        raw = self.kept(raw_row(headings, cells, as_text))
        self.output.quarantined.append(
            Quarantined(self.entity, place, error.reason, error.remedy, raw, external_id, self.scope)
        )

    def kept(self, raw: Mapping[str, str]) -> Mapping[str, str]:
        """Give what quarantine shows of a row: all of it, but for those kinds that override it."""
        return raw

    def project_ref(self, values: Values) -> str | None:
        """Give the project that the row belongs to, and make it a project where the mapping says so."""
        way = self.project_of
        typed = values.pop("project", None)
        if way is not None and way.value is not None:
            return f"key:{way.value}"
        if way is not None and way.sheet:
            made = {"external_id": self.scope, "key": self.place.sheet, "name": self.place.sheet}
            return self._made(self.scope, {**made, "url": self.place.url})
        if way is not None and way.file:
            made = {"external_id": self.file.workbook, "key": self.file.name, "name": self.file.name}
            return self._made(self.file.workbook, {**made, "url": self.file.url})
        if typed is None:
            return None
        text = " ".join(str(typed).split())
        if self.entity is EntityKind.TASK and self.file.makes_projects and not (way and way.elsewhere):
            external_id = f"project:{fold(text) or text}"
            return self._made(external_id, {"external_id": external_id, "key": text, "name": text})
        return f"key:{text}"

    def _made(self, external_id: str, values: Values) -> str:
        if self.project_of is not None and self.project_of.status is not None:
            values["status"] = self.project_of.status
        self.file.projects.setdefault(external_id, values)
        return f"id:{external_id}"

    def _key(self, cells: Sequence[Cell]) -> str:
        cell = cells[self.table.key or 0]
        key = "" if is_absent(cell) else key_of(cell)
        if not key:
            heading = self.table.headings.shown(self.table.key or 0)
            raise UnreadableError(
                reason=f"The row has no key ({heading}).", remedy="Fill in the key, or empty the row."
            )
        return key

    def _once(self, key: str, cell: Cell) -> None:
        if self.table.keys[key] > 1:
            remedy = "Give each row a key of its own."
            if isinstance(cell, float) and cell != int(cell):
                remedy = "Format the column as text and type the keys again: as a number, 7.10 is 7.1."
            raise UnreadableError(reason=f"The key {key} stands in {self.table.keys[key]} rows.", remedy=remedy)
