"""The record of each kind of resource, field by field, as Asana's OpenAPI document has it."""

from typing import Any

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.companions import COMPANIONS
from pmohub.testing.asana.answers.getters import (
    always,
    html,
    last_update,
    moment,
    plain,
    plains,
    ref,
    refs,
    settings,
    there,
)
from pmohub.testing.asana.answers.rendering import ABSENT, Getter, Renderer, Shape, View
from pmohub.testing.asana.answers.values import VALUES, display_value, value_getter, values_of
from pmohub.testing.asana.world.things import Thing


def custom_fields(view: View, thing: Thing) -> list[Thing]:
    """Give the custom fields with what is held."""
    return list(values_of(view, thing))


def memberships(view: View, task: Thing) -> list[dict[str, Any]]:
    """Give where a task is: no resources, so that each part of them has to be named."""
    found = ((view.thing(project), view.thing(section)) for project, section in task["memberships"])
    return [{"project": project, "section": section} for project, section in found if project is not None]


def link(view: View, thing: Thing) -> str:
    """Give where a browser finds it."""
    return f"{view.site}/1/{thing['workspace']}/{thing.kind}/{thing.gid}"


def minutes(view: View, task: Thing) -> int | None:
    """Give the time spent; None where nobody entered any."""
    return view.world.minutes(task) or None


