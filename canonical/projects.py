"""Which source projects are one project: what links them, what is proposed, and what a person decides.

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
    "find",
    "link",
    "linked",
    "proposals",
    "refuse",
    "refused",
    "sources",
    "undo",
    "unlink",
]

KIND = EntityKind.PROJECT


def sources(engine: Engine) -> list[Party]:
    """Give every tool's record of a project; those of one `merged_id` are one project."""
    return decisions.parties(engine, KIND)


def linked(engine: Engine) -> list[Link]:
    """List what links source projects now, with its basis."""
    return decisions.links(engine, KIND, {LINKED})


def proposals(engine: Engine) -> list[Link]:
    """List the pairs that may be one project: of one name, or linked by a tool in a way that is not plausible."""
    return decisions.proposals(engine, KIND)


def refused(engine: Engine) -> list[Link]:
    """List the pairs that a person said are not one project."""
    return decisions.links(engine, KIND, {REFUSED})


def find(engine: Engine, text: str) -> Party:
    """Find a source project by what a person typed; see `decisions.find`."""
    return decisions.find(engine, KIND, text)


def link(engine: Engine, one: Party, other: Party, *, actor: str, reason: str | None, now: datetime) -> str:
    """Say that two source projects are one project."""
    return decisions.take_for_one(engine, KIND, (one, other), actor=actor, reason=reason, now=now)


def refuse(engine: Engine, one: Party, other: Party, *, actor: str, reason: str | None, now: datetime) -> str:
    """Say that two source projects are not one project, whatever the tools say."""
    return decisions.keep_apart(engine, KIND, (one, other), actor=actor, reason=reason, now=now)


def unlink(engine: Engine, source: Party, *, actor: str, reason: str | None, now: datetime) -> list[str]:
    """Say that a source project is a project of its own."""
    return decisions.split_off(engine, KIND, source, actor=actor, reason=reason, now=now)
