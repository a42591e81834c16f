"""What the steps of one pull share: whom to ask, what is meant, and where it stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from canonical.intake import Batch, Progress
from canonical.problems import Problem, ToolError
from canonical.vocabulary import EntityKind
from connectors.base import Known
from connectors.http.ahead import ahead
from connectors.jira.client.api import JSON, Client
from connectors.jira.client.worklogs import Changed, bodies
from connectors.jira.config import Flavour, JiraOptions
from connectors.jira.mapping.plan import Plan
from connectors.jira.opening import Opened
from connectors.jira.pulling.cursor import Place
from connectors.jira.pulling.records import Made, Maker
from connectors.jira.pulling.scope import Scope
from connectors.jira.pulling.units import Units
from connectors.jira.pulling.whereabouts import Whereabouts

OVERLAP: Mapping[Flavour, int] = {Flavour.CLOUD: 5 * 60_000, Flavour.DATA_CENTER: 2 * 60_000}
"""Milliseconds by which a listing steps back: Cloud's search lags behind, Data Center's JQL knows whole minutes."""

MOST_UNREAD = 3000
"""How many issues that Jira could not give a cursor remembers."""


@dataclass(slots=True)
class Run:
    """A pull under way. `now` is the server's time at its start, in milliseconds; `place` is what is stored so far."""

    opened: Opened
    options: JiraOptions
    plan: Plan
    maker: Maker
    known: Known
    scope: Scope
    pool: ThreadPoolExecutor
    now: int
    place: Place
    done: int = 0
    total: int | None = None
    unit: str = "issues"
    where: Whereabouts = field(init=False)

    def __post_init__(self) -> None:
        self.where = Whereabouts(self.client, self.scope)

    @property
    def client(self) -> Client:
        """Whom to ask."""
        return self.opened.client

    @property
    def overlap(self) -> int:
        """By how many milliseconds listings step back."""
        return OVERLAP[self.opened.flavour]

    def units(self) -> Units:
        """Give the way to read issues whole."""
        return Units(self.client, self.pool, self.plan.ask, history=self.options.history)

    def bodies(self, pages: Iterable[Changed]) -> Iterator[tuple[Changed, list[JSON]]]:
        """Read what the worklogs of a feed say, several pages under way, in their order."""
        return ahead(self.pool, self.options.requests_at_once, pages, lambda page: bodies(self.client, list(page.ids)))

    def again(self, *unread: Iterable[int]) -> tuple[int, ...]:
        """Give the issues to ask for again next time, in order.

        Raises:
            ToolError: they are too many to remember, so that it is Jira that fails, not an issue here and there.
        """
        every = sorted(set().union(*unread))
        if len(every) <= MOST_UNREAD:
            return tuple(every)
        raise ToolError(
            Problem(
                f"Jira lists {len(every):,} issues that it does not give, {every[0]} the first of them.",
                self.opened.connection.where,
                "What was read before is kept; the cursor stays where it is.",
                "Look at one of them in Jira; its index may be in need of a rebuild.",
            )
        )

    def batch(self, made: Made, place: Place | None = None, *, deleted: Sequence[int] = (), count: int = 0) -> Batch:
        """Make a batch; `place` is where to go on from once it is stored, `count` how many items it is further."""
        self.place = place or self.place
        self.done += count
        total = None if self.total is None else max(self.total, self.done)
        return Batch(
            made.records,
            self.place.cursor(),
            Progress(self.done, total, self.unit),
            deleted=[(EntityKind.TIME_ENTRY, str(each)) for each in deleted],
            quarantined=made.quarantined,
            problems=made.problems,
            retried=made.retried,
            changes=made.changes,
            linked=made.linked,
        )