USER = Shape(
    plains("name", "email", "photo") | {"workspaces": refs("workspaces")},
)
WORKSPACE = Shape(
    {**plains("name", "is_organization"), "email_domains": lambda _view, thing: list(thing["email_domains"])}
)
TEAM = Shape(
    {
        **plains("name", "description", "visibility"),
        "html_description": html("description"),
        "organization": ref("organization"),
        "permalink_url": lambda view, team: f"{view.site}/1/{team['organization']}/team/{team.gid}",
    },
    opt_in=frozenset({"description", "html_description"}),
)
PROJECT = Shape(
    {
        **plains(
            "name", "archived", "color", "icon", "default_view", "due_on", "start_on", "notes", "completed",
            "privacy_setting",
        ),
        "due_date": plain("due_on"),
        "created_at": moment("created_at"),
        "modified_at": moment("modified_at"),
        "completed_at": moment("completed_at"),
        "completed_by": ref("completed_by"),
        "current_status_update": last_update,
        "current_status": always(None),
        "custom_field_settings": settings,
        "custom_fields": custom_fields,
        "html_notes": html("notes"),
        "members": refs("members"),
        "followers": refs("followers"),
        "owner": ref("owner"),
        "public": lambda _view, project: project["privacy_setting"] == "public_to_workspace",
        "default_access_level": always("editor"),
        "minimum_access_level_for_customization": always("editor"),
        "minimum_access_level_for_sharing": always("editor"),
        "team": ref("team"),
        "workspace": ref("workspace"),
        "permalink_url": link,
        "project_brief": ref("brief"),
        "created_from_template": always(None),
    },
    opt_in=frozenset({"html_notes", "project_brief", "created_from_template"}),
)  # fmt: skip
SECTION = Shape(
    {"name": plain("name"), "created_at": moment("created_at"), "project": ref("project"),
     "projects": lambda view, section: view.things([section["project"]])},
)  # fmt: skip
TASK = Shape(
    {
        **plains(
            "name", "resource_subtype", "completed", "notes", "due_on", "start_on", "external",
        ),
        "approval_status": lambda _view, task: task["approval_status"] or ABSENT,
        "assignee": ref("assignee"),
        "assigned_by": always(None),
        "assignee_status": always("upcoming"),
        "assignee_section": always(None),
        "completed_at": moment("completed_at"),
        "completed_by": ref("completed_by"),
        "created_at": moment("created_at"),
        "created_by": ref("created_by"),
        "custom_type": always(None),
        "custom_type_status_option": always(None),
        "modified_at": moment("modified_at"),
        "due_at": moment("due_at"),
        "start_at": moment("start_at"),
        "dependencies": refs("dependencies"),
        "dependents": refs("dependents"),
        "html_notes": html("notes"),
        "is_rendered_as_separator": always(False),
        "liked": always(False),
        "likes": always([]),
        "num_likes": always(0),
        "hearted": always(False),
        "hearts": always([]),
        "num_hearts": always(0),
        "memberships": memberships,
        "projects": lambda view, task: view.things(project for project, _ in task["memberships"]),
        "num_subtasks": lambda view, task: len(view.world.all(view.world.subtasks(task.gid))),
        "actual_time_minutes": minutes,
        "custom_fields": custom_fields,
        "followers": refs("followers"),
        "parent": ref("parent"),
        "tags": refs("tags"),
        "workspace": ref("workspace"),
        "permalink_url": link,
    },
    compact=("name", "resource_subtype"),
    opt_in=frozenset({
        "created_by", "dependencies", "dependents", "external", "html_notes", "is_rendered_as_separator",
        "num_subtasks",
    }),
)  # fmt: skip
DEFINED = (
    "name", "type", "representation_type", "description", "id_prefix", "is_global_to_workspace",
    "has_notifications_enabled", "is_value_read_only",
)  # fmt: skip
CUSTOM_FIELD = Shape(
    {
        **plains(*DEFINED),
        "resource_subtype": plain("type"),
        "is_formula_field": plain("is_formula_field", default=False),
        **{name: there(name) for name in ("precision", "format", "currency_code", "input_restrictions", "enabled")},
        "asana_created_field": there("asana_created_field"),
        "enum_options": lambda view, field: (
            view.things(field["enum_options"]) if "enum_options" in field.values else ABSENT
        ),
        **{name: value_getter(type_) for type_, name in VALUES.items()},
        "display_value": display_value,
        "created_by": ref("created_by"),
        "privacy_setting": always("public_with_guests"),
        "default_access_level": always("editor"),
    },
    compact=(
        "name", "type", "resource_subtype", "representation_type", "enum_options", "enabled", "precision",
        "display_value", *VALUES.values(),
    ),
    opt_in=frozenset({"description"}),
    whole_in_lists=True,
)  # fmt: skip
ENUM_OPTION = Shape(plains("name", "enabled", "color"), compact=("name", "enabled", "color"))
SETTING = Shape(
    {
        "custom_field": ref("custom_field"),
        "is_important": plain("is_important"),
        "parent": ref("parent"),
        "project": ref("parent"),
    },
    compact=("custom_field", "is_important", "parent", "project"),
    whole_in_lists=True,
)
TAG = Shape(
    {**plains("name", "color", "notes"), "created_at": moment("created_at"), "followers": refs("followers"),
     "workspace": ref("workspace"),
     "permalink_url": link},
)  # fmt: skip
BRIEF = Shape(
    {**plains("title", "text"), "html_text": html("text"), "project": ref("project"),
     "permalink_url": lambda view, brief: f"{view.site}/0/{brief['project']}/{brief.gid}"},
    compact=(),
    opt_in=frozenset({"text"}),
)  # fmt: skip
PORTFOLIO = Shape(
    {
        **plains("name", "archived", "color", "start_on", "due_on"),
        "created_at": moment("created_at"),
        "created_by": ref("created_by"),
        "custom_field_settings": settings,
        "custom_fields": custom_fields,
        "current_status_update": last_update,
        "members": refs("members"),
        "owner": ref("owner"),
        "workspace": ref("workspace"),
        "permalink_url": link,
        "public": always(False),
        "privacy_setting": always("members_only"),
        "default_access_level": always("editor"),
        "project_templates": always([]),
    },
    opt_in=frozenset({"archived"}),
)
UPDATE = Shape(
    {
        **plains("title", "text", "status_type"),
        "resource_subtype": lambda view, update: f"{_kind(view, update['parent'])}_status_update",
        "html_text": html("text"),
        "author": ref("author"),
        "created_by": ref("created_by"),
        "created_at": moment("created_at"),
        "modified_at": moment("modified_at"),
        "parent": ref("parent"),
        "liked": always(False),
        "likes": always([]),
        "num_likes": always(0),
        "hearted": always(False),
        "hearts": always([]),
        "num_hearts": always(0),
        "reaction_summary": always([]),
    },
    compact=("title", "resource_subtype"),
    opt_in=frozenset({"html_text"}),
)
ENTRY = Shape(
    {
        **plains("duration_minutes", "entered_on", "approval_status", "billable_status", "description"),
        "created_at": moment("created_at"),
        "created_by": ref("created_by"),
        "attributable_to": ref("attributable_to"),
        "task": ref("task"),
        "categories": refs("categories"),
    },
    compact=("duration_minutes", "entered_on", "attributable_to", "created_by", "categories"),
)


