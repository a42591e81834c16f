"""A field of the tool as a field of a task."""

from decimal import Decimal
from typing import Any

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.mapping.reading import UnmappableError, number_of, shown

DAYS = frozenset({"planned_start", "due", "baseline_start", "baseline_finish", "actual_start"})
MOMENTS = frozenset({"due_at", "completed_at"})
DURATIONS = frozenset({"original_estimate", "remaining_estimate", "time_spent"})
TEXTS = frozenset({"title", "priority"})
PEOPLE = frozenset({"assignee", "reporter"})
MAPPABLE = DAYS | MOMENTS | DURATIONS | TEXTS | PEOPLE | {"story_points", "percent_complete", "parent", "labels"}
"""Fields of a task that a field of the admin's choice may fill."""


def points(raw: Any) -> int | Decimal | None:
    """Read story points.

    Raises:
        UnmappableError: they are no number, or fewer than none.
    """
    number = number_of(raw)
    if number is not None and number < 0:
        message = f"{shown(raw)} are fewer points than none."
        raise UnmappableError(message)
    return number


def labels_of(value: FieldValue) -> tuple[str, ...]:
    """Give what a field holds as labels: a list, or the words of a text."""
    return tuple(value) if isinstance(value, list) else tuple(as_text(value).split())
