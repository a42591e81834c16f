"""Records made and checked: what cannot be one is set aside, whole, with the reason."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from canonical.intake import Quarantined
from canonical.problems import Problem
from canonical.records import RECORDS, Record
from canonical.vocabulary import EntityKind
from connectors.mapping.reading import UnmappableError, clean

DEEPEST = 40


@dataclass(slots=True)
class Mapped:
    """What was made of answers so far: records, what could not be mapped, and findings (each told once)."""

    records: list[Record] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, made: Record | Quarantined) -> None:
        """Add a record, or what could not be one."""
        if isinstance(made, Quarantined):
            self.quarantined.append(made)
        else:
            self.records.append(made)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: `name` stays the same at each reading (`issue 10005`), `shown` is how people know it."""

    entity: EntityKind
    name: str
    shown: str = ""
    external_id: str | None = None
    scope: str | None = None


def make(values: dict[str, Any], raw: Any, place: Place) -> Record | Quarantined:
    """Make a record of its fields; what the record's own check refuses is quarantined."""
    try:
        return RECORDS[place.entity].model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        return aside(UnmappableError(f"{name}: {first['msg']}."), raw, place)


def aside(error: UnmappableError, raw: Any, place: Place) -> Quarantined:
    """Set a record aside, whole."""
    reason = f"{place.shown}: {error.reason}" if place.shown else error.reason
    whole = raw if isinstance(raw, dict) else {"value": raw}
    return Quarantined(
        place.entity, place.name, clean(reason), error.remedy, storable(whole), place.external_id, place.scope
    )


def storable(value: Any, depth: int = 0) -> Any:
    """Give JSON as a database can keep it: no NUL, no half of a surrogate pair, not nested beyond measure."""
    if isinstance(value, str):
        return clean(value)
    if depth > DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {clean(str(name)): storable(part, depth + 1) for name, part in value.items()}
    if isinstance(value, list):
        return [storable(part, depth + 1) for part in value]
    return value
