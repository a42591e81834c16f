"""What people say about who is one: it goes before what data says, is kept as events, and can be undone.

Each takes effect with the next resolution, and touches the records so that it looks at them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from canonical.database import reading, writing
from canonical.identity.grouping import Basis, Edge
from canonical.identity.linking import HUB, LINKED, PROPOSED, REFUSED, add_link
from canonical.identity.names import plain
from canonical.identity.sources import SOURCE_TABLES
from canonical.problems import Problem, ProblemError
from canonical.schema.names import link
from canonical.schema.operations import touched
from canonical.vocabulary import EntityKind

WORDS = {EntityKind.PROJECT: "project", EntityKind.PERSON: "person"}
LISTS = {EntityKind.PROJECT: "pmohub links", EntityKind.PERSON: "pmohub people"}


@dataclass(frozen=True, slots=True)
class Party:
    """One tool's record of a project or a person; `merged_id` is the row that the PMO sees for it."""

    id: str
    merged_id: str
    connector: str
    external_id: str
    key: str | None
    name: str | None
    email: str | None
    deleted: bool

    @property
    def label(self) -> str:
        """Name it for people: what it is called, where, with its key or address, and whether it is gone."""
        called = self.name or self.email or self.key or self.external_id
        aside = next((each for each in (self.key, self.email) if each and each != called), None)
        facts = (self.connector, aside, "no longer there" if self.deleted else None)
        return f"{called} ({', '.join(fact for fact in facts if fact)})"

    @property
    def to_type(self) -> str:
        """Name it so that `find` finds it alone."""
        return f"{self.connector}:{self.key or self.email or self.external_id}"


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that are linked, proposed or refused to be one; by whom, why and when; `undone_at` when no longer."""

    id: str
    one: Party
    other: Party
    basis: Basis
    state: str
    actor: str
    reason: str | None
    at: datetime
    undone_at: datetime | None


class DecisionError(ProblemError):
    """What a person named is not known, not unique, or cannot be decided so."""


def parties(engine: Engine, kind: EntityKind) -> list[Party]:
    """Give every tool's record of this kind, the oldest first; deleted ones too."""
    with reading(engine) as connection:
        return list(_parties(connection, kind).values())


def links(engine: Engine, kind: EntityKind, states: Collection[str], *, undone: bool = False) -> list[Link]:
    """List links, proposals or refusals, the newest first; with `undone` also those that no longer hold."""
    with reading(engine) as connection:
        known = _parties(connection, kind)
        query = select(link).where(link.c.entity == kind.value, link.c.state.in_(list(states)))
        query = query if undone else query.where(link.c.undone_at.is_(None))
        rows = connection.execute(query.order_by(link.c.at.desc(), link.c.id)).all()
    return [_link(row, known) for row in rows if row.from_id in known and row.to_id in known]


def proposals(engine: Engine, kind: EntityKind) -> list[Link]:
    """List the pairs that may be one, for a person to decide."""
    return links(engine, kind, {PROPOSED})


def find(engine: Engine, kind: EntityKind, text: str) -> Party:
    """Find a live record by our id, key, name or e-mail, or the tool's id; `connector:name` limits it to one tool.

    Raises:
        DecisionError: nothing or more than one record is called so.
    """
    everyone = [party for party in parties(engine, kind) if not party.deleted]
    connector, colon, rest = text.partition(":")
    if colon and connector in {party.connector for party in everyone}:
        everyone = [party for party in everyone if party.connector == connector]
        text = rest
    found = [party for party in everyone if text in {party.id, party.merged_id, party.external_id, party.key}]
    found = found or [party for party in everyone if plain(text) in {plain(party.name or ""), plain(party.email or "")}]
    if len({party.merged_id for party in found}) == 1:
        return found[0]
    which = ", ".join(sorted(party.to_type for party in found)[:5])
    what = (
        f"No {WORDS[kind]} is called {text!r}."
        if not found
        else f"{text!r} names more than one {WORDS[kind]}: {which}."
    )
    raise DecisionError(
        Problem(
            what=what,
            not_done="Nothing was decided.",
            next_step="Write connector:key. See what there is:",
            commands=(LISTS[kind],),
        )
    )


def take_for_one(
    engine: Engine, kind: EntityKind, pair: tuple[Party, Party], *, actor: str, reason: str | None, now: datetime
) -> str:
    """Say that two records are one; give the entry's id."""
    one, other = pair
    return _decide(engine, kind, [Edge(one.id, other.id, Basis.PERSON)], LINKED, actor, reason, now)[0]


