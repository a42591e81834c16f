"""What the steps of one pull share: whom to ask, what is meant, and where it stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from canonical.intake import Batch, Listing, Progress
from connectors.asana.client.api import Client
from connectors.asana.client.connection import JSON
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.history import HistoryMapper
from connectors.asana.mapping.plan import Plan
from connectors.asana.mapping.tasks import is_separator
from connectors.asana.mapping.time_entries import Timesheets
from connectors.asana.opening import Opened
from connectors.asana.pulling.cursor import Place
from connectors.asana.pulling.features import Feature, Features
from connectors.asana.pulling.locating import Locator
from connectors.asana.pulling.records import Made, Maker
from connectors.asana.pulling.units import Families, Located, Start, Unit, Units
from connectors.asana.pulling.whereabouts import Whereabouts
from connectors.http.ahead import ahead
from connectors.moments import printed

OVERLAP = 2 * 60_000
"""Milliseconds by which the listing of modified tasks steps back."""
A_MOMENT = 2_000
"""Milliseconds: what changes again within a moment that is not over cannot be told by its `modified_at`."""
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Run:
    """A pull under way. `now` is the server's time at its start, in milliseconds; `place` is what is stored so far.

    `projects` are the workspaces of those that are meant, by gid; `seen` the tasks that the next overlap will show
    again, each with its `modified_at`; `timesheets` those of each workspace of which an entry needed one.
    """

    opened: Opened
    options: AsanaOptions
    pool: ThreadPoolExecutor
    now: int
    place: Place
    features: Features = field(default_factory=Features)
    where: Whereabouts = field(default_factory=Whereabouts)
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    timesheets: dict[str, Timesheets] = field(default_factory=dict)
    done: int = 0
    unit: str = "tasks"
    maker: Maker = field(init=False)
    locator: Locator = field(init=False)
    history: HistoryMapper = field(init=False)
    projects: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.projects = self.opened.listed.projects
        self.maker = Maker(self.plan, self.projects)
        self.history = HistoryMapper(self.plan)
        self.locator = Locator(self.client, self.pool, self.plan.ask.task, self.projects, self.where)

    @property
    def client(self) -> Client:
        """Whom to ask."""
        return self.opened.client

    @property
    def plan(self) -> Plan:
        """How it is mapped."""
        return self.opened.plan

    @property
    def families(self) -> Families:
        """The way to what is below tasks."""
        return Families(self.client, self.pool, self.plan.ask.task, self.projects)

    def whole(self, starts: Sequence[Start], fields: Sequence[str] | None = None) -> Iterator[Unit]:
        """Read projects whole, page by page; only some fields where they are named."""
        asked = self.plan.ask.task if fields is None else fields
        units = Units(self.client, Families(self.client, self.pool, asked, self.projects), asked, self.pool)
        return units.of(starts, self.options.requests_at_once, self.first_token, self.projects)

    def first_token(self, project: str) -> str:
        """Get the token from which on the events of a project tell what happened; empty where there are none."""
        events = self.features.ask(Feature.EVENTS, self.projects[project], lambda: self.client.events(project, None))
        return "" if events is None else events.token

    def made_of(self, tasks: Sequence[Located]) -> Made:
        """Make the records of tasks, with what their stories tell where that is asked for."""
        made = self.maker.tasks(tasks)
        for task in tasks:
            self.note(task)
        if self.options.history:
            stories = self.side_by_side(
                tasks, lambda task: self.client.stories(str(task.raw.get("gid")), self.plan.ask.story)
            )
            for task, told in stories:
                made.changes += self.history.changes(task.raw, task.home, told, self.projects)
        return made

    def place_at(self, project: str, token: str | None) -> Place:
        """Give the place with the token of a project; without one it is read whole when it shows again."""
        others = {gid: other for gid, other in self.place.tokens.items() if gid != project}
        return replace(self.place, tokens=others if token is None else {**others, project: token})

    def note(self, task: Located) -> None:
        """Note where a task is, how much time is logged on it, and whether the next overlap will show it again."""
        self.see(task.raw)
        if is_separator(task.raw):
            return
        minutes = task.raw.get("actual_time_minutes")
        self.where.add(str(task.raw.get("gid")), task.home, round(minutes) if isinstance(minutes, int | float) else 0)

    def see(self, raw: JSON) -> None:
        """Remember a task that the next overlap will show again."""
        modified = str(raw.get("modified_at"))
        moment = printed(modified)
        if moment is not None and self.now - OVERLAP <= moment < self.now - A_MOMENT:
            self.seen[str(raw.get("gid"))] = moment, modified

    def side_by_side(self, items: Iterable[Item], call: Callable[[Item], Answer]) -> Iterator[tuple[Item, Answer]]:
        """Make a call for each item, some ahead of whoever takes the answers, and give them in order."""
        return ahead(self.pool, 2 * self.options.requests_at_once, items, call)

    def batch(
        self,
        made: Made,
        place: Place | None = None,
        *,
        count: int = 0,
        begins: Sequence[Listing] = (),
        complete: Sequence[Listing] = (),
    ) -> Batch:
        """Make a batch; `place` is where to go on from once it is stored, `count` how many items it is further."""
        self.place = place or self.place
        self.done += count
        return Batch(
            made.records,
            self.place.cursor(),
            Progress(self.done, None, self.unit),
            deleted=made.deleted,
            quarantined=made.quarantined,
            begins=begins,
            complete=complete,
            problems=made.problems,
            retried=made.retried,
            changes=made.changes,
            linked=made.linked,
        )
