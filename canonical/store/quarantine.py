"""Records that could not be mapped: kept whole with their reason, released when they are read again and map."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, delete

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.schema.operations import quarantine
from canonical.store.changes import Origin
from canonical.store.sets import among, insert_into


def keep(connection: Connection, broken: Sequence[Quarantined], origin: Origin) -> None:
    """Store them; one that was already there keeps the time since when, and gets the newest reason."""
    if not broken:
        return
    insertion = insert_into(connection, quarantine)
    newest = {name: insertion.excluded[name] for name in ("external_id", "reason", "remedy", "raw", "scope", "run_id")}
    places = {(one.entity, one.place): one for one in broken}
    connection.execute(
        insertion.on_conflict_do_update(index_elements=list(quarantine.primary_key.columns), set_=newest),
        [_row(one, origin) for one in places.values()],
    )


def _row(one: Quarantined, origin: Origin) -> dict[str, Any]:
    return {
        "connector": origin.connector,
        "entity": one.entity.value,
        "place": one.place,
        "external_id": one.external_id,
        "reason": one.reason,
        "remedy": one.remedy,
        "raw": orjson.dumps(one.raw, default=str, option=orjson.OPT_NON_STR_KEYS)
        .decode()
        .replace("\\u0000", "\\ufffd"),
        "scope": one.scope,
        "since": origin.now,
        "run_id": origin.run_id,
    }


def _text(raw: Any) -> str:
    """Write a raw record whatever it holds; PostgreSQL would keep the escaped NUL, but could not read it as JSON."""
    return orjson.dumps(raw, default=str, option=orjson.OPT_NON_STR_KEYS).decode().replace("\\u0000", "\\ufffd")


def release(connection: Connection, connector: str, places: Iterable[str]) -> None:
    """Remove the records of the places that were read again; those that still do not map are kept anew after this."""
    connection.execute(
        delete(quarantine).where(quarantine.c.connector == connector, among(connection, quarantine.c.place, places))
    )


def unstorable(record: Record, reason: str) -> Quarantined:
    """Turn a record that no database can keep into one for quarantine."""
    return Quarantined(
        entity=record.entity,
        place=f"{record.entity.value} {record.external_id}".replace("\x00", "\ufffd"),
        reason=f"The record cannot be stored: {reason}.",
        remedy="Remove the character, or correct the number, in the tool.",
        raw=record.model_dump(mode="json", exclude_unset=True),
        external_id=record.external_id.replace("\x00", "\ufffd"),
        scope=record.scope,
    )
