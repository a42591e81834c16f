"""What a browser shows of the site: a plain page for each project and task, where links to Asana lead."""

from collections.abc import Iterable
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response

from pmohub.testing.asana.answers.shapes import RENDERER
from pmohub.testing.asana.routes.asking import Asking, Json
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.timeline import instant

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui }} body {{ margin: 2rem }}
td, th {{ text-align: left; vertical-align: top; padding: 0 1.5rem 0 0 }}</style>
<p>A made-up Asana: {place}</p><h1>{title}</h1>{body}</html>"""
OF_TASK = (
    "assignee",
    "completed",
    "due_on",
    "start_on",
    "notes",
    "parent",
    "tags",
    "actual_time_minutes",
    "modified_at",
)
OF_PROJECT = ("owner", "team", "archived", "start_on", "due_on", "notes", "current_status_update", "modified_at")
MOST = 500
"""Tasks that a project's page lists."""


def browse(ask: Asking) -> Response:
    """Answer `/1/{workspace}/{kind}/{gid}`: a project or a task (404 where there is none)."""
    thing = ask.of_path("task", "project")
    whole = RENDERER.whole(ask.view, thing, None)
    shown = OF_TASK if thing.kind == "task" else OF_PROJECT
    rows = [(name.replace("_", " ").capitalize(), text) for name in shown if (text := _text(whole.get(name)))]
    fields = [(one["name"], str(one["display_value"])) for one in whole["custom_fields"] if one["display_value"]]
    below = _of_task(ask, thing, whole) if thing.kind == "task" else _of_project(ask, thing)
    body = _table([*rows, *fields]) + below
    return HTMLResponse(PAGE.format(title=escape(thing["name"]), place=_place(ask, thing), body=body))


def _of_task(ask: Asking, task: Thing, whole: Json) -> str:
    inside = [(one["project"]["name"], one["section"]["name"]) for one in whole["memberships"]]
    subtasks = _links(ask, ask.world.all(ask.world.subtasks(task.gid)))
    stories = reversed(ask.world.all(ask.world.stories(task.gid)))
    told = [
        (f"{instant(one['created_at']):%Y-%m-%d %H:%M}", f"{_name(ask, one['created_by'])}: {one['text']}")
        for one in stories
    ]
    return _table(inside) + subtasks + "<h2>History, newest first</h2>" + _table(told)


def _of_project(ask: Asking, project: Thing) -> str:
    return _links(ask, ask.world.all(ask.world.tasks_of(project.gid)[:MOST]))


def _links(ask: Asking, things: Iterable[Thing]) -> str:
    return "<ul>" + "".join(f"<li>{_link(one)}" for one in things if ask.sight.sees(one)) + "</ul>"


def _link(thing: Thing) -> str:
    return f'<a href="/1/{thing["workspace"]}/{thing.kind}/{thing.gid}">{escape(thing["name"])}</a>'


def _place(ask: Asking, thing: Thing) -> str:
    if thing.kind == "project":
        return escape(_name(ask, thing["workspace"]))
    return ", ".join(_link(one) for one in ask.world.all(ask.world.projects_of(thing)))


def _name(ask: Asking, gid: str) -> str:
    found = ask.world.get(gid)
    return "" if found is None else str(found["name"])


def _text(value: Any) -> str:
    """Say in words what a field holds."""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return str(value.get("name") or value.get("title") or "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><th>{escape(left)}<td>{escape(right)}" for left, right in rows) + "</table>"
