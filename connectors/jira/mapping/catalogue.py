"""The fields of a Jira as `/field` lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.mapping import catalogue

SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"
BY_CHOICE = frozenset({"option", "priority", "version", "component", "resolution", "securitylevel"})
"""Types of which Jira lists what may be chosen."""
TIME_TRACKING = {"timeoriginalestimate": "originalEstimate", "timeestimate": "remainingEstimate"}
"""Fields that are written as parts of the field `timetracking`."""


@dataclass(frozen=True, slots=True)
class JiraField:
    """A field: `type` and `items` as in its schema (`array` of `option`), `custom` the kind of a custom field."""

    id: str
    name: str
    type: str = "any"
    items: str = ""
    custom: str = ""
    system: str = ""

    @property
    def label(self) -> str:
        """Name the field for a person, with its id where that says more."""
        return f"{self.name} ({self.id})" if self.id.startswith("customfield_") else self.name

    @property
    def type_label(self) -> str:
        """Name the type for a person."""
        return f"{self.type} of {self.items}" if self.items else self.type


def read_field(raw: Mapping[str, Any]) -> JiraField | None:
    """Read an entry of `/field`; None where it has no id."""
    identifier, schema = raw.get("id") or raw.get("key"), raw.get("schema")
    if not isinstance(identifier, str):
        return None
    said = schema if isinstance(schema, dict) else {}
    parts = {name: value for name in ("type", "items", "custom", "system") if isinstance(value := said.get(name), str)}
    return JiraField(identifier, str(raw.get("name") or identifier), **parts)


class Catalogue(catalogue.Catalogue[JiraField]):
    """All fields, found by id, by name, or by kind."""

    def __init__(self, entries: Iterable[Any]) -> None:
        found = (read_field(raw) for raw in entries if isinstance(raw, dict))
        super().__init__("Jira", (field for field in found if field is not None))

    def of_kind(self, custom: str) -> JiraField | None:
        """Give the field of a kind of which a Jira has one, such as the sprint."""
        return next((field for field in self.by_id.values() if field.custom == custom), None)
