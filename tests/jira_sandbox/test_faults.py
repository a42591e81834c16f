"""Whatever can go wrong on the way to a Jira can be had from the sandbox, at the request that a test chooses."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest

from pmohub.testing.jira import Server
from pmohub.testing.jira.faults import Fault, Kind
from tests.jira_sandbox.clients import client, site

PROPERTY = "/project/PAY/properties/pmo.test"


@pytest.fixture(scope="module")
def running_site() -> Iterator[Server]:
    with site() as (server, _):
        yield server


@pytest.fixture
def server(running_site: Server) -> Iterator[Server]:
    yield running_site
    running_site.state.faults.clear()


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with client(server) as http:
        yield http


def statuses(http: httpx.Client, count: int, path: str = "/myself") -> list[int]:
    return [http.get(path).status_code for _ in range(count)]


def test_the_nth_request_goes_wrong_once(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.INTERNAL, nth=3))
    assert statuses(http, 5) == [200, 200, 500, 200, 200]
    assert not server.state.faults.armed
    assert [(hit.method, hit.path) for hit in server.state.faults.hits] == [("GET", "/rest/api/3/myself")]


def test_or_all_from_then_on(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.UNAVAILABLE, nth=2, times=None, retry_after=7))
    assert statuses(http, 4) == [200, 503, 503, 503]
    assert http.get("/myself").headers["Retry-After"] == "7"


def test_only_requests_to_the_address_are_counted(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.UNAUTHORISED, method="GET", path=r"/serverInfo$", nth=2))
    assert statuses(http, 2, "/serverInfo") == [200, 401]
    assert statuses(http, 2) == [200, 200]


def test_a_connection_is_reset_before_anything_is_done(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.RESET, method="PUT"))
    with pytest.raises(httpx.ReadError):
        http.put(PROPERTY, json={"lost": False})
    assert http.get(PROPERTY).status_code == 404


def test_or_after_it_was_done_and_the_answer_is_lost(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.RESET, method="PUT", applied=True))
    with pytest.raises(httpx.ReadError):
        http.put(PROPERTY, json={"lost": True})
    assert http.get(PROPERTY).json()["value"] == {"lost": True}
    assert http.delete(PROPERTY).status_code == 204


def test_an_answer_of_a_gateway_may_hide_that_it_was_done(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.BAD_GATEWAY, method="PUT", applied=True))
    answer = http.put(PROPERTY, json=1)
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert http.get(PROPERTY).json()["value"] == 1
    assert http.delete(PROPERTY).status_code == 204


def test_a_silent_server_ends_in_the_clients_own_timeout(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.TIMEOUT))
    with pytest.raises(httpx.ReadTimeout):
        http.get("/myself", timeout=0.1)
    assert statuses(http, 1) == [200]


def test_a_slow_answer_is_a_good_one(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.DELAY, seconds=0.1))
    answer = http.get("/myself")
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.1


def test_a_429_says_when_to_come_back_or_does_not(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.TOO_MANY, retry_after=3), Fault(kind=Kind.TOO_MANY, nth=2))
    said = [http.get("/myself") for _ in range(2)]
    assert [answer.status_code for answer in said] == [429, 429]
    assert [answer.headers.get("Retry-After") for answer in said] == ["3", None]


def test_a_truncated_answer_breaks_off_in_its_middle(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.TRUNCATED))
    with pytest.raises(httpx.TransportError):
        http.get("/field")
    assert statuses(http, 1, "/field") == [200]


def test_half_of_a_truncated_answer_arrives(server: Server) -> None:
    server.state.faults.arm(Fault(kind=Kind.TRUNCATED))
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port)) as raw:
        raw.sendall(b"GET /rest/api/3/serverInfo HTTP/1.1\r\nHost: x\r\n\r\n")
        raw.settimeout(5)
        head, body = raw.recv(65536), b""
        with suppress(ConnectionResetError):
            while more := raw.recv(65536):
                body += more
    head, _, begun = head.partition(b"\r\n\r\n")
    announced = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert len(begun + body) == announced // 2


def test_a_redirect_leads_to_a_login_page(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.LOGIN_PAGE))
    answer = http.get("/myself", follow_redirects=True)
    assert [step.status_code for step in (*answer.history, answer)] == [302, 200]
    assert answer.text.startswith("<!DOCTYPE html>")


def test_an_answer_may_be_empty(server: Server, http: httpx.Client) -> None:
    server.state.faults.arm(Fault(kind=Kind.EMPTY))
    answer = http.get("/myself")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_page_may_lead_to_itself(server: Server, http: httpx.Client) -> None:
    query = {"jql": "project = PAY", "maxResults": 5}
    first = http.get("/search/jql", params=query).json()
    server.state.faults.arm(Fault(kind=Kind.SAME_PAGE_TOKEN, path="/search/jql"))
    second = http.get("/search/jql", params=query | {"nextPageToken": first["nextPageToken"]}).json()
    assert second["nextPageToken"] == first["nextPageToken"]
    assert second["isLast"] is False


def test_an_admin_arms_and_clears_them_over_http(server: Server, http: httpx.Client) -> None:
    address = f"{server.url}/_sandbox/faults"
    armed = httpx.post(address, json={"kind": "500", "path": "/myself", "times": 2}).json()["armed"]
    assert [(fault["kind"], fault["path"]) for fault in armed] == [("500", "/myself")]
    assert statuses(http, 1) == [500]
    assert httpx.get(address).json()["hits"] == [{"kind": "500", "method": "GET", "path": "/rest/api/3/myself"}]
    assert httpx.delete(address).json() == {"armed": [], "hits": []}
    assert statuses(http, 1) == [200]


def test_a_fault_that_nobody_knows_is_refused(server: Server) -> None:
    answer = httpx.post(f"{server.url}/_sandbox/faults", json={"kind": "earthquake"})
    assert answer.status_code == 400
    assert not server.state.faults.armed
