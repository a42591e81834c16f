"""Values that are lists: what they hold, in whatever order, also where one is written as a text."""

from canonical.values import FieldValue, alike
from canonical.values import shown as as_text


def members(value: FieldValue) -> list[str]:
    """Give the members of a list, also of one that is written as a text with semicolons."""
    if isinstance(value, list):
        return list(dict.fromkeys(value))
    return list(dict.fromkeys(part for each in as_text(value).split(";") if (part := each.strip())))


def same(one: FieldValue, other: FieldValue) -> bool:
    """Say whether two values mean the same; the order in a list means nothing, and an empty one is none."""
    if isinstance(one, list) or isinstance(other, list):
        return set(members(one)) == set(members(other))
    return alike(one, other)
