"""Tasks as they are written, with their projects, links, comments and time entries."""

from typing import Any

from starlette.responses import Response

from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.routes.entering import (
    custom_fields,
    dated,
    day,
    external,
    gid_of,
    gids_of,
    moment,
    person,
    plain_of,
    read,
    text,
    word,
    yes_or_no,
)
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.timeline import day_of

NOTHING: Json = {"data": {}}
MOST_LINKS = 30
SUBTYPES = ("default_task", "milestone", "approval", "custom")
CHANGEABLE = {
    "name": text, "notes": text, "html_notes": plain_of, "assignee": person, "completed": yes_or_no, "due_on": day,
    "due_at": moment, "start_on": day, "start_at": moment, "resource_subtype": word(*SUBTYPES), "external": external,
    "approval_status": word("pending", "approved", "rejected", "changes_requested"),
    "assignee_status": word("today", "upcoming", "later", "new", "inbox"), "liked": yes_or_no,
}  # fmt: skip
CREATABLE = {
    **CHANGEABLE, "workspace": gid_of("workspace"), "parent": gid_of("task"), "projects": gids_of("project"),
    "followers": gids_of("user"), "tags": gids_of("tag"), "assignee_section": gid_of("section"),
}  # fmt: skip
ENTRY = {
    "entered_on": day, "attributable_to": gid_of("project"), "description": text,
    "billable_status": word("billable", "nonBillable", "notApplicable"),
    "categories": gids_of("time_tracking_category"),
}  # fmt: skip
_UNKEPT = ("assignee_status", "liked", "assignee_section")


def _values(ask: Asking, given: Json, readers: dict[str, Any]) -> dict[str, Any]:
    found = dated(given, read(ask, given, readers))
    for name in _UNKEPT:
        found.pop(name, None)
    if "approval_status" in found:
        found["completed"] = found["approval_status"] == "approved"
    return found


def change(ask: Asking) -> Json:
    """Answer a PUT of `/tasks/{gid}`: what is not told stays."""
    task = ask.to_write("task")
    given = {name: value for name, value in ask.body.items() if name != "custom_fields"}
    values = _values(ask, given, CHANGEABLE)
    if "custom_fields" in ask.body:
        values["custom"] = custom_fields(ask, task, ask.body["custom_fields"])
    ask.state.editor.task(task, values, ask.account.gid)
    return ask.whole(task)


def create(ask: Asking) -> Response:
    """Answer a POST to `/tasks`."""
    return _created(ask, None)


def create_subtask(ask: Asking) -> Response:
    """Answer a POST to `/tasks/{gid}/subtasks`."""
    return _created(ask, ask.to_write("task"))


def _created(ask: Asking, parent: Thing | None) -> Response:
    apart = {"custom_fields", "memberships"}
    given = {name: value for name, value in ask.body.items() if name not in apart}
    values = _values(ask, given, CREATABLE)
    projects: dict[str, str | None] = dict.fromkeys(values.pop("projects", ())) | _places(ask)
    values["parent"] = parent.gid if parent else values.get("parent")
    above = ask.world.get(values["parent"]) if values["parent"] else None
    first = ask.world.get(next(iter(projects))) if projects else None
    where = values.get("workspace") or (above or first or {"workspace": None})["workspace"]
    if where is None:
        raise Refusal(400, "You should specify one of workspace, parent, projects")
    found = ask.world.all(projects)
    values["workspace"] = where
    values["memberships"] = tuple((one.gid, projects[one.gid] or one["sections"][0]) for one in found)
    custom = custom_fields(ask, Thing("0", "task", {**values, "custom": {}}), ask.body.get("custom_fields", {}))
    task = ask.state.editor.create_task(values, ask.account.gid)
    ask.state.editor.task(task, {"custom": custom}, ask.account.gid)
    return ask.created(task)


def _places(ask: Asking) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for place, one in enumerate(ask.body.get("memberships", ())):
        if not isinstance(one, dict) or "project" not in one:
            raise Refusal(400, f"memberships: [{place}]: project: Missing required field")
        project = ask.thing(one["project"], "project", "project")
        section = one.get("section")
        found[project.gid] = ask.thing(section, "section", "section").gid if section else None
    return found


def delete(ask: Asking) -> Json:
    """Answer a DELETE of `/tasks/{gid}`: into the trash, with its subtasks."""
    ask.state.editor.delete(ask.to_write("task"), ask.account.gid)
    return NOTHING


