"""Which issue is which, by arithmetic alone: number to key and back, and the order in which issues were last changed.

Issues are numbered from 0 in the order of their creation. Projects take turns by a fixed cycle, so that an issue's
project and key need no list. Last changes come in another order: within windows the numbers are mixed by a
multiplication that can be undone, and each window is changed after it was created.
"""

from collections.abc import Sequence
from math import gcd

FIRST_ID = 20_000
"""The id of issue 0."""
SMALLEST_WINDOW, LARGEST_WINDOW = 16, 4096


class Numbering:
    """Places of `size` issues among projects; `cycle` names the project (by its place) of each turn."""

    def __init__(self, size: int, cycle: Sequence[int]) -> None:
        self.size = size
        self.cycle = tuple(cycle)
        self.window = max(SMALLEST_WINDOW, min(size // 16, LARGEST_WINDOW))
        self._turns = [[slot for slot, project in enumerate(cycle) if project == one] for one in range(max(cycle) + 1)]
        self._before = [self.cycle[:slot].count(project) for slot, project in enumerate(cycle)]
        self._factors = {width: _coprime(width) for width in {self.window, size % self.window or 1}}
        self._inverses = {width: pow(factor, -1, width) for width, factor in self._factors.items()}

    def project(self, number: int) -> int:
        """Give the place of the issue's project."""
        return self.cycle[number % len(self.cycle)]

    def place(self, number: int) -> int:
        """Give the issue's place in its project, from 0; its key ends with one more."""
        rounds, slot = divmod(number, len(self.cycle))
        return rounds * len(self._turns[self.cycle[slot]]) + self._before[slot]

    def number(self, project: int, place: int) -> int | None:
        """Give the issue at a place in a project, if there is one."""
        if place < 0 or project >= len(self._turns):
            return None
        turns = self._turns[project]
        rounds, turn = divmod(place, len(turns))
        number = rounds * len(self.cycle) + turns[turn]
        return number if number < self.size else None

    def rank(self, number: int) -> int:
        """Give the issue's place, from 0, in the order of last changes."""
        window, inside = divmod(number, self.window)
        width = min(self.window, self.size - window * self.window)
        return window * self.window + inside * self._factors[width] % width

    def at_rank(self, rank: int) -> int:
        """Give the issue at a place in the order of last changes."""
        window, inside = divmod(rank, self.window)
        width = min(self.window, self.size - window * self.window)
        return window * self.window + inside * self._inverses[width] % width


def _coprime(width: int) -> int:
    """Give a factor near the golden section of the width that mixes it and can be undone."""
    factor = max(1, int(width * 0.618))
    while gcd(factor, width) != 1:
        factor += 1
    return factor
