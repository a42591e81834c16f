"""The workspaces, teams and projects of the sample company, before anybody did anything there."""

from typing import NamedTuple


class Undertaking(NamedTuple):
    """A project; days are counted from today, `owner` is a name, `turns` its share of the tasks."""

    name: str
    team: str
    owner: str
    begins: int
    ends: int
    topics: tuple[str, ...]
    turns: int = 1
    notes: str = ""
    archived: bool = False
    private: bool = False
    board: bool = False
    health: str | None = "on_track"


ORGANISATION, AGENCY = "Nordhaus", "Studio Lumen"
DOMAINS = ("nordhaus.example",)
MARKETING, PEOPLE, OPERATIONS = "Marketing", "People and culture", "Operations"
TEAMS = (MARKETING, PEOPLE, OPERATIONS)
PORTFOLIO, FURTHER_PORTFOLIO = "Marketing 2027", "Operations"

COMPANY = (
    Undertaking(
        "Spring campaign 2027", MARKETING, "Sophie Brandt", -24, 155,
        ("landing page", "TV spot", "poster", "newsletter", "media plan", "influencer list"), 3,
        "The campaign for the garden season.", health="on_track",
    ),
    Undertaking(
        "Brand refresh", MARKETING, "Sophie Brandt", -206, 110,
        ("packaging", "vehicle lettering", "style guide", "business cards", "shop signs"), 3,
        "All material carries the new brand by March 2027.", board=True, health="at_risk",
    ),
    Undertaking(
        "Trade fair Hannover 2027", MARKETING, "Milan Novak", -80, 145,
        ("stand", "lead capture", "giveaways", "hotel block", "speaker slot"), 2,
        "120 qualified leads from the fair in April 2027.", health="at_risk",
    ),
    Undertaking(
        "Website relaunch", MARKETING, "Clara Jung", -300, 40,
        ("home page", "product finder", "consent banner", "image library", "redirects"), 2,
        "One site for six brands.", board=True, health="off_track",
    ),
    Undertaking(
        "Onboarding handbook", PEOPLE, "Hanna Weiss", -120, 60,
        ("first day", "IT access", "mentor programme", "safety briefing"), 1,
        "Whoever is new finds everything.", private=True, health=None,
    ),
    Undertaking(
        "Fleet electrification", OPERATIONS, "Karl Jensen", -260, 200,
        ("charging points", "van order", "route test", "driver training", "gearbox"), 2,
        "40 electric vans by summer 2027.", health="on_hold",
    ),
    Undertaking(
        "Customer survey 2026", MARKETING, "Milan Novak", -340, -60,
        ("questionnaire", "sample", "interviews", "evaluation"), 1,
        "What customers of both brands want.", archived=True, health="complete",
    ),
)  # fmt: skip
ELSEWHERE = Undertaking(
    "Photo shoot", "", "Clara Jung", -60, 30, ("light", "models", "location", "retouching"), notes="For the catalogue."
)
"""The one project of the agency's workspace, which has no teams and pays for nothing."""
ELSEWHERE_TASKS = 24
WITH_A_FIELD_OF_ITS_OWN = "Website relaunch"
_TOPICS = ("supplier", "contract", "price list", "training", "report", "rollout", "review", "checklist")


def undertakings(count: int) -> tuple[Undertaking, ...]:
    """Give the company's projects and more of the same kind up to `count`."""
    return COMPANY + tuple(_further(place) for place in range(len(COMPANY), count))


def _further(place: int) -> Undertaking:
    owner = ("Sophie Brandt", "Milan Novak", "Clara Jung", "Karl Jensen", "Hanna Weiss")[place % 5]
    name = f"Undertaking {place}"
    return Undertaking(
        name, TEAMS[place % 3], owner, -360 + place % 90, 90 + place % 120, _TOPICS, 2, board=place % 4 == 0
    )


LIST_SECTIONS = ("To do", "In progress", "Waiting", "Done")
BOARD_SECTIONS = ("Backlog", "Doing", "Review", "Done")
TAGS = ("urgent", "customer", "legal check", "translation")
