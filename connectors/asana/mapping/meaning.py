"""What sections, task types and status updates of Asana mean."""

from collections.abc import Mapping
from typing import Any

from canonical.vocabulary import ApprovalState, Health, ProjectStatus, StatusCategory, TaskKind
from connectors.mapping.meaning import CANCELLED, KINDS
from connectors.mapping.reading import fold

BEGUN = frozenset({
    "doing", "in progress", "in work", "wip", "work in progress", "started", "ongoing", "in review", "review",
    "reviewing", "in testing", "testing", "qa", "blocked", "waiting", "on hold", "in arbeit", "in bearbeitung",
})  # fmt: skip
"""Names of sections and options that say of open work that it has begun."""
HEALTH: Mapping[str, Health] = {"on_track": Health.GREEN, "at_risk": Health.AMBER, "off_track": Health.RED}
"""By `status_type` of a status update; the others (on_hold, complete, dropped) say nothing of health."""
STATUSES: Mapping[str, ProjectStatus] = {
    "on_hold": ProjectStatus.ON_HOLD,
    "complete": ProjectStatus.COMPLETED,
    "dropped": ProjectStatus.CANCELLED,
}
APPROVALS: Mapping[str, ApprovalState] = {state.name: state for state in ApprovalState}
SUBTYPES: Mapping[str, TaskKind] = {"milestone": TaskKind.MILESTONE, "approval": TaskKind.OTHER}


def status_of(word: str | None, completed: bool) -> str:
    """Give the status of a task as a word: that of its section or field, else what Asana says of every task."""
    return word or ("completed" if completed else "incomplete")


def category_of(
    word: str | None, completed: bool, begun: bool, meanings: Mapping[str, StatusCategory]
) -> StatusCategory:
    """Give what the status of a task means; `meanings` are the admin's own words, folded.

    What is completed is done, unless its word means that the work was not done. Of open work that no word places, the
    time booked on it says whether it has `begun`: sections are often topics, not steps.
    """
    name = fold(word or "")
    meant = meanings.get(name)
    if completed:
        not_done = meant is StatusCategory.CANCELLED or (meant is None and name in CANCELLED)
        return StatusCategory.CANCELLED if not_done else StatusCategory.DONE
    if meant is not None:
        return meant
    return StatusCategory.IN_PROGRESS if begun or name in BEGUN else StatusCategory.TODO


def meant_kind(word: str, kinds: Mapping[str, TaskKind]) -> TaskKind | None:
    """Give the kind that a word means, by the admin's own words or a known one; None where it means none."""
    name = fold(word)
    return kinds.get(name) or KINDS.get(name)


def kind_of(subtype: Any, type_name: str | None, has_parent: bool, kinds: Mapping[str, TaskKind]) -> TaskKind:
    """Give the kind of a task: the admin's word for its type or its subtype, else what Asana's own words say."""
    own, word = fold(type_name or ""), fold(subtype) if isinstance(subtype, str) else ""
    if (chosen := kinds.get(own) or kinds.get(word)) is not None:
        return chosen
    known = SUBTYPES.get(word) or meant_kind(own, {})
    return known or (TaskKind.SUBTASK if has_parent else TaskKind.TASK)


def health_of(status_type: Any) -> Health | None:
    """Give the health that a status update reports; None where its type is about something else."""
    return HEALTH.get(status_type) if isinstance(status_type, str) else None


def project_status_of(completed: bool, archived: bool, status_type: Any) -> ProjectStatus | None:
    """Give where a project stands: completed, on hold or dropped as Asana says; open ones are active.

    Of one that is archived without having been completed nothing is known.
    """
    said = STATUSES.get(status_type) if isinstance(status_type, str) else None
    if completed:
        return ProjectStatus.CANCELLED if said is ProjectStatus.CANCELLED else ProjectStatus.COMPLETED
    return said or (None if archived else ProjectStatus.ACTIVE)
