"""What a site does with an edit: what it refuses and how, what it writes into the history."""

from collections.abc import Iterator

import httpx
import pytest

from pmohub.testing.jira import Flavour, Sandbox, Server
from tests.jira_sandbox.clients import client, keys, searched, site

DONE, IN_PROGRESS = "31", "11"


@pytest.fixture
def both() -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(issues=120)) as pair:
        yield pair


@pytest.fixture
def http(both: tuple[Server, httpx.Client]) -> httpx.Client:
    return both[1]


@pytest.fixture
def server(both: tuple[Server, httpx.Client]) -> Server:
    return both[0]


def edited(http: httpx.Client, fields: dict[str, object], issue: str = "PAY-1") -> httpx.Response:
    return http.put(f"/issue/{issue}", json={"fields": fields})


def last_change(http: httpx.Client, issue: str = "PAY-1") -> dict[str, object]:
    changes = http.get(f"/issue/{issue}/changelog").json()["values"]
    return changes[-1]["items"][-1] if changes else {}


WRITTEN = {
    "summary": ("New title", "New title"),
    "duedate": ("2027-01-31", "2027-01-31"),
    "labels": (["a", "b"], ["a", "b"]),
    "customfield_10026": (3, 3.0),
    "customfield_10107": ("2027-02-28", "2027-02-28"),
    "customfield_10109": ("PMO-1", "PMO-1"),
    "customfield_10111": ("https://example.org", "https://example.org"),
    "customfield_10112": (["x"], ["x"]),
}


def test_each_kind_of_field_is_written_and_leaves_its_change(http: httpx.Client) -> None:
    for field, (sent, read) in WRITTEN.items():
        assert edited(http, {field: sent}).status_code == 204
        assert http.get("/issue/PAY-1").json()["fields"][field] == read
        assert last_change(http)["fieldId"] == field


def test_options_people_and_documents_are_written_by_id_or_name(http: httpx.Client) -> None:
    anna = http.get("/users/search").json()[0]["accountId"]
    document = {"type": "doc", "version": 1, "content": []}
    sent = {
        "customfield_10103": {"value": "Closing"},
        "customfield_10104": [{"value": "Cost"}, {"id": "10224"}],
        "customfield_10105": {"value": "Retail", "child": {"value": "Online"}},
        "customfield_10101": {"accountId": anna},
        "customfield_10108": "2026-01-31T10:00:00.000+0000",
        "customfield_10110": document,
    }
    assert edited(http, sent).status_code == 204
    fields = http.get("/issue/PAY-1").json()["fields"]
    assert fields["customfield_10103"]["value"] == "Closing"
    assert [one["value"] for one in fields["customfield_10104"]] == ["Cost", "Law"]
    assert fields["customfield_10105"]["child"]["value"] == "Online"
    assert fields["customfield_10101"]["accountId"] == anna
    assert fields["customfield_10108"] == "2026-01-31T11:00:00.000+0100"
    assert fields["customfield_10110"] == document


REFUSED = {
    "summary": "two\nlines",
    "description": "plain text where a document belongs",
    "duedate": "31.01.2027",
    "customfield_10026": "three",
    "customfield_10103": {"value": "Nowhere"},
    "customfield_10108": "2026-01-31T10:00:00.000+00:00",
    "customfield_10101": {"accountId": "nobody"},
    "labels": ["two words"],
    "status": {"name": "Done"},
    "customfield_99999": 1,
}


def test_all_that_is_wrong_is_told_by_field_and_nothing_is_written(http: httpx.Client) -> None:
    before = http.get("/issue/PAY-1").json()
    answer = edited(http, {**REFUSED, "customfield_10109": "would be right"})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(REFUSED)
    assert http.get("/issue/PAY-1").json() == before


def test_an_edit_that_changes_nothing_leaves_no_trace(http: httpx.Client) -> None:
    before = http.get("/issue/PAY-1", params={"expand": "changelog"}).json()
    edited(http, {"summary": before["fields"]["summary"]})
    assert http.get("/issue/PAY-1", params={"expand": "changelog"}).json() == before


def test_one_label_is_added_beside_the_others(http: httpx.Client) -> None:
    edited(http, {"labels": ["a", "b", "c"]})
    assert http.put("/issue/PAY-1", json={"update": {"labels": [{"add": "d"}, {"remove": "b"}]}}).status_code == 204
    assert http.get("/issue/PAY-1").json()["fields"]["labels"] == ["a", "c", "d"]