def keep_apart(
    engine: Engine, kind: EntityKind, pair: tuple[Party, Party], *, actor: str, reason: str | None, now: datetime
) -> str:
    """Say that two records are not one, whatever the tools say; give the entry's id."""
    one, other = pair
    return _decide(engine, kind, [Edge(one.id, other.id, Basis.PERSON)], REFUSED, actor, reason, now)[0]


def split_off(
    engine: Engine, kind: EntityKind, party: Party, *, actor: str, reason: str | None, now: datetime
) -> list[str]:
    """Say that a record is none of those that it is one with now; give the entries' ids.

    Raises:
        DecisionError: it stands alone already.
    """
    everyone = parties(engine, kind)
    merged = next(each.merged_id for each in everyone if each.id == party.id)
    others = [each for each in everyone if each.merged_id == merged and each.id != party.id]
    if not others:
        raise DecisionError(
            Problem(
                what=f"{party.label} is linked with no other {WORDS[kind]}.",
                not_done="Nothing was split.",
                next_step="See which links hold:",
                commands=(LISTS[kind],),
            )
        )
    edges = [Edge(party.id, other.id, Basis.PERSON) for other in others]
    return _decide(engine, kind, edges, REFUSED, actor, reason, now)


def undo(engine: Engine, link_id: str, *, actor: str, now: datetime) -> Link:
    """Take back what a person decided; a link that the hub made from data is refused instead. Give what was undone.

    Raises:
        DecisionError: there is no such entry, or it no longer holds.
    """
    with writing(engine) as connection:
        row = connection.execute(select(link).where(link.c.id == link_id, link.c.undone_at.is_(None))).first()
        if row is None:
            raise DecisionError(
                Problem(
                    what=f"There is no link {link_id} that holds now.",
                    not_done="Nothing was undone.",
                    next_step="Look up its id in the list.",
                    commands=tuple(LISTS.values()),
                )
            )
        kind = EntityKind(row.entity)
        if row.actor == HUB:
            edge = Edge(row.from_id, row.to_id, Basis.PERSON)
            _take_back(connection, kind, edge, now)
            add_link(connection, kind, edge, REFUSED, actor=actor, reason=None, now=now)
        else:
            connection.execute(update(link).where(link.c.id == link_id).values(undone_at=now))
        _touch(connection, kind, [row.from_id, row.to_id])
        return _link(row, _parties(connection, kind))


def _decide(
    engine: Engine, kind: EntityKind, edges: Iterable[Edge], state: str, actor: str, reason: str | None, now: datetime
) -> list[str]:
    with writing(engine) as connection:
        made = []
        for edge in edges:
            _take_back(connection, kind, edge, now)
            made.append(add_link(connection, kind, edge, state, actor=actor, reason=reason, now=now))
            _touch(connection, kind, [edge.one, edge.other])
        return made


def _take_back(connection: Connection, kind: EntityKind, edge: Edge, now: datetime) -> None:
    """What was decided on the pair before no longer holds."""
    pair = sorted(edge.pair)
    before = link.c.from_id.in_(pair) & link.c.to_id.in_(pair) & (link.c.basis == Basis.PERSON.value)
    standing = (link.c.entity == kind.value) & link.c.undone_at.is_(None)
    connection.execute(update(link).where(before, standing).values(undone_at=now))


def _touch(connection: Connection, kind: EntityKind, ids: Iterable[str]) -> None:
    connection.execute(insert(touched), [{"entity": kind.value, "entity_id": each} for each in ids])


def _parties(connection: Connection, kind: EntityKind) -> Mapping[str, Party]:
    table, _, merged = SOURCE_TABLES[kind]
    rows = connection.execute(select(table).order_by(table.c.first_seen_at, table.c.id)).mappings()
    return {
        row["id"]: Party(
            id=row["id"],
            merged_id=row[merged],
            connector=row["connector"],
            external_id=row["external_id"],
            key=row["key"],
            name=row["name"],
            email=row.get("email"),
            deleted=row["deleted_at"] is not None,
        )
        for row in rows
    }


def _link(row: Any, known: Mapping[str, Party]) -> Link:
    return Link(
        id=row.id,
        one=known[row.from_id],
        other=known[row.to_id],
        basis=Basis(row.basis),
        state=row.state,
        actor=row.actor,
        reason=row.reason,
        at=row.at,
        undone_at=row.undone_at,
    )
