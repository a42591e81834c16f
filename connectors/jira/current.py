"""What carriers hold now, read from the issues and projects themselves."""

from collections.abc import Mapping, Sequence
from typing import Any

from canonical.intake import Quarantined
from canonical.problems import Problem
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, CurrentValue, Target
from connectors.jira.client.api import JSON
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.issues import IssueMapper
from connectors.jira.mapping.making import Mapped
from connectors.jira.mapping.plan import Plan, compile_plan
from connectors.jira.mapping.reading import UnmappableError
from connectors.jira.opening import Opened
from connectors.jira.pulling.projects import add_projects, carriers_of
from connectors.jira.pulling.records import Made


def read(
    opened: Opened, options: JiraOptions, context: ConnectorContext, targets: Sequence[Target]
) -> list[CurrentValue]:
    """Read the targets in their order; one that cannot be read has a problem instead of a value.

    Raises:
        ToolError: Jira does not answer.
    """
    plan = compile_plan(options, context, opened.catalogue, opened.flavour)
    wanted = {
        kind: sorted({each.external_id for each in targets if each.entity is kind and each.external_id.isdecimal()})
        for kind in (EntityKind.TASK, EntityKind.PROJECT)
    }
    ids = wanted[EntityKind.TASK]
    issues = {str(raw["id"]): raw for raw in (opened.client.by_id(ids, plan.ask) if ids else ())}
    projects = _projects(opened, options, context, wanted[EntityKind.PROJECT])
    return [
        _of_issue(target, issues.get(target.external_id), plan, context.id)
        if target.entity is EntityKind.TASK
        else _of_record(target, projects.get(target.external_id), context.id)
        for target in targets
    ]


def _of_issue(target: Target, raw: JSON | None, plan: Plan, connector: str) -> CurrentValue:
    """Read one field of an issue by itself, so that another one that cannot be read does not hide it."""
    mapped = next((each for each in plan.own if each.name == target.field), None)
    fields: Any = raw.get("fields") if raw is not None else None
    if raw is None or not isinstance(fields, Mapping):
        return _unknown(target, "It is not there, or is not shown to this account.", connector)
    if mapped is None:
        to = Mapped()
        record = IssueMapper(plan).add(raw, to)
        return _of_record(target, record or next(iter(to.quarantined), None), connector)
    if mapped.field.id not in fields:
        return _unknown(target, f"The issue does not show {mapped.field.label}.", connector)
    value = fields[mapped.field.id]
    try:
        return CurrentValue(target, None if value is None else mapped.decode(value))
    except UnmappableError as error:
        return _unknown(target, error.reason, connector)


def _of_record(target: Target, record: Record | Quarantined | None, connector: str) -> CurrentValue:
    if record is None:
        return _unknown(target, "It is not there, or is not shown to this account.", connector)
    if isinstance(record, Quarantined):
        return _unknown(target, record.reason, connector)
    if target.field in record.fields:
        return CurrentValue(target, record.fields[target.field])
    if target.field not in record.model_fields_set:
        return _unknown(target, f"{target.carrier} is not among what is read of it.", connector)
    return CurrentValue(target, getattr(record, target.field))


def _projects(
    opened: Opened, options: JiraOptions, context: ConnectorContext, ids: Sequence[str]
) -> Mapping[str, Record | Quarantined]:
    if not ids:
        return {}
    carriers = carriers_of(opened, options, context)
    pages = opened.client.projects(sorted(carriers.properties))
    made = Made()
    add_projects(
        made, opened, options, [each for page in pages for each in page if str(each.get("id")) in set(ids)], carriers
    )
    found: dict[str, Record | Quarantined] = {each.external_id: each for each in made.records}
    return found | {each.external_id: each for each in made.quarantined if each.external_id}


def _unknown(target: Target, why: str, connector: str) -> CurrentValue:
    problem = Problem(
        f"{target.carrier} of {target.entity} {target.external_id} cannot be read: {why}",
        f"{connector}: {target.entity} {target.external_id}, {target.carrier}",
        "Its value is not known.",
        "Sync again, so that the hub knows what is there.",
    )
    return CurrentValue(target, None, problem)
