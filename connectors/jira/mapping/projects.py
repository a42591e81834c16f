"""Projects, and what their carriers hold."""

from collections.abc import Mapping
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import ProjectCarriers, ProjectSources, category_name
from connectors.jira.mapping.people import SITE
from connectors.jira.mapping.reading import user_ref
from connectors.jira.mapping.values import text_or_document
from connectors.mapping.making import Place, aside, make
from connectors.mapping.reading import FAULTS, UnmappableError, id_of, text_of

CATEGORY = "category"
"""Custom field of every project: the name of its category."""
PROJECT_TYPE = "project_type"
"""Custom field of every project: software, service_desk or business."""


def project_place(identifier: str) -> str:
    """Name a project in quarantine."""
    return f"project {identifier}"


def to_project(
    raw: Any, options: JiraOptions, carriers: ProjectCarriers, sources: ProjectSources
) -> Record | Quarantined:
    """Map a project as the project search or the project itself gives it."""
    known: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    try:
        identifier = id_of(known.get("id"))
    except UnmappableError as error:
        return aside(error, raw, Place(EntityKind.PROJECT, project_place("without an id"), scope=SITE))
    key = known.get("key")
    place = Place(EntityKind.PROJECT, project_place(identifier), str(key or ""), identifier, SITE)
    try:
        values = _values(known, identifier, str(options.url).rstrip("/"))
        values = carriers.fill(values, known, sources)
    except FAULTS as error:
        told = error if isinstance(error, UnmappableError) else UnmappableError("It is not a project as Jira gives it.")
        return aside(told, raw, place)
    return make(values, raw, place)


def _values(raw: Mapping[str, Any], identifier: str, base: str) -> dict[str, Any]:
    key = text_of(raw.get("key"))
    values: dict[str, Any] = {"external_id": identifier, "scope": SITE, "key": key, "name": text_of(raw.get("name"))}
    if key:
        values["url"] = f"{base}/browse/{key}"
    if "description" in raw:
        values["description"] = text_or_document(raw["description"])
    if "lead" in raw:
        values["manager"] = user_ref(raw["lead"])
    # Data Center and older answers leave it out of a project that is not archived.
    archived = raw.get("archived", False)
    if not isinstance(archived, bool):
        message = "archived is neither true nor false."
        raise UnmappableError(message)
    values["archived"] = archived
    values["fields"] = {CATEGORY: category_name(raw), PROJECT_TYPE: text_of(raw.get("projectTypeKey"))}
    return values
