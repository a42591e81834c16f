"""Predecessors as planning tools write them: `3`, `3FS+2d; 5`, `7.1SS-1 day`, `4EA+1t`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from canonical.vocabulary import DependencyType
from connectors.spreadsheet.values.cells import Broken, Cell, UnreadableError, as_text
from connectors.spreadsheet.values.durations import UNITS, Workday

TYPES = {
    "FS": DependencyType.FINISH_TO_START, "EA": DependencyType.FINISH_TO_START,
    "SS": DependencyType.START_TO_START, "AA": DependencyType.START_TO_START,
    "FF": DependencyType.FINISH_TO_FINISH, "EE": DependencyType.FINISH_TO_FINISH,
    "SF": DependencyType.START_TO_FINISH, "AE": DependencyType.START_TO_FINISH,
}  # fmt: skip
"""The two letters of English and of German planning tools (Ende, Anfang)."""
LINK = re.compile(
    r"(?P<key>.+?)\s*(?P<type>FS|SS|FF|SF|EA|AA|EE|AE)?\s*"
    r"(?:(?P<sign>[+-])\s*(?P<lag>\d+(?:[.,]\d+)?)\s*(?P<unit>(?!(?:FS|SS|FF|SF|EA|AA|EE|AE)$)[^\W\d_]+)?\.?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """One predecessor: its key, the type of the link and the lag in working days."""

    key: str
    type: DependencyType
    lag: int


def read_links(cell: Cell, workday: Workday) -> list[Link]:
    """Read the predecessors of one task.

    Raises:
        UnreadableError: a part is not understood, or a lag is no whole number of working days.
    """
    if isinstance(cell, Broken):
        raise cell.refuse()
    parts = (part.strip() for part in re.split(r"[;,\n]", as_text(cell)))
    return [_link(part, workday) for part in parts if part]


def _link(part: str, workday: Workday) -> Link:
    found = LINK.fullmatch(part)
    if found is None:
        raise UnreadableError(
            reason=f"{part!r} is not a predecessor.", remedy="Write its key, such as 3, 3FS+2d or 7.1SS."
        )
    if found["lag"] and not found["unit"] and not found["type"]:
        return Link(part, DependencyType.FINISH_TO_START, 0)  # A-12 is a key
    return Link(found["key"], read_type(found["type"] or "FS"), _lag(part, found, workday) if found["lag"] else 0)


def _lag(part: str, found: re.Match[str], workday: Workday) -> int:
    unit = UNITS.get((found["unit"] or "d").casefold())  # planning tools leave the unit out for days
    if unit is None:
        raise UnreadableError(
            reason=f"The lag in {part!r} has no unit that is known.", remedy="Write it in days, such as +2d."
        )
    days = Decimal(found["lag"].replace(",", ".")) * workday.seconds(unit) / workday.seconds("d")
    if days != int(days):
        raise UnreadableError(
            reason=f"The lag in {part!r} is not a whole number of working days.", remedy="Write whole days."
        )
    return int(days) if found["sign"] == "+" else -int(days)


def read_type(cell: Cell) -> DependencyType:
    """Read the two letters of a link.

    Raises:
        UnreadableError: they are no known type.
    """
    found = TYPES.get(as_text(cell).upper().replace("-", ""))
    if found is None:
        raise UnreadableError(reason=f"{as_text(cell)!r} is not a type of link.", remedy="Write FS, SS, FF or SF.")
    return found
