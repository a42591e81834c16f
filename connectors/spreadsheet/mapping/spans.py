"""Planned capacity and leave: one span of days a row."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from canonical.vocabulary import EntityKind
from connectors.spreadsheet.mapping.mapper import Mapper, Values
from connectors.spreadsheet.values.cells import UnreadableError
from connectors.spreadsheet.values.words import without_name

NO_DAY = ("The row has no first day.", "Fill in the day, or empty the row.")


class SpanMapper(Mapper):
    """Without a key a row is known by person, project, first day and its number among equals."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._equals: Counter[str] = Counter()

    def span(self, key: str, values: Values, about: str = "") -> None:
        """Complete a record that lasts from a day to a day.

        Raises:
            UnreadableError: it has no first day, or its last day is before that.
        """
        first, last = values.get("first_day"), values.get("last_day")
        if first is None:
            raise UnreadableError(*NO_DAY)
        if last is not None and last < first:
            reason = f"The last day, {last}, is before the first, {first}."
            raise UnreadableError(reason, "Correct one of the days.")
        if not key:
            natural = f"{without_name(values.get('person') or '')}|{about}|{first.isoformat()}"
            self._equals[natural] += 1
            key = f"{natural}|{self._equals[natural]}"
        values["external_id"] = self.external_id(key)
        self.output.records.append((self.entity, values))


class AllocationMapper(SpanMapper):
    """Planned capacity; a row without a person is a place that nobody fills yet."""

    entity = EntityKind.ALLOCATION
    needed: ClassVar = {"first_day": NO_DAY}

    def record(self, key: str, values: Values) -> None:
        """Make an allocation."""
        if values.get("weekly_effort") is not None and values.get("percent") is not None:
            raise UnreadableError("The row gives hours a week and percent.", "Empty one of the cells.")
        project = self.project_ref(values)
        if project is not None or "project" in self.table.columns:
            values["project"] = project
        self.span(key, values, project or "")


class LeaveMapper(SpanMapper):
    """Who is away. What else stands in the row, such as the kind of leave, goes nowhere, not into quarantine either."""

    entity = EntityKind.LEAVE
    needed: ClassVar = {"person": ("Nobody is named.", "Fill in the person, or empty the row."), "first_day": NO_DAY}

    def record(self, key: str, values: Values) -> None:
        """Make a leave."""
        if values.get("person") is None:
            raise UnreadableError(*self.needed["person"])
        self.span(key, values)

    def kept(self, raw: Mapping[str, str]) -> Mapping[str, str]:
        """Give what quarantine may show of a row: the mapped cells."""
        own = {self.table.headings.shown(column) for column in self.table.columns.values()}
        own |= {self.table.headings.shown(self.table.key)} if self.table.key is not None else set()
        return {name: value for name, value in raw.items() if name in own}
