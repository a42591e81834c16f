"""A tool that moved to another place: find its records again, and carry ids, history, deviations and links over.

What the new place shows is put beside what is stored, in temporary tables, and matched by key (people by e-mail), which
survives a migration; hours, dependencies and reports by all that they say, since a migration makes new ones of them;
then by the tool's id together with what the record calls itself, since two places count their ids alike.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Select,
    String,
    Table,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from canonical.database import reading
from canonical.identity.references import REFERENCES
from canonical.identity.sources import TYPED
from canonical.records import Person, Record
from canonical.schema import entities
from canonical.schema.columns import Instant
from canonical.schema.names import identity
from canonical.schema.operations import quarantine, sighting
from canonical.schema.writing import writeback
from canonical.store.changes import Origin
from canonical.store.layout import TABLES
from canonical.store.listings import mark
from canonical.store.reported import leave_behind
from canonical.store.sets import insert_into
from canonical.vocabulary import EntityKind

BY_ID = "id:"
"""How a reference by the tool's own id begins."""
MARK = "\x1f"
"""Before an id that is being replaced, so that none is taken twice while ids change places; between parts of a text."""
SHOWN = 20
"""How many unmatched records are named."""
_temporary = MetaData()
shown = Table(
    "moving_shown",
    _temporary,
    Column("entity", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("key", Text),
    Column("label", Text, nullable=False),
    Column("scope", Text),
    Column("source_updated_at", Instant),
    Column("content", Text),
    PrimaryKeyConstraint("entity", "external_id"),
    Index("moving_shown_key", "entity", "key"),
    Index("moving_shown_content", "entity", "content"),
    prefixes=["TEMPORARY"],
)
"""What the new place shows."""
pair = Table(
    "moving_pair",
    _temporary,
    Column("entity", Text, nullable=False),
    Column("id", Text, primary_key=True),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Index("moving_pair_old", "entity", "old"),
    Index("moving_pair_new", "entity", "new"),
    prefixes=["TEMPORARY"],
)
"""Which stored row is which record of the new place."""

said = Table(
    "moving_said",
    _temporary,
    Column("id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("nth", Integer, nullable=False),
    Index("moving_said_content", "content", "nth"),
    prefixes=["TEMPORARY"],
)
"""What the rows of one kind without keys say."""

LABELS: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.PROJECT: ("name",),
    EntityKind.PERSON: ("name",),
    EntityKind.TASK: ("title",),
    EntityKind.TIME_ENTRY: ("work_date", "duration"),
    EntityKind.DEPENDENCY: ("type", "lag"),
    EntityKind.STATUS_UPDATE: ("text",),
    EntityKind.ALLOCATION: ("first_day", "last_day"),
    EntityKind.LEAVE: ("first_day", "last_day"),
}
"""What a record calls itself, by which one found by its id is known to be the same."""
WITHOUT_KEY = (
    EntityKind.TIME_ENTRY,
    EntityKind.DEPENDENCY,
    EntityKind.STATUS_UPDATE,
    EntityKind.ALLOCATION,
    EntityKind.LEAVE,
)
"""What has no name of its own and is known by all that it says."""


@dataclass(slots=True)
class Movement:
    """What was found again in the new place, by kind and way; rows `left` behind, and records `new` there.

    `named`: the first of those left behind, as kind and key or name.
    """

    by_key: dict[EntityKind, int] = field(default_factory=dict)
    by_id: dict[EntityKind, int] = field(default_factory=dict)
    by_name: dict[EntityKind, int] = field(default_factory=dict)
    by_content: dict[EntityKind, int] = field(default_factory=dict)
    left: dict[EntityKind, int] = field(default_factory=dict)
    new: dict[EntityKind, int] = field(default_factory=dict)
    named: list[tuple[EntityKind, str]] = field(default_factory=list)


@contextmanager
def staging(engine: Engine) -> Iterator[Connection]:
    """Give a connection with empty temporary tables for what the new place shows."""
    with reading(engine) as connection:
        _temporary.create_all(connection)
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            _temporary.drop_all(connection)
            connection.commit()


def put_beside(connection: Connection, records: Iterable[Record]) -> None:
    """Add records of the new place; one given again replaces itself."""
    rows = [
        {
            "entity": record.entity.value,
            "external_id": record.external_id,
            "key": _key_of(record),
            "label": _label_of(record),
            "scope": record.scope,
            "source_updated_at": record.source_updated_at,
            "content": _content_of(record) if record.entity in WITHOUT_KEY else None,
        }
        for record in records
    ]
    if rows:
        statement = insert_into(connection, shown)
        newest = {name: statement.excluded[name] for name in ("key", "label", "scope", "source_updated_at", "content")}
        connection.execute(statement.on_conflict_do_update(index_elements=list(shown.primary_key), set_=newest), rows)
    connection.commit()


def match(connection: Connection, connector: str) -> Movement:
    """Find out which stored rows are which records of the new place."""
    found = Movement()
    connection.execute(delete(pair))
    for kind, table in TABLES.items():
        for counts, same in _steps(kind, found):
            if same is _same_content:
                _write_down(connection, kind, table, connector)
            statement = insert(pair).from_select(["entity", "id", "old", "new"], same(kind, table, connector))
            before = _pairs(connection)
            connection.execute(statement)
            number = _pairs(connection) - before
            if number:
                counts[kind] = number
        left = _stored(table, connector).where(table.c.id.not_in(select(pair.c.id)))
        found.left |= _number(connection, kind, left)
        new = select(shown.c.external_id).where(shown.c.entity == kind.value, ~_taken(kind))
        found.new |= _number(connection, kind, new)
        name = func.coalesce(table.c.key, *(table.c[part] for part in ("name", "title") if part in table.c), table.c.id)
        first = left.with_only_columns(name).order_by(name).limit(SHOWN - len(found.named))
        found.named += [(kind, text) for text in connection.execute(first).scalars()]
    return found


def carry_over(connection: Connection, origin: Origin, fingerprint: str, *, complete: bool) -> None:
    """Let the rows that were matched be those of the new place; the rest is gone, or only not to be seen there.

    `fingerprint`: that of the old place. The old ids remain known, dated until now.
    """
    for kind, table in TABLES.items():
        own = and_(table.c.connector == origin.connector, table.c.content_hash != TYPED)
        matched = table.c.id.in_(select(pair.c.id))
        _date_ids(connection, kind, table, own, origin)
        left = and_(own, ~matched, table.c.deleted_at.is_(None))
        if complete:
            mark(connection, kind, left, origin, "deleted_at")
        else:
            mark(connection, kind, and_(left, table.c.lost_access_at.is_(None)), origin, "lost_access_at")
        behind = table.c.external_id + literal(f" @ {fingerprint}")
        connection.execute(update(table).where(own, ~matched).values(external_id=behind))
        theirs = select(literal(MARK) + pair.c.new).where(pair.c.id == table.c.id).scalar_subquery()
        # What the new place says counts, however its clock stands to that of the old one.
        told = {name: _told(table, name) for name in ("scope", "source_updated_at")}
        connection.execute(update(table).where(own, matched).values(external_id=theirs, **told))
        connection.execute(update(table).where(own, matched).values(external_id=func.substr(table.c.external_id, 2)))
    for table, references in REFERENCES.items():
        for reference in references:
            _refer(connection, table, reference.ref, reference.target, origin.connector)
    _write_to(connection, origin.connector)
    leave_behind(connection, origin.connector)
    for table in (quarantine, sighting):
        connection.execute(delete(table).where(table.c.connector == origin.connector))


def _steps(kind: EntityKind, found: Movement) -> list[tuple[dict[EntityKind, int], Callable[..., Select[Any]]]]:
    steps = [(found.by_key, _same_key), (found.by_id, _same_id)]
    if kind is EntityKind.PERSON:
        return [*steps, (found.by_name, _same_name)]
    return [steps[0], (found.by_content, _same_content), steps[1]] if kind in WITHOUT_KEY else steps


def _key_of(record: Record) -> str | None:
    if isinstance(record, Person):
        return record.email.lower() if record.email else None
    return record.key


def _stored_key(table: Table) -> ColumnElement[Any]:
    return func.lower(table.c.email) if table is entities.source_person else table.c.key


def _label_of(record: Record) -> str:
    parts = [getattr(record, name) for name in LABELS[record.entity]]
    return " ".join("" if part is None else str(part) for part in parts)


def _content_of(record: Record) -> str:
    refs = [getattr(record, one.ref.removesuffix("_ref")) for one in REFERENCES[TABLES[record.entity]]]
    return MARK.join([_label_of(record), *("" if ref is None else ref for ref in refs)])


def _stored_content(kind: EntityKind, table: Table) -> ColumnElement[str]:
    """What a row says, with its references by id as the new place would write them."""
    content = _stored_label(kind, table)
    for one in REFERENCES[table]:
        ref = table.c[one.ref]
        here = and_(pair.c.entity == one.target.value, pair.c.old == func.substr(ref, len(BY_ID) + 1))
        there = select(literal(BY_ID) + pair.c.new).where(here, ref.startswith(BY_ID)).scalar_subquery()
        content = content + literal(MARK) + func.coalesce(there, ref, "")
    return content


def _stored_label(kind: EntityKind, table: Table) -> ColumnElement[str]:
    first, *others = (func.coalesce(cast(table.c[name], String), "") for name in LABELS[kind])
    label: ColumnElement[str] = first
    for other in others:
        label = label + literal(" ") + other
    return label


def _stored(table: Table, connector: str) -> Select[Any]:
    """Rows that the tool itself gave and that are not deleted."""
    own = (table.c.connector == connector, table.c.deleted_at.is_(None), table.c.content_hash != TYPED)
    return select(table.c.id).where(*own)


def _same_key(kind: EntityKind, table: Table, connector: str) -> Select[Any]:
    return _borne_once(kind, table, connector, _stored_key(table), shown.c.key)


def _borne_once(
    kind: EntityKind, table: Table, connector: str, ours: ColumnElement[Any], theirs: ColumnElement[Any]
) -> Select[Any]:
    """Pair what only one row and only one record is called, among those that are not paired yet."""
    free = _stored(table, connector).where(ours != "", table.c.id.not_in(select(pair.c.id)))
    mine = free.with_only_columns(
        ours.label("name"), func.min(table.c.id).label("id"), func.min(table.c.external_id).label("old")
    )
    here = mine.group_by(ours).having(func.count() == 1).subquery()
    named = select(theirs.label("name"), func.min(shown.c.external_id).label("new"))
    named = named.where(shown.c.entity == kind.value, theirs != "", ~_taken(kind))
    there = named.group_by(theirs).having(func.count() == 1).subquery()
    return select(literal(kind.value), here.c.id, here.c.old, there.c.new).where(here.c.name == there.c.name)


def _same_content(kind: EntityKind, table: Table, connector: str) -> Select[Any]:
    """Among those that say the same, the first is the first."""
    nth = func.row_number().over(partition_by=shown.c.content, order_by=shown.c.external_id)
    theirs = select(shown.c.external_id, shown.c.content, nth.label("nth")).where(shown.c.entity == kind.value)
    there = theirs.where(~_taken(kind)).subquery()
    same = and_(said.c.content == there.c.content, said.c.nth == there.c.nth, said.c.id == table.c.id)
    return (
        _stored(table, connector)
        .with_only_columns(literal(kind.value), said.c.id, table.c.external_id, there.c.external_id)
        .where(same)
    )


def _write_down(connection: Connection, kind: EntityKind, table: Table, connector: str) -> None:
    """Note what each row says in a table with an index; without, finding the same again costs the square of them."""
    content = _stored_content(kind, table).label("content")
    free = _stored(table, connector).where(table.c.id.not_in(select(pair.c.id)))
    rows = free.with_only_columns(table.c.id, table.c.first_seen_at, table.c.external_id, content).subquery()
    nth = func.row_number().over(partition_by=rows.c.content, order_by=(rows.c.first_seen_at, rows.c.external_id))
    connection.execute(delete(said))
    connection.execute(insert(said).from_select(["id", "content", "nth"], select(rows.c.id, rows.c.content, nth)))


def _same_id(kind: EntityKind, table: Table, connector: str) -> Select[Any]:
    query = _stored(table, connector).with_only_columns(
        literal(kind.value), table.c.id, table.c.external_id, shown.c.external_id
    )
    return query.where(
        shown.c.entity == kind.value,
        shown.c.external_id == table.c.external_id,
        shown.c.label == _stored_label(kind, table),
        shown.c.label != "",
        table.c.id.not_in(select(pair.c.id)),
        ~_taken(kind),
    )


def _same_name(kind: EntityKind, table: Table, connector: str) -> Select[Any]:
    """People whose address one of the two places does not show; within one tool a name that only one bears will do."""
    return _borne_once(kind, table, connector, _stored_label(kind, table), shown.c.label)


def _taken(kind: EntityKind) -> ColumnElement[bool]:
    return exists().where(pair.c.entity == kind.value, pair.c.new == shown.c.external_id)


def _pairs(connection: Connection) -> int:
    number: int = connection.execute(select(func.count()).select_from(pair)).scalar_one()
    return number


def _number(connection: Connection, kind: EntityKind, query: Select[Any]) -> dict[EntityKind, int]:
    number = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return {kind: number} if number else {}


def _date_ids(connection: Connection, kind: EntityKind, table: Table, own: ColumnElement[bool], origin: Origin) -> None:
    """Keep the old ids of rows that lose theirs, from the first sight until now."""
    same = select(pair.c.id).where(pair.c.id == table.c.id, pair.c.old == pair.c.new)
    values = {
        "entity": literal(kind.value),
        "connector": table.c.connector,
        "scheme": literal("id"),
        "value": table.c.external_id,
        "entity_id": table.c.id,
        "valid_from": table.c.first_seen_at,
        "valid_to": literal(origin.now, identity.c.valid_to.type),
    }
    former = select(*values.values()).where(own, ~exists(same), true())
    statement = insert_into(connection, identity).from_select(list(values), former)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(identity.primary_key), set_={"valid_to": statement.excluded.valid_to}
        )
    )


