"""Answers as Asana gives them, small: custom fields, tasks, projects, stories, and a plan to read them by."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from canonical.records import Record
from canonical.vocabulary import EntityKind, FieldType
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.catalogue import Catalogue
from connectors.asana.mapping.plan import Plan, compile_plan
from connectors.asana.mapping.tasks import TaskMapper
from connectors.base import ConnectorContext
from connectors.mapping.making import Mapped

P1, P2, P3 = "1200000000000001", "1200000000000002", "1200000000000003"
ADA = {"gid": "31", "name": "Ada Byron", "resource_type": "user"}
GRACE = {"gid": "32", "name": "Grace Hopper", "resource_type": "user"}
LOW, HIGH = {"gid": "501", "name": "Low"}, {"gid": "502", "name": "High"}


def field(gid: str, name: str, kind: str, **more: Any) -> dict[str, Any]:
    """Give a custom field as a list of them does."""
    return {"gid": gid, "name": name, "resource_type": "custom_field", "resource_subtype": kind, "type": kind, **more}


FIELDS = [
    field("101", "Sponsor", "people"),
    field("102", "Risk", "enum", enum_options=[LOW, HIGH, {"gid": "503", "name": "Old", "enabled": False}]),
    field("103", "Platforms", "multi_enum"),
    field("104", "Go-live", "date"),
    field("105", "Remarks", "text"),
    field("106", "Team size", "number", precision=0, format="none"),
    field("107", "Confidence", "number", precision=0, format="percentage"),
    field("108", "Cost", "number", precision=2, format="currency", currency_code="EUR"),
    field("109", "Effort", "number", format="custom", custom_label="h"),
    field("110", "Estimated time", "number", format="duration", asana_created_field="estimated_time"),
    field("111", "Priority", "enum", asana_created_field="priority"),
    field("112", "Score", "number", representation_type="formula", is_formula_field=True),
    field("113", "Number", "text", representation_type="custom_id", id_prefix="ENG"),
    field("114", "Related", "reference", input_restrictions=["project"]),
    field("115", "Mood", "emoji"),
    field("116", "Stage", "enum"),
    field("117", "Size", "number"),
    field("201", "Twice", "text"),
    field("202", "Twice", "text"),
]


def options(**more: Any) -> AsanaOptions:
    """Give the options of a workspace."""
    return AsanaOptions.model_validate({"token": {"env": "T"}, "workspaces": ["Example"], **more})


def context(carriers: dict[EntityKind, dict[str, str]] | None = None, **types: FieldType) -> ConnectorContext:
    """Give what the hub says; `types` are those of carriers of tasks and projects."""
    return ConnectorContext(
        "mkt-asana",
        Path(),
        ZoneInfo("Europe/Berlin"),
        Path(),
        carriers=carriers or {},
        carrier_types={EntityKind.TASK: types, EntityKind.PROJECT: types},
    )


def plan(**more: Any) -> Plan:
    """Compile a plan for these options."""
    return compile_plan(options(**more), context(), Catalogue(FIELDS))


def value(gid: str, **held: Any) -> dict[str, Any]:
    """Give an entry of `custom_fields`: the field's description with what it holds."""
    return {**next(each for each in FIELDS if each["gid"] == gid), "display_value": None, **held}


def membership(project: str, section: str | None = None) -> dict[str, Any]:
    """Give a membership in a project, in a section of it."""
    told = None if section is None else {"gid": f"{project}{len(section)}", "name": section}
    return {"project": {"gid": project, "name": "P"}, "section": told}


def task(gid: str = "9001", section: str | None = "To do", project: str = P1, **more: Any) -> dict[str, Any]:
    """Give a task with all that is asked for of one that is nearly empty."""
    return {
        "gid": gid,
        "name": "Write the plan",
        "resource_subtype": "default_task",
        "completed": False,
        "completed_at": None,
        "assignee": None,
        "parent": None,
        "due_on": None,
        "due_at": None,
        "start_on": None,
        "tags": [],
        "memberships": [membership(project, section)],
        "custom_fields": [],
        **more,
    }


def mapped(raw: Any, home: str | None = P1, **more: Any) -> Mapped:
    """Map one task by a plan of these options."""
    result = Mapped()
    TaskMapper(plan(**more)).add(raw, home, result)
    return result


def record(raw: Any, home: str | None = P1, **more: Any) -> Any:
    """Give the one record that a task becomes."""
    result = mapped(raw, home, **more)
    assert result.quarantined == [], result.quarantined
    (made,) = result.records
    assert isinstance(made, Record)
    return made


def own(entry: dict[str, Any], kind: str | None = None) -> Any:
    """Give what a custom field becomes, read as the type that Asana says or as the declared one."""
    written = {"name": entry["gid"], **({"type": kind} if kind else {})}
    return record(task(custom_fields=[entry]), fields={"own": written}).fields["own"]


def story(subtype: str, day: int = 1, gid: str | None = None, **more: Any) -> dict[str, Any]:
    """Give a story of a day in March."""
    at = f"2026-03-{day:02}T09:00:00.000Z"
    return {"gid": gid or f"7{day:03}", "resource_subtype": subtype, "created_at": at, "created_by": ADA, **more}
