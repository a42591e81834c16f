"""Which records of the tools are one project, or one person: what joins them, what is proposed, what a person decides.

Every method that decides takes effect with the next resolution (`canonical.resolution.resolve`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from canonical.identity import decisions
from canonical.identity.decisions import DecisionError, Link, Party, undo
from canonical.identity.linking import LINKED, REFUSED
from canonical.vocabulary import EntityKind

__all__ = ["PEOPLE", "PROJECTS", "DecisionError", "Identities", "Link", "Party", "undo"]


@dataclass(frozen=True, slots=True)
class Identities:
    """The records of one kind: tools' projects, or accounts and typed names of people."""

    kind: EntityKind

    def records(self, engine: Engine) -> list[Party]:
        """Give every tool's record; those of one `merged_id` are one."""
        return decisions.parties(engine, self.kind)

    def joined(self, engine: Engine) -> list[Link]:
        """List what makes records one now, with its basis."""
        return decisions.links(engine, self.kind, {LINKED})

    def proposals(self, engine: Engine) -> list[Link]:
        """List the pairs that may be one: of one name, or joined by a tool in a way that is not plausible."""
        return decisions.proposals(engine, self.kind)

    def refused(self, engine: Engine) -> list[Link]:
        """List the pairs that a person said are two."""
        return decisions.links(engine, self.kind, {REFUSED})

    def find(self, engine: Engine, text: str) -> Party:
        """Find a record by what a person typed; see `decisions.find`."""
        return decisions.find(engine, self.kind, text)

    def join(self, engine: Engine, one: Party, other: Party, *, actor: str, reason: str | None, now: datetime) -> str:
        """Say that two records are one."""
        return decisions.take_for_one(engine, self.kind, (one, other), actor=actor, reason=reason, now=now)

    def refuse(self, engine: Engine, one: Party, other: Party, *, actor: str, reason: str | None, now: datetime) -> str:
        """Say that two records are two, whatever the tools say."""
        return decisions.keep_apart(engine, self.kind, (one, other), actor=actor, reason=reason, now=now)

    def split(self, engine: Engine, record: Party, *, actor: str, reason: str | None, now: datetime) -> list[str]:
        """Say that a record is one of its own."""
        return decisions.split_off(engine, self.kind, record, actor=actor, reason=reason, now=now)


PROJECTS = Identities(EntityKind.PROJECT)
PEOPLE = Identities(EntityKind.PERSON)
