"""The kinds of sheets: what each makes of the values of a row."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind, StatusCategory
from connectors.spreadsheet.mapping.fields import CURRENCY_FIELDS, category_of, own_statuses
from connectors.spreadsheet.mapping.mapper import Mapper, Values
from connectors.spreadsheet.mapping.table import key_of
from connectors.spreadsheet.values.cells import Cell, UnreadableError, as_text, fold, is_absent
from connectors.spreadsheet.values.links import read_links
from connectors.spreadsheet.values.numbers import currency_of

CODE = re.compile(r"\b([A-Z]{3})\b")
CODE_LIST = "EUR USD GBP CHF JPY SEK NOK DKK PLN CZK HUF CAD AUD NZD INR CNY BRL MXN ZAR SGD HKD RON BGN TRY"
CODES = frozenset(CODE_LIST.split())


class MoneyMixin(Mapper):
    """Finds the currency of an amount: a column of its own, else the cell, else the heading."""

    def values(self, cells: Sequence[Cell]) -> Values:
        """Read the row, and the currency of its amount with it."""
        values = super().values(cells)
        for amount, currency in CURRENCY_FIELDS.items():
            if values.get(amount) is not None and currency not in self.table.columns:
                column = self.table.columns[amount]
                found = currency_of(cells[column]) or _in_heading(self.table.headings.shown(column))
                if found:
                    values[currency] = found
        return values


def _in_heading(heading: str) -> str | None:
    codes = [code for code in CODE.findall(heading) if code in CODES]
    return codes[0] if len(codes) == 1 else currency_of(heading)


class ProjectMapper(MoneyMixin):
    """A register: one project a row."""

    entity = EntityKind.PROJECT

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._unknown: Counter[str] = Counter()

    def map(self, number: int, cells: Sequence[Cell]) -> None:
        """Map the row; a status that is not known is counted, for the sheet says it once."""
        before = len(self.output.records)
        super().map(number, cells)
        column = self.table.columns.get("status")
        # A row that was quarantined has left no record: the last one is another row's.
        if column is not None and len(self.output.records) > before and not is_absent(cells[column]):
            _, values = self.output.records[-1]
            if values.get("status", "") is None:
                del values["status"]
                self._unknown[as_text(cells[column])] += 1

    def record(self, key: str, values: Values) -> None:  # the kinds share one signature
        """Make a project."""
        values["external_id"] = self.external_id(key)
        values["key"] = values.get("key") or key
        self.output.records.append((self.entity, values))

    def finish(self) -> list[Problem]:
        """Say which statuses are not known."""
        return [*super().finish(), *unknown_statuses(self, self._unknown, "their status is unknown", "active")]


class PersonMapper(MoneyMixin):
    """A list of people."""

    entity = EntityKind.PERSON

    def record(self, key: str, values: Values) -> None:
        """Make a person."""
        values["external_id"] = self.external_id(key)
        self.output.records.append((self.entity, values))


class TaskMapper(Mapper):
    """A plan: one task a row, with its parent and its predecessors."""

    entity = EntityKind.TASK

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._own = own_statuses(self.reading.options)
        self._categories: dict[str, StatusCategory | None] = {}
        self._unknown: Counter[str] = Counter()
        self._above: list[tuple[int, str]] = []
        self._way = self._hierarchy()

    @property
    def entities(self) -> Sequence[EntityKind]:
        """A plan with predecessors lists dependencies too."""
        links = "predecessors" in self.table.columns
        return (EntityKind.TASK, EntityKind.DEPENDENCY) if links else (EntityKind.TASK,)

    def _hierarchy(self) -> str:
        columns = self.table.columns
        if (chosen := getattr(self.table.options, "parents", None)) is not None:
            return str(chosen)
        if "parent" in columns:
            return "column"
        if "level" in columns:
            return "level"
        keys = [key for key in self.table.keys if key]
        dotted = sum(1 for key in keys if WBS.fullmatch(key) and "." in key.rstrip("."))
        return "wbs" if dotted and all(WBS.fullmatch(key) for key in keys) else "none"

    def seen(self, key: str, cells: Sequence[Cell]) -> None:
        """Keep the way from the top to this row, where depth is told by indentation or by a level."""
        if self._way not in {"indentation", "level"}:
            return
        column = self.table.columns.get("title" if self._way == "indentation" else "level")
        cell = cells[column] if column is not None else None
        depth = self._indentation(cell, column) if self._way == "indentation" else _level(cell)
        while self._above and self._above[-1][0] >= depth:
            self._above.pop()
        self._above.append((depth, key))

    def _indentation(self, cell: Cell, column: int | None) -> int:
        """Count the blanks before a title; a step of the cell's own indentation counts as a tab."""
        blanks = 4 * self.table.grid.indent(self._number, column + 1) if column is not None else 0
        if not isinstance(cell, str):
            return blanks
        text = cell.replace("\t", "    ").replace("\u00a0", " ")
        return blanks + len(text) - len(text.lstrip(" "))

    def record(self, key: str, values: Values) -> None:
        """Make a task and its dependencies."""
        values["external_id"] = external_id = self.external_id(key)
        values["key"] = values.get("key") or key
        project = self.project_ref(values)
        if project is not None or self.project_of is not None or "project" in self.table.columns:
            values["project"] = project
        self._set_parent(key, values)
        if "labels" in values and values["labels"] is None:
            values["labels"] = ()
        if "further_projects" in values and values["further_projects"] is None:
            values["further_projects"] = ()
        status = values.get("status")
        if "status" in values:
            values["status_category"] = self._category(status) if status is not None else None
        links = values.pop("predecessors", None)
        values.pop("level", None)
        made = self._links(external_id, links) if links is not None else []
        self.output.records.append((self.entity, values))
        self.output.records += made
        if self.file.refers_to_tasks:
            self._remember(key, values.get("title"), external_id)

    def faults(self, cells: Sequence[Cell]) -> Iterator[tuple[int, UnreadableError]]:
        """Give what cannot be read in a row, its links among it."""
        yield from super().faults(cells)
        column = self.table.columns.get("predecessors")
        if column is None or is_absent(cells[column]):
            return
        try:
            read_links(cells[column], self.reading.workday)
        except UnreadableError as error:
            yield column, error

    def quarantine(
        self, number: int, cells: Sequence[Cell], error: UnreadableError, external_id: str | None = None
    ) -> None:
        """Set the task aside; its links are of their own kind and still hold."""
        super().quarantine(number, cells, error, external_id)
        column = self.table.columns.get("predecessors")
        if column is None or external_id is None or is_absent(cells[column]):
            return
        if self.table.keys[external_id.removeprefix(f"{self.scope}#")] > 1:
            self.unsure.add(EntityKind.DEPENDENCY)
            return
        try:
            self.output.records += self._links(external_id, cells[column])
        except UnreadableError:
            self.unsure.add(EntityKind.DEPENDENCY)

    def _category(self, status: str) -> StatusCategory | None:
        if status not in self._categories:
            self._categories[status] = category_of(status, self._own)
        category = self._categories[status]
        if category is None:
            self._unknown[status] += 1
        return category

    def _set_parent(self, key: str, values: Values) -> None:
        match self._way:
            case "column":
                parent = values.pop("parent", None)
                values["parent"] = self._task_ref(key_of(parent)) if parent is not None else None
            case "wbs":
                above = _wbs_parent(key, self.table.keys)
                values["parent"] = f"id:{self.external_id(above)}" if above else None
            case "indentation" | "level":
                above = self._above[-2][1] if len(self._above) > 1 else ""
                values["parent"] = f"id:{self.external_id(above)}" if above else None
            case _:
                values.pop("parent", None)

    def _task_ref(self, key: str) -> str:
        return f"id:{self.external_id(key)}" if key in self.table.keys else f"key:{key}"

    def _links(self, external_id: str, cell: Cell) -> list[tuple[EntityKind, Values]]:
        self._column = self.table.columns["predecessors"]
        made: dict[str, Values] = {}
        for link in read_links(cell, self.reading.workday):
            link_id = f"{external_id}<{link.key}"
            made[link_id] = {
                "external_id": link_id,
                "scope": self.scope,
                "predecessor": self._task_ref(link.key),
                "successor": f"id:{external_id}",
                "type": link.type,
                "lag": link.lag,
            }
        self._column = -1
        return [(EntityKind.DEPENDENCY, values) for values in made.values()]

    def _remember(self, key: str, title: str | None, external_id: str) -> None:
        tasks = self.file.tasks
        for name in {fold(key), fold(title or "")} - {""}:
            tasks[name] = external_id if tasks.get(name, external_id) == external_id else None

    def finish(self) -> list[Problem]:
        """Say which statuses are not known."""
        effect = "they count neither as open nor as done"
        return [*super().finish(), *unknown_statuses(self, self._unknown, effect, "in_progress")]


