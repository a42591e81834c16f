"""The Jira by others answers, so that connector tests can use it."""

import httpx


def test_it_has_a_project_of_issues_with_worklogs(jira820: str) -> None:
    with httpx.Client(base_url=f"{jira820}/rest/api/2") as http:
        asked = {"jql": "project = JIRA820", "fields": "timespent", "maxResults": 1000}
        found = http.get("/search", params=asked).json()
        worked = next(issue for issue in found["issues"] if issue["fields"]["timespent"])
        worklogs = http.get(f"/issue/{worked['key']}/worklog").json()["worklogs"]
    assert found["total"] == 364
    assert sum(each["timeSpentSeconds"] for each in worklogs) == worked["fields"]["timespent"]
