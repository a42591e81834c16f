"""The limits by the minute, at once and by cost, and what a refusal says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pmohub.testing.asana import Limits, Sandbox, Server
from tests.asana_sandbox.clients import client, data, refused, site

TOO_MANY = "You've made too many requests and hit a rate limit. Please retry after the given amount of time."


@pytest.fixture
def here() -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(tasks=60)) as found:
        found[0].state.clock.stop()
        yield found


def test_a_minutes_quota_is_counted_for_each_token(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    server.state.limiter.set(Limits(minute=10))
    said = [http.get("/users/me") for _ in range(11)]
    assert [answer.status_code for answer in said] == [200] * 10 + [429]
    assert refused(said[-1]) == (429, TOO_MANY)
    with client(server, server.token_of("Clara Jung")) as other:
        assert other.get("/users/me").status_code == 200


def test_the_wait_is_as_long_as_it_says_and_a_refused_request_counts(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    server.state.limiter.set(Limits(minute=10))
    waits = [int(http.get("/users/me").headers.get("Retry-After", 0)) for _ in range(13)]
    assert waits == [0] * 10 + [12, 18, 24]
    server.state.clock.advance(23)
    assert http.get("/users/me").status_code == 429
    server.state.clock.advance(60)
    assert http.get("/users/me").status_code == 200


def test_searches_have_a_quota_of_their_own(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    path = f"/workspaces/{data(http, '/workspaces')[0]['gid']}/tasks/search"
    server.state.limiter.set(Limits(searches=2))
    assert [http.get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert http.get("/users/me").status_code == 200


def test_only_so_many_are_served_at_once(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    server.state.limiter.set(Limits(reads=2))
    server.state.limiter.latency = 0.5
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda _: http.get("/users/me").status_code, range(6)))
    assert (said.count(200), said.count(429)) == (2, 4)


def test_costly_answers_use_up_what_there_is(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    server.state.limiter.set(Limits(cost=100))
    spring = server.hands.project("Spring campaign 2027").gid
    fields = ",".join(
        ["name", "notes", "due_on", "completed", "assignee.name", "custom_fields.name", "projects.name"] * 3
    )
    said = [http.get("/tasks", params={"project": spring, "limit": 100, "opt_fields": fields}) for _ in range(2)]
    assert [answer.status_code for answer in said] == [200, 429]
    assert int(said[1].headers["Retry-After"]) > 0


def test_a_batch_counts_as_its_actions_and_is_refused_as_a_whole(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    server.state.limiter.set(Limits(minute=5))
    action = {"method": "get", "relative_path": "/users/me"}
    assert http.post("/batch", json={"data": {"actions": [action] * 6}}).status_code == 429
