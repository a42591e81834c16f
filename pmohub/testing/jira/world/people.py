"""The site's accounts: those of the sample company, and colleagues enough that a page of users is not all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from pmohub.testing.sandbox.people import READER, READERS_NAME, TECHNICAL, ZONES, email_of, name_of

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


ENGINEERS, LAWYERS = range(7), range(9, 14)
"""Places of the people who do each department's work."""


def everybody(count: int) -> tuple[User, ...]:
    """Give the company's people, more colleagues up to `count` in all, an app, and last the account of the hub."""
    people = list(_company())
    people += [_colleague(number) for number in range(len(people), count - 2)]
    people.append(
        _user(len(people), "Automation for Jira", "automation@nordhaus.example", "UTC", app=True, hidden=True)
    )
    people.append(_user(len(people), READERS_NAME, READER, "Europe/Berlin"))
    return tuple(people)


def _company() -> Iterator[User]:
    for number, (name, zone, active, hidden) in enumerate(TECHNICAL):
        yield _user(number, name, email_of(name), zone, active=active, hidden=hidden)


def _colleague(number: int) -> User:
    name, zone = name_of(number), ZONES[number % len(ZONES)]
    return _user(number, name, email_of(name, number), zone, active=number % 9 != 0, hidden=number % 3 != 0)


def _user(
    number: int, name: str, email: str, zone: str, *, active: bool = True, hidden: bool = False, app: bool = False
) -> User:
    digest = blake2b(email.encode(), digest_size=12).hexdigest()
    login = email.partition("@")[0].replace(".", "")
    return User(digest, login, number, name, email, zone, active, hidden, app)
