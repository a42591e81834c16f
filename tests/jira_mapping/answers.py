"""Answers as Jira gives them, small: fields as `/field` lists them, issues, changelogs, and a plan to read them by."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from canonical.records import Record
from canonical.vocabulary import EntityKind, FieldType
from connectors.base import ConnectorContext
from connectors.jira.config import Flavour, JiraOptions
from connectors.jira.mapping.catalogue import Catalogue
from connectors.jira.mapping.issues import IssueMapper
from connectors.jira.mapping.plan import Plan, compile_plan
from connectors.mapping.making import Mapped

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes"


def field(identifier: str, name: str, kind: str, items: str = "", custom: str = "") -> dict[str, Any]:
    """Give an entry of `/field`."""
    schema = {"type": kind, **({"items": items} if items else {}), **({"custom": custom} if custom else {})}
    return {"id": identifier, "name": name, "custom": identifier.startswith("customfield_"), "schema": schema}


FIELDS = [
    field("summary", "Summary", "string"),
    field("duedate", "Due date", "date"),
    field("labels", "Labels", "array", "string"),
    field("components", "Components", "array", "component"),
    field("priority", "Priority", "priority"),
    field("assignee", "Assignee", "user"),
    field("customfield_10014", "Epic Link", "any", custom="com.pyxis.greenhopper.jira:gh-epic-link"),
    field("customfield_10015", "Start date", "date", custom=f"{CUSTOM}:datepicker"),
    field("customfield_10016", "Story Points", "number", custom=f"{CUSTOM}:float"),
    field("customfield_10018", "Parent Link", "any", custom="com.atlassian.jpo:jpo-custom-field-parent"),
    field("customfield_10020", "Sprint", "array", "json", custom="com.pyxis.greenhopper.jira:gh-sprint"),
    field("customfield_10100", "Sponsor", "user", custom=f"{CUSTOM}:userpicker"),
    field("customfield_10101", "Risk", "option", custom=f"{CUSTOM}:select"),
    field("customfield_10102", "Platforms", "array", "option", custom=f"{CUSTOM}:multiselect"),
    field("customfield_10103", "Region", "option-with-child", custom=f"{CUSTOM}:cascadingselect"),
    field("customfield_10104", "Go-live", "datetime", custom=f"{CUSTOM}:datetime"),
    field("customfield_10105", "Notes", "string", custom=f"{CUSTOM}:textarea"),
    field("customfield_10106", "Approved", "array", "option", custom=f"{CUSTOM}:multicheckboxes"),
    field("customfield_10107", "Site", "string", custom=f"{CUSTOM}:url"),
    field("customfield_10108", "Team size", "number", custom=f"{CUSTOM}:float"),
    field("customfield_10109", "Fixed in", "array", "version", custom=f"{CUSTOM}:multiversion"),
    field("customfield_10110", "Reviewers", "array", "user", custom=f"{CUSTOM}:multiuserpicker"),
    field("customfield_10111", "Owners", "group", custom=f"{CUSTOM}:grouppicker"),
    field("customfield_10112", "Tags", "array", "string", custom=f"{CUSTOM}:labels"),
    field("customfield_10113", "Assets", "any", custom="com.example.app:assets"),
    field("customfield_10114", "Stage", "string", custom=f"{CUSTOM}:textfield"),
    field("customfield_10201", "Twice", "number", custom=f"{CUSTOM}:float"),
    field("customfield_10202", "Twice", "number", custom=f"{CUSTOM}:float"),
]


def options(**more: Any) -> JiraOptions:
    """Give the options of a site."""
    return JiraOptions.model_validate({"url": "https://example.atlassian.net", "token": {"env": "T"}, **more})


def context(carriers: dict[EntityKind, dict[str, str]] | None = None, **types: FieldType) -> ConnectorContext:
    """Give what the hub says; `types` are those of task carriers."""
    return ConnectorContext(
        "eng-jira",
        Path(),
        ZoneInfo("Europe/Berlin"),
        Path(),
        carriers=carriers or {},
        carrier_types={EntityKind.TASK: types},
    )


def plan(flavour: Flavour = Flavour.CLOUD, **more: Any) -> Plan:
    """Compile a plan for these options."""
    return compile_plan(options(**more), context(), Catalogue(FIELDS), flavour)


def issue(number: int = 5, project: str = "10000", key: str | None = None, **fields: Any) -> dict[str, Any]:
    """Give an issue with only these fields beside its project and type."""
    whole = {"project": {"id": project, "key": "ENG"}, "issuetype": {"name": "Task", "hierarchyLevel": 0}, **fields}
    return {"id": f"2{number:04}", "key": key or f"ENG-{number}", "fields": whole}


def mapped(raw: Any, flavour: Flavour = Flavour.CLOUD, **more: Any) -> Mapped:
    """Map one issue by a plan of these options."""
    result = Mapped()
    IssueMapper(plan(flavour, **more)).add(raw, result)
    return result


def task(raw: Any, flavour: Flavour = Flavour.CLOUD, **more: Any) -> Any:
    """Give the one task that an issue becomes."""
    result = mapped(raw, flavour, **more)
    assert result.quarantined == [], result.quarantined
    (record,) = result.records
    assert isinstance(record, Record)
    return record


def own(identifier: str, value: Any, kind: str | None = None) -> Any:
    """Give what a custom field becomes, read as the type that Jira says or as the declared one."""
    option = {"name": identifier, **({"type": kind} if kind else {})}
    return task(issue(**{identifier: value}), fields={"own": option}).fields["own"]
