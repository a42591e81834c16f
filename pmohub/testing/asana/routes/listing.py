"""A list that is found as far as it is asked for: a page of a hundred does not wait for a hundred thousand."""

from collections.abc import Iterable
from itertools import islice


class Listing:
    """Gids in order, of which those that were found once stay as they were found."""

    def __init__(self, found: Iterable[str]) -> None:
        self._found: list[str] = []
        self._rest = iter(found)

    def part(self, start: int, end: int) -> list[str]:
        """Give the gids from one place to another, fewer at the end."""
        if end > len(self._found):
            self._found += islice(self._rest, end - len(self._found))
        return self._found[start:end]
