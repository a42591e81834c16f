"""Compare records with their stored rows, field by field, and write what differs together with its history."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, select

from canonical.records import Record
from canonical.store.aliases import Former, keep_former
from canonical.store.changes import Between, Entry, Origin, add_history, between, touch
from canonical.store.layout import Layout, as_json, typed
from canonical.store.sets import among, raw, set_values
from canonical.store.sides import SideRows
from canonical.values import encode

NOTHING = encode(None)
ALIASES = ("key", "url")
UPDATED = "source_updated_at"
GONE = ("deleted_at", "lost_access_at")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A record whose row may differ, or whose row was taken for gone. `unmapped`: custom fields that it has no more."""

    record: Record
    content_hash: str
    gone: bool
    unmapped: Collection[str] = ()


@dataclass(slots=True)
class Difference:
    """What of one row changes: columns with new values in the driver's form, and the fields that history keeps."""

    id: str
    columns: dict[str, Any] = field(default_factory=dict)
    history: list[Entry] = field(default_factory=list)
    between: Between = (None, None)
    former: list[Former] = field(default_factory=list)


def rewrite(connection: Connection, layout: Layout, doubtful: Mapping[str, Doubtful], origin: Origin) -> int:
    """Rewrite the rows, given by id, that differ from their records or came back; give their number."""
    table = layout.table
    wanted = [table.c.id, table.c.fields, *(table.c[name] for name in GONE), table.c.first_seen_at, *layout.columns]
    query = select(*raw(wanted)).where(among(connection, table.c.id, doubtful))
    side = SideRows()
    found = []
    for row_id, fields, deleted_at, lost_access_at, first_seen_at, *values in connection.execute(query).all():
        case = doubtful[row_id]
        difference = Difference(row_id)
        _compare(difference, layout, case.record, values, first_seen_at)
        _compare_custom(difference, fields, case.record, case.unmapped)
        if case.gone:
            difference.columns |= dict.fromkeys(GONE)
            since = dict(zip(GONE, (deleted_at, lost_access_at), strict=True))
            difference.history += [
                (row_id, name, layout.instant.encoded(at), NOTHING) for name, at in since.items() if at is not None
            ]
        if difference.columns:
            side.replace(row_id, case.record, difference.columns)
            difference.columns["content_hash"] = case.content_hash
            found.append(difference)
    _update(connection, layout, found)
    keep_former(connection, layout, [former for one in found for former in one.former], origin)
    side.store(connection)
    add_history(connection, layout, {one.id: (one.history, one.between) for one in found}, origin)
    touch(connection, layout.kind, [one.id for one in found])
    return len(found)


def _compare(found: Difference, layout: Layout, record: Record, values: Sequence[Any], first_seen_at: Any) -> None:
    given, supplied = record.__dict__, record.model_fields_set
    for stored, old in zip(layout.fields, values, strict=True):
        if stored.name not in supplied:
            continue
        if stored.name == UPDATED:
            found.between = between(layout, old, given[stored.name])
        new = stored.bound(given[stored.name])
        if new == old:
            continue
        found.columns[stored.column] = new
        if stored.tracked:
            found.history.append((found.id, stored.name, stored.encoded(old), stored.encoded(new)))
        if stored.name in ALIASES and old is not None:
            found.former.append(Former(found.id, stored.name, old, first_seen_at))


def _compare_custom(found: Difference, stored: str, record: Record, unmapped: Collection[str]) -> None:
    """Compare mapped custom fields by name; a name that the record does not give keeps its value."""
    if not record.fields:
        return
    old = orjson.loads(stored)
    given = old | {name: typed(value) for name, value in record.fields.items()}
    new = {name: value for name, value in given.items() if name not in unmapped}
    if new == old:
        return
    found.columns["fields"] = as_json(new)
    found.history += [
        (found.id, f"fields.{name}", as_json(old.get(name)), encode(value))
        for name, value in record.fields.items()
        if old.get(name) != given[name]
    ]


def _update(connection: Connection, layout: Layout, found: Sequence[Difference]) -> None:
    """Set only the columns that differ: one that is named in an UPDATE is written to its indexes, changed or not."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for one in found:
        names = tuple(sorted(one.columns))
        alike[names].append((*(one.columns[name] for name in names), one.id))
    for names, rows in alike.items():
        set_values(connection, layout.table, names, rows)
