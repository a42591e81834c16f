"""Find the one record that a reference names, by what each tool calls its projects and people.

A reference is looked up in its own connector first, then in all. Within each, what holds now goes before what a deleted
record was called, that before former names, and these before a name written where a key was expected. An id says
nothing outside of its tool, and a person's name nothing outside of its connector.
"""

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


def normal(ref: str) -> str:
    """Give a reference in the form in which it is looked up."""
    scheme, _, value = ref.partition(":")
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

    def find(self, connector: str, ref: str, merged: Mapping[str, str], *, typed: bool = True) -> Found:
        """Find what the reference names in this connector or, failing that, in any.

        Records that are one by `merged` are no ambiguity: the one whose id sorts first stands for them. Without
        `typed`, people who were only made from typed names are left out.
        """
        scheme, _, value = ref.partition(":")
        loose = self.kind is EntityKind.PROJECT and scheme in LOOSE
        for place in (connector, None):
            for each in (ref, f"any:{value}") if loose else (ref,):
                best = self._best(place, normal(each), typed=typed)
                if best:
                    one = len({merged[record] for record in best}) == 1
                    return Found(min(best)) if one else Found(None, Reason.AMBIGUOUS)
        return Found(None, Reason.MISSING)

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

    def _best(self, place: str | None, ref: str, *, typed: bool = True) -> set[str]:
        left_out = {Rank.RETIRED} if typed else {Rank.RETIRED, Rank.TYPED}
        entries = {(rank, record) for rank, record in self._entries.get((place, ref), ()) if rank not in left_out}
        top = min((rank for rank, _ in entries), default=None)
        return {record for rank, record in entries if rank == top}
