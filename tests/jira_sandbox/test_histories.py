"""What changelogs tell leads without a gap to what issues are: generated ones, and after edits of every kind."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import httpx
import pytest

from pmohub.testing.jira import Sandbox
from tests.jira_sandbox.clients import searched, site

NOW = {
    "status": lambda fields: fields["status"]["id"],
    "resolution": lambda fields: (fields["resolution"] or {}).get("id"),
    "assignee": lambda fields: (fields["assignee"] or {}).get("accountId"),
    "priority": lambda fields: (fields["priority"] or {}).get("id"),
    "duedate": lambda fields: fields["duedate"],
    "timespent": lambda fields: fields["timespent"] and str(fields["timespent"]),
    "timeestimate": lambda fields: (
        fields["timeestimate"] if fields["timeestimate"] is None else str(fields["timeestimate"])
    ),
}


def gaps(http: httpx.Client, jql: str) -> list[str]:
    """Every place where a field's history does not fit together."""
    found = {issue["id"]: issue for issue in searched(http, jql, ("*all",), 100)}
    body = {"issueIdsOrKeys": list(found), "maxResults": 10_000}
    page = http.post("/changelog/bulkfetch", json=body).raise_for_status().json()
    assert "nextPageToken" not in page
    return [gap for log in page["issueChangeLogs"] for gap in _gaps(found[log["issueId"]], log["changeHistories"])]


def _gaps(issue: dict[str, Any], changes: list[dict[str, Any]]) -> list[str]:
    steps: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for change in changes:
        for item in change["items"]:
            steps[item["fieldId"]].append((item["from"], item["to"]))
    told = []
    for field, pairs in steps.items():
        told += [f"{issue['key']} {field}: {a} / {b}" for a, b in pairwise(pairs) if a[1] != b[0]]
        if field in NOW and NOW[field](issue["fields"]) != pairs[-1][1]:
            told.append(f"{issue['key']} {field} is {NOW[field](issue['fields'])}, not {pairs[-1][1]}")
    return told


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_histories_have_no_gap(seed: int) -> None:
    with site(Sandbox(seed=seed)) as (_, http):
        assert gaps(http, "project is not EMPTY") == []


def test_histories_have_no_gap_after_edits() -> None:
    with site(Sandbox(issues=120)) as (server, http):
        hands = server.hands
        for number in range(1, 12):
            key = f"PAY-{number}"
            hands.edit(
                key, {"duedate": "2027-05-05", "priority": {"name": "Low"}, "assignee": None}, by="Lena Hoffmann"
            )
            hands.to_status(key, "Done", resolution={"name": "Won't Do"})
            hands.log_work(key, 1800, by="Ravi Menon")
            hands.to_status(key, "In Progress")
            hands.edit(key, {"timetracking": {"remainingEstimate": "3h"}, "labels": ["x"], "duedate": None})
        hands.move("PAY-4", "CON")
        assert gaps(http, "project is not EMPTY") == []


def test_nobody_works_more_than_a_day_has_or_far_beyond_the_estimate() -> None:
    with site() as (_, http):
        found = searched(
            http, "project is not EMPTY and timespent > 0 and originalEstimate > 0", ("timetracking",), 100
        )
        shares = [
            one["fields"]["timetracking"]["timeSpentSeconds"] / one["fields"]["timetracking"]["originalEstimateSeconds"]
            for one in found
        ]
    assert len(shares) > 50
    assert max(shares) < 1.6
