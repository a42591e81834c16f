"""People of whom no tool has a record: a name or an e-mail that somebody typed is a person of that connector only.

Such a person is there while anything names it. One that nothing names any more, since the name was corrected, is gone
like a deleted record, and comes back with the same id when it is named again; one that people decided something about
stays. It makes way for a tool's own record that bears the name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, exists, insert, or_, select, update

from canonical.identity.linking import decisions
from canonical.identity.names import Names, mailbox, normal, plain
from canonical.identity.references import REFERENCES, Reference
from canonical.identity.settings import ResolutionSettings
from canonical.identity.sources import TYPED, Source, meaningful, typed_ref
from canonical.identity.working_tables import in_scope
from canonical.ids import entity_id, merged_id
from canonical.schema.entities import person, source_person
from canonical.schema.governance import waiver
from canonical.store.sets import among
from canonical.vocabulary import Activity, EntityKind

SCHEMES = ("name", "email")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a resolution knows of who is named.

    `live` are connectors with their references to people in live rows to look at, `before` the ids of the people whom
    rows to look at named until now; with `everything`, all rows are looked at.
    """

    live: Iterable[tuple[str, str]]
    before: Collection[str]
    everything: bool


def add_typed_people(
    connection: Connection, asked: Iterable[tuple[str, str]], names: Names, sources: Mapping[str, Source], now: datetime
) -> bool:
    """Make a person of each typed name and e-mail that names nobody; say whether any was made or got another name.

    `asked` gives connectors and their references. A name that two people of the connector bear is not made a third.
    """
    refs: dict[str, list[str]] = defaultdict(list)
    connector_of = {}
    for connector, ref in sorted(asked):
        if _is_typed(ref) and not names.borne(connector, ref):
            each = names.typed(connector, ref) or entity_id(EntityKind.PERSON, connector, normal(ref))
            refs[each].append(ref)
            connector_of[each] = connector
    new = [_row(each, connector_of[each], found, now) for each, found in refs.items() if each not in sources]
    if new:
        connection.execute(insert(source_person), new)
        own = [
            {"id": row["person_id"], "active": row["active"], "first_seen_at": now, "content_hash": ""} for row in new
        ]
        connection.execute(insert(person), own)
    return _name_anew(connection, {each: found for each, found in refs.items() if each in sources}, sources) or bool(
        new
    )


def _is_typed(ref: str) -> bool:
    scheme, _, value = ref.partition(":")
    return scheme in SCHEMES and meaningful(value) is not None


def _row(each: str, connector: str, refs: Sequence[str], now: datetime) -> dict[str, object]:
    ref = normal(refs[0])
    scheme, _, value = refs[0].partition(":")
    return {
        "id": each,
        "person_id": merged_id(each),
        "connector": connector,
        "external_id": ref,
        "name": next(iter(_names_in(refs)), None) if scheme == "email" else " ".join(value.split()),
        "email": mailbox(value)[1] if scheme == "email" else None,
        "active": Activity.UNKNOWN.value,
        "first_seen_at": now,
        "content_hash": TYPED,
    }


def _names_in(refs: Iterable[str]) -> list[str]:
    """The names that stand with addresses."""
    found = (mailbox(ref.partition(":")[2])[0] for ref in refs if ref.startswith("email:"))
    return [name for name in found if name]


def _name_anew(connection: Connection, refs: Mapping[str, Sequence[str]], sources: Mapping[str, Source]) -> bool:
    """Give an address the name that now stands with it, unless the one it has still does."""
    changes = []
    for each, found in refs.items():
        named = _names_in(found)
        if named and sources[each]["name"] not in named:
            changes.append({"typed": each, "to": named[0]})
    if changes:
        statement = update(source_person).where(source_person.c.id == bindparam("typed"))
        connection.execute(statement.values(name=bindparam("to")), changes)
    return bool(changes)


def settle_typed_people(
    connection: Connection,
    asked: Asked,
    names: Names,
    sources: Mapping[str, Source],
    settings: ResolutionSettings,
    now: datetime,
) -> set[str]:
    """Let typed people go whom nothing names or who make way, and come back who are named again; give who did."""
    typed = {each: row for each, row in sources.items() if row["content_hash"] == TYPED}
    named = {names.typed(connector, ref) for connector, ref in asked.live}
    way = {each for each, row in typed.items() if names.typed(row["connector"], typed_ref(row)) != each}
    live = {each for each, row in typed.items() if row["deleted_at"] is None}
    idle = live - way - named
    unnamed = {each for each in idle if asked.everything or typed[each]["person_id"] in asked.before}
    unnamed -= _kept(connection, {each: typed[each] for each in unnamed}, settings)
    if not asked.everything:
        unnamed -= _named_elsewhere(connection, unnamed)
    gone = live & (way | unnamed)
    back = {each for each in typed if each in named} - live - way
    changes = [{"typed": each, "at": now} for each in gone] + [{"typed": each, "at": None} for each in back]
    if changes:
        statement = update(source_person).where(source_person.c.id == bindparam("typed"))
        connection.execute(statement.values(deleted_at=bindparam("at", type_=source_person.c.deleted_at.type)), changes)
    return gone | back


def _kept(connection: Connection, typed: Mapping[str, Source], settings: ResolutionSettings) -> set[str]:
    """Those whom people decided something about: merged or kept apart, an alias, the author of a waiver."""
    if not typed:
        return set()
    decided, refused = decisions(connection, EntityKind.PERSON)
    ids = {each for edge in decided for each in edge.pair} | {each for pair in refused for each in pair}
    said = {plain(name) for names in settings.people for name in names}
    said |= {plain(author) for author in connection.scalars(select(waiver.c.author).distinct())}
    return {each for each, row in typed.items() if each in ids or said & _called(row)}


def _called(row: Source) -> set[str]:
    called = {plain(row[column]) for column in ("name", "email") if row[column]}
    return called | {plain(f"{row['connector']}:{name}") for name in called}


def _named_elsewhere(connection: Connection, unnamed: Collection[str]) -> set[str]:
    """Those whom live rows name that are not looked at. Columns without an index come last: few are left by then."""
    found: set[str] = set()
    for table, reference in sorted(_naming(), key=lambda one: not _leads_an_index(*one)):
        left = set(unnamed) - found
        if not left:
            break
        ref = table.c[reference.ref]
        here = exists().where(
            table.c[reference.column] == source_person.c.person_id,
            table.c.connector == source_person.c.connector,
            table.c.deleted_at.is_(None),
            or_(*(ref.startswith(f"{scheme}:") for scheme in SCHEMES)),
            ~in_scope(table),
        )
        found |= set(connection.scalars(select(source_person.c.id).where(_among(connection, left), here)))
    return found


def named_before(connection: Connection) -> set[str]:
    """Give the ids of the people whom the rows to look at name so far."""
    found: set[str] = set()
    for table, reference in _naming():
        place = table.c[reference.column]
        found |= set(connection.scalars(select(place).distinct().where(place.is_not(None), in_scope(table))))
    return found


def _naming() -> list[tuple[Table, Reference]]:
    return [
        (table, reference)
        for table, references in REFERENCES.items()
        for reference in references
        if reference.target is EntityKind.PERSON
    ]


def _leads_an_index(table: Table, reference: Reference) -> bool:
    return any(index.columns[0].name == reference.column for index in table.indexes)


def _among(connection: Connection, ids: Collection[str]) -> ColumnElement[Any]:
    return among(connection, source_person.c.id, ids)
