"""What a browser shows of the site: a plain page for each project and issue, where links to Jira lead."""

from collections.abc import Iterable
from html import escape
from typing import Any

import orjson
from starlette.responses import HTMLResponse, Response

from pmohub.testing.jira.answers.values import issue_id
from pmohub.testing.jira.routes.asking import Asking, Json
from pmohub.testing.jira.world.catalogue import FIELDS, SECONDS
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.issue import Issue, Item
from pmohub.testing.sandbox.timeline import instant

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui }} body {{ margin: 2rem }}
td, th {{ text-align: left; vertical-align: top; padding: 0 1.5rem 0 0 }}</style>
<p>A made-up Jira: {place}</p><h1>{title}</h1>{body}</html>"""
LEFT_OUT = {"summary", "project", "subtasks", "issuelinks", "timetracking", "worklog", "comment", "progress", "creator"}
SHOWN = tuple(name for name in FIELDS if name not in LEFT_OUT and not name.startswith("aggregate"))
NAMES = ("displayName", "value", "name", "key")
MOST = 500
"""Issues that a project's page lists."""


def browse(ask: Asking) -> Response:
    """Answer `/browse/{key}`: a project or an issue (404 where there is none)."""
    key = ask.path("key")
    project = ask.world.project(key)
    return _of_issue(ask, ask.issue(key)) if project is None else _of_project(ask, project)


def _of_project(ask: Asking, project: Project) -> Response:
    found = ask.state.finder.find(f"project = {project.key} ORDER BY key ASC", ask.account).numbers[:MOST]
    issues = (issue for number in found if (issue := ask.world.issue(number)) is not None)
    rows = [(_link(issue.key), escape(issue.values["summary"])) for issue in issues]
    properties = [(escape(name), escape(str(value))) for name, value in project.properties.items()]
    body = _table(rows) + ("<h2>Properties</h2>" + _table(properties) if properties else "")
    return _page(project.name, project.key, body)


def _of_issue(ask: Asking, issue: Issue) -> Response:
    told: Json = orjson.loads(orjson.dumps(ask.issues.whole(issue, SHOWN)["fields"]))
    shown = ((FIELDS[name].name, _text(_hours(name, told.get(name)))) for name in SHOWN)
    fields = [(escape(name), escape(text)) for name, text in shown if text]
    people = {user.id: user.display_name for user in ask.world.people}
    changes = [
        (
            f"{instant(change.at):%Y-%m-%d %H:%M}",
            escape(f"{people.get(change.author, '')}: {_told(item)}"),
        )
        for change in reversed(issue.changes)
        for item in change.items
    ]
    body = _table(fields) + "<h2>History, newest first</h2>" + _table(changes)
    place = f"{_link(ask.world.projects[issue.project].key)}, {issue.key} ({issue_id(issue.number)})"
    return _page(issue.values["summary"], place, body)


def _told(item: Item) -> str:
    name = FIELDS[item.field_id].name if item.field_id in FIELDS else item.field
    old, new = (_hours(item.field_id, text) or "–" for text in (item.old_text, item.new_text))
    return f"{name}: {old} → {new}"


def _hours(field: str, value: Any) -> Any:
    is_duration = value is not None and field in FIELDS and FIELDS[field].kind == SECONDS
    return f"{int(value) / 3600:g} h" if is_duration else value


def _text(value: Any) -> str:
    """Say in words what a field holds."""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        inside = value.get("content")
        return _text(inside) if inside else next((str(value[name]) for name in (*NAMES, "text") if name in value), "")
    return "" if value is None else str(value)


def _link(key: str) -> str:
    return f'<a href="/browse/{escape(key)}">{escape(key)}</a>'


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><th>{left}<td>{right}" for left, right in rows) + "</table>"


def _page(title: str, place: str, body: str) -> Response:
    return HTMLResponse(PAGE.format(title=escape(title), place=place, body=body))