def test_a_loud_edit_mails_and_a_quiet_one_is_for_administrators(server: Server, http: httpx.Client) -> None:
    quiet = {"notifyUsers": "false"}
    assert http.put("/issue/PAY-1", params=quiet, json={"fields": {"duedate": None}}).status_code == 204
    assert server.hands.mails() == []
    edited(http, {"summary": "Heard"})
    assert [mail["issue"] for mail in server.hands.mails()] == ["PAY-1"]
    server.hands.forbid("ADMINISTER", "ADMINISTER_PROJECTS")
    assert http.put("/issue/PAY-1", params=quiet, json={"fields": {"duedate": None}}).status_code == 403


def test_without_permission_nothing_can_be_edited(server: Server, http: httpx.Client) -> None:
    server.hands.forbid("EDIT_ISSUES")
    assert http.get("/issue/PAY-1/editmeta").json() == {"fields": {}}
    assert edited(http, {"summary": "No"}).status_code == 403
    assert not http.get("/mypermissions?permissions=EDIT_ISSUES").json()["permissions"]["EDIT_ISSUES"]["havePermission"]


def test_a_step_of_the_workflow_asks_for_what_its_screen_requires(http: httpx.Client) -> None:
    made = {"project": {"key": "PAY"}, "issuetype": {"name": "Task"}, "summary": "New"}
    key = http.post("/issue", json={"fields": made}).json()["key"]
    steps = http.get(f"/issue/{key}/transitions", params={"expand": "transitions.fields"}).json()["transitions"]
    assert {step["name"]: list(step["fields"]) for step in steps} == {"Start": [], "Block": ["customfield_10118"]}
    path = f"/issue/{key}/transitions"
    assert http.post(path, json={"transition": {"id": DONE}}).status_code == 400
    assert http.post(path, json={"transition": {"id": IN_PROGRESS}}).status_code == 204
    assert set(http.post(path, json={"transition": {"id": DONE}}).json()["errors"]) == {"resolution"}
    with_more = {"transition": {"id": DONE}, "fields": {"resolution": {"name": "Done"}, "summary": "Not here"}}
    assert set(http.post(path, json=with_more).json()["errors"]) == {"summary"}
    done = {"transition": {"id": DONE}, "fields": {"resolution": {"name": "Done"}}}
    assert http.post(path, json=done).status_code == 204
    fields = http.get(f"/issue/{key}").json()["fields"]
    assert fields["resolution"]["name"] == fields["status"]["name"] == "Done"
    assert fields["resolutiondate"] == fields["updated"]


def test_a_new_issue_needs_what_jira_needs(http: httpx.Client) -> None:
    answer = http.post("/issue", json={"fields": {"project": {"key": "PAY"}, "issuetype": {"name": "Sub-task"}}})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"parent", "summary"})


def test_a_moved_issue_keeps_its_id_and_answers_to_both_keys(server: Server, http: httpx.Client) -> None:
    before = http.get("/issue/PAY-4").json()
    key = server.hands.move("PAY-4", "CON")
    after = http.get("/issue/PAY-4").json()
    assert (after["id"], after["key"]) == (before["id"], key)
    assert http.get(f"/issue/{key}").json()["id"] == before["id"]
    changes = http.get(f"/issue/{key}/changelog").json()["values"][-1]["items"]
    assert {item["field"] for item in changes} >= {"project", "Key"}
    assert key in keys(searched(http, "project = CON"))
    assert "PAY-4" not in keys(searched(http, "project = PAY"))


def test_a_renamed_project_renames_its_issues_which_answer_to_both_keys(server: Server, http: httpx.Client) -> None:
    server.hands.edit("PAY-2", {"summary": "Edited before"})
    before = {key: http.get(f"/issue/{key}").json() for key in ("PAY-1", "PAY-2")}
    server.hands.project("PAY", key="CARD")
    for key, issue in before.items():
        after = http.get(f"/issue/{key}").json()
        assert (after["id"], after["key"]) == (issue["id"], key.replace("PAY", "CARD"))
        assert after["fields"]["updated"] == issue["fields"]["updated"]
    assert keys(searched(http, "project = CARD order by key asc"))[:3] == ["CARD-1", "CARD-2", "CARD-3"]


def test_an_issue_with_subtasks_is_deleted_only_with_them(http: httpx.Client) -> None:
    below = http.get("/issue/PAY-4").json()["fields"]["subtasks"]
    assert below
    assert http.delete("/issue/PAY-4").status_code == 400
    assert http.delete("/issue/PAY-4", params={"deleteSubtasks": "true"}).status_code == 204
    assert {http.get(f"/issue/{key}").status_code for key in ("PAY-4", below[0]["key"])} == {404}


