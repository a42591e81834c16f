"""Projects, portfolios, custom fields, tags and reports as they are written."""

from typing import Any

from starlette.responses import Response

from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.routes.entering import (
    custom_fields,
    dated,
    day,
    gid_of,
    gids_of,
    person,
    plain_of,
    read,
    text,
    word,
    yes_or_no,
)
from pmohub.testing.asana.routes.writing_tasks import NOTHING
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import Thing


def colour(ask: Asking, name: str, given: Any) -> str | None:
    """Read a colour, or none."""
    return None if given in {None, "none"} else text(ask, name, given)


PROJECT = {
    "name": text, "notes": text, "html_notes": plain_of, "archived": yes_or_no, "color": colour,
    "icon": text, "default_view": word("list", "board", "calendar", "timeline"), "due_on": day, "due_date": day,
    "start_on": day, "owner": person, "team": gid_of("team"), "public": yes_or_no, "followers": gids_of("user"),
    "privacy_setting": word("public_to_workspace", "private_to_team", "private"),
}  # fmt: skip
PORTFOLIO = {"name": text, "archived": yes_or_no, "color": text, "start_on": day, "due_on": day}
STATUSES = ("on_track", "at_risk", "off_track", "on_hold", "complete", "dropped")
GOAL_STATUSES = ("on_track", "at_risk", "off_track", "achieved", "partial", "missed", "dropped")
TYPES = ("text", "enum", "multi_enum", "number", "date", "people", "reference")
MOST_OPTIONS, MOST_FIELDS = 500, 100


def _project_values(ask: Asking, given: Json, readers: dict[str, Any]) -> dict[str, Any]:
    values = read(ask, given, readers)
    if "due_date" in values:
        values["due_on"] = values.pop("due_date")
    if "public" in values:
        values["privacy_setting"] = "public_to_workspace" if values.pop("public") else "private_to_team"
    told = dated({**given, "due_on": None} if "due_on" in values else given, values)
    return {name: value for name, value in told.items() if not name.endswith("_at")}


def change_project(ask: Asking) -> Json:
    """Answer a PUT of `/projects/{gid}`."""
    return _changed(ask, ask.to_write("project"), PROJECT)


def change_portfolio(ask: Asking) -> Json:
    """Answer a PUT of `/portfolios/{gid}`."""
    return _changed(ask, ask.to_write("portfolio"), PORTFOLIO)


def _changed(ask: Asking, thing: Thing, readers: dict[str, Any]) -> Json:
    given = {name: value for name, value in ask.body.items() if name != "custom_fields"}
    values = _project_values(ask, given, readers)
    if "custom_fields" in ask.body:
        values["custom"] = custom_fields(ask, thing, ask.body["custom_fields"])
    ask.state.editor.thing(thing, values, ask.account.gid)
    return ask.whole(thing)


def create_project(ask: Asking) -> Response:
    """Answer a POST to `/projects`, `/workspaces/{gid}/projects` and `/teams/{gid}/projects`."""
    given = {name: value for name, value in ask.body.items() if name != "custom_fields"}
    values = _project_values(ask, given, {**PROJECT, "workspace": gid_of("workspace")})
    above = ask.of_path("workspace", "team") if "gid" in ask.path_params else None
    if above is not None:
        values.setdefault("team" if above.kind == "team" else "workspace", above.gid)
    team = ask.world.get(values["team"]) if values.get("team") else None
    workspace = ask.world.get(values.pop("workspace", None) or (team["organization"] if team else ""))
    if workspace is None:
        raise Refusal(400, "workspace: Missing input")
    if workspace["is_organization"] and team is None:
        raise Refusal(400, "Missing required team field")
    name = values.pop("name", "")
    if not name:
        raise Refusal(400, "name: Missing input")
    values.pop("team", None)
    gid = None if team is None else team.gid
    return ask.created(ask.state.desk.create_project(name, workspace.gid, gid, ask.account.gid, values))


def delete(ask: Asking) -> Json:
    """Answer a DELETE of a project, portfolio, tag, section or status update."""
    thing = ask.to_write("project", "portfolio", "tag", "section", "status_update", "custom_field")
    if thing.kind == "section":
        _drop_section(ask, thing)
    ask.state.editor.delete(thing, ask.account.gid)
    return NOTHING


def _drop_section(ask: Asking, section: Thing) -> None:
    project = ask.thing(section["project"], "project", "project")
    tasks = ask.world.all(ask.world.tasks_of(project.gid))
    if any((project.gid, section.gid) in one["memberships"] for one in tasks) or len(project["sections"]) == 1:
        raise Refusal(400, "section: Cannot delete a section that has tasks, or the last one of a project")
    project.values["sections"] = tuple(one for one in project["sections"] if one != section.gid)


def create_section(ask: Asking) -> Response:
    """Answer a POST to `/projects/{gid}/sections`."""
    project = ask.to_write("project")
    return ask.created(ask.state.desk.create_section(project, ask.text("name"), ask.account.gid))


def change_section(ask: Asking) -> Json:
    """Answer a PUT of `/sections/{gid}`: its name alone."""
    section = ask.of_path("section")
    ask.state.editor.thing(section, {"name": ask.text("name")}, ask.account.gid)
    return ask.whole(section)


