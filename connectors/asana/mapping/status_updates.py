"""Status updates of projects to records."""

from collections.abc import Mapping
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.making import made
from connectors.asana.mapping.meaning import health_of
from connectors.asana.mapping.reading import ABSENT, gid_of, is_told, ref_of
from connectors.mapping.reading import instant_of, text_of


def update_place(gid: str) -> str:
    """Name a status update in quarantine."""
    return f"status update {gid}"


def to_status_update(raw: Any, project: str) -> Record | Quarantined:
    """Map a status update; `project` is the gid of the project that it was listed of."""
    return made(EntityKind.STATUS_UPDATE, "status update", raw, project, lambda: _values(raw, project))


def _values(raw: Mapping[str, Any], project: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "external_id": gid_of(raw),
        "project": f"id:{project}",
        "scope": project,
        "at": instant_of(raw["created_at"]),
        "source_created_at": instant_of(raw["created_at"]),
    }
    if "modified_at" in raw:
        values["source_updated_at"] = instant_of(raw["modified_at"])
    for name in ("created_by", "author"):
        if is_told(person := raw.get(name, ABSENT)) and (person is not None or "author" not in values):
            values["author"] = ref_of(person)
    if "status_type" in raw:
        values["health"] = health_of(raw["status_type"])
    title, text = text_of(raw.get("title")), text_of(raw.get("text"))
    if "title" in raw or "text" in raw:
        values["text"] = "\n\n".join(filter(None, (title, text))) or None
    return values
