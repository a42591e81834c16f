"""A running sandbox: its world, who may log in with what, what is forbidden, and what it remembers between requests."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from pmohub.testing.jira.answers.flavour import Flavour
from pmohub.testing.jira.answers.issues import Issues
from pmohub.testing.jira.answers.things import Things
from pmohub.testing.jira.faults import Faults
from pmohub.testing.jira.finding.search import Finder
from pmohub.testing.jira.limiting import CloudLimits, DataCenterLimits, Limits
from pmohub.testing.jira.world.editing import Editor
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.working import Timekeeper
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.clock import SiteClock
from pmohub.testing.sandbox.keeping import Act, forgotten
from pmohub.testing.sandbox.people import READER

TOKEN = "sandbox-token"  # noqa: S105  # opens a made-up site on loopback
PAGES_REMEMBERED = 10_000
A_DAY = date(2026, 11, 25)
"""The day that the sample company's workbooks are of, too."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Which site to run: the same seed, size and day give the same site; one of no issues is empty.

    `limits`: how many requests it takes, without which it takes all. `lag`: for how many seconds the search does not
    know an edit. `page_cap`: the most issues that a page has, whatever is asked for (Jira may give fewer than its
    documents say). `old_sprints`: Data Center tells of sprints in the text form of its older versions.
    """

    flavour: Flavour = Flavour.CLOUD
    issues: int = 480
    seed: int = 1
    today: date = A_DAY
    start: time = time(10, 30)
    lag: float = 0
    page_cap: int | None = None
    old_sprints: bool = True
    limits: CloudLimits | DataCenterLimits | None = None
    token: str = TOKEN
    email: str = READER


@dataclass(slots=True)
class Mail:
    """A notification that went to an issue's watchers."""

    issue: str
    by: str
    at: int


@dataclass(slots=True)
class State:
    """What a running site knows besides its issues; `keep` is told each act that changed it."""

    sandbox: Sandbox
    clock: SiteClock
    world: World
    finder: Finder
    editor: Editor
    timekeeper: Timekeeper
    limits: Limits
    faults: Faults = field(default_factory=Faults)
    keep: Callable[[Act], None] = forgotten
    site: str = ""
    tokens_refused: bool = False
    forbidden: set[str] = field(default_factory=lambda: {"ADMINISTER"})
    mails: list[Mail] = field(default_factory=list)
    pages: "OrderedDict[str, Any]" = field(default_factory=OrderedDict)
    _given: int = 0
    _voices: dict[tuple[str, str | None, str], tuple[Things, Issues]] = field(default_factory=dict)

    @property
    def cloud(self) -> bool:
        """Tell whether it is Jira Cloud."""
        return self.sandbox.flavour == Flavour.CLOUD

    def voice(self, version: str, account: User | None) -> tuple[Things, Issues]:
        """Give what writes answers for an account in a version of the API."""
        key = (version, account.id if account else None, self.site)
        found = self._voices.get(key)
        if found is None:
            told, base = self.sandbox, f"{self.site}/rest/api/{version}"
            old = told.old_sprints and not self.cloud
            things = Things(self.world, told.flavour, base, account, old_sprints=old)
            found = self._voices[key] = (things, Issues(things, self.in_role))
        return found

    def in_role(self) -> bool:
        """Tell whether the account is in the role that some worklogs are for."""
        return "SEE_RESTRICTED_WORKLOGS" not in self.forbidden

    def remember(self, page: Any) -> str:
        """Keep where a page ended and give the token that leads on from there."""
        self._given += 1
        token = f"{self.sandbox.seed:x}.{self._given:x}.{self.world.now():x}"
        self.pages[token] = page
        if len(self.pages) > PAGES_REMEMBERED:
            self.pages.popitem(last=False)
        return token


def begin(sandbox: Sandbox) -> State:
    """Make the site."""
    clock = SiteClock(datetime.combine(sandbox.today, sandbox.start, UTC))
    world = World(sandbox.seed, sandbox.issues, sandbox.today, clock.now)
    world.lag = int(sandbox.lag * 1000)
    editor = Editor(world)
    return State(sandbox, clock, world, Finder(world), editor, Timekeeper(world, editor), Limits(sandbox.limits))
