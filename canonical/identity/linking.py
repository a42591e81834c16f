"""Take records for one project or one person, and note why, so that it can be seen and undone.

What says so: a person's decision, the configuration, for projects `same_as` and an equal PMO id of different tools, for
people an equal e-mail. Equal names are noted as proposals. Every resolution works this out from all that is known, so
the order in which records arrive does not matter; what no longer holds is undone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select, update

from canonical.identity.grouping import Basis, Edge, Grouping, Member, group, same_names
from canonical.identity.names import Names, plain
from canonical.identity.settings import ResolutionSettings
from canonical.identity.sources import SOURCE_TABLES, Source, pmo_id
from canonical.schema.names import link
from canonical.vocabulary import EntityKind

HUB = "pmohub"
"""The actor of links that follow from data and configuration."""
LINKED, PROPOSED, REFUSED = "linked", "proposed", "refused"


def link_records(
    connection: Connection,
    kind: EntityKind,
    sources: Mapping[str, Source],
    known: Mapping[str, Member],
    edges: Iterable[Edge],
    now: datetime,
) -> tuple[Mapping[str, str], set[str]]:
    """Join the records by the edges and by people's decisions; give the merged id of each, and those that moved."""
    decided, refused = decisions(connection, kind)
    grouping = group(known, [*edges, *decided], refused, by_name=kind is EntityKind.PERSON)
    moved = _move(connection, kind, sources, grouping.survivor)
    _mark_merged(connection, kind, known, grouping.survivor)
    proposed = {*grouping.held, *same_names(known, grouping, refused)}
    _note(connection, kind, grouping, proposed, now)
    return grouping.survivor, moved


def decisions(connection: Connection, kind: EntityKind) -> tuple[Collection[Edge], Collection[frozenset[str]]]:
    """Give the pairs that people took for one, and those that they said are not."""
    stated = select(link).where(
        link.c.entity == kind.value, link.c.basis == Basis.PERSON.value, link.c.undone_at.is_(None)
    )
    said = [(row.state, Edge(row.from_id, row.to_id, Basis.PERSON)) for row in connection.execute(stated)]
    decided = [edge for state, edge in said if state == LINKED]
    return decided, {edge.pair for state, edge in said if state == REFUSED}


def project_edges(
    sources: Mapping[str, Source], names: Names, known: Mapping[str, Member], settings: ResolutionSettings
) -> Iterable[Edge]:
    """Say which source projects are one by the tools' own fields and by the configuration."""
    connectors = {each: member.connector for each, member in known.items()}
    by_number: dict[str, list[str]] = defaultdict(list)
    for each, row in sources.items():
        if row["same_as_ref"] is not None:
            found = names.elsewhere(row["connector"], row["same_as_ref"], connectors)
            by_name = row["same_as_ref"].startswith("name:")
            if found.id is not None and not by_name:
                yield Edge(each, found.id, Basis.SAME_AS)
        if (number := pmo_id(row)) is not None:
            by_number[number].append(each)
    for same in by_number.values():
        yield from _chain(same, Basis.PMO_ID)
    yield from _configured(settings.projects, sources, known)


def person_edges(
    sources: Mapping[str, Source], known: Mapping[str, Member], settings: ResolutionSettings
) -> Iterable[Edge]:
    """Say which accounts are one person by e-mail and by the configuration."""
    by_email: dict[str, list[str]] = defaultdict(list)
    for each, row in sources.items():
        if row["email"]:
            by_email[plain(row["email"])].append(each)
    for same in by_email.values():
        yield from _chain(same, Basis.EMAIL)
    yield from _configured(settings.people, sources, known)


def _chain(ids: list[str], basis: Basis) -> Iterable[Edge]:
    return (Edge(other, ids[0], basis) for other in ids[1:])


