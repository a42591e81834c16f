"""Time tracking entries to records, with the approval of the timesheet that they are in."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import ApprovalState, EntityKind
from connectors.asana.mapping.making import made
from connectors.asana.mapping.meaning import APPROVALS
from connectors.asana.mapping.reading import ABSENT, day_of, gid_of, is_told, name_of, ref_of, seconds_in
from connectors.mapping.reading import FAULTS, UnmappableError, instant_of, text_of

CATEGORY = "category"
"""Custom field of every time entry: the names of its categories."""
BILLABLE: Mapping[str, bool | None] = {"billable": True, "nonBillable": False, "notApplicable": None}


def entry_place(gid: str) -> str:
    """Name a time tracking entry in quarantine."""
    return f"time entry {gid}"


class Timesheets:
    """Which state the timesheet of a person and a day is in, by `timesheet_approval_statuses`."""

    def __init__(self, raws: Iterable[Any]) -> None:
        self._weeks: dict[str, list[tuple[date, date, ApprovalState]]] = {}
        for raw in raws:
            try:
                first, last, state = (
                    day_of(raw["start_date"]),
                    day_of(raw["end_date"]),
                    _approval(raw["approval_status"]),
                )
                if first is not None and last is not None and state is not None:
                    self._weeks.setdefault(gid_of(raw["user"]), []).append((first, last, state))
            except FAULTS:
                # What no entry says of itself stays unknown.
                continue

    def state(self, user: str, day: date) -> ApprovalState | None:
        """Give the state; None where no timesheet covers the day."""
        return next((state for first, last, state in self._weeks.get(user, ()) if first <= day <= last), None)


def to_time_entry(
    raw: Any, home: str | None, task: str | None = None, timesheets: Timesheets | None = None
) -> Record | Quarantined:
    """Map a time tracking entry; `home` is the gid of the project that its task counts towards, which is its scope.

    Its project is the one that it is attributed to, else that of its task. `task` is the gid of its task where it was
    listed by it. Without a state of its own it has that of its timesheet.
    """
    return made(EntityKind.TIME_ENTRY, "time entry", raw, home, lambda: _values(raw, home, task, timesheets))


READ = (
    ("created_by", "person", ref_of),
    ("task", "task", ref_of),
    ("created_at", "source_created_at", instant_of),
    ("description", "note", text_of),
    ("attributable_to", "project", ref_of),
)


def _values(
    raw: Mapping[str, Any], home: str | None, task: str | None, timesheets: Timesheets | None
) -> dict[str, Any]:
    duration, day = seconds_in(raw["duration_minutes"], 60), day_of(raw["entered_on"])
    if duration is None or day is None:
        message = "It has no duration." if duration is None else "It has no day."
        raise UnmappableError(message)
    values: dict[str, Any] = {"external_id": gid_of(raw), "duration": duration, "work_date": day}
    for name, target, read in READ:
        if is_told(value := raw.get(name, ABSENT)):
            values[target] = read(value)
    if task is not None:
        values["task"] = f"id:{task}"
    if home is not None:
        values["project"] = values.get("project") or f"id:{home}"
        values["scope"] = home
    if "billable_status" in raw:
        values["billable"] = BILLABLE.get(str(raw["billable_status"]))
    if is_told(categories := raw.get("categories", ABSENT)):
        values["fields"] = {CATEGORY: "; ".join(filter(None, map(name_of, categories or ()))) or None}
    if "approval_status" in raw or timesheets is not None:
        values["approval"] = _approval(raw.get("approval_status")) or _by_timesheet(raw, day, timesheets)
    return values


def _by_timesheet(raw: Mapping[str, Any], day: date, timesheets: Timesheets | None) -> ApprovalState | None:
    person = raw.get("created_by")
    return timesheets.state(gid_of(person), day) if timesheets is not None and isinstance(person, dict) else None


def _approval(raw: Any) -> ApprovalState | None:
    return APPROVALS.get(raw.upper()) if isinstance(raw, str) else None
