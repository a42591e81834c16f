"""What one story of a task tells: which field it changed, from what to what.

Source: the schema StoryResponse (`old_*`, `new_*`), and the list of subtypes in "No more parsing story text! New fields
on stories!" (forum.asana.com, 42924). Of an assignment only the new assignee is told. Dates of custom fields come with
the parts of a task's dates: `due_on`, `due_at`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from canonical.records import Ref
from canonical.values import FieldValue
from connectors.asana.mapping.catalogue import AsanaField
from connectors.asana.mapping.reading import ABSENT, day_of, ref_of
from connectors.asana.mapping.values import HELD
from connectors.mapping.reading import FAULTS, JSON, UnmappableError, instant_of, text_of

Sides: TypeAlias = tuple[FieldValue, FieldValue]
"""What a field held before and after."""

CUSTOM = "_custom_field_changed"
DATES = frozenset({"due_date_changed", "start_date_changed"})
COMPLETED: Mapping[str, bool] = {
    "marked_complete": True,
    "marked_incomplete": False,
    "approved": True,
    "rejected": True,
    "changes_requested": True,
}
"""Whether the task is completed after a story of a subtype; decisions on an approval complete it."""
MOVED: Mapping[str, bool] = {"added_to_project": True, "removed_from_project": False}
DATE_PARTS: Mapping[str, tuple[str, Callable[[Any], FieldValue]]] = {
    "due": ("due_on", day_of),
    "due_at": ("due_at", instant_of),
    "planned_start": ("start_on", day_of),
}
"""The fields of a task that a change of dates tells of, with the part of `old_dates` and `new_dates`."""


def subtype_of(story: JSON) -> str:
    """Give the subtype of a story, such as due_date_changed."""
    subtype = story.get("resource_subtype")
    return subtype if isinstance(subtype, str) else ""


def actor_of(story: JSON) -> Ref | None:
    """Say who did it; None where Asana itself did, or does not say."""
    try:
        return ref_of(story.get("created_by"))
    except FAULTS:
        return None


def completed_after(story: JSON) -> bool | None:
    """Say whether the task is completed after a story; None: the story is about something else."""
    known = COMPLETED.get(subtype_of(story))
    decided = story.get("new_approval_status")
    return known if known is not None or not isinstance(decided, str) else decided != "pending"


def custom_sides(story: JSON, field: AsanaField, decode: Callable[[Any], Any]) -> Sides | None:
    """Give what a story tells of a custom field; None where it is about something else.

    Raises:
        UnmappableError: it tells of the field what that cannot hold.
    """
    told = story.get("custom_field")
    if not subtype_of(story).endswith(CUSTOM) or not isinstance(told, dict) or str(told.get("gid")) != field.id:
        return None
    held = HELD.get(field.type, "text_value")
    raws = [story.get(f"{side}_{held}", ABSENT) for side in ("old", "new")]
    if all(raw is ABSENT for raw in raws):
        message = f"It does not tell what {field.label} was."
        raise UnmappableError(message)
    old, new = (None if raw is None or raw is ABSENT else _plain(decode(raw)) for raw in raws)
    return old, new


def _plain(value: Any) -> FieldValue:
    return list(value) if isinstance(value, tuple) else value


def title_sides(story: JSON) -> Sides | None:
    """Give what a story tells of the name of its task; None where it is about something else.

    Raises:
        UnmappableError: it tells of no text.
    """
    if subtype_of(story) != "name_changed":
        return None
    return text_of(story.get("old_name")), text_of(story.get("new_name"))


def date_sides(story: JSON) -> Mapping[str, Sides]:
    """Give what a story tells of dates of its task, by the record's fields (due, due_at, planned_start).

    A day is told where a moment is not; of a moment the day is known by whoever knows the zone, and is left out.

    Raises:
        UnmappableError: it tells of no dates.
    """
    if subtype_of(story) not in DATES:
        return {}
    old, new = (_dates(story.get(f"{side}_dates")) for side in ("old", "new"))
    sides: dict[str, Sides] = {}
    for name, (part, read) in DATE_PARTS.items():
        if part in new or part in old:
            sides[name] = (read(old.get(part)), read(new.get(part)))
    return sides


def _dates(raw: Any) -> JSON:
    if raw is None or isinstance(raw, dict):
        return raw or {}
    message = "It tells of no dates."
    raise UnmappableError(message)


def assignee_after(story: JSON) -> Any:
    """Refer to whom a task was assigned by a story, None: to nobody; ABSENT: the story is about something else.

    Raises:
        UnmappableError: it does not tell to whom.
    """
    match subtype_of(story):
        case "assigned":
            return ref_of(story["assignee"])
        case "unassigned":
            return None
        case _:
            return ABSENT


def section_sides(story: JSON, project: str | None) -> tuple[Any, Any] | None:
    """Give the sections, as Asana shows them, from which and to which a story moved its task within a project.

    None where it is about something else, or another project.
    """
    if subtype_of(story) != "section_changed":
        return None
    old, new = story.get("old_section"), story.get("new_section")
    told = (each.get("project") for each in (new, old, story) if isinstance(each, dict))
    of = next((str(each["gid"]) for each in told if isinstance(each, dict) and each.get("gid")), None)
    return (old, new) if project is not None and of in (None, project) else None
