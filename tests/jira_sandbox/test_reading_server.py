"""What a Data Center site answers to whoever only reads."""

from collections.abc import Iterator

import httpx
import pytest

from pmohub.testing.jira import Flavour, Sandbox
from tests.jira_sandbox.clients import client, keys, site

SERVER = Sandbox(flavour=Flavour.DATA_CENTER)


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with site(SERVER) as (_, http):
        yield http


def test_a_search_is_paged_by_place_and_counts(http: httpx.Client) -> None:
    found: list[str] = []
    while True:
        params: dict[str, str | int] = {
            "jql": "project = PAY order by key asc",
            "startAt": len(found),
            "maxResults": 40,
        }
        page = http.get("/search", params=params).json()
        found += keys(page["issues"])
        if len(found) >= page["total"]:
            break
    assert found == [f"PAY-{number}" for number in range(1, 91)]


def test_people_have_names_and_keys_instead_of_account_ids(http: httpx.Client) -> None:
    reporter = http.get("/issue/PAY-1").json()["fields"]["reporter"]
    assert {"name", "key", "emailAddress"} <= set(reporter)
    assert "accountId" not in reporter


def test_texts_are_plain_and_sprints_are_told_as_text(http: httpx.Client) -> None:
    jql = "project = PAY and Sprint is not EMPTY and description is not EMPTY"
    fields = http.post("/search", json={"jql": jql, "maxResults": 1}).json()["issues"][0]["fields"]
    assert isinstance(fields["description"], str)
    assert fields["customfield_10020"][0].startswith("com.atlassian.greenhopper.service.sprint.Sprint@")


def test_newer_versions_tell_of_sprints_as_objects() -> None:
    jql = "project = PAY and Sprint is not EMPTY"
    with site(Sandbox(flavour=Flavour.DATA_CENTER, old_sprints=False)) as (_, http):
        fields = http.get("/search", params={"jql": jql}).json()["issues"][0]["fields"]
    assert {"id", "name", "state"} <= set(fields["customfield_10020"][0])


def test_the_epic_is_a_key_in_a_field_and_no_parent(http: httpx.Client) -> None:
    fields = http.get("/issue/PAY-3").json()["fields"]
    assert fields["customfield_10014"] == "PAY-2"
    assert "parent" not in fields


def test_changelogs_call_people_by_their_keys(http: httpx.Client) -> None:
    fields = http.get("/issue/PAY-4", params={"expand": "changelog"}).json()
    items = [item for change in fields["changelog"]["histories"] for item in change["items"]]
    given = [item["to"] for item in items if item["field"] == "assignee"]
    assert given == [fields["fields"]["assignee"]["key"]]


def test_the_expanded_changelog_is_whole_and_oldest_first(http: httpx.Client) -> None:
    expanded = http.get("/issue/PAY-3", params={"expand": "changelog"}).json()["changelog"]
    assert expanded["total"] == len(expanded["histories"]) > 40
    created = [change["created"] for change in expanded["histories"]]
    assert created == sorted(created)


def test_a_wrong_token_is_refused_everywhere() -> None:
    with site(SERVER) as (server, _), client(server, Flavour.DATA_CENTER, "wrong") as stranger:
        for path in ("/serverInfo", "/search?jql=project=PAY", "/project", "/myself"):
            assert stranger.get(path).status_code == 401