def _told(table: Table, name: str) -> ColumnElement[Any]:
    """What the new place says of itself in a column of bookkeeping, which is no change of anybody's making."""
    place = and_(shown.c.entity == pair.c.entity, shown.c.external_id == pair.c.new)
    found: ColumnElement[Any] = select(shown.c[name]).where(place, pair.c.id == table.c.id).scalar_subquery()
    return found


def _refer(connection: Connection, table: Table, name: str, target: EntityKind, connector: str) -> None:
    """Let references by id name the same record as before."""
    column = table.c[name]
    here = and_(pair.c.entity == target.value, pair.c.old == func.substr(column, len(BY_ID) + 1))
    named = select(literal(BY_ID) + pair.c.new).where(here).scalar_subquery()
    ours = and_(table.c.connector == connector, column.startswith(BY_ID), exists().where(here))
    connection.execute(update(table).where(ours).values({name: named}))


def _write_to(connection: Connection, connector: str) -> None:
    """Let what was or is to be written name the items of the new place, so that it can be settled and undone there."""
    place = and_(pair.c.entity == writeback.c.entity, pair.c.old == writeback.c.external_id)
    new = select(pair.c.new).where(place).scalar_subquery()
    mine = and_(writeback.c.connector == connector, exists().where(place))
    connection.execute(update(writeback).where(mine).values(external_id=new))
