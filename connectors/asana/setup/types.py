"""Whether mapped fields hold what the mapping takes them for: what does not would set each task with a value aside."""

from collections.abc import Iterator, Mapping

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind, FieldType
from connectors.asana.mapping.plan import TABLES, MappedField
from connectors.asana.opening import Opened
from connectors.mapping import projects, tasks
from connectors.mapping.reading import FAULTS

NEVER: Mapping[FieldType, frozenset[str]] = {
    FieldType.NUMBER: frozenset({"date", "people", "multi_enum", "reference"}),
    FieldType.DATE: frozenset({"number", "people", "multi_enum", "reference"}),
    FieldType.YES_NO: frozenset({"date", "people", "reference"}),
}
"""Types of Asana that can never be read as what is wanted; a text may be, and of options each is tried."""
NUMBERS = frozenset({"story_points", "percent_complete", *tasks.DURATIONS, *projects.NUMBERS})
SHOWN = 5


def misfits(opened: Opened) -> Iterator[Problem]:
    """Give each mapped field that cannot be read as what it is declared as, or is to fill."""
    plan = opened.plan
    for entity in (EntityKind.TASK, EntityKind.PROJECT):
        for each in (*plan.own[entity], *plan.record[entity]):
            wanted = _wanted(opened, entity, each.name)
            if wanted is not None and each.field.type in NEVER.get(wanted, ()):
                yield _misfit(opened, entity, each, f"is of the type {each.field.type_label}, and wanted as {wanted}")
            elif bad := _bad_options(each):
                named = ", ".join(bad[:SHOWN])
                yield _misfit(opened, entity, each, f"has options that cannot be read as such: {named}")


def _wanted(opened: Opened, entity: EntityKind, name: str) -> FieldType | None:
    options, context = opened.meant.options, opened.meant.context
    if name in context.carriers.get(entity, {}):
        return context.carrier_types.get(entity, {}).get(name)
    written = options.fields if entity is EntityKind.TASK else options.project_fields
    if name in NUMBERS:
        return FieldType.NUMBER
    if name in (tasks.DAYS if entity is EntityKind.TASK else projects.DAYS):
        return FieldType.DATE
    return written[name].type if name in written else None


def _bad_options(mapped: MappedField) -> list[str]:
    """Give the options that cannot be read as what the field is declared as."""
    bad = []
    for choice in mapped.field.choices if mapped.field.type == "enum" else ():
        try:
            mapped.decode({"gid": choice.gid, "name": choice.name})
        except FAULTS:
            bad.append(choice.name)
    return bad


def _misfit(opened: Opened, entity: EntityKind, mapped: MappedField, why: str) -> Problem:
    context = opened.meant.context
    table = f"template.{entity}" if mapped.name in context.carriers.get(entity, {}) else TABLES[entity]
    return Problem(
        f"{mapped.field.label} {why}.",
        f"{context.id}, {table}.{mapped.name}",
        f"Each {entity} with a value there that cannot be read is set aside, whole.",
        "Map another field, or declare the type that it has.",
        Weight.WARNING,
    )