def test_what_is_hidden_can_neither_be_read_nor_named(server: Server, http: httpx.Client) -> None:
    server.hands.hide(project="CON")
    server.hands.hide(issue="PAY-2")
    assert {http.get(path).status_code for path in ("/issue/CON-1", "/issue/PAY-2", "/project/CON")} == {404}
    assert "does not exist" in http.get("/search/jql?jql=project=CON").json()["errorMessages"][0]
    assert "PAY-2" not in keys(searched(http, "project = PAY"))
    assert http.post("/issue/bulkfetch", json={"issueIdsOrKeys": ["PAY-2", "CON-1"]}).json()["issues"] == []
    server.hands.hide(project="CON", hidden=False)
    assert http.get("/issue/CON-1").status_code == 200


def test_the_search_learns_of_an_edit_later_unless_it_is_asked_to_look(server: Server, http: httpx.Client) -> None:
    server.hands.lag(30)
    server.hands.edit("PAY-1", {"summary": "Fresh"}, by="Ravi Menon")
    identity = http.get("/issue/PAY-1").json()["id"]

    def told(**more: object) -> str:
        body = {"jql": "key = PAY-1", "fields": ["summary"], **more}
        return str(http.post("/search/jql", json=body).json()["issues"][0]["fields"]["summary"])

    assert told() != "Fresh"
    assert told(reconcileIssues=[int(identity)]) == "Fresh"
    server.hands.clock(seconds=31)
    assert told() == "Fresh"


def test_pages_under_way_lose_nothing_that_stays_in_the_query(server: Server, http: httpx.Client) -> None:
    jql = "project = PAY order by updated asc"
    first = http.post("/search/jql", json={"jql": jql, "fields": ["key"], "maxResults": 5}).json()
    server.hands.edit(first["issues"][-1]["key"], {"summary": "Moves to the end of the order"})
    seen = keys(first["issues"])
    token = first["nextPageToken"]
    while token:
        page = http.post("/search/jql", json={"jql": jql, "fields": ["key"], "nextPageToken": token}).json()
        seen += keys(page["issues"])
        token = page.get("nextPageToken")
    assert set(seen) == set(keys(searched(http, jql)))
    assert len(seen) == len(set(seen)) + 1


def test_a_link_shows_at_both_ends(server: Server, http: httpx.Client) -> None:
    server.hands.link("PAY-1", "CON-1")
    outward = http.get("/issue/PAY-1").json()["fields"]["issuelinks"][-1]
    inward = http.get("/issue/CON-1").json()["fields"]["issuelinks"][-1]
    assert (outward["type"]["outward"], outward["outwardIssue"]["key"]) == ("blocks", "CON-1")
    assert inward["inwardIssue"]["key"] == "PAY-1"
    one = http.get(f"/issueLink/{inward['id']}").json()
    assert (one["inwardIssue"]["key"], one["outwardIssue"]["key"]) == ("PAY-1", "CON-1")
    assert http.delete(f"/issueLink/{inward['id']}").status_code == 204
    assert inward not in http.get("/issue/CON-1").json()["fields"]["issuelinks"]


def test_every_generated_link_is_found_by_its_id(http: httpx.Client) -> None:
    issues = searched(http, "project is not EMPTY", ("issuelinks",), 100)
    links = {link["id"] for issue in issues for link in issue["fields"]["issuelinks"]}
    assert links
    assert {http.get(f"/issueLink/{identity}").status_code for identity in links} == {200}


def test_a_server_takes_names_and_plain_text() -> None:
    with site(Sandbox(flavour=Flavour.DATA_CENTER, issues=60)) as (_, http):
        sent = {"assignee": {"name": "annakeller"}, "description": "h2. Wiki *text*"}
        assert edited(http, sent).status_code == 204
        fields = http.get("/issue/PAY-1").json()["fields"]
        assert (fields["assignee"]["name"], fields["description"]) == ("annakeller", "h2. Wiki *text*")


def test_a_token_that_is_refused_later_turns_the_account_into_a_stranger(server: Server, http: httpx.Client) -> None:
    server.hands.refuse_logins()
    assert http.get("/search/jql?jql=project=PAY").json() == {"issues": [], "isLast": True}
    server.hands.refuse_logins(refused=False)
    with client(server) as again:
        assert again.get("/myself").status_code == 200
