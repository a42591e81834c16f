"""What the sandbox says to writers is as Atlassian's documents say, in both flavours."""

from typing import Any

import httpx

from pmohub.testing.jira import Flavour, Sandbox, running
from tests.jira_sandbox.clients import client
from tests.jira_sandbox.recording import Recorder


def written(http: httpx.Client, *, cloud: bool) -> list[int]:
    """Write one of everything; give the statuses."""
    text: Any = {"type": "doc", "version": 1, "content": []} if cloud else "*text*"
    fields = {"project": {"key": "PAY"}, "issuetype": {"name": "Task"}, "summary": "New", "description": text}
    made = http.post("/issue", json={"fields": fields})
    path = f"/issue/{made.json()['key']}"
    logged = http.post(f"{path}/worklog", json={"timeSpentSeconds": 3600, "comment": text})
    ends = {"inwardIssue": {"key": "PAY-1"}, "outwardIssue": {"key": "CON-1"}}
    work = f"{path}/worklog/{logged.json()['id']}"
    return [
        answer.status_code
        for answer in (
            made,
            logged,
            http.post("/issue", json={"fields": {"project": {"key": "PAY"}}}),
            http.put(path, json={"fields": {"duedate": "2027-01-31"}}, params={"notifyUsers": "false"}),
            http.put(path, json={"fields": {"duedate": "soon"}}),
            http.get(f"{path}/transitions", params={"expand": "transitions.fields"}),
            http.post(f"{path}/transitions", json={"transition": {"id": "11"}}),
            http.post(f"{path}/transitions", json={"transition": {"id": "99"}}),
            http.get(f"{path}/worklog"),
            http.get(work),
            http.put(work, json={"timeSpent": "2h"}),
            http.delete(work),
            http.post("/issueLink", json={"type": {"name": "Blocks"}, **ends}),
            http.get("/issueLink/900000001"),
            http.delete("/issueLink/900000001"),
            http.put("/project/PAY/properties/pmo", json={"id": "PMO-1"}),
            http.get("/project/PAY/properties/pmo"),
            http.delete("/project/PAY/properties/pmo"),
            http.delete(path),
        )
    ]  # fmt: skip


EXPECTED = [201, 201, 400, 204, 400, 200, 204, 400, 200, 200, 200, 204, 201, 200, 204, 201, 200, 204, 204]


def test_cloud_is_written_to_as_documented(validated: Recorder) -> None:
    with running(Sandbox(issues=60), around=validated) as server, client(server) as http:
        assert written(http, cloud=True) == EXPECTED
        since = {"since": 0}
        assert http.get("/worklog/updated", params=since).status_code == 200
        assert http.get("/worklog/deleted", params=since).status_code == 200
        assert http.post("/worklog/list", json={"ids": [50_832]}).status_code == 200
        assert http.get("/user/bulk", params={"accountId": "x", "maxResults": 5}).status_code == 200


def test_data_center_is_written_to_as_documented(validated: Recorder) -> None:
    sandbox = Sandbox(issues=60, flavour=Flavour.DATA_CENTER)
    with running(sandbox, around=validated) as server, client(server, sandbox.flavour) as http:
        assert written(http, cloud=False) == EXPECTED
