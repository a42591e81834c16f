"""The sample company's people, as every tool of it knows them: `pmohub demo` and its workbooks have the same."""

from typing import NamedTuple

DOMAIN = "nordhaus.example"
READER = f"pmo@{DOMAIN}"
READERS_NAME = "PMO Hub"
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo", "UTC")
_FIRST = ("Ada", "Björn", "Chloé", "Deniz", "Elif", "Fatima", "Goran", "Inés", "Jakub", "Kaisa", "Luca", "Mei")
_LAST = ("Almeida", "Bauer", "Çelik", "Dubois", "Eriksen", "Fischer", "García", "Horvat", "Ito", "Janssen", "Kowalski")
_PLAIN = {"ö": "oe", "ç": "c", "é": "e", "í": "i"}


class Colleague(NamedTuple):
    """Somebody of the company; `hidden` hides the e-mail from tools where people may."""

    name: str
    zone: str = "Europe/Berlin"
    active: bool = True
    hidden: bool = False


TECHNICAL = (
    Colleague("Anna Keller"),
    Colleague("Markus Lindner"),
    Colleague("Tom Baker", "Europe/London", active=False),
    Colleague("Lena Hoffmann"),
    Colleague("Ravi Menon", "Asia/Kolkata"),
    Colleague("Julia Sommer", hidden=True),
    Colleague("Oskar Berg", "Europe/Stockholm"),
    Colleague("Petra Vogel"),
    Colleague("Hanna Weiss"),
    Colleague("Nora Falk"),
    Colleague("Stefan Ritter", "Europe/Zurich"),
    Colleague("Camille Laurent", "Europe/Paris", hidden=True),
    Colleague("James O'Neill", "America/New_York"),
    Colleague("Yuki Tanaka", "Asia/Tokyo", active=False, hidden=True),
)
"""Engineering first, then who leads, then Legal."""
COMMERCIAL = (
    Colleague("Sophie Brandt"),
    Colleague("Milan Novak"),
    Colleague("Clara Jung"),
    Colleague("Jonas Richter"),
    Colleague("Karl Jensen"),
)
"""Marketing, and last who runs Operations."""


def name_of(number: int) -> str:
    """Give the name of one more colleague; every 132nd has the same."""
    return f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}"


def email_of(name: str, number: int | None = None) -> str:
    """Give somebody's address; `number` tells apart who has the same name."""
    plain = name.lower().replace("'", "").replace(" ", ".")
    local = "".join(_PLAIN.get(letter, letter) for letter in plain)
    return f"{local}{'' if number is None else f'.{number}'}@{DOMAIN}"
