"""Find the one record that a reference names, by what each tool calls its projects and people.

A reference is looked up in its own connector first, then in all. Within each, what holds now goes before what a deleted
record was called, that before former names, and these before a name written where a key was expected. An id says
nothing outside of its tool, and a person's name nothing outside of its connector.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from canonical.vocabulary import EntityKind


class Rank(IntEnum):
    """How well a name fits; the best that has any candidate decides."""

    CURRENT = 0
    DELETED = 1
    FORMER = 2
    TYPED = 3
    RETIRED = 4
    """A typed person who made way for tools' own records: it names nobody, but shares the name with those who do."""


class Reason(StrEnum):
    """Why a reference names nothing."""

    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


ACROSS = {
    EntityKind.PROJECT: frozenset({"key", "url", "pmo_id", "name", "any"}),
    EntityKind.PERSON: frozenset({"url", "email"}),
}
"""The schemes by which a record of another connector can be named."""
LOOSE = frozenset({"key", "name", "pmo_id"})
"""Schemes that people confuse when they type the name of a project."""


def plain(text: str) -> str:
    """Give a name or an e-mail in the form in which they are compared: case and spaces do not count."""
    return " ".join(text.split()).casefold()


MAILBOX = re.compile(r"(.*)<([^<>]+)>\s*")


def mailbox(value: str) -> tuple[str | None, str]:
    """Give the name and the address of `Jane Doe <jane@example.com>`, or no name and an address that stands alone."""
    found = MAILBOX.fullmatch(value)
    name, address = found.groups() if found else ("", value)
    return " ".join(name.split()) or None, address.strip()


def normal(ref: str) -> str:
    """Give a reference in the form in which it is looked up."""
    scheme, _, value = ref.partition(":")
    value = mailbox(value)[1] if scheme == "email" else value
    return f"{scheme}:{plain(value)}" if scheme in {"name", "email", "any"} else ref


@dataclass(frozen=True, slots=True)
class Found:
    """What a reference names, or why it names nothing."""

    id: str | None
    reason: Reason | None = None


class Names:
    """What the records of one kind are called, and which merged row each belongs to."""

    def __init__(self, kind: EntityKind) -> None:
        self.kind = kind
        self._entries: dict[tuple[str | None, str], set[tuple[Rank, str]]] = defaultdict(set)

    def add(self, record: str, connector: str, ref: str, rank: Rank) -> None:
        """Note that a connector calls a record so."""
        scheme, _, value = ref.partition(":")
        refs = [ref, f"any:{value}"] if self.kind is EntityKind.PROJECT and scheme in LOOSE else [ref]
        for each in map(normal, refs):
            self._entries[connector, each].add((rank, record))
            if each.partition(":")[0] in ACROSS[self.kind]:
                self._entries[None, each].add((rank, record))

    def find(self, connector: str, ref: str, merged: Mapping[str, str]) -> Found:
        """Find what the reference names in this connector or, failing that, in any.

        Records that are one by `merged` are no ambiguity: the one whose id sorts first stands for them.
        """
        scheme, _, value = ref.partition(":")
        loose = self.kind is EntityKind.PROJECT and scheme in LOOSE
        for place in (connector, None):
            for each in (ref, f"any:{value}") if loose else (ref,):
                best = self._best(place, normal(each))
                if best:
                    one = len({merged[record] for record in best}) == 1
                    return Found(min(best)) if one else Found(None, Reason.AMBIGUOUS)
        return Found(None, Reason.MISSING)

    def borne(self, connector: str, ref: str) -> bool:
        """Say whether a tool's own record is called so, leaving out people who were only made from typed names."""
        typed = {Rank.TYPED, Rank.RETIRED}
        entries = (entry for place in (connector, None) for entry in self._entries.get((place, normal(ref)), ()))
        return any(rank not in typed for rank, _ in entries)

    def typed(self, connector: str, ref: str) -> str | None:
        """Give the person made from what was typed whom this name or address means, if nobody else is meant."""
        entries = self._entries.get((connector, normal(ref)), ())
        return min((record for rank, record in entries if rank is Rank.TYPED), default=None)

    def elsewhere(self, connector: str, ref: str, connector_of: Mapping[str, str]) -> Found:
        """Find what the reference names in any other connector than this one."""
        best = {record for record in self._best(None, normal(ref)) if connector_of[record] != connector}
        if not best:
            return Found(None, Reason.MISSING)
        return Found(min(best)) if len(best) == 1 else Found(None, Reason.AMBIGUOUS)

    def called_like(self, records: Iterable[str]) -> set[str]:
        """Give these records and all that share a name with one of them."""
        wanted = set(records)
        shared = (
            {record for _, record in entries} for entries in self._entries.values() if wanted & {r for _, r in entries}
        )
        return wanted.union(*shared)

    def _best(self, place: str | None, ref: str) -> set[str]:
        entries = {entry for entry in self._entries.get((place, ref), ()) if entry[0] is not Rank.RETIRED}
        top = min((rank for rank, _ in entries), default=None)
        return {record for rank, record in entries if rank == top}
