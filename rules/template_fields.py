"""Template fields as the PMO declares them: who owns each, from which gate it must be there, and how it is written.

The keys and their meaning follow PM2's gates and field sets; see docs/reference/template.md.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from canonical.vocabulary import Phase


class Owner(StrEnum):
    """The hub computes its fields and writes them back; the team's are required, defaulted or restricted."""

    HUB = "hub"
    TEAM = "team"


class WriteWhen(StrEnum):
    """When the hub may write a field: by default, each time approved, once into an empty field, or in no case."""

    DEFAULT = "default"
    APPROVE = "approve"
    FIRST_FILL = "first_fill"
    NEVER = "never"


class TemplateField(BaseModel):
    """One PMO field of every project or task.

    `value` (hub) is an expression over the entity; `assign = "once"` keeps its first result for ever. `values`,
    `pattern` and `default` restrict and fill a team's field. `from` is the phase from which absence is a deviation.
    `carrier` says where the field lives, by connector id: a column, a custom field, a charter issue's field.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    owner: Owner
    from_phase: Phase | None = Field(default=None, alias="from")
    write: WriteWhen | None = None
    value: str | None = None
    assign: Literal["once", "always"] = "always"
    values: tuple[str, ...] = ()
    pattern: str | None = None
    default: str | None = None
    carrier: dict[str, str] = Field(default_factory=dict)

    def called(self, name: str) -> str:
        """Give the field's name as the PMO wrote it: as a carrier that is spelt like it, else with blanks."""
        plain = _letters(name)
        return next((each for each in self.carrier.values() if _letters(each) == plain), name.replace("_", " "))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


class Template(BaseModel):
    """The template fields by entity and name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: dict[str, TemplateField] = Field(default_factory=dict)
    task: dict[str, TemplateField] = Field(default_factory=dict)
