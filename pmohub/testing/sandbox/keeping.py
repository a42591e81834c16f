"""What changed a site, in order, to be kept in a file and done again."""

from typing import NamedTuple


class Act(NamedTuple):
    """A request that changed the site: when (in milliseconds since 1970, there), and what was sent to which address."""

    at: int
    method: str
    path: str
    body: bytes


def forgotten(_act: Act) -> None:
    """Keep nothing of an act."""
