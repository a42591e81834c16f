"""The event streams: tokens, what bubbles up, and what gets lost."""

from typing import Any

from pmohub.testing.asana import Sandbox, Server
from tests.asana_sandbox.clients import refused, site, sync_of

Json = dict[str, Any]


def with_all_below(server: Server, task: str) -> list[str]:
    return [task, *(gid for one in server.hands.subtasks(task) for gid in with_all_below(server, one.gid))]


def told(events: list[Json]) -> list[tuple[str, str, str | None]]:
    return [(one["action"], one["resource"]["resource_type"], one.get("change", {}).get("field")) for one in events]


def test_a_project_tells_of_its_tasks_their_subtasks_and_their_stories() -> None:
    with site() as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        other = server.hands.tasks("Brand refresh")[0].gid
        task = next(one.gid for one in server.hands.tasks(spring) if server.hands.subtasks(one.gid))
        below = server.hands.subtasks(task)[0].gid
        sync, lost = sync_of(http, spring), len(with_all_below(server, task))
        server.hands.edit(below, name="Edited")
        server.hands.edit(other, name="Elsewhere")
        server.hands.delete(task)
        answer = http.get("/events", params={"resource": spring, "sync": sync}).json()
        assert told(answer["data"]) == [
            ("changed", "task", "name"),
            ("added", "story", None),
            *[("deleted", "task", None)] * lost,
        ]
        assert not answer["has_more"]


def test_a_token_may_be_asked_again_and_leads_on() -> None:
    with site() as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        sync = sync_of(http, spring)
        server.hands.edit(server.hands.tasks(spring)[0].gid, name="Edited")
        first, again = (http.get("/events", params={"resource": spring, "sync": sync}).json() for _ in range(2))
        assert first["data"] == again["data"]
        assert http.get("/events", params={"resource": spring, "sync": first["sync"]}).json()["data"] == []


def test_a_token_holds_a_hundred_events() -> None:
    with site() as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        sync, task = sync_of(http, spring), server.hands.tasks(spring)[0].gid
        for number in range(60):
            server.hands.edit(task, name=f"Edited {number}")
        first = http.get("/events", params={"resource": spring, "sync": sync}).json()
        rest = http.get("/events", params={"resource": spring, "sync": first["sync"]}).json()
        assert [(len(one["data"]), one["has_more"]) for one in (first, rest)] == [(100, True), (20, False)]


def test_a_token_is_one_resources_own_and_a_day_old_at_most() -> None:
    with site() as (server, http):
        spring, brand = (server.hands.project(name).gid for name in ("Spring campaign 2027", "Brand refresh"))
        sync = sync_of(http, spring)
        assert http.get("/events", params={"resource": brand, "sync": sync}).status_code == 412
        server.hands.pass_time(86_399)
        assert http.get("/events", params={"resource": spring, "sync": sync}).status_code == 200
        server.hands.pass_time(10)
        answer = http.get("/events", params={"resource": spring, "sync": sync})
        assert refused(answer)[1].startswith("Sync token invalid or too old.")
        assert answer.json()["sync"] != sync


def test_a_change_may_be_told_by_its_story_alone() -> None:
    with site(Sandbox(tasks=60, change_events=False)) as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        sync = sync_of(http, spring)
        server.hands.edit(server.hands.tasks(spring)[0].gid, name="Edited")
        answer = http.get("/events", params={"resource": spring, "sync": sync}).json()
        assert told(answer["data"]) == [("added", "story", None)]


def test_events_may_come_late_or_never() -> None:
    with site(Sandbox(tasks=60, event_delay=30, lost_events=3)) as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        sync = sync_of(http, spring)
        server.hands.edit(server.hands.tasks(spring)[0].gid, name="Edited", notes="Both")
        at_once = http.get("/events", params={"resource": spring, "sync": sync}).json()
        server.hands.pass_time(31)
        later = http.get("/events", params={"resource": spring, "sync": at_once["sync"]}).json()
        assert (at_once["data"], len(later["data"])) == ([], 3)
