"""The sandbox refuses as a real Jira does, and says so in the same headers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pmohub.testing.jira import Flavour, Sandbox, Server
from pmohub.testing.jira.limiting import CloudLimits, DataCenterLimits, Lie
from tests.jira_sandbox.clients import client, site


@pytest.fixture(scope="module")
def cloud() -> Iterator[Server]:
    with site() as (server, _):
        server.state.clock.stop()
        yield server


@pytest.fixture
def server(cloud: Server) -> Iterator[Server]:
    cloud.state.clock.set(datetime(2026, 11, 25, 10, 30, tzinfo=UTC))
    cloud.state.clock.stop()
    yield cloud
    cloud.state.limits.set(None)


@pytest.fixture
def token(server: Server) -> Iterator[httpx.Client]:
    with client(server) as http:
        yield http


@pytest.fixture
def app(server: Server) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=f"{server.url}/rest/api/3", headers=headers) as http:
        yield http


def quota(answer: httpx.Response, header: str = "RateLimit") -> str:
    """What a header tells of the quota: an entry of its own beside the bucket's."""
    return next((entry for entry in answer.headers[header].split(",") if "app-quota" in entry), "")


def test_without_limits_nothing_is_said_of_them(token: httpx.Client) -> None:
    assert not [name for name in token.get("/myself").headers if "ratelimit" in name]


def test_an_app_pays_a_point_and_one_for_each_issue_read(server: Server, app: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=10))
    app.get("/search/jql", params={"jql": "project = PAY", "maxResults": 6})
    assert quota(app.get("/serverInfo")) == '"global-app-quota";r=1;t=1800'


def test_a_person_costs_two_points(server: Server, app: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=10))
    assert quota(app.get("/users/search", params={"maxResults": 3})) == '"global-app-quota";t=1800'
    assert quota(app.get("/serverInfo")) == '"global-app-quota";r=1;t=1800'


def test_a_spent_quota_refuses_everything_until_the_hour_turns(server: Server, app: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=4))
    assert quota(app.get("/serverInfo"), "RateLimit-Policy") == '"global-app-quota";q=4;w=3600'
    assert app.get("/serverInfo").status_code == 200
    refused = app.get("/myself")
    assert refused.status_code == 429
    assert refused.headers["RateLimit-Reason"] == "jira-quota-global-based"
    assert refused.headers["Retry-After"] == "1800"
    assert refused.headers["X-RateLimit-Reset"] == "2026-11-25T11:00:00Z"
    assert refused.headers["RateLimit"] == '"global-app-quota";r=0;t=1800'
    assert "RateLimit-Policy" not in refused.headers
    server.state.clock.advance(1800)
    assert app.get("/myself").status_code == 200


def test_an_api_token_has_no_quota(server: Server, token: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=1))
    assert {token.get("/serverInfo").status_code for _ in range(5)} == {200}
    assert not quota(token.get("/serverInfo"))


def test_a_burst_is_refused_for_its_endpoint_alone(server: Server, token: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(per_second={"GET": 2}, spare=1.5))
    said = [token.get(f"/issue/PAY-{number}") for number in (1, 2, 3, 4)]
    assert [answer.status_code for answer in said] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in said] == ["2", "1", "0", "0"]
    assert said[0].headers["RateLimit"] == '"jira-burst-based";r=2;t=1'
    assert said[0].headers["RateLimit-Policy"] == '"jira-burst-based";q=2;w=1'
    assert said[3].headers["RateLimit-Reason"] == "jira-burst-based"
    assert said[3].headers["Retry-After"] == "1"
    assert token.get("/myself").status_code == 200
    server.state.clock.advance(1)
    assert token.get("/issue/PAY-5").status_code == 200


def test_too_many_writes_to_one_issue_are_refused_for_it_alone(server: Server, token: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(writes=((2, 2), (3, 30))))
    write = {"fields": {"summary": "again"}}
    said = [token.put("/issue/PAY-1", json=write) for _ in range(3)]
    assert said[2].status_code == 429
    assert said[2].headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert said[2].headers["Retry-After"] == "2"
    assert token.put("/issue/PAY-2", json=write).status_code != 429
    assert token.get("/issue/PAY-1").status_code == 200
    server.state.clock.advance(2)
    assert token.put("/issue/PAY-1", json=write).status_code != 429
    assert token.put("/issue/PAY-1", json=write).headers["Retry-After"] == "28"


def test_in_beta_the_quota_is_told_of_and_not_enforced(server: Server, app: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=2, beta=True, per_tenant=True))
    app.get("/serverInfo")
    told = app.get("/serverInfo")
    assert told.status_code == 200
    assert told.headers["Beta-RateLimit"] == '"tenant-app-quota";r=0;t=1800'
    assert told.headers["X-Beta-RateLimit-Reason"] == "jira-quota-tenant-based"
    assert told.headers["Beta-Retry-After"] == "1800"
    assert not quota(told)


def test_near_the_limit_a_header_says_so(server: Server, app: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=11))
    assert (
        "X-RateLimit-NearLimit" not in app.get("/search/jql", params={"jql": "project = PAY", "maxResults": 5}).headers
    )
    assert (
        app.get("/search/jql", params={"jql": "project = PAY", "maxResults": 3}).headers["X-RateLimit-NearLimit"]
        == "true"
    )


def test_it_can_lie_as_jira_has(server: Server, app: httpx.Client) -> None:
    server.state.limits.set(CloudLimits(points=1, lies=frozenset(Lie)))
    app.get("/serverInfo")
    refused = app.get("/serverInfo")
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers
    assert refused.headers["X-RateLimit-Reset"] == "2026-11-25T10:00Z"
    assert refused.headers["RateLimit"] == f'"global-app-quota";r=0;t={timedelta(minutes=41).seconds}'


def test_data_center_has_a_bucket_for_each_account() -> None:
    limits = DataCenterLimits(max_requests=2, requests_allowed=1, interval=5)
    with site(Sandbox(flavour=Flavour.DATA_CENTER, limits=limits)) as (server, http):
        server.state.clock.stop()
        said = [http.get("/serverInfo") for _ in range(3)]
        assert [answer.status_code for answer in said] == [200, 200, 429]
        told = {name: value for name, value in said[2].headers.items() if "rate" in name or "retry" in name}
        assert told == {
            "x-ratelimit-limit": "2",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-fillrate": "1",
            "x-ratelimit-interval-seconds": "5",
            "retry-after": "5",
        }
        assert said[0].headers["Retry-After"] == "0"
        server.state.clock.advance(5)
        assert http.get("/serverInfo").status_code == 200
