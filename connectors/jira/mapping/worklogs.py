"""Worklogs to time entries."""

from collections.abc import Mapping
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.jira.mapping.reading import user_ref, zone_named
from connectors.jira.mapping.values import text_or_document
from connectors.mapping.making import Place, aside, make
from connectors.mapping.reading import FAULTS, UnmappableError, id_of, instant_of, printed_instant, seconds_of


def worklog_place(identifier: str) -> str:
    """Name a worklog in quarantine."""
    return f"worklog {identifier}"


def to_time_entry(raw: Any, project_id: str | None) -> Record | Quarantined:
    """Map a worklog; `project_id` is that of its issue's project, None where it is not known.

    The work date is the day on which the author began: in the author's own zone, which Jira shows of an author who
    does not hide it; else in the zone in which Jira printed the moment, which on Cloud is that of the account.
    """
    name = ""
    try:
        name = id_of(raw["id"])
        values = _values(raw, name, project_id)
    except FAULTS as error:
        known = error if isinstance(error, UnmappableError) else UnmappableError("It is no worklog as Jira gives it.")
        place = Place(EntityKind.TIME_ENTRY, worklog_place(name or "without an id"), "", name or None, project_id)
        return aside(known, raw, place)
    return make(values, raw, Place(EntityKind.TIME_ENTRY, worklog_place(name), "", name, project_id))


def _values(raw: Mapping[str, Any], identifier: str, project_id: str | None) -> dict[str, Any]:
    started, author = printed_instant(raw["started"]), raw.get("author")
    zone = zone_named(author.get("timeZone")) if isinstance(author, dict) else None
    duration = seconds_of(raw["timeSpentSeconds"])
    if duration is None:
        message = "It has no duration."
        raise UnmappableError(message)
    values: dict[str, Any] = {
        "external_id": identifier,
        "person": user_ref(author),
        "work_date": (started.astimezone(zone) if zone else started).date(),
        "started_at": instant_of(raw["started"]),
        "duration": duration,
        "source_created_at": instant_of(raw.get("created")),
        "source_updated_at": instant_of(raw.get("updated")),
    }
    if raw.get("issueId") is not None:
        values["task"] = f"id:{id_of(raw['issueId'])}"
    if project_id is not None:
        values |= {"project": f"id:{project_id}", "scope": project_id}
    if "comment" in raw:
        values["note"] = text_or_document(raw["comment"])
    return values