def add_project(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/addProject`."""
    task = ask.to_write("task")
    project = ask.of_body("project", "project")
    section, anchor = ask.body.get("section"), _anchor(ask, project)
    if section is not None:
        place = ask.thing(section, "section", "section")
        if place["project"] != project.gid:
            raise Refusal(400, "section: The section must be in the project")
    inside = dict(task["memberships"]).get(project.gid, project["sections"][0])
    ask.state.desk.place(task, project, section or inside, ask.account.gid, anchor)
    return NOTHING


def _anchor(ask: Asking, project: Thing) -> int | None:
    order = ask.world.tasks_of(project.gid)
    for name, step in (("insert_before", 0), ("insert_after", 1)):
        gid = ask.body.get(name)
        if gid is not None:
            if gid not in order:
                raise Refusal(400, f"{name}: Unknown object: {gid}")
            return order.index(gid) + step
    return None


def remove_project(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/removeProject`."""
    ask.state.desk.take_out(ask.to_write("task"), ask.of_body("project", "project"), ask.account.gid)
    return NOTHING


def into_section(ask: Asking) -> Json:
    """Answer `/sections/{gid}/addTask`: the task leaves the other sections of the project."""
    section = ask.of_path("section")
    project = ask.thing(section["project"], "project", "project")
    task = ask.writable(ask.of_body("task", "task"))
    ask.state.desk.place(task, project, section.gid, ask.account.gid, _anchor(ask, project) or 0)
    return NOTHING


def set_parent(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/setParent`."""
    task = ask.to_write("task")
    if "parent" not in ask.body:
        raise Refusal(400, "parent: Missing input")
    parent = ask.body["parent"]
    if parent is not None and task in ask.world.parents(ask.thing(parent, "parent", "task")):
        raise Refusal(400, "parent: A task cannot be its own parent")
    ask.state.desk.set_parent(task, parent, ask.account.gid)
    return ask.whole(task)


def link(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/addDependencies` and the three like it."""
    task = ask.to_write("task")
    ask.need(Plan.STARTER, task["workspace"], "Dependencies are only available to premium users.")
    act = ask.path("").rpartition("/")[2]
    name = "dependencies" if act.endswith("Dependencies") else "dependents"
    others = ask.world.all(gids_of("task")(ask, name, ask.body.get(name, [])))
    pairs = [(task, other) if name == "dependencies" else (other, task) for other in others]
    if act.startswith("add") and len(task["dependencies"]) + len(task["dependents"]) + len(pairs) > MOST_LINKS:
        raise Refusal(400, f"A task can have at most {MOST_LINKS} dependents and dependencies combined")
    for waiting, before in pairs:
        kept = tuple(one for one in waiting["dependencies"] if one != before.gid)
        now = (*kept, before.gid) if act.startswith("add") else kept
        ask.state.desk.link(waiting, now, ask.account.gid)
    return NOTHING


def tag(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/addTag` and `/tasks/{gid}/removeTag`."""
    task, found = ask.to_write("task"), ask.of_body("tag", "tag")
    kept = tuple(one for one in task["tags"] if one != found.gid)
    tags = (*kept, found.gid) if ask.path("").endswith("addTag") else kept
    ask.state.editor.task(task, {"tags": tags}, ask.account.gid)
    return NOTHING


def follow(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/addFollowers` and `/tasks/{gid}/removeFollowers`."""
    task = ask.to_write("task")
    told = gids_of("user")(ask, "followers", ask.body.get("followers", []))
    kept = tuple(one for one in task["followers"] if one not in told)
    followers = (*kept, *told) if ask.path("").endswith("addFollowers") else kept
    ask.state.editor.task(task, {"followers": followers}, ask.account.gid)
    return ask.whole(task)


def comment(ask: Asking) -> Response:
    """Answer a POST to `/tasks/{gid}/stories`."""
    task = ask.to_write("task")
    said = read(ask, ask.body, {"text": text, "html_text": plain_of, "is_pinned": yes_or_no, "sticker_name": text})
    if not said.get("text"):
        raise Refusal(400, "text: Missing input")
    return ask.created(ask.state.editor.comment(task, said["text"], ask.account.gid))


def log(ask: Asking) -> Response:
    """Answer a POST to `/tasks/{gid}/time_tracking_entries`."""
    task = ask.to_write("task")
    ask.need(Plan.ADVANCED, task["workspace"], "Time tracking is only available to premium users.")
    values = read(ask, ask.body, {"duration_minutes": _minutes, **ENTRY})
    if "duration_minutes" not in values:
        raise Refusal(400, "duration_minutes: Missing input")
    told = {"entered_on": day_of(ask.world.now()).isoformat(), **values}
    return ask.created(ask.state.desk.log(task, told, ask.account.gid))


def change_entry(ask: Asking) -> Json:
    """Answer a PUT of `/time_tracking_entries/{gid}`."""
    entry = ask.of_path("time_tracking_entry")
    values = read(ask, ask.body, {"duration_minutes": _minutes, **ENTRY})
    ask.state.desk.change_entry(entry, values, ask.account.gid)
    return ask.whole(entry)


def delete_entry(ask: Asking) -> Json:
    """Answer a DELETE of `/time_tracking_entries/{gid}`."""
    ask.state.desk.delete_entry(ask.of_path("time_tracking_entry"), ask.account.gid)
    return NOTHING


def _minutes(_ask: Asking, name: str, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given <= 0:
        raise Refusal(400, f"{name}: Value is not a positive whole number: {given}")
    return given
