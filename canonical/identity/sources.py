"""Read every tool's record of a project or a person, with what identity needs to know of it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import orjson
from sqlalchemy import Connection, RowMapping, Table, select

from canonical.identity.grouping import Member
from canonical.identity.names import Names, Rank, plain
from canonical.schema.entities import person, project, source_person, source_project
from canonical.schema.names import identity
from canonical.values import decode
from canonical.vocabulary import EntityKind

Source: TypeAlias = RowMapping

SOURCE_TABLES: Mapping[EntityKind, tuple[Table, Table, str]] = {
    EntityKind.PROJECT: (source_project, project, "project_id"),
    EntityKind.PERSON: (source_person, person, "person_id"),
}
"""By kind: the table of the tools' records, that of the merged rows, and the column that leads to the latter."""
TYPED = "typed"
"""Content hash of a person whom no tool has a record of: made from a name that somebody typed."""
PLACEHOLDERS = frozenset({"", "-", "--", "?", "n/a", "na", "none", "null", "tbd", "tba", "todo", "xxx", "unknown"})


def read_sources(connection: Connection, kind: EntityKind) -> dict[str, Source]:
    """Give all records of a kind by id, the oldest first."""
    table = SOURCE_TABLES[kind][0]
    rows = connection.execute(select(table).order_by(table.c.first_seen_at, table.c.id)).mappings()
    return {row["id"]: row for row in rows}


def members(sources: Mapping[str, Source], kind: EntityKind) -> dict[str, Member]:
    """Give what decides which records are one."""
    own = {EntityKind.PROJECT: "p", EntityKind.PERSON: "h"}[kind]
    return {
        each: Member(
            id=each,
            own=own + each[1:],
            connector=row["connector"],
            since=row["first_seen_at"],
            live=row["deleted_at"] is None,
            name=meaningful(row["name"]),
            also=meaningful(_other_form(row)),
        )
        for each, row in sources.items()
    }


def _other_form(row: Source) -> str | None:
    """Turn "Miller, Ann" round; put a project's key before its name, as workbooks of a project are often named."""
    name = row["name"] or ""
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma and last and first and "," not in first:
        return f"{first} {last}"
    key = row.get("key")
    return f"{key} {name}" if name and key and key != name else None


def meaningful(text: str | None) -> str | None:
    """Give a name in the form in which names are compared; None for a placeholder such as "n/a"."""
    compared = plain(text or "")
    return None if compared in PLACEHOLDERS else compared


def field(source: Source, name: str) -> Any:
    """Give the value of a mapped field, None where the record has none."""
    fields = orjson.loads(source["fields"])
    return decode(orjson.dumps(fields[name]).decode()) if fields.get(name) is not None else None


def pmo_id(source: Source) -> str | None:
    """Give the PMO's number as the tool holds it."""
    value = field(source, "pmo_id")
    return str(value) if value is not None and meaningful(str(value)) is not None else None


def names_of(connection: Connection, sources: Mapping[str, Source], kind: EntityKind) -> Names:
    """Collect what the records are and were called."""
    names = Names(kind)
    typed = {each: row for each, row in sources.items() if row["content_hash"] == TYPED}
    for each, row in sources.items():
        if each not in typed:
            _add(names, row, kind, Rank.CURRENT if row["deleted_at"] is None else Rank.DELETED)
    former = select(identity).where(identity.c.entity == kind.value)
    for row in connection.execute(former).mappings():
        if row["entity_id"] in sources and row["entity_id"] not in typed:
            names.add(row["entity_id"], row["connector"], f"{row['scheme']}:{row['value']}", Rank.FORMER)
    # A name alone makes way for one that stands with an address.
    for row in sorted(typed.values(), key=lambda row: row["email"] is None):
        ref = typed_ref(row)
        taken = names.borne(row["connector"], ref) or names.typed(row["connector"], ref) is not None
        _add(names, row, kind, Rank.RETIRED if taken else Rank.TYPED)
    return names


def typed_ref(row: Source) -> str:
    """Give the reference that a typed person was made from."""
    return f"email:{row['email']}" if row["email"] else f"name:{row['name']}"


def _add(names: Names, row: Source, kind: EntityKind, rank: Rank) -> None:
    for ref in _called(row, kind):
        names.add(row["id"], row["connector"], ref, rank)


def _called(row: Source, kind: EntityKind) -> Sequence[str]:
    schemes = {"id": row["external_id"], "key": row["key"], "url": row["url"], "name": row["name"]}
    if kind is EntityKind.PERSON:
        schemes["email"] = row["email"]
    else:
        schemes["pmo_id"] = pmo_id(row)
    return [f"{scheme}:{value}" for scheme, value in schemes.items() if value]
