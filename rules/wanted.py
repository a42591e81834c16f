"""A value that a template field should have in one place of one tool: what rules say and sync plans."""

from dataclasses import dataclass

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, PmoMode
from rules.template_fields import Owner, TemplateField, WriteWhen


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that one template field should have in one place of one tool, beside what it holds there.

    `entity_id` is the tool's record: a source project or a task. `tidies` says that the value is the team's own, only
    written as the list of allowed values has it, `unwatched` that a team's edit in the moment of writing would go
    unnoticed in that place.
    """

    connector: str
    department_id: str
    mode: PmoMode
    entity: EntityKind
    entity_id: str
    external_id: str
    key: str | None
    field: str
    carrier: str
    current: FieldValue
    value: FieldValue
    owner: Owner
    write: WriteWhen
    reason: str
    tidies: bool = False
    unwatched: bool = False


def when_written(field: TemplateField) -> WriteWhen:
    """Say when a field may be written: as declared, else a hub's by default and a team's once into an empty one."""
    if field.write is not None:
        return field.write
    return WriteWhen.DEFAULT if field.owner is Owner.HUB else WriteWhen.FIRST_FILL
