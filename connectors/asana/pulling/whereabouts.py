"""Which task belongs to which project, in little memory: time entries name their task, and not always a project."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class JustListed:
    """Where the tasks of projects are, of which this run has listed all from the first to the last."""

    where: "Whereabouts"
    projects: frozenset[str]

    def ids(self) -> dict[str, frozenset[str]]:
        """Give the ids of all tasks by project, also of one without any."""
        found: dict[str, set[str]] = {project: set() for project in self.projects}
        for task, project in self.where.each():
            if project in found:
                found[project].add(task)
        return {project: frozenset(tasks) for project, tasks in found.items()}


class Whereabouts:
    """Some 24 bytes for each known task, in order of gid once somebody asks; what was told last counts.

    Beside its project it keeps the minutes that are logged on it, less those of the entries that were counted.
    """

    def __init__(self) -> None:
        self._projects: list[str] = []
        self._places: dict[str, int] = {}
        self._ids, self._of, self._minutes = array("q"), array("L"), array("q")
        self._in_order = True
        self._others: dict[str, tuple[str, int]] = {}

    def add(self, task: str, project: str, minutes: int = 0) -> None:
        """Note a task that is in scope, with the minutes that are logged on it."""
        if not _is_number(task):
            self._others[task] = project, minutes
            return
        place = self._places.setdefault(project, len(self._projects))
        if place == len(self._projects):
            self._projects.append(project)
        self._in_order = self._in_order and (not self._ids or self._ids[-1] < int(task))
        self._ids.append(int(task))
        self._of.append(place)
        self._minutes.append(minutes)

    def known(self, task: str) -> str | None:
        """Give the project of a task that was noted."""
        if not _is_number(task):
            return self._others[task][0] if task in self._others else None
        at = self._at(int(task))
        return None if at is None else self._projects[self._of[at]]

    def each(self) -> Iterator[tuple[str, str]]:
        """Give every task with its project."""
        self._put_in_order()
        for gid, place in zip(self._ids, self._of, strict=True):
            yield str(gid), self._projects[place]
        for task, (project, _) in self._others.items():
            yield task, project

    def count(self, task: str, minutes: int) -> None:
        """Count an entry of a task."""
        if task in self._others:
            project, left = self._others[task]
            self._others[task] = project, left - minutes
        elif _is_number(task) and (at := self._at(int(task))) is not None:
            self._minutes[at] -= minutes

    def uncounted(self) -> Iterator[tuple[str, str]]:
        """Give each task, with its project, whose minutes are not those of the entries that were counted."""
        self._put_in_order()
        for gid, place, left in zip(self._ids, self._of, self._minutes, strict=True):
            if left:
                yield str(gid), self._projects[place]
        for task, (project, left) in self._others.items():
            if left:
                yield task, project

    def _at(self, task: int) -> int | None:
        self._put_in_order()
        at = bisect_left(self._ids, task)
        return at if at < len(self._ids) and self._ids[at] == task else None

    def _put_in_order(self) -> None:
        if self._in_order:
            return
        last = {gid: at for at, gid in enumerate(self._ids)}
        order = sorted(last)
        self._of = array("L", (self._of[last[gid]] for gid in order))
        self._minutes = array("q", (self._minutes[last[gid]] for gid in order))
        self._ids = array("q", order)
        self._in_order = True


def _is_number(task: str) -> bool:
    # A gid is a text: one with a sign or a leading nought would be another one as a number.
    return task.isascii() and task.isdigit() and not task.startswith("0") and int(task) < LARGEST
