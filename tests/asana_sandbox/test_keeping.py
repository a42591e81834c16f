"""An Asana that is kept goes on as it was left, whatever was done to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmohub.testing.asana import Sandbox, Server
from pmohub.testing.asana.keeping import Kept
from pmohub.testing.asana.server import hosting
from pmohub.testing.sandbox.loopback import listening
from tests.asana_sandbox.clients import client, data, everything

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SPRING = "Spring campaign 2027"
Act = Callable[[Server, httpx.Client, int], Any]


@contextmanager
def kept(path: Path) -> Iterator[tuple[Server, httpx.Client]]:
    if not path.exists():
        Kept(path, Sandbox(tasks=60), date(2026, 11, 25), 0).write()
    with hosting(Kept.read(path).begin(NOW), listening()) as server, client(server) as http:
        yield server, http


def some_task(server: Server, draw: int) -> str:
    tasks = server.hands.tasks(SPRING)
    return tasks[draw % len(tasks)].gid


def put(http: httpx.Client, path: str, **values: Any) -> None:
    http.put(path, json={"data": values}).raise_for_status()


def post(http: httpx.Client, path: str, **values: Any) -> None:
    http.post(path, json={"data": values})


def fill(server: Server, http: httpx.Client, draw: int) -> None:
    field = server.hands.field("Priority")
    put(http, f"/tasks/{some_task(server, draw)}", custom_fields={field.gid: field["enum_options"][draw % 3]})


def by_hand(server: Server, http: httpx.Client, draw: int) -> None:
    path = f"{server.state.site}/_sandbox/as/Clara Jung/tasks/{some_task(server, draw)}"
    httpx.put(path, json={"data": {"name": f"By hand {draw}"}}).raise_for_status()


def batch(server: Server, http: httpx.Client, draw: int) -> None:
    task = some_task(server, draw)
    actions = [
        {"method": "put", "relative_path": f"/tasks/{task}", "data": {"notes": f"Batch {draw}"}},
        {"method": "get", "relative_path": "/tasks/99"},
    ]
    post(http, "/batch", actions=actions)


def refused(server: Server, http: httpx.Client, draw: int) -> None:
    post(http, "/tasks", name="Nowhere")
    post(http, f"/tasks/{some_task(server, draw)}/addDependencies", dependencies=["99"])


ACTS: tuple[Act, ...] = (
    lambda server, http, draw: put(http, f"/tasks/{some_task(server, draw)}", name=f"Renamed {draw}"),
    lambda server, http, draw: put(http, f"/tasks/{some_task(server, draw)}", completed=draw % 2 == 0),
    lambda server, http, draw: post(http, "/tasks", name=f"New {draw}", projects=[server.hands.project(SPRING).gid]),
    lambda server, http, draw: post(http, f"/tasks/{some_task(server, draw)}/subtasks", name=f"Below {draw}"),
    lambda server, http, draw: post(
        http, f"/tasks/{some_task(server, draw)}/time_tracking_entries", duration_minutes=15 + draw
    ),
    lambda server, http, draw: post(http, f"/tasks/{some_task(server, draw)}/stories", text=f"Comment {draw}"),
    lambda server, http, draw: http.delete(f"/tasks/{some_task(server, draw)}").raise_for_status(),
    lambda server, http, draw: data(http, "/memberships", parent=server.hands.project(SPRING).gid),
    fill,
    by_hand,
    batch,
    refused,
)


def said(server: Server, http: httpx.Client) -> list[Any]:
    """All that there is to be read of a project, without the address, which changes."""
    spring = server.hands.project(SPRING).gid
    fields = "name,notes,completed,modified_at,num_subtasks,actual_time_minutes,custom_fields.display_value"
    tasks = everything(http, "/tasks", project=spring, opt_fields=fields)
    inside = [everything(http, f"/tasks/{one['gid']}/{what}") for one in tasks for what in ("subtasks", "stories")]
    return [tasks, inside, data(http, f"/projects/{spring}/task_counts", opt_fields="num_tasks,num_completed_tasks")]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.integers(0, len(ACTS) - 1), st.integers(0, 500)), max_size=12))
def test_what_was_done_to_it_is_done_again(tmp_path: Path, acts: list[tuple[int, int]]) -> None:
    path = tmp_path / "site.jsonl"
    path.unlink(missing_ok=True)
    with kept(path) as (server, http):
        for place, draw in acts:
            ACTS[place](server, http, draw)
            server.state.clock.advance(timedelta(minutes=7).total_seconds())
        before = said(server, http)
    with kept(path) as (server, http):
        assert said(server, http) == before
