"""The sandbox answers as Atlassian's documents say, and the check that says so can fail."""

from dataclasses import replace

import pytest

from pmohub.testing.jira import Flavour, Sandbox, running
from tests.documents.openapi import Exchange
from tests.jira_sandbox.clients import client
from tests.jira_sandbox.recording import KNOWN, Recorder, faults_of

READ_OF_BOTH = (
    "/serverInfo", "/myself", "/mypermissions?permissions=BROWSE_PROJECTS", "/permissions", "/field", "/status",
    "/resolution", "/priority", "/issuetype", "/issueLinkType", "/project", "/project/PAY", "/project/PAY/statuses",
    "/project/PAY/components", "/project/PAY/versions", "/project/PAY/properties",
    "/project/PAY/properties/pmo.register", "/issue/PAY-1?expand=names,schema,renderedFields,changelog",
    "/issue/PAY-1/editmeta", "/issue/PAY-9999",
)  # fmt: skip
READ_OF_CLOUD = (
    "/project/search?expand=lead,description", "/statuses/search", "/users/search", "/issue/PAY-1/changelog",
    "/search/jql?jql=project=PAY&fields=*all&expand=changelog", "/search/jql?jql=order by key",
)  # fmt: skip
READ_OF_SERVER = (
    "/search?jql=project=PAY&fields=*all&expand=changelog&startAt=5&maxResults=50&validateQuery=true",
    "/user?username=nobody",
    "/user/search?username=.&startAt=0",
)


def test_cloud_answers_as_documented(validated: Recorder) -> None:
    with running(Sandbox(), around=validated) as server, client(server) as http:
        said = [http.get(path).status_code for path in READ_OF_BOTH + READ_OF_CLOUD]
        bulk = {"issueIdsOrKeys": ["PAY-1", "CON-2"]}
        said.append(http.post("/search/jql", json={"jql": "project = CON", "fields": ["*all"]}).status_code)
        said.append(http.post("/search/approximate-count", json={"jql": "project = CON"}).status_code)
        said.append(http.post("/issue/bulkfetch", json=bulk | {"fields": ["*all"]}).status_code)
        said.append(http.post("/changelog/bulkfetch", json=bulk).status_code)
    assert said.count(200) == len(said) - 2
    assert len(validated.exchanges) == len(said)


def test_data_center_is_asked_as_documented(validated: Recorder) -> None:
    sandbox = Sandbox(flavour=Flavour.DATA_CENTER)
    with running(sandbox, around=validated) as server, client(server, sandbox.flavour) as http:
        said = [http.get(path).status_code for path in READ_OF_BOTH + READ_OF_SERVER]
    assert said.count(200) == len(said) - 2


@pytest.mark.parametrize("flavour", Flavour)
def test_writing_is_as_documented(flavour: Flavour, validated: Recorder) -> None:
    with running(Sandbox(flavour=flavour), around=validated) as server, client(server, flavour) as http:
        new = {"fields": {"project": {"key": "PAY"}, "issuetype": {"name": "Task"}, "summary": "New"}}
        made = http.post("/issue", json=new).raise_for_status().json()["key"]
        http.put(f"/issue/{made}?notifyUsers=false", json={"fields": {"labels": ["a"]}}).raise_for_status()
        http.put(f"/issue/{made}", json={"update": {"labels": [{"add": "b"}]}}).raise_for_status()
        steps = http.get(f"/issue/{made}/transitions?expand=transitions.fields").json()["transitions"]
        http.post(f"/issue/{made}/transitions", json={"transition": {"id": steps[0]["id"]}}).raise_for_status()
        work = {"timeSpentSeconds": 3600, "started": "2026-11-24T09:00:00.000+0000"}
        worklog = http.post(f"/issue/{made}/worklog", json=work).raise_for_status().json()["id"]
        http.put(f"/issue/{made}/worklog/{worklog}", json={"timeSpentSeconds": 60}).raise_for_status()
        assert http.get(f"/issue/{made}/worklog").json()["total"] == 1
        http.post("/worklog/list", json={"ids": [int(worklog)]}).raise_for_status()
        http.delete(f"/issue/{made}/worklog/{worklog}").raise_for_status()
        http.get("/worklog/deleted?since=0").raise_for_status()
        ends = {"inwardIssue": {"key": made}, "outwardIssue": {"key": "PAY-1"}}
        http.post("/issueLink", json={"type": {"name": "Blocks"}} | ends).raise_for_status()
        http.put("/project/PAY/properties/pmo.test", json={"no": 1}).raise_for_status()
        http.delete("/project/PAY/properties/pmo.test").raise_for_status()
        http.delete(f"/issue/{made}").raise_for_status()
    assert {exchange.method for exchange in validated.exchanges} == {"GET", "PUT", "POST", "DELETE"}


@pytest.fixture
def search(validated: Recorder) -> Exchange:
    with running(Sandbox(), around=validated) as server, client(server) as http:
        http.post("/search/jql", json={"jql": "project = PAY", "fields": ["summary"], "maxResults": 1})
    return validated.exchanges[0]


def test_whatever_is_not_documented_is_noticed(search: Exchange) -> None:
    one_more = search.answer.replace(b'"isLast"', b'"total":1,"isLast"')
    planted = {
        "no parameter start": replace(search, query="start=0"),
        "no such operation": replace(search, path="/rest/api/3/search/jql/all"),
        "the body is missing": replace(search, body=b""),
        "maxResults: 'many' is not of type 'integer'": replace(search, body=b'{"maxResults":"many"}'),
        "('startAt' was unexpected)": replace(search, body=b'{"startAt":1}'),
        "('total' was unexpected)": replace(search, answer=one_more),
        "status 299 is not documented": replace(search, status=299),
        "text/html instead of JSON": replace(search, type="text/html"),
        "unexpected": replace(search, answer=b'{"isLast":tr'),
    }
    assert not faults_of(search)
    for fault, exchange in planted.items():
        assert any(fault in found for found in faults_of(exchange)), fault


def test_a_query_parameter_has_the_type_that_is_documented(search: Exchange) -> None:
    asked = replace(search, method="GET", body=b"", query="jql=project%3DPAY&maxResults=many&failFast=perhaps")
    assert faults_of(asked) == ["parameter maxResults cannot be 'many'", "parameter failFast cannot be 'perhaps'"]


def test_every_known_difference_has_its_reason() -> None:
    assert all(known.reason for known in KNOWN)
