"""The site's accounts: those of the sample company, and colleagues enough that a page of users is not all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

ENOUGH = 64
"""At least so many accounts has a site, beside an empty one, which has the company's alone."""


@dataclass(frozen=True, slots=True)
class User:
    """An account. `hidden` hides its e-mail and zone from others, as most people's are on Jira Cloud."""

    id: str
    name: str
    number: int
    display_name: str
    email: str
    zone: str
    active: bool = True
    hidden: bool = False
    app: bool = False

    @property
    def key(self) -> str:
        """Give what Data Center calls it by."""
        return f"JIRAUSER{10_100 + self.number}"


COMPANY = (  # name, zone, still active, hidden
    ("Anna Keller", "Europe/Berlin", True, False),
    ("Markus Lindner", "Europe/Berlin", True, False),
    ("Tom Baker", "Europe/London", False, False),
    ("Lena Hoffmann", "Europe/Berlin", True, False),
    ("Ravi Menon", "Asia/Kolkata", True, False),
    ("Julia Sommer", "Europe/Berlin", True, True),
    ("Oskar Berg", "Europe/Stockholm", True, False),
    ("Petra Vogel", "Europe/Berlin", True, False),
    ("Hanna Weiss", "Europe/Berlin", True, False),
    ("Nora Falk", "Europe/Berlin", True, False),
    ("Stefan Ritter", "Europe/Zurich", True, False),
    ("Camille Laurent", "Europe/Paris", True, True),
    ("James O'Neill", "America/New_York", True, False),
    ("Yuki Tanaka", "Asia/Tokyo", False, True),
)
ENGINEERS, LAWYERS = range(7), range(9, 14)
"""Places of the people who do each department's work."""
READER = "pmo@nordhaus.example"
FIRST = ("Ada", "Björn", "Chloé", "Deniz", "Elif", "Fatima", "Goran", "Inés", "Jakub", "Kaisa", "Luca", "Mei")
LAST = ("Almeida", "Bauer", "Çelik", "Dubois", "Eriksen", "Fischer", "García", "Horvat", "Ito", "Janssen", "Kowalski")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo", "UTC")


def everybody(count: int) -> tuple[User, ...]:
    """Give the company's people, more colleagues up to `count` in all, an app, and last the account of the hub."""
    people = list(_company())
    people += [_colleague(number) for number in range(len(people), count - 2)]
    people.append(
        _user(len(people), "Automation for Jira", "automation@nordhaus.example", "UTC", app=True, hidden=True)
    )
    people.append(_user(len(people), "PMO Hub", READER, "Europe/Berlin"))
    return tuple(people)


def _company() -> Iterator[User]:
    for number, (name, zone, active, hidden) in enumerate(COMPANY):
        yield _user(number, name, _email(name), zone, active=active, hidden=hidden)


def _colleague(number: int) -> User:
    name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
    email = f"{_email(name).split('@')[0]}.{number}@nordhaus.example"
    return _user(number, name, email, ZONES[number % len(ZONES)], active=number % 9 != 0, hidden=number % 3 != 0)


def _email(name: str) -> str:
    plain = name.lower().replace("'", "").replace(" ", ".")
    return "".join(PLAIN.get(letter, letter) for letter in plain) + "@nordhaus.example"


PLAIN = {"ö": "oe", "ç": "c", "é": "e", "í": "i"}


def _user(
    number: int, name: str, email: str, zone: str, *, active: bool = True, hidden: bool = False, app: bool = False
) -> User:
    digest = blake2b(email.encode(), digest_size=12).hexdigest()
    login = email.partition("@")[0].replace(".", "")
    return User(digest, login, number, name, email, zone, active, hidden, app)
