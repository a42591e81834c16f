"""A Data Center by others is read as ours is: what we think of Jira is not only what we built."""

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.jira.config import JiraOptions
from connectors.jira.reader import JiraReader
from tests.jira_reading.sites import pulled, records


def test_every_issue_and_worklog_of_it_is_read(jira820: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("peer-token")
    options = {"url": jira820, "token": {"file": str(tmp_path / "token")}, "requests_per_second": 200}
    context = ConnectorContext("peer", tmp_path, ZoneInfo("UTC"), tmp_path)
    reader = JiraReader(JiraOptions.model_validate(options), context)
    assert not list(reader.check())
    read = records(pulled(reader))
    asked = {"jql": "project = JIRA820", "fields": "timespent", "maxResults": 1000}
    issues = httpx.get(f"{jira820}/rest/api/2/search", params=asked).json()["issues"]
    assert {task.key for (kind, _), task in read.items() if kind is EntityKind.TASK} == {each["key"] for each in issues}
    worked = sum(entry.duration for (kind, _), entry in read.items() if kind is EntityKind.TIME_ENTRY)
    assert worked == sum(issue["fields"]["timespent"] or 0 for issue in issues)
    assert Counter(kind for kind, _ in read)[EntityKind.PROJECT] == 1
