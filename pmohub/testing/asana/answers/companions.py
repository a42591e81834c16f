"""The records of what stands beside the work."""

from typing import Any

from pmohub.testing.asana.answers.getters import always, html, last_update, moment, plain, plains, ref, refs, there
from pmohub.testing.asana.answers.rendering import Shape, View
from pmohub.testing.asana.world import catalogue
from pmohub.testing.asana.world.things import Thing

BILLABLE = "any"


def _estimate(view: View, budget: Thing) -> dict[str, Any]:
    tasks = view.world.all(view.world.tasks_of(budget["parent"]))
    fields = {one.gid for one in view.world.of("custom_field") if one["name"] == catalogue.ESTIMATE}
    minutes = sum(value for task in tasks for gid, value in task["custom"].items() if gid in fields)
    value = minutes if budget["budget_type"] == "time" else round(minutes / 60 * _rate(view, budget))
    return {"enabled": True, "source": "tasks", "billable_status_filter": BILLABLE, **_units(budget), "value": value}


def _actual(view: View, budget: Thing) -> dict[str, Any]:
    world = view.world
    tasks, minutes = list(world.tasks_of(budget["parent"])), 0
    for gid in tasks:
        tasks += world.subtasks(gid)
        entries = (one for one in world.all(world.entries(gid)) if one["attributable_to"] == budget["parent"])
        minutes += sum(one["duration_minutes"] for one in entries)
    value = minutes if budget["budget_type"] == "time" else round(minutes / 60 * _rate(view, budget))
    return {"billable_status_filter": BILLABLE, **_units(budget), "value": value}


def _rate(view: View, budget: Thing) -> float:
    rates = [one["rate"] for one in view.world.of("rate") if one["parent"] == budget["parent"]]
    return sum(rates) / len(rates) if rates else 0


def _units(budget: Thing) -> dict[str, str]:
    return {"units": "minutes" if budget["budget_type"] == "time" else "EUR"}


def _total(_view: View, budget: Thing) -> dict[str, Any]:
    return {"enabled": budget["total"] is not None, **_units(budget), "value": budget["total"]}


def _metric(_view: View, goal: Thing) -> dict[str, Any]:
    return {
        "gid": goal.gid, "resource_type": "goal_metric", "resource_subtype": "number", "precision": 0, "unit": "none",
        "currency_code": None, "initial_number_value": 0, "target_number_value": goal["target"],
        "current_number_value": goal["current"], "current_display_value": str(goal["current"]),
        "progress_source": "manual", "is_custom_weight": False, "can_manage": True,
    }  # fmt: skip


BUDGET = Shape(
    {
        "budget_type": plain("budget_type"),
        "estimate": _estimate,
        "actual": _actual,
        "total": _total,
        "parent": ref("parent"),
    },
    compact=(),
    whole_in_lists=True,
)
RATE = Shape(
    {
        **plains("rate", "currency_code"),
        "parent": ref("parent"),
        "resource": ref("resource"),
        "created_by": ref("created_by"),
    },
    compact=("parent", "resource", "rate", "currency_code", "created_by"),
)
ALLOCATION = Shape(
    {
        **plains("start_date", "end_date", "effort"),
        "resource_subtype": always("project_allocation"),
        "assignee": ref("assignee"),
        "created_by": ref("created_by"),
        "parent": ref("parent"),
    },
    compact=(),
    whole_in_lists=True,
)
ABSENCE = Shape(
    {**plains("start_date", "end_date"), "user": ref("user"), "created_by": ref("created_by")},
    compact=(),
    whole_in_lists=True,
)
TIMESHEET = Shape(
    {
        **plains("start_date", "end_date", "approval_status"),
        "created_at": moment("created_at"),
        "user": ref("user"),
        "workspace": ref("workspace"),
    },
    compact=("created_at", "user", "workspace", "start_date", "end_date", "approval_status"),
)
CATEGORY = Shape(plains("name", "color", "is_archived"), compact=("name", "color"))
GOAL = Shape(
    {
        **plains("name", "notes", "due_on", "start_on", "is_workspace_level", "status", "privacy_setting"),
        "html_notes": html("notes"),
        "team": ref("team"),
        "workspace": ref("workspace"),
        "followers": refs("followers"),
        "time_period": ref("time_period"),
        "metric": _metric,
        "owner": ref("owner"),
        "current_status_update": last_update,
        "liked": always(value=False),
        "likes": always([]),
        "num_likes": always(0),
        "default_access_level": always("editor"),
    },
    compact=("name", "owner"),
)
RELATIONSHIP = Shape(
    {
        "resource_subtype": always("supporting_work"),
        "supporting_resource": ref("supporting_resource"),
        "contribution_weight": plain("contribution_weight"),
        "supported_goal": ref("supported_goal"),
    },
    compact=("resource_subtype", "supporting_resource", "contribution_weight"),
)
PERIOD = Shape(
    {**plains("start_on", "end_on", "period", "display_name"), "parent": ref("parent")},
    compact=("start_on", "end_on", "period", "display_name"),
)
ROLE = Shape(
    {
        **plains("name", "description", "is_standard_role", "base_role_type"),
        "creation_time": moment("creation_time"),
        "modified_at": moment("modified_at"),
        "workspace": ref("workspace"),
    },
    compact=("name", "description", "is_standard_role"),
)
MEMBERSHIP = Shape(
    {
        "resource_subtype": plain("resource_subtype"),
        "parent": ref("parent"),
        "member": ref("member"),
        "access_level": always("editor"),
        "goal": there("goal"),
    },
    compact=("resource_subtype", "parent", "member", "access_level"),
)
COMPANIONS = {
    "budget": BUDGET, "rate": RATE, "allocation": ALLOCATION, "ooo_entry": ABSENCE,
    "timesheet_approval_status": TIMESHEET, "time_tracking_category": CATEGORY, "goal": GOAL,
    "goal_relationship": RELATIONSHIP, "time_period": PERIOD, "role": ROLE, "membership": MEMBERSHIP,
}  # fmt: skip
