"""Which stories an edit of a task leaves, with what was before and what is now.

Source: the fields of a story in Asana's OpenAPI document; the subtypes as integrations have recorded them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pmohub.testing.asana.world.history import dates_of
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World

Told = tuple[str, str, dict[str, Any]]
DATES = {"due_on", "due_at", "start_on", "start_at"}


def stories_of(world: World, task: Thing, changed: dict[str, Any], fields: dict[str, Any]) -> list[Told]:
    """Give the subtype, the words and the further values of each story; `task` is still as it was."""
    after = {**task.values, **changed}
    told = [story for name in changed if name in _TELLERS for story in _TELLERS[name](task.values, after)]
    if changed.keys() & DATES:
        subtype = "due_date_changed" if changed.keys() & {"due_on", "due_at"} else "start_date_changed"
        told.append((subtype, "changed the dates", {"old_dates": dates_of(task.values), "new_dates": dates_of(after)}))
    return [*told, *(_of_field(world, task, gid, value) for gid, value in fields.items())]


def _of_field(world: World, task: Thing, gid: str, value: Any) -> Told:
    field = world.get(gid)
    type_ = field["type"] if field else "text"
    name = f"{type_}_values" if type_ == "multi_enum" else f"{type_}_value"
    old = task["custom"].get(gid)
    words = f"changed {field['name'] if field else 'a field'}"
    return f"{type_}_custom_field_changed", words, {f"old_{name}": old, f"new_{name}": value, "custom_field": gid}


def _named(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    words = f"changed the name to “{after['name']}”"
    yield "name_changed", words, {"old_name": before["name"], "new_name": after["name"]}


def _noted(_before: dict[str, Any], _after: dict[str, Any]) -> Iterator[Told]:
    yield "notes_changed", "changed the description", {}


def _assigned(_before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    if after["assignee"]:
        yield "assigned", "assigned this task", {"assignee": after["assignee"]}
    else:
        yield "unassigned", "unassigned this task", {}


def _completed(_before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    done = after["completed"]
    yield (
        "marked_complete" if done else "marked_incomplete",
        "completed this task" if done else "reopened this task",
        {},
    )


def _retyped(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    told = {f"{which}_resource_subtype": of["resource_subtype"] for which, of in (("old", before), ("new", after))}
    yield "resource_subtype_changed", "changed the type", told


def _approved(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    told = {f"{which}_approval_status": of["approval_status"] for which, of in (("old", before), ("new", after))}
    yield "approval_status_changed", "decided", told


def _moved(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    was, now = dict(before["memberships"]), dict(after["memberships"])
    for project in now.keys() - was.keys():
        yield "added_to_project", "added to a project", {"project": project}
    for project in was.keys() - now.keys():
        yield "removed_from_project", "removed from a project", {"project": project}
    for project in was.keys() & now.keys():
        if was[project] != now[project]:
            told = {"old_section": was[project], "new_section": now[project], "project": project}
            yield "section_changed", "moved this task", told


def _linked(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    for gid in after["dependencies"]:
        if gid not in before["dependencies"]:
            yield "dependency_added", "marked as blocked", {"dependency": gid}
    for gid in before["dependencies"]:
        if gid not in after["dependencies"]:
            yield "dependency_removed", "no longer blocked", {"dependency": gid}


def _tagged(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Told]:
    for gid in after["tags"]:
        if gid not in before["tags"]:
            yield "added_to_tag", "added a tag", {"tag": gid}
    for gid in before["tags"]:
        if gid not in after["tags"]:
            yield "removed_from_tag", "removed a tag", {"tag": gid}


_TELLERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Iterator[Told]]] = {
    "name": _named, "notes": _noted, "assignee": _assigned, "completed": _completed, "resource_subtype": _retyped,
    "approval_status": _approved, "memberships": _moved, "dependencies": _linked, "tags": _tagged,
}  # fmt: skip
