"""Which accounts and typed names are one person: what merges them, what is proposed, and what a person decides.

Every function that decides takes effect with the next resolution (`canonical.resolution.resolve`).
"""

from datetime import datetime

from sqlalchemy import Engine

from canonical.identity import decisions
from canonical.identity.decisions import DecisionError, Link, Party, undo
from canonical.identity.linking import LINKED, REFUSED
from canonical.vocabulary import EntityKind

__all__ = [
    "DecisionError",
    "Link",
    "Party",
    "accounts",
    "find",
    "merge",
    "merged",
    "proposals",
    "refuse",
    "refused",
    "split",
    "undo",
]

KIND = EntityKind.PERSON


def accounts(engine: Engine) -> list[Party]:
    """Give every account and typed name; those of one `merged_id` are one person."""
    return decisions.parties(engine, KIND)


def merged(engine: Engine) -> list[Link]:
    """List what makes accounts one person now, with its basis."""
    return decisions.links(engine, KIND, {LINKED})


def proposals(engine: Engine) -> list[Link]:
    """List the pairs that may be one person: of one name, or of one e-mail that seems to be shared."""
    return decisions.proposals(engine, KIND)


def refused(engine: Engine) -> list[Link]:
    """List the pairs that a person said are two people."""
    return decisions.links(engine, KIND, {REFUSED})


def find(engine: Engine, text: str) -> Party:
    """Find an account by what a person typed; see `decisions.find`."""
    return decisions.find(engine, KIND, text)


def merge(engine: Engine, one: Party, other: Party, *, actor: str, reason: str | None, now: datetime) -> str:
    """Say that two accounts are one person."""
    return decisions.take_for_one(engine, KIND, (one, other), actor=actor, reason=reason, now=now)


def refuse(engine: Engine, one: Party, other: Party, *, actor: str, reason: str | None, now: datetime) -> str:
    """Say that two accounts are two people, whatever the tools say."""
    return decisions.keep_apart(engine, KIND, (one, other), actor=actor, reason=reason, now=now)


def split(engine: Engine, account: Party, *, actor: str, reason: str | None, now: datetime) -> list[str]:
    """Say that an account is a person of its own."""
    return decisions.split_off(engine, KIND, account, actor=actor, reason=reason, now=now)
