"""A thing with a gid, and which numbers which things have."""

from dataclasses import dataclass
from typing import Any

FIXED, TASKS, STORIES, ENTRIES, NEW, MEMBERSHIPS = (number * 100_000_000_000_000 for number in range(11, 17))
"""Where gids begin: of the company's own things, generated tasks, stories, time entries, new things, memberships."""
STORIES_OF_ONE, ENTRIES_OF_ONE = 16, 4
"""For how many generated stories and entries of one task there are numbers."""


@dataclass(slots=True, eq=False)
class Thing:
    """A resource: `kind` is Asana's `resource_type`; references in `values` are gids, moments milliseconds."""

    gid: str
    kind: str
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Give a value, or the default where there is none."""
        return self.values.get(name, default)


def number_of(gid: str, first: int, most: int) -> int | None:
    """Give which of the `most` things whose gids begin at `first` this is; None where it is none of them."""
    if not gid.isdecimal():
        return None
    number = int(gid) - first
    return number if 0 <= number < most else None
