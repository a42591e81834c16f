"""From the history of an item to reported changes: what differs between one mapped version and the next; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from canonical.intake import ReportedChange
from canonical.records import RECORDS, Record
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from pmohub.testing.memory.mapping import to_record
from pmohub.testing.memory.tool import HistoryEntry, Item, scope_of

BOOKKEEPING = frozenset({"external_id", "fields", "source_created_at", "source_updated_at"})


def reported_fields(kind: EntityKind) -> frozenset[str]:
    """Name the fields whose changes the tool's history tells."""
    return frozenset(RECORDS[kind].model_fields) - BOOKKEEPING


def to_changes(
    item: Item, entries: Sequence[tuple[int, HistoryEntry]], carriers: Mapping[str, str]
) -> Iterator[ReportedChange]:
    """Give the changes of an item by its edits, oldest first; a version that cannot be mapped is passed over."""
    values: dict[str, Any] = {}
    before: dict[str, FieldValue] = {}
    for number, entry in entries:
        values[entry.name] = entry.new
        version = replace(item, values=dict(values))
        record = to_record(replace(version, scope=scope_of(version)), carriers)
        if not isinstance(record, Record):
            continue
        after = supplied(record)
        for name in after:
            if before.get(name) != after[name]:
                yield ReportedChange(
                    entity=item.kind,
                    external_id=item.id,
                    field=name,
                    old=before.get(name),
                    new=after[name],
                    at=entry.at,
                    actor=f"id:{entry.actor}",
                    change_id=str(number),
                )
        before = after


def supplied(record: Record) -> dict[str, FieldValue]:
    """Give what a record supplies, by the names under which history keeps it."""
    own = {name: getattr(record, name) for name in record.model_fields_set - BOOKKEEPING}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in own.items()}
    return plain | {f"fields.{name}": value for name, value in record.fields.items()}
