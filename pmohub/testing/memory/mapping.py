"""From the tool's items to canonical records; pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from canonical.intake import Quarantined
from canonical.records import RECORDS, Record
from canonical.vocabulary import EntityKind, StatusCategory
from pmohub.testing.memory.tool import Item

STATUSES: Mapping[str, StatusCategory] = {
    "To do": StatusCategory.TODO,
    "Doing": StatusCategory.IN_PROGRESS,
    "Done": StatusCategory.DONE,
    "Won't do": StatusCategory.CANCELLED,
}


def place(item: Item) -> str:
    """Name the item exactly, as messages do."""
    return f"{item.kind} {item.id}"


def to_record(item: Item, carriers: Mapping[str, str]) -> Record | Quarantined:
    """Map an item. Names that no record knows are left out; `carriers` are the template fields read along."""
    kind = RECORDS[item.kind]
    known = {name: storable(value) for name, value in item.values.items() if name in kind.model_fields}
    if item.kind is EntityKind.TASK and "status" in item.values:
        known["status_category"] = STATUSES.get(str(item.values["status"]))
    known |= {
        "external_id": item.id,
        "scope": item.scope,
        "source_created_at": item.created_at,
        "source_updated_at": item.updated_at,
        "fields": {name: storable(item.values.get(carrier)) for name, carrier in carriers.items()},
    }
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        return Quarantined(
            entity=item.kind,
            place=place(item),
            reason=storable("; ".join(f"{'.'.join(map(str, at['loc']))}: {at['msg']}" for at in error.errors())),
            remedy="Correct the value in the tool; it is read again with the next sync.",
            raw=storable(item.values),
            external_id=item.id,
            scope=item.scope,
        )


def storable(value: Any) -> Any:
    """Give text as a database can keep it: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [storable(part) for part in value]
    if isinstance(value, dict):
        return {name: storable(part) for name, part in value.items()}
    return value
