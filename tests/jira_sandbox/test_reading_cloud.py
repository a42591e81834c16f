"""What a Cloud site answers to whoever only reads."""

from collections.abc import Iterator

import httpx
import pytest

from pmohub.testing.jira import Sandbox
from tests.jira_sandbox.clients import client, keys, searched, site


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with site() as (_, http):
        yield http


def test_it_says_that_it_is_cloud(http: httpx.Client) -> None:
    assert http.get("/serverInfo").json()["deploymentType"] == "Cloud"


def test_a_search_gives_every_issue_once_over_its_pages(http: httpx.Client) -> None:
    found = keys(searched(http, "project in (PAY, CON) order by updated asc", size=40))
    assert len(found) == len(set(found)) == 180


def test_a_page_with_fields_holds_a_hundred_issues_at_most(http: httpx.Client) -> None:
    page = http.post(
        "/search/jql", json={"jql": "project = PAY or project = PORT", "fields": ["*all"], "maxResults": 5000}
    )
    assert len(page.json()["issues"]) == 100
    assert "total" not in page.json()


def test_a_search_without_fields_gives_ids_alone(http: httpx.Client) -> None:
    page = http.get("/search/jql", params={"jql": "project = PAY"}).json()
    assert set(page["issues"][0]) == {"id"}


def test_an_unbounded_query_is_refused(http: httpx.Client) -> None:
    answer = http.get("/search/jql", params={"jql": "order by key"})
    assert answer.status_code == 400
    assert "Unbounded" in answer.json()["errorMessages"][0]


def test_a_token_leads_nowhere_for_another_query(http: httpx.Client) -> None:
    page = http.post("/search/jql", json={"jql": "project = PAY", "maxResults": 10}).json()
    other = http.post("/search/jql", json={"jql": "project = CON", "nextPageToken": page["nextPageToken"]})
    assert other.status_code == 400


def test_the_removed_search_says_where_to_go(http: httpx.Client) -> None:
    answer = http.get("/search", params={"jql": "project = PAY"})
    assert answer.status_code == 410
    assert "search/jql" in answer.json()["errorMessages"][0]


def test_a_bulk_fetch_gives_issues_by_id_and_leaves_out_what_is_not_there(http: httpx.Client) -> None:
    asked = ["PAY-9", "pay-2", "20016", "PAY-99999"]
    found = http.post("/issue/bulkfetch", json={"issueIdsOrKeys": asked, "fields": ["summary"]}).json()["issues"]
    assert keys(found) == ["PAY-2", "PAY-4", "PAY-9"]


def test_an_issue_embeds_twenty_worklogs_of_twenty_four(http: httpx.Client) -> None:
    embedded = http.get("/issue/PAY-3").json()["fields"]["worklog"]
    assert (len(embedded["worklogs"]), embedded["total"]) == (20, 24)


def test_the_expanded_changelog_holds_the_newest_forty_changes(http: httpx.Client) -> None:
    expanded = http.get("/issue/PAY-3", params={"expand": "changelog"}).json()["changelog"]
    whole = http.get("/issue/PAY-3/changelog").json()
    assert len(expanded["histories"]) == 40 < whole["total"]
    assert expanded["histories"][0]["id"] == whole["values"][-1]["id"]


def test_changes_of_many_issues_come_by_date_each_once(http: httpx.Client) -> None:
    asked = keys(searched(http, "project = PAY"))
    body = {"issueIdsOrKeys": asked, "maxResults": 100}
    seen: list[tuple[int, str]] = []
    while True:
        page = http.post("/changelog/bulkfetch", json=body).json()
        changes = [change for entry in page["issueChangeLogs"] for change in entry["changeHistories"]]
        assert not seen or min(change["created"] for change in changes) >= max(at for at, _ in seen)
        seen += [(change["created"], change["id"]) for change in changes]
        if "nextPageToken" not in page:
            break
        body["nextPageToken"] = page["nextPageToken"]
    one_by_one = [change["id"] for key in asked for change in http.get(f"/issue/{key}/changelog").json()["values"]]
    assert sorted(identity for _, identity in seen) == sorted(one_by_one)


def test_a_history_ends_with_what_the_issue_is(http: httpx.Client) -> None:
    for issue in searched(http, "project = PAY and resolution = Done", ("status", "updated"), 100)[:20]:
        last = http.get(f"/issue/{issue['key']}/changelog").json()["values"][-1]
        assert last["created"] == issue["fields"]["updated"]
        assert issue["fields"]["status"]["name"] in {item["toString"] for item in last["items"]}


def test_more_than_a_page_of_users_with_most_emails_hidden(http: httpx.Client) -> None:
    first = http.get("/users/search").json()
    rest = http.get("/users/search", params={"startAt": 50}).json()
    everybody = {user["accountId"]: user for user in first + rest}
    assert len(first) == 50 < len(everybody)
    assert any("emailAddress" not in user for user in everybody.values())
    assert any(user.get("emailAddress") == "anna.keller@nordhaus.example" for user in everybody.values())


def test_archived_projects_are_listed_only_where_they_are_asked_for(http: httpx.Client) -> None:
    live = http.get("/project/search").json()
    archived = http.get("/project/search", params={"status": "archived"}).json()
    assert "MOB" not in {project["key"] for project in live["values"]}
    assert [project["key"] for project in archived["values"]] == ["MOB"]


def test_two_fields_have_the_same_name(http: httpx.Client) -> None:
    names = [field["name"] for field in http.get("/field").json()]
    assert names.count("Customer") == 2


def test_times_are_in_the_zone_of_the_account(http: httpx.Client) -> None:
    created = http.get("/issue/PAY-1").json()["fields"]["created"]
    assert created.endswith(("+0100", "+0200"))


def test_a_wrong_token_finds_nothing_instead_of_failing() -> None:
    with site() as (server, _), client(server, token="wrong") as stranger:  # noqa: S106  # it is wrong
        found = stranger.post("/search/jql", json={"jql": "project = PAY"})
        assert (found.status_code, found.json()["issues"]) == (200, [])
        assert found.headers["x-seraph-loginreason"] == "AUTHENTICATED_FAILED"
        assert stranger.get("/project/search").json()["total"] == 0
        assert stranger.get("/myself").status_code == 401
        assert stranger.get("/issue/PAY-1").status_code == 404


def test_the_same_seed_gives_the_same_site_and_another_gives_another() -> None:
    def told(seed: int) -> object:
        with site(Sandbox(seed=seed, issues=60)) as (_, http):
            return [issue["fields"]["summary"] for issue in searched(http, "project = PAY", ("summary",), 100)]

    assert told(5) == told(5) != told(6)


def test_a_query_answered_by_arithmetic_finds_what_looking_at_each_issue_finds(http: httpx.Client) -> None:
    # A clause that says nothing new makes the site look at each issue.
    for exact in (
        "project in (PAY, DCX)",
        "project = CON and updated >= '2026-10-01'",
        "created <= '2026-01-15 12:00'",
    ):
        for order in ("updated asc, key asc", "key desc", "created asc"):
            looked = f"{exact} and summary is not EMPTY order by {order}"
            assert keys(searched(http, f"{exact} order by {order}")) == keys(searched(http, looked))
