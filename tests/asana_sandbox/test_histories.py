"""Whatever a team does: listings, moments, events and stories tell the same."""

from collections.abc import Callable

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from pmohub.testing.asana import Sandbox, Server
from tests.asana_sandbox.clients import Json, data, everything, site, sync_of

SPRING = "Spring campaign 2027"
Edit = Callable[[Server, str, int], None]
EDITS: dict[str, Edit] = {
    "name_changed": lambda server, task, draw: server.hands.edit(task, name=f"Renamed {draw}"),
    "notes_changed": lambda server, task, draw: server.hands.edit(task, notes=f"Noted {draw}"),
    "due_date_changed": lambda server, task, draw: server.hands.edit(task, due_on=f"2027-01-{draw % 28 + 1:02d}"),
    "number_custom_field_changed": lambda server, task, draw: server.hands.fill(task, "Story points", 100 + draw),
    "text_custom_field_changed": lambda server, task, draw: server.hands.fill(task, "Briefing", f"Briefing {draw}"),
    "comment_added": lambda server, task, draw: server.hands.comment(task, f"Comment {draw}"),
    "added_to_project": lambda server, task, draw: server.hands.add_project(task, "Website relaunch"),
}


def seen(events: list[Json]) -> set[tuple[str, str]]:
    """Which task each event is about, and what it says."""
    told = set()
    for event in events:
        about = event["parent"] if event["resource"]["resource_type"] == "story" else event["resource"]
        told.add((about["gid"], event["resource"].get("resource_subtype", "")))
    return told


@settings(max_examples=6, deadline=None)
@given(edits=st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 30)), min_size=1, max_size=12))
def test_each_edit_is_told_by_all_of_them(edits: list[tuple[str, int]]) -> None:
    with site(Sandbox(tasks=120)) as (server, http):
        spring, tasks = server.hands.project(SPRING).gid, [one.gid for one in server.hands.tasks(SPRING)]
        sync = sync_of(http, spring)
        server.hands.pass_time(60)
        touched: dict[str, list[str]] = {}
        for draw, (kind, place) in enumerate(edits):
            task = tasks[place % len(tasks)]
            before = len(stories(http, task))
            EDITS[kind](server, task, draw)
            after = stories(http, task)[before:]
            assert after in ([kind], []), "an edit leaves one story, or none where nothing changed"
            touched.setdefault(task, []).extend(after)
        touched = {task: told for task, told in touched.items() if told}
        assert moved(http, spring) == set(touched)
        events = http.get("/events", params={"resource": spring, "sync": sync}).json()["data"]
        assert {(task, kind) for task, told in touched.items() for kind in told} <= seen(events)
        assert {task for task, _ in seen(events)} == set(touched)


def stories(http: httpx.Client, task: str) -> list[str]:
    return [one["resource_subtype"] for one in everything(http, f"/tasks/{task}/stories")]


def moved(http: httpx.Client, project: str) -> set[str]:
    found = everything(http, "/tasks", project=project, modified_since="2026-11-25T10:30:30Z")
    assert all(data(http, f"/tasks/{one['gid']}")["modified_at"] > "2026-11-25T10:30:30Z" for one in found)
    return {one["gid"] for one in found}
