"""The fields of a Jira as `/field` lists them, and how a name of the mapping finds one of them."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from canonical.problems import Problem, Weight
from connectors.jira.mapping.reading import fold

SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"


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


class Catalogue:
    """All fields, found by id or by name."""

    def __init__(self, entries: Iterable[Any]) -> None:
        found = (read_field(raw) for raw in entries if isinstance(raw, dict))
        self.by_id: dict[str, JiraField] = {field.id: field for field in found if field is not None}
        self._by_name: dict[str, list[JiraField]] = defaultdict(list)
        for field in self.by_id.values():
            self._by_name[fold(field.name)].append(field)

    def of_kind(self, custom: str) -> JiraField | None:
        """Give the field of a kind of which a Jira has one, such as the sprint."""
        return next((field for field in self.by_id.values() if field.custom == custom), None)

    def find(self, written: str, place: str) -> JiraField | Problem:
        """Find a field by id or name; a problem where there is none, or where several have the name."""
        if written in self.by_id:
            return self.by_id[written]
        named = self._by_name.get(fold(written), [])
        if len(named) == 1:
            return named[0]
        if named:
            ids = " and ".join(sorted(field.id for field in named))
            return Problem(
                f"{len(named)} fields of this Jira are called {named[0].name}: {ids}.",
                place,
                "None of them is read, for either may be meant.",
                "Write the id instead of the name.",
            )
        near = difflib.get_close_matches(fold(written), self._by_name, 1)
        hint = f"The nearest is {self._by_name[near[0]][0].name}." if near else "See the names with `pmohub discover`."
        return Problem(
            f"This Jira shows no field {written}.",
            place,
            "It is unknown for all items; what was known before stays.",
            f"{hint} A field may be hidden from the account.",
            Weight.WARNING,
        )
