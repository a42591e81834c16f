"""Sets of whole numbers that mostly come in runs: rows, columns."""

from bisect import bisect_right
from collections.abc import Iterator


class Spans:
    """A growing set of numbers kept as runs; a million rows in a row cost one run."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def add(self, first: int, last: int | None = None) -> None:
        """Add the numbers from `first` to `last`, which must not lie before what was added last."""
        last = first if last is None else last
        if self._lasts and first <= self._lasts[-1] + 1:
            self._lasts[-1] = max(last, self._lasts[-1])
        else:
            self._firsts.append(first)
            self._lasts.append(last)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._firsts, number) - 1
        return at >= 0 and number <= self._lasts[at]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._firsts, self._lasts, strict=True)

    def __bool__(self) -> bool:
        return bool(self._firsts)
