"""What an expression is compiled for: parameters, the moment, and the departments' time zones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

Parameter: TypeAlias = str | int | float | bool | Decimal | date | datetime | list[str]

NO_DEPARTMENT = ""
"""The calendar of rows without a department in `working_day`."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Values that are bound when a condition is compiled for one evaluation.

    `now` is aware. `today` is the date of `now` in a department's zone: `zones` by department id, `zone` for all
    others. `params` are the rule's own parameters.
    """

    now: datetime
    params: Mapping[str, Parameter] = field(default_factory=dict)
    zone: str = "UTC"
    zones: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, params: Mapping[str, Parameter] | None = None) -> "Environment":
        """Noon of a day in UTC: for examples, and for checking a rule when it is loaded."""
        return cls(datetime.combine(day, time(12), tzinfo=UTC), params or {})

    def today(self, zone: str) -> date:
        """The date in a zone."""
        return self.now.astimezone(ZoneInfo(zone)).date()

    def departments_by_zone(self) -> Mapping[str, list[str]]:
        """Departments whose zone differs from `zone`, by their zone."""
        grouped: dict[str, list[str]] = {}
        for department, zone in sorted(self.zones.items()):
            if zone != self.zone:
                grouped.setdefault(zone, []).append(department)
        return grouped
