"""The projects of the site: a company of two departments, and as many more as the size asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from pmohub.testing.jira.world.scheme import LEGAL, SOFTWARE, Named, Workflow


class Release(NamedTuple):
    """A version of a project; its day is so many days from today."""

    id: str
    name: str
    in_days: int
    released: bool


@dataclass(frozen=True, slots=True)
class Project:
    """A project; `lead` is a person's place, `turns` its share of the site's issues."""

    place: int
    key: str
    name: str
    lead: int
    category: Named | None
    topics: tuple[str, ...]
    turns: int = 1
    archived: bool = False
    legal: bool = False
    description: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    old_keys: tuple[str, ...] = ()

    def changed(self, **parts: Any) -> Self:
        """Give the project with other parts."""
        return replace(self, **parts)

    @property
    def id(self) -> str:
        """Give Jira's id of it."""
        return str(10_000 + self.place)

    @property
    def workflow(self) -> Workflow:
        """Give the workflow of its issues."""
        return LEGAL if self.legal else SOFTWARE

    @property
    def components(self) -> tuple[Named, ...]:
        """Give its parts."""
        names = ("Contracts", "Advice", "Register") if self.legal else ("Backend", "Frontend", "Operations")
        return tuple(Named(str(10_000 + self.place * 10 + number), name) for number, name in enumerate(names))

    @property
    def releases(self) -> tuple[Release, ...]:
        """Give its versions, oldest first."""
        first = 10_000 + self.place * 10
        return (
            Release(str(first), "1.0", -200, released=True),
            Release(str(first + 1), "1.1", -20, released=False),
            Release(str(first + 2), "2.0", 75, released=False),
        )


ENGINEERING, LEGAL_TEAM = Named("10000", "Engineering"), Named("10001", "Legal")
CATEGORIES = (ENGINEERING, LEGAL_TEAM)

COMPANY = (
    Project(
        0,
        "PAY",
        "Payments platform renewal",
        0,
        ENGINEERING,
        ("settlement file", "card tokens", "refund flow", "scheme certification", "shop terminal", "fraud rules"),
        turns=3,
        description="Settle card payments the same day for all shops.",
        properties={"pmo.register": {"no": "P-001", "sponsor": "Petra Vogel"}},
    ),
    Project(
        1,
        "PORT",
        "Customer portal 3.0",
        1,
        ENGINEERING,
        ("search page", "order history", "login form", "returns label", "newsletter settings", "delivery tracking"),
        turns=3,
        description="Half of all service requests need no call.",
        properties={"pmo.register": {"no": "P-002", "sponsor": "Petra Vogel"}},
    ),
    Project(
        2,
        "IAM",
        "Identity and access",
        1,
        ENGINEERING,
        ("single sign-on", "leaver process", "role catalogue", "badge system", "privileged accounts"),
        turns=2,
        description="One login for 14 systems.",
        properties={"pmo.register": {"no": "P-005"}},
    ),
    Project(
        3,
        "DCX",
        "Data centre exit",
        2,
        ENGINEERING,
        ("rack move", "backup lines", "firewall change", "storage array", "power contract"),
        turns=2,
        description="Close the Kiel data centre.",
        properties={"pmo.register": {"no": "P-003"}},
    ),
    Project(
        4,
        "CON",
        "Contract reviews",
        9,
        LEGAL_TEAM,
        ("supply contract", "non-disclosure agreement", "lease", "licence terms", "framework agreement"),
        turns=3,
        legal=True,
        description="Every contract above 20,000 euros is read before it is signed.",
    ),
    Project(
        5,
        "GDPR",
        "Privacy compliance 2027",
        10,
        LEGAL_TEAM,
        ("processing register", "consent text", "deletion concept", "processor agreement", "access request"),
        turns=2,
        legal=True,
        description="Ready for the audit of spring 2027.",
    ),
    Project(
        6,
        "MOB",
        "Mobile app accessibility",
        0,
        ENGINEERING,
        ("contrast", "screen reader", "font sizes", "captions"),
        archived=True,
        description="The app meets WCAG 2.2 AA.",
        properties={"pmo.register": {"no": "P-006"}},
    ),
)
GENERATED_TOPICS = ("importer", "report", "price list", "interface", "test plan", "training", "data model", "rollout")


def projects(count: int) -> tuple[Project, ...]:
    """Give the company's projects and more of the same kind up to `count`."""
    more = tuple(_further(place) for place in range(len(COMPANY), count))
    return tuple(replace(one, properties=dict(one.properties)) for one in COMPANY + more)


def _further(place: int) -> Project:
    legal = place % 4 == 0
    key = f"{'L' if legal else 'E'}{place:03d}"
    category = None if place % 5 == 0 else LEGAL_TEAM if legal else ENGINEERING
    return Project(place, key, f"Undertaking {place}", place % 14, category, GENERATED_TOPICS, legal=legal)


def cycle(of: Sequence[Project]) -> tuple[int, ...]:
    """Give whose turn it is, again and again: each project as often as its `turns`, spread out."""
    most = max(project.turns for project in of)
    return tuple(project.place for turn in range(most) for project in of if project.turns > turn)


def renamed(project: Project, key: str) -> Project:
    """Give the project under another key; the old one goes on leading to it."""
    return replace(project, key=key, old_keys=(*project.old_keys, project.key))
