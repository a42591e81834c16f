"""What Jira's statuses, resolutions and issue types mean."""

from collections.abc import Mapping
from typing import Any

from canonical.vocabulary import StatusCategory, TaskKind
from connectors.mapping.meaning import CANCELLED, KINDS
from connectors.mapping.reading import fold

CATEGORIES: Mapping[str, StatusCategory] = {
    "new": StatusCategory.TODO,
    "indeterminate": StatusCategory.IN_PROGRESS,
    "done": StatusCategory.DONE,
}
"""By the key of Jira's own status category; the fourth, `undefined`, says nothing."""


def category_of(
    status: str | None, key: Any, resolution: str | None, meanings: Mapping[str, StatusCategory]
) -> StatusCategory | None:
    """Give what a status means; `key` is that of Jira's category, `meanings` the admin's own words, folded.

    A resolution tells done from cancelled, and nothing else: issues are often reopened without it being cleared.
    """
    name = fold(status or "")
    meant = meanings.get(name) or (CATEGORIES.get(key) if isinstance(key, str) else None)
    if meant is not StatusCategory.DONE:
        return meant
    if resolution is not None:
        return outcome_of(resolution, meanings)
    return StatusCategory.CANCELLED if name in CANCELLED and name not in meanings else meant


def outcome_of(resolution: str, meanings: Mapping[str, StatusCategory]) -> StatusCategory:
    """Give what a done status means with this resolution."""
    name = fold(resolution)
    return meanings.get(name) or (StatusCategory.CANCELLED if name in CANCELLED else StatusCategory.DONE)


def kind_of(name: str | None, level: Any, subtask: Any, kinds: Mapping[str, TaskKind]) -> TaskKind:
    """Give the kind of an issue type: the admin's word, else by its level (Cloud: 1 is an epic), else by its name.

    Levels above the epic are `other`: the model has no name for them.
    """
    folded = fold(name or "")
    if folded in kinds:
        return kinds[folded]
    if subtask is True or level == -1:
        return TaskKind.SUBTASK
    if isinstance(level, int) and not isinstance(level, bool) and level > 0:
        return TaskKind.EPIC if level == 1 else TaskKind.OTHER
    return KINDS.get(folded, TaskKind.TASK)
