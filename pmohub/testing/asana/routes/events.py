"""Event streams: what happened to a resource, or in a workspace, since a sync token."""

from typing import Any

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.rendering import Tree
from pmohub.testing.asana.answers.shapes import RENDERER
from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.events import LIFE_MS, Event

A_TOKEN, A_WORKSPACES_TOKEN = 100, 1000
OLD = (
    "Sync token invalid or too old. If you are attempting to keep resources in sync, you must fetch the full dataset "
    "for this query now and use the new sync token for the next sync."
)


def events(ask: Asking) -> Json:
    """Answer `/events`."""
    return _since(ask, ask.of_query("resource", "project", "task", "goal").gid, A_TOKEN)


def workspace_events(ask: Asking) -> Json:
    """Answer `/workspaces/{gid}/events`, which is for service accounts of the highest plan."""
    found = ask.of_path("workspace")
    ask.need(Plan.ENTERPRISE, found.gid, "Workspace events are only available to service accounts.", 403)
    return _since(ask, found.gid, A_WORKSPACES_TOKEN)


def _since(ask: Asking, scope: str, most: int) -> Json:
    feed, now = ask.world.feed, ask.world.now()
    until = now - ask.state.event_delay_ms
    start = _number(ask, scope, now)
    if start is None:
        _, known, _ = feed.since("", 0, most, until)
        raise Refusal(412, OLD, sync=_token(scope, known, now))
    found, number, more = feed.since(scope, start, most, until)
    data = [_told(ask, event) for event in found]
    return {"data": data, "sync": _token(scope, number, now), "has_more": more}


def _token(scope: str, number: int, now: int) -> str:
    return f"{int(scope):x}{number:010x}{now:012x}"


def _number(ask: Asking, scope: str, now: int) -> int | None:
    """Give from which event a token leads on; None where it is none, is another resource's, or is too old."""
    given, scope_part = ask.query("sync"), f"{int(scope):x}"
    if len(given) != len(scope_part) + 22 or not given.startswith(scope_part):
        return None
    try:
        number, at = int(given[-22:-12], 16), int(given[-12:], 16)
    except ValueError:
        return None
    return number if now - at <= LIFE_MS and number <= ask.world.feed.end else None


def _told(ask: Asking, event: Event) -> Json:
    tree, told = ask.tree, _whole(ask, event)
    return told if tree is None else {name: told[name] for name in tree if name in told}


def _whole(ask: Asking, event: Event) -> Json:
    told: Json = {
        "user": _compact(ask, event.user, "user"),
        "created_at": times.text(event.at),
        "type": event.kind,
        "action": event.action,
        "resource": _compact(ask, event.resource, event.kind),
        "parent": _compact(ask, event.parent, "project") if event.parent else None,
    }
    if event.change:
        told["change"] = {**event.change}
        if "new_value" in event.change:
            value = event.change["new_value"]
            told["change"]["new_value"] = None if value is None else _compact(ask, value, "task", inside="new_value")
    return told


def _compact(ask: Asking, gid: str | None, kind: str, inside: str = "") -> Any:
    if gid is None:
        return None
    found = ask.world.get(gid) or ask.world.gone.get(gid)
    if found is None:
        return {"gid": gid, "resource_type": kind}
    return RENDERER.listed(ask.view, found, _inner(ask, inside or kind))


def _inner(ask: Asking, name: str) -> Tree | None:
    tree = ask.tree or Tree()
    part = tree.get("change", Tree()).get(name) if name == "new_value" else tree.get("resource")
    return part or None
