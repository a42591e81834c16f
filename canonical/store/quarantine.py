"""Records that could not be mapped: kept whole with their reason, released when they are read again and map."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, delete, select

from canonical.database import reading
from canonical.intake import Quarantined
from canonical.ordering import natural
from canonical.records import Record
from canonical.schema.operations import quarantine
from canonical.store.changes import Origin
from canonical.store.sets import among, insert_into
from canonical.vocabulary import EntityKind

REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Kept:
    """A record in quarantine: of which connector, since when, and the run that last met it."""

    connector: str
    record: Quarantined
    since: datetime
    run_id: str


def quarantined(engine: Engine, connector: str | None = None) -> list[Kept]:
    """Give what is in quarantine, of one connector where that is named: oldest first, row 2 before row 10."""
    query = select(quarantine)
    if connector is not None:
        query = query.where(quarantine.c.connector == connector)
    with reading(engine) as connection:
        found = [_kept(row) for row in connection.execute(query)]
    return sorted(found, key=lambda kept: (kept.since, kept.connector, natural(kept.record.place)))


def _kept(row: Row[Any]) -> Kept:
    record = Quarantined(
        entity=EntityKind(row.entity),
        place=row.place,
        reason=row.reason,
        remedy=row.remedy,
        raw=orjson.loads(row.raw),
        external_id=row.external_id,
        scope=row.scope,
    )
    return Kept(row.connector, record, row.since, row.run_id)


def keep(connection: Connection, broken: Sequence[Quarantined], origin: Origin) -> None:
    """Store them; one that was already there keeps the time since when, and gets the newest reason."""
    if not broken:
        return
    insertion = insert_into(connection, quarantine)
    newest = {name: insertion.excluded[name] for name in ("external_id", "reason", "remedy", "raw", "scope", "run_id")}
    connection.execute(
        insertion.on_conflict_do_update(index_elements=list(quarantine.primary_key.columns), set_=newest),
        [_row(one, origin) for one in broken],
    )


def release(connection: Connection, connector: str, places: Iterable[str], broken: Sequence[Quarantined]) -> None:
    """Remove what was read again and is not among those that are broken now."""
    mended = set(places) - {one.place for one in broken}
    connection.execute(
        delete(quarantine).where(quarantine.c.connector == connector, among(connection, quarantine.c.place, mended))
    )


def unstorable(record: Record, reason: str) -> Quarantined:
    """Turn a record that no database can keep into one for quarantine."""
    return Quarantined(
        entity=record.entity,
        place=f"{record.entity.value} {record.external_id}",
        reason=f"The record cannot be stored: {reason}.",
        remedy="Remove the character, or correct the number, in the tool.",
        raw=record.model_dump(exclude_unset=True),
        external_id=record.external_id,
        scope=record.scope,
    )


def _row(one: Quarantined, origin: Origin) -> dict[str, Any]:
    return {
        "connector": origin.connector,
        "entity": one.entity.value,
        "place": _storable(one.place),
        "external_id": None if one.external_id is None else _storable(one.external_id),
        "reason": _storable(one.reason),
        "remedy": _storable(one.remedy),
        "raw": _storable(json.dumps(one.raw, default=str, ensure_ascii=False).replace("\\u0000", REPLACEMENT)),
        "scope": None if one.scope is None else _storable(one.scope),
        "since": origin.now,
        "run_id": origin.run_id,
    }


def _storable(text: str) -> str:
    """Write the replacement character for what no database keeps: NUL, and half a surrogate pair."""
    return text.replace("\x00", REPLACEMENT).encode("utf-8", "replace").decode()
