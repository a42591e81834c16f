"""How the tests talk to a sandbox: as its own account, over HTTP, and a whole listing page by page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from pmohub.testing.jira import Flavour, Sandbox, Server, running


def client(server: Server, flavour: Flavour = Flavour.CLOUD, token: str | None = None) -> httpx.Client:
    token = server.token if token is None else token
    if flavour == Flavour.CLOUD:
        return httpx.Client(base_url=f"{server.url}/rest/api/3", auth=(server.email, token))
    return httpx.Client(base_url=f"{server.url}/rest/api/2", headers={"Authorization": f"Bearer {token}"})


@contextmanager
def site(sandbox: Sandbox | None = None) -> Iterator[tuple[Server, httpx.Client]]:
    wanted = sandbox or Sandbox()
    with running(wanted) as server, client(server, wanted.flavour) as http:
        yield server, http


def searched(
    http: httpx.Client, jql: str, fields: tuple[str, ...] = ("key",), size: int = 5000
) -> list[dict[str, Any]]:
    """Every page of Cloud's search."""
    found: list[dict[str, Any]] = []
    token = None
    while True:
        body = {"jql": jql, "fields": list(fields), "maxResults": size, "nextPageToken": token}
        page = http.post("/search/jql", json=body).raise_for_status().json()
        found += page["issues"]
        token = page.get("nextPageToken")
        if page["isLast"]:
            return found


def keys(found: list[dict[str, Any]]) -> list[str]:
    return [issue["key"] for issue in found]
