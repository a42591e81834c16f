"""Allocations and out-of-office entries to records of planned capacity and days away."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.making import made
from connectors.asana.mapping.reading import ABSENT, day_of, gid_of, is_told, ref_of, seconds_in
from connectors.mapping.reading import UnmappableError, number_of, shown

HOUR = 3600
LEAVE_PARTS = ("gid", "start_date", "end_date", "user")


def allocation_place(gid: str) -> str:
    """Name an allocation in quarantine."""
    return f"allocation {gid}"


def leave_place(gid: str) -> str:
    """Name an out-of-office entry in quarantine."""
    return f"out-of-office entry {gid}"


def leave_scope(user: str, workspace: str) -> str:
    """Name the list in which the days away of one person in one workspace are, each by its gid."""
    return f"{user} in {workspace}"


def to_allocation(raw: Any, project: str) -> Record | Quarantined:
    """Map an allocation; `project` is the gid of the project that it was listed of, which is its scope.

    Hours are those of a week, as a capacity plan shows them; Asana's document does not say it. A placeholder is nobody
    yet.
    """
    return made(EntityKind.ALLOCATION, "allocation", raw, project, lambda: _allocation(raw, project))


def _allocation(raw: Mapping[str, Any], project: str) -> dict[str, Any]:
    values = {**_span(raw), "project": f"id:{project}", "scope": project}
    if is_told(assignee := raw.get("assignee", ABSENT)):
        somebody = assignee is not None and assignee.get("resource_type", "user") == "user"
        values["person"] = ref_of(assignee) if somebody else None
    if "effort" in raw:
        values |= _effort(raw["effort"])
    return values


def _effort(raw: Any) -> dict[str, Any]:
    """Read how much; nothing said is not nothing."""
    none: dict[str, Any] = {"weekly_effort": None, "percent": None}
    value = None if raw is None else raw.get("value")
    if value is None:
        return none
    match raw.get("type"):
        case "hours":
            return {**none, "weekly_effort": seconds_in(value, HOUR)}
        case "percent":
            number = number_of(value)
            return {**none, "percent": round(number, 2) if isinstance(number, Decimal) else number}
        case kind:
            message = f"{shown(kind)} is no unit of effort."
            raise UnmappableError(message)


def to_leave(raw: Any, scope: str) -> Record | Quarantined:
    """Map an out-of-office entry; why somebody is away is neither asked for nor kept. `scope` names its list."""
    whole = raw if isinstance(raw, dict) else {}
    known = {name: whole[name] for name in LEAVE_PARTS if name in whole}
    return made(EntityKind.LEAVE, "out-of-office entry", known, scope, lambda: _leave(known, scope))


def _leave(raw: Mapping[str, Any], scope: str) -> dict[str, Any]:
    values = {**_span(raw), "scope": scope}
    if is_told(user := raw.get("user", ABSENT)):
        values["person"] = ref_of(user)
    return values


def _span(raw: Mapping[str, Any]) -> dict[str, Any]:
    first = day_of(raw["start_date"])
    if first is None:
        message = "It does not say on which day it begins."
        raise UnmappableError(message)
    return {"external_id": gid_of(raw), "first_day": first, "last_day": day_of(raw.get("end_date"))}
