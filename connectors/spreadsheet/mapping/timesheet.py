"""Time sheets: one entry a row, or a column for each day or week."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.spreadsheet.mapping.mapper import Mapper, Values
from connectors.spreadsheet.values.cells import Cell, UnreadableError, fold, is_absent
from connectors.spreadsheet.values.durations import read_duration
from connectors.spreadsheet.values.words import read_person, without_name


class TimeMapper(Mapper):
    """One entry a row. Without a key it is known by person, task, day and its number among equals."""

    entity = EntityKind.TIME_ENTRY
    needed: ClassVar = {
        "work_date": ("The entry has no date.", "Fill in the day, or empty the row."),
        "duration": ("The entry has no hours.", "Fill in the hours, or empty the row."),
    }

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._equals: Counter[str] = Counter()
        self._person = self._whose()

    def record(self, key: str, values: Values) -> None:
        """Make a time entry."""
        self._references(values)
        self._entry(key, values, values.get("work_date"), values.get("duration"))

    def finish(self) -> list[Problem]:
        """Say when nothing says whose hours these are."""
        if self._person is not None or "person" in self.table.wanted:
            return super().finish()
        nobody = Problem(
            "Nothing says whose hours these are.",
            self.place.shown(),
            "They were read, and count as nobody's.",
            'Map the column with person = "HEADING", or set person_is = "file" or "sheet" where each is one person\'s.',
            Weight.INFO,
        )
        return [*super().finish(), nobody]

    def _whose(self) -> str | None:
        of = getattr(self.table.options, "person_is", None)
        if of is None:
            return None
        return read_person(self.file.name if of == "file" else self.place.sheet).ref

    def _references(self, values: Values) -> None:
        project = self.project_ref(values)
        if project is not None or "project" in self.table.columns:
            values["project"] = project
        if self._person is not None:
            values["person"] = self._person
        task = values.get("task")
        if task is not None and task.startswith("key:"):
            known = self.file.tasks.get(fold(task.removeprefix("key:")))
            values["task"] = f"id:{known}" if known else task

    def _entry(self, key: str, values: Values, day: date | None, seconds: int | None) -> None:
        if day is None:
            raise UnreadableError(*self.needed["work_date"])
        if seconds is None:
            raise UnreadableError(*self.needed["duration"])
        if not key:
            about = values.get("task") or values.get("project") or ""
            natural = f"{without_name(values.get('person') or '')}|{about}|{day.isoformat()}"
            self._equals[natural] += 1
            key = f"{natural}|{self._equals[natural]}"
        entry = {**values, "work_date": day, "duration": seconds, "external_id": self.external_id(key)}
        self.output.records.append((self.entity, entry))


class WideMapper(TimeMapper):
    """Hours in a column for each day or week; every filled cell is an entry, an empty or zero one is none."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._unit = getattr(self.table.options, "unit", "h")

    def _hours(self, cell: Cell) -> int:
        try:
            return read_duration(cell, self._unit, self.reading.workday)
        except UnreadableError as error:
            remedy = f"{error.remedy.rstrip('.')}, or empty the cell where nobody worked on it."
            raise UnreadableError(error.reason, remedy) from None

    def record(self, key: str, values: Values) -> None:
        """Make the entries of a row."""
        self._references(values)
        for column, day in self.table.days.items():
            cell = self._cells[column] if column < len(self._cells) else None
            if is_absent(cell):
                continue
            try:
                seconds = self._hours(cell)
                if seconds:
                    self._entry(f"{key}|{day.isoformat()}" if key else "", values, day, seconds)
            except UnreadableError as error:
                self._column = column
                known = f"{self.scope}#{key}|{day.isoformat()}" if key else None
                self.quarantine(self._number, self._cells, error, known)
                self._column = -1

    def faults(self, cells: Sequence[Cell]) -> Iterator[tuple[int, UnreadableError]]:
        """Give what cannot be read in a row, its hours among it."""
        yield from super().faults(cells)
        for column in self.table.days:
            cell = cells[column] if column < len(cells) else None
            try:
                if not is_absent(cell):
                    self._hours(cell)
            except UnreadableError as error:
                yield column, error

    def seen(self, key: str, cells: Sequence[Cell]) -> None:  # noqa: ARG002  # the kinds share one signature
        """Keep the whole row: its hours are in columns that no field names."""
        self._cells = cells