def add_setting(ask: Asking) -> Json:
    """Answer `/projects/{gid}/addCustomFieldSetting`, and the same of portfolios."""
    parent = ask.to_write("project", "portfolio")
    ask.need(Plan.STARTER, parent["workspace"], "Custom Field Settings are not available for free users.")
    field = ask.of_body("custom_field", "custom_field")
    every = ask.world.all(parent["settings"])
    if any(one["custom_field"] == field.gid for one in every):
        raise Refusal(400, f"Custom field with ID {field.gid} is already on given object")
    if len(every) >= MOST_FIELDS:
        raise Refusal(400, "The maximum number of custom fields has been reached")
    important = bool(ask.body.get("is_important", False))
    told = {"parent": parent.gid, "custom_field": field.gid, "is_important": important}
    setting = ask.world.add("custom_field_setting", told)
    settings = (*parent["settings"], setting.gid)
    ask.state.editor.thing(parent, {"settings": settings}, ask.account.gid)
    return ask.whole(setting)


def remove_setting(ask: Asking) -> Json:
    """Answer `/projects/{gid}/removeCustomFieldSetting`, and the same of portfolios."""
    parent, field = ask.to_write("project", "portfolio"), ask.of_body("custom_field", "custom_field")
    left = tuple(one.gid for one in ask.world.all(parent["settings"]) if one["custom_field"] != field.gid)
    ask.state.editor.thing(parent, {"settings": left}, ask.account.gid)
    return NOTHING


def change_items(ask: Asking) -> Json:
    """Answer `/portfolios/{gid}/addItem` and `/portfolios/{gid}/removeItem`."""
    portfolio, item = ask.to_write("portfolio"), ask.of_body("item", "project", "portfolio")
    kept = tuple(one for one in portfolio["items"] if one != item.gid)
    items = (*kept, item.gid) if ask.path("").endswith("addItem") else kept
    ask.state.editor.thing(portfolio, {"items": items}, ask.account.gid)
    return NOTHING


def create_field(ask: Asking) -> Response:
    """Answer a POST to `/custom_fields`."""
    workspace, name = ask.of_body("workspace", "workspace"), ask.text("name")
    ask.need(Plan.STARTER, workspace.gid, "Custom Fields are not available for free users or guests.")
    type_ = ask.body.get("resource_subtype") or ask.body.get("type")
    if type_ not in TYPES:
        raise Refusal(400, f"resource_subtype: Invalid value: {type_}")
    known = (one for one in ask.world.of("custom_field") if one["workspace"] == workspace.gid)
    if any(one["name"] == name and one["is_global_to_workspace"] for one in known):
        raise Refusal(400, "name: A custom field with this name already exists")
    values: dict[str, Any] = {
        "name": name, "type": type_, "representation_type": type_, "workspace": workspace.gid, "description": "",
        "is_global_to_workspace": True, "created_by": ask.account.gid, "has_notifications_enabled": False,
        "is_value_read_only": False,
    }  # fmt: skip
    more = ("precision", "format", "currency_code", "input_restrictions")
    values |= {one: ask.body[one] for one in more if one in ask.body}
    told = [_named(one) for one in ask.body.get("enum_options", ())]
    field = ask.world.add("custom_field", values)
    if type_ in {"enum", "multi_enum"}:
        field.values["enum_options"] = tuple(_option(ask, field, one).gid for one in told)
    ask.world.edits += 1
    return ask.created(field)


def _named(told: Json) -> Json:
    if not told.get("name"):
        raise Refusal(400, "name: Missing input")
    return told


def _option(ask: Asking, field: Thing, told: Json) -> Thing:
    values = {"name": told["name"], "enabled": told.get("enabled", True), "color": told.get("color", "none")}
    return ask.world.add("enum_option", {**values, "custom_field": field.gid})


def create_option(ask: Asking) -> Response:
    """Answer a POST to `/custom_fields/{gid}/enum_options`."""
    field = ask.of_path("custom_field")
    if "enum_options" not in field.values:
        raise Refusal(400, "custom_field: Not an enum custom field")
    if len(field["enum_options"]) >= MOST_OPTIONS:
        raise Refusal(400, f"A custom field can have at most {MOST_OPTIONS} enum options")
    option = _option(ask, field, _named(ask.body))
    field.values["enum_options"] = (*field["enum_options"], option.gid)
    ask.world.edits += 1
    return ask.created(option)


def change_option(ask: Asking) -> Json:
    """Answer a PUT of `/enum_options/{gid}`."""
    option = ask.of_path("enum_option")
    option.values.update(read(ask, ask.body, {"name": text, "enabled": yes_or_no, "color": text}))
    ask.world.edits += 1
    return ask.whole(option)


def create_tag(ask: Asking) -> Response:
    """Answer a POST to `/tags` and `/workspaces/{gid}/tags`."""
    where = ask.of_path("workspace") if "gid" in ask.path_params else ask.of_body("workspace", "workspace")
    named = {"name": ask.text("name"), "created_at": ask.world.now()}
    values = {**named, "workspace": where.gid, "color": None, "notes": "", "followers": ()}
    ask.world.edits += 1
    return ask.created(ask.world.add("tag", values))


def report(ask: Asking) -> Response:
    """Answer a POST to `/status_updates`: all followers of the parent get a mail."""
    parent = ask.writable(ask.of_body("parent", "project", "portfolio", "goal"))
    words = GOAL_STATUSES if parent.kind == "goal" else STATUSES
    readers = {"parent": text, "title": text, "text": text, "html_text": plain_of, "status_type": word(*words)}
    values = read(ask, ask.body, readers)
    for name in ("status_type", "text"):
        if not values.get(name):
            raise Refusal(400, f"{name}: Missing input")
    values.pop("parent")
    return ask.created(ask.state.desk.report(parent, values, ask.account.gid))


def change_brief(ask: Asking) -> Json:
    """Answer a PUT of `/project_briefs/{gid}`."""
    brief = ask.of_path("project_brief")
    values = read(ask, ask.body, {"title": text, "html_text": plain_of, "text": text})
    ask.state.editor.thing(brief, values, ask.account.gid)
    return ask.whole(brief)
