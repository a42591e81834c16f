"""Which generated task stands where: blocks of twenty, with subtasks at up to three levels below."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pmohub.testing.asana.world.things import TASKS, Thing, number_of
from pmohub.testing.sandbox.timeline import Timeline

BLOCK = "tsstsuvtttmtssstatst"
TOP = "tma"
_ABOVE = {"s": TOP, "u": "s", "v": "u"}
DAYS_ALIVE, DAYS_WORKED = 60, 20
"""Within so many days after a generated task was created it was last changed, and all time was entered."""


@cache
def above(inside: int) -> int | None:
    """Give the place in the block of whatever a task is a subtask of; None for those at the top."""
    wanted = _ABOVE.get(BLOCK[inside])
    return None if wanted is None else max(place for place in range(inside) if BLOCK[place] in wanted)


@cache
def below(inside: int) -> tuple[int, ...]:
    """Give the places in the block of a task's own subtasks."""
    return tuple(place for place in range(len(BLOCK)) if above(place) == inside)


SHARED = 7
"""The place of the task in every other block that is in a second project, too."""
TOPS = tuple(place for place, letter in enumerate(BLOCK) if letter in TOP)


@dataclass(frozen=True, slots=True)
class Plot:
    """A project's share of the generated tasks: `count` of them from number `first` on."""

    project: Thing
    first: int
    count: int
    timeline: Timeline
    team: tuple[str, ...]
    topics: tuple[str, ...]
    sections: tuple[str, ...]
    fields: dict[str, Thing]
    over: bool = False

    def created(self, place: int) -> int:
        """Give when the task at a place was created; later places never earlier."""
        return self.timeline.at(place / (self.count + 1))

    def tops(self) -> list[str]:
        """List the tasks that are in the project, in its order."""
        starts = range(0, self.count, len(BLOCK))
        return [str(TASKS + self.first + start + top) for start in starts for top in TOPS if start + top < self.count]

    def shared(self) -> list[str]:
        """List those of them that are in a second project, too."""
        starts = range(SHARED, self.count, 2 * len(BLOCK))
        return [str(TASKS + self.first + place) for place in starts]

    @property
    def apart(self) -> bool:
        """Tell whether it shares nothing: a private project, one that is over, or one without a team."""
        return self.over or self.project["team"] is None or self.project["privacy_setting"] == "private"

    def first_created_since(self, moment: int) -> int:
        """Give the first place whose task was created at a moment or later."""
        return bisect_right(range(self.count), moment - 1, key=self.created)


class Plots:
    """All of them, side by side; with `sharing`, some tasks of each are in the project of the next one, too."""

    def __init__(self, plots: Sequence[Plot], *, sharing: bool = False) -> None:
        self.all = plots
        self.size = sum(plot.count for plot in plots)
        self._firsts = [plot.first for plot in plots]
        self._of = {plot.project.gid: plot for plot in plots}
        shared = [plot for plot in plots if sharing and not plot.apart]
        pairs = zip(shared, [*shared[1:], *shared[:1]], strict=True)
        self._seconds = {plot.project.gid: second for plot, second in pairs if second is not plot}

    def second(self, plot: Plot, place: int) -> Plot | None:
        """Give in whose project a task is, too."""
        shared = place % (2 * len(BLOCK)) == SHARED
        return self._seconds.get(plot.project.gid) if shared else None

    def listed(self, project: str) -> list[str]:
        """List the tasks that are in a project: its own, then those that others share with it."""
        plot = self._of.get(project)
        if plot is None:
            return []
        shared = (gid for one in self.all if self._seconds.get(one.project.gid) is plot for gid in one.shared())
        return [*plot.tops(), *shared]

    def at(self, number: int) -> tuple[Plot, int]:
        """Give where task `number` stands: the plot, and the place in it."""
        plot = self.all[bisect_right(self._firsts, number) - 1]
        return plot, number - plot.first

    def number(self, gid: str) -> int | None:
        """Give which generated task this is."""
        return number_of(gid, TASKS, self.size)

    def created_since(self, moment: int) -> Iterator[int]:
        """List the numbers of the tasks that were created at a moment or later."""
        for plot in self.all:
            yield from range(plot.first + plot.first_created_since(moment), plot.first + plot.count)

    def subtasks(self, gid: str) -> list[str]:
        """List the subtasks that a task was generated with."""
        number = self.number(gid)
        if number is None:
            return []
        plot, place = self.at(number)
        inside = place % len(BLOCK)
        start = place - inside
        return [str(TASKS + plot.first + start + one) for one in below(inside) if start + one < plot.count]