def _configured(
    lists: Iterable[Iterable[str]], sources: Mapping[str, Source], known: Mapping[str, Member]
) -> Iterable[Edge]:
    """A name that two records of one tool bear says nothing about either."""
    called: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each, row in sources.items():
        if known[each].live:
            for name in {plain(row[column]) for column in ("name", "key", "url", "email") if row.get(column)}:
                called[row["connector"], name].append(each)
            called[row["connector"], f"id:{row['external_id']}"].append(each)
            if "same_as_ref" in row and (number := pmo_id(row)) is not None:
                called[row["connector"], plain(number)].append(each)
    connectors = {connector for connector, _ in called}
    for names in lists:
        found: list[str] = []
        for name in names:
            connector, _, value = name.partition(":")
            limited = connector in connectors
            places = [(connector, plain(value)), (connector, f"id:{value}")] if limited else []
            places += [] if limited else [(each, plain(name)) for each in sorted(connectors)]
            found += [called[place][0] for place in places if len(called.get(place, ())) == 1]
        yield from _chain(list(dict.fromkeys(found)), Basis.CONFIG)


def _move(
    connection: Connection, kind: EntityKind, sources: Mapping[str, Source], survivor: Mapping[str, str]
) -> set[str]:
    table, _, column = SOURCE_TABLES[kind]
    moves = [(each, row[column], survivor[each]) for each, row in sources.items() if row[column] != survivor[each]]
    if moves:
        statement = update(table).where(table.c.id == bindparam("moved")).values({column: bindparam("to")})
        connection.execute(statement, [{"moved": each, "to": after} for each, _, after in moves])
    return {merged for _, before, after in moves for merged in (before, after)}


def _mark_merged(
    connection: Connection, kind: EntityKind, known: Mapping[str, Member], survivor: Mapping[str, str]
) -> None:
    """Leave a sign on each row that was merged into another, and take it from one that stands for itself again."""
    _, merged, _ = SOURCE_TABLES[kind]
    stored = {row.id: row.merged_into for row in connection.execute(select(merged.c.id, merged.c.merged_into))}
    standing = set(survivor.values())
    wanted = {
        member.own: None if member.own in standing else survivor[each]
        for each, member in known.items()
        if member.own in stored
    }
    changes = [{"merged": each, "into": into} for each, into in wanted.items() if stored[each] != into]
    if changes:
        statement = update(merged).where(merged.c.id == bindparam("merged")).values(merged_into=bindparam("into"))
        connection.execute(statement, changes)


def _note(
    connection: Connection, kind: EntityKind, grouping: Grouping, proposed: Collection[Edge], now: datetime
) -> None:
    """Keep the list of links and proposals as it is now; those that no longer hold stay as history, undone."""
    wanted = {
        (edge.one, edge.other, edge.basis.value, LINKED) for edge in grouping.linked if edge.basis != Basis.PERSON
    }
    wanted |= {(edge.one, edge.other, edge.basis.value, PROPOSED) for edge in proposed}
    columns = (link.c.from_id, link.c.to_id, link.c.basis, link.c.state)
    noted = select(link.c.id, *columns).where(
        link.c.entity == kind.value, link.c.actor == HUB, link.c.basis != Basis.PERSON.value, link.c.undone_at.is_(None)
    )
    stored = {tuple(rest): link_id for link_id, *rest in connection.execute(noted)}
    gone = [{"gone": stored[each], "at_": now} for each in sorted(stored.keys() - wanted)]
    if gone:
        undone = update(link).where(link.c.id == bindparam("gone")).values(undone_at=bindparam("at_"))
        connection.execute(undone, gone)
    for one, other, basis, state in sorted(wanted - stored.keys()):
        add_link(connection, kind, Edge(one, other, Basis(basis)), state, actor=HUB, reason=None, now=now)


def add_link(
    connection: Connection, kind: EntityKind, edge: Edge, state: str, *, actor: str, reason: str | None, now: datetime
) -> str:
    """Append what was found or said of two records; give the entry's id."""
    row = {
        "entity": kind.value,
        "from_id": edge.one,
        "to_id": edge.other,
        "basis": edge.basis.value,
        "state": state,
        "actor": actor,
        "reason": reason,
        "at": now,
    }
    link_id = f"l{uuid4().hex[:20]}"
    connection.execute(insert(link).values(id=link_id, **row))
    return link_id
