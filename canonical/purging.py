"""Erase everything of a connector; nothing of it remains but how many rows of each table there were."""

from collections import Counter

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
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
    or_,
    select,
    text,
)

from canonical.database import place
from canonical.problems import Problem, Weight
from canonical.schema import entities, governance, names, operations, writing
from canonical.store.layout import TABLES

erased = Table("purging_entity", MetaData(), Column("id", Text, primary_key=True), prefixes=["TEMPORARY"])
"""The ids of all rows that go: the tool's records, and the projects and people of which nothing else is left."""
MERGED = (
    (entities.project, entities.source_project, "project_id", "p"),
    (entities.person, entities.source_person, "person_id", "h"),
)
BY_ENTITY: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (entities.field_value, ("entity_id",)),
    (entities.task_label, ("task_id",)),
    (entities.further_project, ("task_id",)),
    (operations.touched, ("entity_id",)),
    (operations.unevaluated, ("entity_id",)),
    (names.link, ("from_id", "to_id")),
    (governance.item_verdict, ("item_id", "project_id")),
    (governance.verdict_count, ("project_id",)),
    (governance.project_day, ("project_id",)),
    (governance.waiver, ("scope_id",)),
    (writing.veto, ("entity_id",)),
    (writing.assigned_value, ("entity_id",)),
    (entities.project, ("id",)),
    (entities.person, ("id",)),
)
"""What hangs on an entity, by the columns that name it."""
BY_BOTH: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (names.identity, ("entity_id",)),
    (operations.change, ("entity_id",)),
    (operations.unresolved, ("entity_id",)),
    (governance.deviation, ("subject_id", "project_id")),
    (writing.writeback, ("entity_id",)),
    *((table, ("id",)) for table in TABLES.values()),
)
"""What hangs on an entity or names the connector itself."""
BY_CONNECTOR: tuple[Table, ...] = (operations.quarantine, operations.sighting, writing.writing_stop)


def purge(connection: Connection, connector: str, run_id: str) -> dict[str, int]:
    """Erase, and give the rows by table. The run `run_id` stays, as the record of it.

    Everything that is left is resolved and evaluated anew next time, for projects and people may have lost a source.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))  # else what was erased stays readable in the file
    erased.create(connection)
    _find(connection, connector)
    counts: Counter[str] = Counter()
    for table, which in (*_notices(connector), *_parts(connector, run_id)):
        counts[table.name] += connection.execute(delete(table).where(which)).rowcount
    _erase_writes(connection, connector, counts)
    connection.execute(delete(operations.resolution))
    erased.drop(connection)
    return {str(name): number for name, number in sorted(counts.items()) if number}


def forget_freed_pages(engine: Engine) -> Problem | None:
    """Empty SQLite's write-ahead log, in which erased rows would still stand; nothing on PostgreSQL (VACUUM there).

    It waits for those who read an earlier state, as long as for a lock, and says so when they do not end. What
    `PRAGMA wal_checkpoint` gives is https://sqlite.org/pragma.html#pragma_wal_checkpoint.
    """
    if engine.dialect.name != "sqlite":
        return None
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        kept, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return _lingering(engine) if kept else None


def _lingering(engine: Engine) -> Problem:
    return Problem(
        what="What was erased still stands in the log beside the database: another process reads or writes it.",
        where=f"{place(engine)}-wal",
        not_done="The rows are gone from the tables; the log was not emptied.",
        next_step="Stop every pmohub process on this database: the last one that ends removes the log.",
        weight=Weight.WARNING,
    )


def _find(connection: Connection, connector: str) -> None:
    for table in TABLES.values():
        mine = select(table.c.id).where(table.c.connector == connector)
        connection.execute(insert(erased).from_select(["id"], mine))
    for merged, source, leads_to, prefix in MERGED:
        ours = source.c.connector == connector
        own = select(literal(prefix) + func.substr(source.c.id, 2)).where(ours)
        shown = select(source.c[leads_to]).where(ours)
        others = exists().where(source.c[leads_to] == merged.c.id, source.c.connector != connector)
        alone = select(merged.c.id).where(or_(merged.c.id.in_(own), merged.c.id.in_(shown)), ~others)
        connection.execute(insert(erased).from_select(["id"], alone))


def _notices(connector: str) -> list[tuple[Table, ColumnElement[bool]]]:
    """What people were told: of the connector, of deviations, whose numbers may be given again, and its own people."""
    matter, found = operations.told.c.matter, governance.deviation.c
    number = literal("deviation:") + cast(found.number, String)
    gone = select(erased.c.id)
    mine = or_(found.connector == connector, found.subject_id.in_(gone), found.project_id.in_(gone))
    ours = matter.in_([f"connector:{connector}", f"credential:{connector}"])
    theirs = func.lower(operations.told.c.recipient).in_(_addresses(connector))
    return [(operations.told, or_(ours, theirs, matter.in_(select(number).where(mine))))]


def _addresses(connector: str) -> Select[str]:
    """The addresses of people that no other tool knows."""
    own = entities.source_person.c
    address = func.lower(own.email)
    elsewhere = select(address).where(own.connector != connector, own.email.is_not(None))
    return select(address).where(own.connector == connector, address.not_in(elsewhere))


def _parts(connector: str, run_id: str) -> list[tuple[Table, ColumnElement[bool]]]:
    gone = select(erased.c.id)
    parts = [(table, or_(*(table.c[name].in_(gone) for name in columns))) for table, columns in BY_ENTITY]
    parts += [
        (table, or_(table.c.connector == connector, *(table.c[name].in_(gone) for name in columns)))
        for table, columns in BY_BOTH
        if table is not writing.writeback
    ]
    parts += [(table, table.c.connector == connector) for table in BY_CONNECTOR]
    run = operations.run
    parts.append((run, and_(run.c.connector == connector, run.c.id != run_id)))
    parts.append((operations.connector, operations.connector.c.id == connector))
    return parts


def _erase_writes(connection: Connection, connector: str, counts: Counter[str]) -> None:
    items, events = writing.writeback, writing.writeback_event
    which = or_(items.c.connector == connector, items.c.entity_id.in_(select(erased.c.id)))
    ids = select(items.c.id).where(which)
    counts[events.name] += connection.execute(delete(events).where(events.c.writeback_id.in_(ids))).rowcount
    counts[items.name] += connection.execute(delete(items).where(which)).rowcount
