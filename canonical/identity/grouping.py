"""Which members are one: a pure function from what is said about them to groups, the same in any order.

A member is one tool's record of a project or a person. What people decided and what the configuration says always
joins; what tools say joins only while it is plausible; equal names join nothing.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Basis(StrEnum):
    """Why two members are taken, or thought, to be one."""

    PERSON = "person"
    CONFIG = "config"
    SAME_AS = "same_as"
    PMO_ID = "pmo_id"
    EMAIL = "email"
    NAME = "name"


SURE = frozenset({Basis.PERSON, Basis.CONFIG})
"""Decided by people, so never doubted."""


@dataclass(frozen=True, slots=True)
class Member:
    """One tool's record: its id, the id of its own merged row, connector, age, whether it is live, its plain name.

    `also` is another form of the name, by which it is proposed and nothing more.
    """

    id: str
    own: str
    connector: str
    since: datetime
    live: bool
    name: str | None
    also: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Two members said to be one."""

    one: str
    other: str
    basis: Basis

    @property
    def pair(self) -> frozenset[str]:
        """The two, in no order."""
        return frozenset({self.one, self.other})


@dataclass(frozen=True, slots=True)
class Grouping:
    """`survivor` gives the id of the merged row for each member; `linked` joined, `held` did not and are proposals."""

    survivor: Mapping[str, str]
    linked: Collection[Edge]
    held: Collection[Edge]


class Sets:
    """Disjoint sets of member ids."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._above = {each: each for each in ids}

    def find(self, member: str) -> str:
        """Give the same answer for all members of a set."""
        while (above := self._above[member]) != member:
            self._above[member] = member = self._above[above]
        return member

    def join(self, edge: Edge) -> None:
        """Make the two sets one."""
        self._above[self.find(edge.one)] = self.find(edge.other)

    def groups(self) -> Mapping[str, Sequence[str]]:
        """List the members of each set by its representative."""
        groups: dict[str, list[str]] = defaultdict(list)
        for member in self._above:
            groups[self.find(member)].append(member)
        return groups


def group(
    members: Mapping[str, Member], edges: Iterable[Edge], refused: Collection[frozenset[str]], *, by_name: bool
) -> Grouping:
    """Join members by the edges, except where that is refused or not plausible.

    A tool that holds two live records of what would be one is believed to mean two: then nothing that tools say joins
    the group, and their edges are held. With `by_name` (people) two records of one name in one tool are no objection.
    A refusal of any two of a group holds it likewise. The oldest member's row survives.
    """
    known = {e for e in edges if e.one != e.other and e.pair not in refused and {e.one, e.other} <= members.keys()}
    sure, all_ = Sets(members), Sets(members)
    for edge in known:
        all_.join(edge)
        if edge.basis in SURE:
            sure.join(edge)
    refusing = {all_.find(one) for one, other in map(tuple, refused) if _together(all_, members, one, other)}
    doubtful = refusing | {
        top for top, ids in all_.groups().items() if len(ids) > 1 and _clashes(ids, members, sure, by_name=by_name)
    }
    held = {edge for edge in known if edge.basis not in SURE and all_.find(edge.one) in doubtful}
    final = Sets(members)
    for edge in known - held:
        final.join(edge)
    return Grouping(_survivors(final, members), known - held, held)


def _together(sets: Sets, members: Mapping[str, Member], one: str, other: str) -> bool:
    return one in members and other in members and sets.find(one) == sets.find(other)


def _clashes(ids: Sequence[str], members: Mapping[str, Member], sure: Sets, *, by_name: bool) -> bool:
    seen: dict[str, Member] = {}
    for member in (members[each] for each in sorted(ids)):
        if not member.live:
            continue
        rival = seen.setdefault(member.connector, member)
        same_name = by_name and member.name == rival.name
        if sure.find(rival.id) != sure.find(member.id) and not same_name:
            return True
    return False


def _survivors(sets: Sets, members: Mapping[str, Member]) -> Mapping[str, str]:
    survivor = {}
    for ids in sets.groups().values():
        oldest = min((members[each] for each in ids), key=lambda member: (member.since, member.id))
        survivor.update(dict.fromkeys(ids, oldest.own))
    return survivor


def same_names(
    members: Mapping[str, Member], grouping: Grouping, refused: Collection[frozenset[str]]
) -> Collection[Edge]:
    """Propose that live members of one name are one, where they are not yet and nobody refused it.

    Each further group of the name is proposed to that of its oldest member, once.
    """
    by_name: dict[str, list[Member]] = defaultdict(list)
    for member in members.values():
        if member.live and member.name is not None:
            for form in {_words(member.name), _words(member.also or member.name)}:
                by_name[form].append(member)
    proposed = set()
    for namesakes in by_name.values():
        first, *others = sorted(namesakes, key=lambda member: (member.since, member.id))
        seen = {grouping.survivor[first.id]}
        for other in others:
            if grouping.survivor[other.id] not in seen:
                seen.add(grouping.survivor[other.id])
                proposed.add(Edge(other.id, first.id, Basis.NAME))
    return {edge for edge in proposed if edge.pair not in refused}


def _words(name: str) -> str:
    """Leave out punctuation; a name of nothing else stays as it is."""
    return " ".join(re.findall(r"[^\W_]+", name)) or name
