"""Worklogs and the feeds that tell of them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pmohub.testing.jira import Sandbox, Server
from tests.jira_sandbox.clients import keys, searched, site


@pytest.fixture
def both() -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(issues=1000)) as pair:
        yield pair


@pytest.fixture
def http(both: tuple[Server, httpx.Client]) -> httpx.Client:
    return both[1]


@pytest.fixture
def server(both: tuple[Server, httpx.Client]) -> Server:
    return both[0]


def feed(http: httpx.Client, kind: str, since: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = http.get(f"/worklog/{kind}", params={"since": since}).json()
        assert len(page["values"]) <= 1000
        found += page["values"]
        if page["lastPage"]:
            return found
        since = page["until"]


def spent(http: httpx.Client, issue: str) -> int:
    return int(http.get(f"/issue/{issue}").json()["fields"]["timespent"] or 0)


def test_the_feed_tells_each_worklog_once_in_order(http: httpx.Client) -> None:
    told = feed(http, "updated")
    times = [entry["updatedTime"] for entry in told]
    assert times == sorted(times)
    projects = "PAY, PORT, IAM, DCX, CON, GDPR"
    every = keys(searched(http, f"project in ({projects})"))
    listed = [worklog["id"] for key in every for worklog in http.get(f"/issue/{key}/worklog").json()["worklogs"]]
    known = {str(entry["worklogId"]) for entry in told}
    assert len(told) == len(known) > 1000
    assert set(listed) <= known


def test_worklogs_are_fetched_by_id(http: httpx.Client) -> None:
    identities = [entry["worklogId"] for entry in feed(http, "updated")[:1000]]
    found = http.post("/worklog/list", json={"ids": identities}).json()
    assert len(found) > 800  # those of the archived project are seen too, restricted ones are as well
    assert {int(worklog["id"]) for worklog in found} <= set(identities)
    assert http.post("/worklog/list", json={"ids": list(range(1001))}).status_code == 400


def test_the_time_spent_is_the_sum_of_the_worklogs(server: Server, http: httpx.Client) -> None:
    for _ in range(5):
        assert http.post("/issue/PAY-4/worklog", json={"timeSpent": "1h 30m"}).status_code == 201
    listed = http.get("/issue/PAY-4/worklog").json()["worklogs"]
    assert spent(http, "PAY-4") == sum(worklog["timeSpentSeconds"] for worklog in listed)


def test_a_worklog_is_in_the_feed_after_a_minute(server: Server, http: httpx.Client) -> None:
    before = len(feed(http, "updated"))
    identity = server.hands.log_work("PAY-4", 3600, by="Ravi Menon", started="2026-11-24T22:00:00.000+0530")
    assert len(feed(http, "updated")) == before
    server.hands.clock(seconds=61)
    assert str(feed(http, "updated")[-1]["worklogId"]) == identity
    assert http.get(f"/issue/PAY-4/worklog/{identity}").json()["started"] == "2026-11-24T17:30:00.000+0100"


def test_a_worklog_deleted_without_a_word_is_known_from_its_own_feed_alone(server: Server, http: httpx.Client) -> None:
    before = http.get("/issue/PAY-3").json()["fields"]
    gone = before["worklog"]["worklogs"][0]
    server.hands.delete_work(gone["id"])
    server.hands.clock(seconds=61)
    after = http.get("/issue/PAY-3").json()["fields"]
    assert after["updated"] == before["updated"]
    assert after["timespent"] == before["timespent"] - gone["timeSpentSeconds"]
    assert [str(entry["worklogId"]) for entry in feed(http, "deleted")] == [gone["id"]]
    assert gone["id"] not in {str(entry["worklogId"]) for entry in feed(http, "updated")}


def test_a_note_changed_on_a_worklog_does_not_move_the_issue(server: Server, http: httpx.Client) -> None:
    before = http.get("/issue/PAY-3").json()["fields"]
    identity = before["worklog"]["worklogs"][0]["id"]
    server.hands.change_work("PAY-3", identity, comment={"type": "doc", "version": 1, "content": []})
    assert http.get("/issue/PAY-3").json()["fields"]["updated"] == before["updated"]
    server.hands.change_work("PAY-3", identity, timeSpentSeconds=7200)
    assert http.get("/issue/PAY-3").json()["fields"]["updated"] > before["updated"]


def test_a_worklog_for_a_role_is_seen_by_that_role_alone(server: Server, http: httpx.Client) -> None:
    role = {"type": "role", "value": "Administrators"}
    identity = server.hands.log_work("PAY-4", 3600, visibility=role)
    assert http.get(f"/issue/PAY-4/worklog/{identity}").json()["visibility"]["value"] == "Administrators"
    server.hands.forbid("SEE_RESTRICTED_WORKLOGS")
    assert http.get(f"/issue/PAY-4/worklog/{identity}").status_code == 404
    assert http.post("/worklog/list", json={"ids": [int(identity)]}).json() == []


def test_a_page_of_an_issues_worklogs_starts_where_it_is_asked(http: httpx.Client) -> None:
    page = http.get("/issue/PAY-3/worklog", params={"startAt": 20, "maxResults": 3}).json()
    assert (len(page["worklogs"]), page["total"]) == (3, 24)
