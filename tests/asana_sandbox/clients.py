"""How the tests talk to a sandbox: as one of its accounts, over HTTP, and a whole listing page by page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from pmohub.testing.asana import Sandbox, Server, running
from pmohub.testing.sandbox.loopback import Layer, unchanged

Json = dict[str, Any]


def client(server: Server, token: str | None = None) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token or server.token}"})


@contextmanager
def site(sandbox: Sandbox | None = None, around: Layer = unchanged) -> Iterator[tuple[Server, httpx.Client]]:
    with running(sandbox or Sandbox(tasks=200), around) as server, client(server) as http:
        yield server, http


def data(http: httpx.Client, path: str, **asked: Any) -> Any:
    """What is answered to a good request."""
    return http.get(path, params=asked or None).raise_for_status().json()["data"]


def everything(http: httpx.Client, path: str, limit: int = 100, **asked: Any) -> list[Json]:
    """Every page of a listing."""
    found: list[Json] = []
    offset: Json = {}
    while True:
        page = http.get(path, params={"limit": limit, **asked, **offset}).raise_for_status().json()
        found += page["data"]
        if page["next_page"] is None:
            return found
        offset = {"offset": page["next_page"]["offset"]}


def refused(answer: httpx.Response) -> tuple[int, str]:
    """How it is refused, in the first words."""
    return answer.status_code, answer.json()["errors"][0]["message"]


def names(things: list[Json]) -> list[str]:
    return [one["name"] for one in things]


def sync_of(http: httpx.Client, resource: str) -> str:
    """A token for what happens from now on."""
    answer = http.get("/events", params={"resource": resource})
    assert answer.status_code == 412
    return str(answer.json()["sync"])
