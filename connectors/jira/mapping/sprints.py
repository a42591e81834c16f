"""Sprints of an issue: objects on Cloud and recent servers, Java's text form on Data Center."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.mapping.reading import UnmappableError, id_of, instant_of, shown, text_of

KEYS = (
    "id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|synced|autoStartStop|"
    "incompleteIssuesDestinationId"
)
TEXT_FORM = re.compile(r"^[\w.$]*Sprint@[0-9a-fA-F]+\[(?P<inside>.*)\]\s*$", re.DOTALL)
PART = re.compile(rf"(?:^|,)(?P<key>{KEYS})=")
FREE = ("name", "goal")
"""What people type, and what may hold anything, also what looks like the next part."""
NULL = "<null>"
ORDER = {"active": 2, "future": 1}


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint as its issue shows it; `state` is active, future or closed."""

    id: str
    name: str | None
    state: str | None
    start: datetime | None
    end: datetime | None


def read_sprint(raw: Any) -> Sprint:
    """Read a sprint in either form.

    Raises:
        UnmappableError: it is in neither, or has no id.
    """
    parts = raw if isinstance(raw, dict) else _from_text(raw)
    state = text_of(parts.get("state"))
    return Sprint(
        id_of(parts.get("id")),
        text_of(parts.get("name")),
        state.lower() if state else None,
        instant_of(parts.get("startDate")),
        instant_of(parts.get("endDate")),
    )


def _from_text(raw: Any) -> Mapping[str, str | None]:
    """Take the text form apart, whose values are not quoted: known names after a comma begin a part."""
    match = TEXT_FORM.match(raw) if isinstance(raw, str) else None
    if match is None:
        message = f"{shown(raw)} is not a sprint in any form that Jira prints."
        raise UnmappableError(message)
    inside = match["inside"]
    found = _printed_by_jira(list(PART.finditer(inside)), inside)
    parts: dict[str, str | None] = {}
    for part, following in zip(found, [*found[1:], None], strict=True):
        value = inside[part.end() : following.start() if following else len(inside)]
        parts[part["key"]] = None if value == NULL else value
    return parts


def _printed_by_jira(found: list[re.Match[str]], inside: str) -> list[re.Match[str]]:
    """Leave out what only a typed name or goal made look like a part.

    Each part is printed once. So behind the first typed one those count that come last, if their values fit; of two
    goals the first, for what is typed into a goal may look like another.
    """
    first = next((number for number, part in enumerate(found) if part["key"] in FREE), len(found))
    before, rest = found[: first + 1], found[first + 1 :]
    goal = next((part for part in found if part["key"] == "goal"), None)
    seen = {part["key"] for part in before}
    behind: list[re.Match[str]] = []
    for part in reversed(rest):
        end = behind[-1].start() if behind else len(inside)
        if part["key"] in seen or (part["key"] == "goal" and part is not goal):
            continue
        if part["key"] in FREE or _plausible(part["key"], inside[part.end() : end]):
            behind.append(part)
            seen.add(part["key"])
    return [*before, *reversed(behind)]


def _plausible(key: str, value: str) -> bool:
    if value == NULL:
        return True
    match key:
        case "id" | "rapidViewId" | "sequence" | "incompleteIssuesDestinationId":
            return value.lstrip("-").isdigit()
        case "state":
            return value.lower() in {"active", "closed", "future"}
        case "synced" | "autoStartStop":
            return value in {"true", "false"}
        case _:
            try:
                return instant_of(value) is not None or not value
            except UnmappableError:
                return False


def current(sprints: Sequence[Sprint]) -> Sprint | None:
    """Give the sprint that an issue is in: the active one, else the next, else the one that closed last."""
    if not sprints:
        return None
    return max(sprints, key=lambda each: (ORDER.get(each.state or "", 0), _rank(each)))


def _rank(sprint: Sprint) -> tuple[float, int]:
    # Of several to come the first counts, of several past the last.
    sign = -1 if sprint.state == "future" else 1
    moment = sprint.end or sprint.start
    number = int(sprint.id) if sprint.id.isdecimal() and len(sprint.id) < 18 else 0
    return (sign * moment.timestamp() if moment else 0.0, sign * number)