def _kind(view: View, gid: str) -> str:
    found = view.world.get(gid)
    return "project" if found is None else found.kind


def _dates(name: str) -> Getter:
    def get(_view: View, story: Thing) -> Any:
        told = story.values.get(name, ABSENT)
        return {**told, "due_at": times.text(told["due_at"])} if isinstance(told, dict) else told

    return get


def _held(name: str, type_: str) -> Getter:
    """Give what a custom field held, in the story of its change."""

    def get(view: View, story: Thing) -> Any:
        if name not in story.values:
            return ABSENT
        raw = story[name]
        if type_ == "date":
            return None if raw is None else {"due_on": raw[0], "due_at": times.text(raw[1]), "start_on": None}
        if type_ in {"text", "number"}:
            return raw
        return view.thing(raw) if type_ == "enum" else view.things(raw or ())

    return get


def _found(name: str) -> Getter:
    return lambda view, story: view.thing(story[name]) if name in story.values else ABSENT


STORY = Shape(
    {
        **plains("resource_subtype", "text", "source"),
        "type": lambda _view, story: "comment" if story["resource_subtype"] == "comment_added" else "system",
        "html_text": html("text"),
        "created_at": moment("created_at"),
        "created_by": ref("created_by"),
        "is_editable": always(False),
        "is_edited": always(False),
        "is_pinned": always(False),
        "liked": always(False),
        "likes": always([]),
        "num_likes": always(0),
        "hearted": always(False),
        "hearts": always([]),
        "num_hearts": always(0),
        "reaction_summary": always([]),
        "previews": always([]),
        "task": _found("task"),
        "target": _found("task"),
        **{
            name: _found(name)
            for name in (
                "assignee", "follower", "old_section", "new_section", "project", "tag", "custom_field", "dependency",
            )
        },
        **{
            name: there(name)
            for name in (
                "old_name", "new_name", "old_resource_subtype", "new_resource_subtype", "old_approval_status",
                "new_approval_status",
            )
        },
        "old_dates": _dates("old_dates"),
        "new_dates": _dates("new_dates"),
        **{
            f"{which}_{name}": _held(f"{which}_{name}", type_)
            for which in ("old", "new")
            for type_, name in VALUES.items()
            if type_ != "reference"
        },
    },
    compact=("created_at", "created_by", "resource_subtype", "text", "type"),
    opt_in=frozenset({"html_text"}),
)  # fmt: skip
SHAPES = {
    "user": USER, "workspace": WORKSPACE, "team": TEAM, "project": PROJECT, "section": SECTION, "task": TASK,
    "custom_field": CUSTOM_FIELD, "enum_option": ENUM_OPTION, "custom_field_setting": SETTING, "tag": TAG,
    "project_brief": BRIEF, "portfolio": PORTFOLIO, "status_update": UPDATE, "time_tracking_entry": ENTRY,
    "story": STORY,
    **COMPANIONS,
}  # fmt: skip
RENDERER = Renderer(SHAPES)
