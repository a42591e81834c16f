"""What goes wrong on the way to a real Asana goes wrong here when it is told to, in Asana's words."""

from collections.abc import Iterator

import httpx
import pytest

from pmohub.testing.asana import Server
from pmohub.testing.asana.faults import Fault, Kind
from tests.asana_sandbox.clients import data, everything, refused, site

SPRING = "Spring campaign 2027"


@pytest.fixture
def here() -> Iterator[tuple[Server, httpx.Client]]:
    with site() as found:
        yield found


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        (Kind.TOO_MANY, 429, "hit a rate limit"),
        (Kind.INTERNAL, 500, "6 sad squid snuggle softly"),
        (Kind.BAD_GATEWAY, 502, "502 Bad Gateway"),
        (Kind.UNAVAILABLE, 503, "unavailable"),
        (Kind.UNAUTHORISED, 401, "Not Authorized"),
        (Kind.LOGIN_PAGE, 302, ""),
        (Kind.EMPTY, 200, ""),
    ],
)
def test_a_request_is_answered_wrongly_once(
    here: tuple[Server, httpx.Client], kind: Kind, status: int, said: str
) -> None:
    server, http = here
    server.state.faults.arm(Fault(kind=kind, path="/users/me", nth=2, retry_after=7))
    answers = [http.get("/users/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, status, 200]
    assert said in answers[1].text
    if kind in {Kind.TOO_MANY, Kind.UNAVAILABLE}:
        assert answers[1].headers["Retry-After"] == "7"


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.TRUNCATED])
def test_a_connection_breaks(here: tuple[Server, httpx.Client], kind: Kind) -> None:
    server, http = here
    server.state.faults.arm(Fault(kind=kind, path="/users/me"))
    with pytest.raises(httpx.TransportError):
        http.get("/users/me")
    assert http.get("/users/me").status_code == 200


def test_a_page_may_lead_to_itself(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    asked = {"project": server.hands.project(SPRING).gid, "limit": 2}
    offset = http.get("/tasks", params=asked).json()["next_page"]["offset"]
    server.state.faults.arm(Fault(kind=Kind.SAME_PAGE_TOKEN, path="offset="))
    page = http.get("/tasks", params={**asked, "offset": offset}).json()
    assert page["next_page"]["offset"] == offset


def test_a_write_may_be_done_and_its_answer_lost(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    spring = server.hands.project(SPRING).gid
    before = len(server.hands.tasks(spring))
    server.state.faults.arm(Fault(kind=Kind.RESET, method="POST", applied=True))
    with pytest.raises(httpx.TransportError):
        http.post("/tasks", json={"data": {"name": "Lost", "projects": [spring]}})
    assert len(everything(http, "/tasks", project=spring)) == before + 1


def test_a_token_may_be_taken_away_and_a_project_hidden(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    spring, task = server.hands.project(SPRING).gid, server.hands.tasks(SPRING)[0].gid
    server.hands.hide(spring)
    assert refused(http.get(f"/projects/{spring}")) == (403, "You do not have access to this project.")
    assert http.get(f"/tasks/{task}").status_code == 403
    server.hands.hide(spring, hidden=False)
    assert data(http, f"/projects/{spring}")["gid"] == spring
    server.hands.refuse_logins()
    assert http.get("/users/me").status_code == 401


def test_knobs_are_turned_over_http_too(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    admin = f"{server.state.site}/_sandbox"
    told = {"data": {"plan": "free", "comments_touch": False, "lag": 5}}
    assert httpx.post(f"{admin}/knobs", json=told).status_code == 204
    nordhaus = data(http, "/workspaces")[0]["gid"]
    assert http.get(f"/workspaces/{nordhaus}/tasks/search").status_code == 402
    assert httpx.post(f"{admin}/clock", json={"data": {"now": "2027-01-01T00:00:00+00:00"}}).json()["now"] > "2027"
    as_milan = httpx.post(f"{admin}/as/Milan Novak/tasks", json={"data": {"name": "By hand", "workspace": nordhaus}})
    assert as_milan.status_code == 201
