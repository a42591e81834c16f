"""What the words that people give to statuses and types mean, where a tool does not say it."""

from collections.abc import Mapping

from canonical.vocabulary import TaskKind

CANCELLED_NAMES = (
    "won't do, won't fix, wont do, wontfix, duplicate, cannot reproduce, can't reproduce, declined, cancelled, "
    "canceled, rejected, not a bug, invalid, incomplete, obsolete, abandoned, withdrawn, dropped, won't implement"
)
CANCELLED = frozenset(CANCELLED_NAMES.split(", "))
"""Words at the end of a piece of work that mean that it was not done; tools have no category for it."""
KIND_NAMES: Mapping[TaskKind, str] = {
    TaskKind.EPIC: "epic",
    TaskKind.STORY: "story, user story",
    TaskKind.BUG: "bug, defect",
    TaskKind.MILESTONE: "milestone",
    TaskKind.SUBTASK: "sub-task, subtask",
}
KINDS = {name: kind for kind, names in KIND_NAMES.items() for name in names.split(", ")}
