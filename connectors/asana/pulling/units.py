"""Tasks of projects with all that is below them, a page at a time, several calls under way and the pages in order.

A project's list holds no subtasks: `num_subtasks` says of which tasks there are some to ask for, at any depth.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from connectors.asana.client.api import HIDDEN, Client
from connectors.asana.client.connection import JSON
from connectors.asana.client.paging import Page, Stream, side_by_side
from connectors.asana.mapping.tasks import home_of
from connectors.http import CallError

PAGES_AHEAD = 3
"""Pages whose subtasks are asked for at a time; memory stays that of so many."""


@dataclass(frozen=True, slots=True)
class Located:
    """A task as Asana gives it, and the project that it counts towards."""

    raw: JSON
    home: str


@dataclass(slots=True)
class Unit:
    """A page of a project's tasks with all that is below them. `offset`: the token of the next page, None at the end.

    `token`: that of the project's events since before it was listed; None: the project is not to be seen any more.
    """

    project: str
    tasks: list[Located]
    offset: str | None = None
    token: str | None = ""


@dataclass(frozen=True, slots=True)
class Start:
    """A project to be read, from the first page or from one on; with a token of events where there is one already."""

    project: str
    offset: str | None = None
    token: str | None = None


class Families:
    """Finds what is below tasks."""

    def __init__(
        self, client: Client, pool: ThreadPoolExecutor, fields: Sequence[str], projects: Mapping[str, str]
    ) -> None:
        self._client, self._pool, self._fields, self._projects = client, pool, fields, projects

    def begin(self, tasks: Iterable[Located]) -> list[tuple[Located, Future[list[JSON]]]]:
        """Ask for the direct subtasks of those that have some."""
        return [
            (task, self._pool.submit(self._client.subtasks, str(task.raw["gid"]), self._fields))
            for task in tasks
            if _has_subtasks(task.raw)
        ]

    def below(self, level: list[tuple[Located, Future[list[JSON]]]]) -> Iterator[Located]:
        """Give all subtasks at any depth, each once, whatever leads to it."""
        met = {str(task.raw["gid"]) for task, _ in level}
        while level:
            found = []
            for parent, future in level:
                for raw in future.result():
                    if str(raw.get("gid")) not in met:
                        met.add(str(raw.get("gid")))
                        found.append(Located(raw, home_of(raw, self._projects, parent.home) or parent.home))
            yield from found
            level = self.begin(found)


class Units:
    """Reads projects side by side."""

    def __init__(self, client: Client, families: Families, fields: Sequence[str], pool: ThreadPoolExecutor) -> None:
        self._client, self._families, self._fields, self._pool = client, families, fields, pool

    def of(
        self, starts: Sequence[Start], at_once: int, token_of: Callable[[str], str], projects: Mapping[str, str]
    ) -> Iterator[Unit]:
        """Read projects whole; raises what a call raised, when its page's turn comes.

        `token_of` gets the first token of a project's events: before its tasks are listed, so that what happens
        meanwhile is told by the next events.
        """
        tokens = {start.project: start.token for start in starts if start.token is not None}

        def fetch(offset: str | None, project: str) -> Page:
            if project not in tokens:
                tokens[project] = token_of(project)
            try:
                return self._client.tasks_page(project, self._fields, offset)
            except CallError as error:
                if error.status not in HIDDEN:
                    raise
                # It was listed right before: somebody has just deleted or hidden it.
                tokens.pop(project)
                return Page([], None)

        streams = [Stream(start.project, partial(fetch, project=start.project), start.offset) for start in starts]
        under_way: deque[tuple[Unit, list[tuple[Located, Future[list[JSON]]]]]] = deque()
        try:
            for stream, rows, following in side_by_side(self._client.connection, streams, self._pool, at_once):
                unit = Unit(stream.key, _located(rows, stream.key, projects), following, tokens.get(stream.key))
                under_way.append((unit, self._families.begin(unit.tasks)))
                if len(under_way) >= PAGES_AHEAD:
                    yield self._whole(*under_way.popleft())
            while under_way:
                yield self._whole(*under_way.popleft())
        finally:
            for _, level in under_way:
                for _, future in level:
                    future.cancel()

    def _whole(self, unit: Unit, level: list[tuple[Located, Future[list[JSON]]]]) -> Unit:
        unit.tasks += self._families.below(level)
        return unit


def _located(tasks: Iterable[JSON], project: str, projects: Mapping[str, str]) -> list[Located]:
    return [Located(raw, home_of(raw, projects, project) or project) for raw in tasks]


def _has_subtasks(raw: JSON) -> bool:
    count = raw.get("num_subtasks")
    return isinstance(count, int) and count > 0
