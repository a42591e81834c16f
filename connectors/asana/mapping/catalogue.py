"""The custom fields of a workspace and of its projects: what each is called and what it holds.

Source: developers.asana.com, "Custom fields" and its guide. `resource_subtype` says what a field holds;
`representation_type` tells formulas and custom ids apart, which nobody can set.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.mapping import catalogue
from connectors.mapping.reading import UnmappableError, clean, id_of

READ_ONLY = frozenset({"formula", "custom_id"})
PARTS = (
    "name", "type", "resource_subtype", "representation_type", "is_formula_field", "is_value_read_only", "format",
    "precision", "currency_code", "custom_label", "asana_created_field", "enum_options.gid", "enum_options.name",
    "enum_options.enabled", "input_restrictions", "id_prefix",
)  # fmt: skip
"""The `opt_fields` by which a list of custom fields says all that is used here."""
IN_SETTINGS = tuple(f"custom_field.{part}" for part in ("gid", *PARTS))
"""The same for a list of a project's custom field settings."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a single- or multi-select field. One that is switched off stays where it was chosen."""

    gid: str
    name: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class AsanaField:
    """A custom field: `id` is its gid, `type` one of Asana's: text, number, enum, multi_enum, date, people, reference.

    `shape` is formula or custom_id where the value is Asana's own, else the type again. Numbers have a `form`
    (currency, percentage, duration, ...), `precision` places, and a `label` of their own or a `currency`. `made_for` is
    Asana's own name for fields that it offers ready made, such as estimated_time and priority.
    """

    id: str
    name: str
    type: str = ""
    shape: str = ""
    form: str = "none"
    precision: int | None = None
    currency: str | None = None
    unit: str | None = None
    made_for: str | None = None
    choices: Sequence[Choice] = ()
    read_only: bool = False

    @property
    def label(self) -> str:
        """Name the field for a person, with its gid."""
        return f"{self.name} ({self.id})"

    @property
    def is_percentage(self) -> bool:
        """Whether it holds 0.6 for what people see as 60 %."""
        return self.form == "percentage"

    @property
    def type_label(self) -> str:
        """Name the type for a person."""
        plain = self.shape if self.shape in READ_ONLY else self.type
        return f"{plain} ({self.form})" if self.form not in ("none", "custom", "") else plain or "unknown"


def read_field(raw: Any) -> AsanaField | None:
    """Read a custom field, a custom field setting that holds one, or the field beside a value; None without a gid."""
    if not isinstance(raw, dict):
        return None
    inside = raw.get("custom_field")
    held: Mapping[str, Any] = inside if isinstance(inside, dict) else raw
    try:
        gid = id_of(held.get("gid"))
    except UnmappableError:
        return None
    kind, shape = _word(held, "resource_subtype") or _word(held, "type"), _word(held, "representation_type")
    if held.get("is_formula_field") is True:
        shape = "formula"
    precision = held.get("precision")
    return AsanaField(
        gid,
        clean(str(held.get("name") or gid)) or gid,
        kind or shape,
        shape or kind,
        _word(held, "format") or "none",
        precision if isinstance(precision, int) else None,
        _word(held, "currency_code") or None,
        _word(held, "custom_label") or None,
        _word(held, "asana_created_field") or None,
        _choices(held.get("enum_options")),
        held.get("is_value_read_only") is True or shape in READ_ONLY,
    )


def _word(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return clean(value) if isinstance(value, str) else ""


def _choices(raw: Any) -> tuple[Choice, ...]:
    found = (each for each in raw if isinstance(each, dict)) if isinstance(raw, list) else ()
    return tuple(
        Choice(clean(str(each["gid"])), clean(str(each.get("name") or "")), each.get("enabled") is not False)
        for each in found
        if each.get("gid")
    )


class Catalogue(catalogue.Catalogue[AsanaField]):
    """All custom fields that the account sees, of workspaces and of projects, found by gid or by name."""

    def __init__(self, entries: Iterable[Any]) -> None:
        found = (read_field(raw) for raw in entries)
        super().__init__("Asana", (field for field in found if field is not None))

    def made_for(self, purpose: str) -> Sequence[AsanaField]:
        """Give the ready-made fields that Asana offers for a purpose, such as estimated_time; each project may have its
        own."""
        return [field for field in self.by_id.values() if field.made_for == purpose]
