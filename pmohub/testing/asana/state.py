"""A running sandbox: its world, who may log in with what, what is hidden, and what it remembers between requests."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from threading import RLock
from typing import Any

from pmohub.testing.asana.limiting import Limiter, Limits
from pmohub.testing.asana.world.desk import Desk
from pmohub.testing.asana.world.editing import Editor, Habits
from pmohub.testing.asana.world.founding import Founder
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World
from pmohub.testing.sandbox.clock import SiteClock
from pmohub.testing.sandbox.faults import Faults
from pmohub.testing.sandbox.keeping import Act, forgotten
from pmohub.testing.sandbox.people import READER

TOKEN = "sandbox-token"  # noqa: S105  # opens a made-up site on loopback
PAGES_REMEMBERED = 10_000
A_DAY = date(2026, 11, 25)
"""The day that the sample company's workbooks are of, too."""


class Plan(StrEnum):
    """What an organisation pays for: each has what those before it have."""

    FREE = "free"
    STARTER = "starter"
    ADVANCED = "advanced"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Which site to run: the same seed, size and day give the same site; one of no tasks has empty projects.

    `plan` is the organisation's; the agency's workspace pays for nothing. `lag`: for how many seconds the search does
    not know an edit. `event_delay`: after how many seconds an event is told of. `lost_events`: every so many-th event
    is never told of (0: none). Without `change_events`, that a task's field changed is told by its story alone.
    `page_life`: for how many seconds an offset leads on. `habits`: what edits touch. `limits`: how many requests a
    token has, without which it has all. A `service_account` sees everything, and everybody's portfolios.
    With `sharing`, some tasks are in two projects from the beginning.
    """

    tasks: int = 400
    seed: int = 1
    today: date = A_DAY
    start: time = time(10, 30)
    plan: Plan = Plan.ENTERPRISE
    lag: float = 0
    event_delay: float = 0
    lost_events: int = 0
    change_events: bool = True
    service_account: bool = False
    sharing: bool = False
    page_life: float = 900
    habits: Habits | None = None
    limits: Limits | None = None
    token: str = TOKEN
    email: str = READER


@dataclass(slots=True)
class State:
    """What a running site knows besides its world; `keep` is told each act that changed it.

    `hidden`: gids that only the people at the keyboard see; `locked`: what no account may change. `tokens`: whose each
    token is, by gid.
    """

    sandbox: Sandbox
    clock: SiteClock
    world: World
    editor: Editor
    desk: Desk
    tokens: dict[str, str]
    limiter: Limiter = field(default_factory=Limiter)
    faults: Faults = field(default_factory=Faults)
    keep: Callable[[Act], None] = forgotten
    site: str = ""
    tokens_refused: bool = False
    hidden: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    pages: "OrderedDict[str, tuple[int, Any]]" = field(default_factory=OrderedDict)
    plans: dict[str, Plan] = field(default_factory=dict)
    lag_ms: int = 0
    event_delay_ms: int = 0
    _given: int = 0
    _lock: RLock = field(default_factory=RLock)

    @contextmanager
    def moment(self) -> Iterator[int]:
        """Let one thread at a time do something, all of it at one moment, which is given."""
        with self._lock, self.clock.held() as at:
            yield at

    def person(self, name: str) -> Thing:
        """Give somebody by name, e-mail or gid.

        Raises:
            LookupError: there is nobody.
        """
        found = self.world.get(name)
        return found if found is not None and found.kind == "user" else self.world.named("user", name)

    def token_of(self, name: str) -> str:
        """Give somebody's own token: it opens what that person sees."""
        person = self.person(name)
        token = f"{self.sandbox.token}-{person.gid}"
        self.tokens[token] = person.gid
        return token

    def plan_of(self, workspace: str | None) -> Plan:
        """Give what a workspace pays for."""
        return self.plans.get(workspace or "", Plan.FREE)

    def remember(self, page: Any) -> str:
        """Keep where a page ended and give the offset that leads on from there."""
        self._given += 1
        token = f"eyJ{self.sandbox.seed:x}.{self._given:x}.{self.world.now():x}"
        self.pages[token] = (self.world.now(), page)
        if len(self.pages) > PAGES_REMEMBERED:
            self.pages.popitem(last=False)
        return token

    def forget_pages(self) -> None:
        """Let every offset that was given expire."""
        for token, (_, page) in self.pages.items():
            self.pages[token] = (-(10**15), page)


def begin(sandbox: Sandbox) -> State:
    """Make the site."""
    clock = SiteClock(datetime.combine(sandbox.today, sandbox.start, UTC))
    world = World(clock.now)
    Founder(world, sandbox.seed, sandbox.tasks, sandbox.today).found(sharing=sandbox.sharing)
    world.feed.lost, world.feed.tells_changes = sandbox.lost_events, sandbox.change_events
    reader = next(one for one in world.of("user") if one["email"] == sandbox.email)
    editor = Editor(world, sandbox.habits)
    state = State(sandbox, clock, world, editor, Desk(world, editor), {sandbox.token: reader.gid})
    state.limiter.set(sandbox.limits)
    state.lag_ms, state.event_delay_ms = int(sandbox.lag * 1000), int(sandbox.event_delay * 1000)
    organisation, *others = world.of("workspace")
    state.plans = {organisation.gid: sandbox.plan, **{one.gid: Plan.FREE for one in others}}
    return state