class DependencyMapper(Mapper):
    """Links between tasks, one a row."""

    entity = EntityKind.DEPENDENCY
    needed: ClassVar = {
        end: (f"The row has no {end}.", "Name both tasks by their keys.") for end in ("predecessor", "successor")
    }

    def record(self, key: str, values: Values) -> None:
        """Make a dependency."""
        for end, missing in self.needed.items():
            if values.get(end) is None:
                raise UnreadableError(*missing)
            typed = key_of(values[end])
            known = self.file.tasks.get(fold(typed))
            values[end] = f"id:{known}" if known else f"key:{typed}"
        for name in ("type", "lag"):
            if name in values and values[name] is None:
                del values[name]
        values["external_id"] = self.external_id(key or f"{values['predecessor']}>{values['successor']}")
        self.output.records.append((self.entity, values))


class StatusReportMapper(Mapper):
    """Status reports, one a row."""

    entity = EntityKind.STATUS_UPDATE
    needed: ClassVar = {"at": ("The report has no date.", "Fill in the date of the report.")}

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._equals: Counter[str] = Counter()

    def record(self, key: str, values: Values) -> None:
        """Make a status report; without a key it is known by project, day and number among equals."""
        project = self.project_ref(values)
        if project is None:
            raise UnreadableError(reason="The report names no project.", remedy="Fill in the project.")
        if values.get("at") is None:
            raise UnreadableError(*self.needed["at"])
        values["project"] = project
        if not key:
            natural = f"{project}|{values['at'].date().isoformat()}"
            self._equals[natural] += 1
            key = f"{natural}|{self._equals[natural]}"
        values["external_id"] = self.external_id(key)
        self.output.records.append((self.entity, values))


WBS = re.compile(r"\d+(?:\.\d+)*\.?")


def _wbs_parent(key: str, keys: Counter[str]) -> str | None:
    parts = key.rstrip(".").split(".")
    while len(parts) > 1:
        parts.pop()
        above = ".".join(parts)
        for spelling in (above, f"{above}.", f"{above}.0"):
            if spelling in keys and spelling != key:
                return spelling
    return None


def _level(cell: Cell) -> int:
    text = as_text(cell)
    return int(text) if text.isdecimal() else 1


def unknown_statuses(mapper: Mapper, unknown: Counter[str], effect: str, example: str) -> list[Problem]:
    """Say once for a sheet which statuses mean nothing yet; `example` is a meaning that rows of its kind may have."""
    if not unknown:
        return []
    listed = ", ".join(f"{word!r} ({count})" for word, count in unknown.most_common(8))
    first = next(iter(unknown))
    return [
        Problem(
            what=f"Statuses that are not mapped: {listed}.",
            where=mapper.place.shown(),
            not_done=f"The rows were read; {effect}.",
            next_step=f'Map them, as in statuses = {{ "{first}" = "{example}" }}.',
            weight=Weight.WARNING,
        )
    ]
