"""Worklogs: in bulk by the feeds, or issue by issue where a server has none, or where the feeds cannot know."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from connectors.http import CallError
from connectors.jira.client import worklogs
from connectors.jira.client.api import JSON, Client
from connectors.jira.client.worklogs import Changed
from connectors.jira.pulling.records import issue_of


def deleted_since(client: Client, since: int) -> Iterator[Changed] | None:
    """Give the worklogs that were deleted since a moment; None where this Jira does not tell."""
    pages = worklogs.feed(client, "deleted", since)
    try:
        first = next(pages, None)
    except CallError as error:
        if error.status in {404, 405}:
            return None
        raise
    return iter(()) if first is None else chain([first], pages)


def logs_of_issues(client: Client, pool: ThreadPoolExecutor, issues: Sequence[JSON]) -> list[JSON]:
    """Read the worklogs of issues, one call for each that has time logged, side by side."""
    wanted = [raw for raw in issues if has_time(raw)]
    futures = [pool.submit(worklogs.of_issue, client, str(raw.get("key") or raw["id"])) for raw in wanted]
    found: list[JSON] = []
    for raw, future in zip(wanted, futures, strict=True):
        found += [_located(str(raw["id"]), log) for log in future.result()]
    return found


def _located(issue: str, log: JSON) -> JSON:
    """Give a worklog with its issue; a server that does not name it may count the ids of each issue from the same."""
    return log if log.get("issueId") else {**log, "issueId": issue, "id": f"{issue}-{log.get('id')}"}


def has_time(raw: JSON) -> bool:
    """Say whether time is logged on an issue."""
    fields = raw.get("fields")
    return isinstance(fields, Mapping) and fields.get("timespent") not in (None, 0)


def projects_of(issues: Iterable[JSON]) -> Mapping[int, str | None]:
    """Give the project of each issue that was read."""
    return {int(raw["id"]): project_of(raw) for raw in issues}


def project_of(raw: JSON) -> str | None:
    """Give the id of an issue's project."""
    fields: Any = raw.get("fields")
    project = fields.get("project") if isinstance(fields, Mapping) else None
    return str(project["id"]) if isinstance(project, Mapping) and project.get("id") else None


def issues_of(rows: Iterable[JSON]) -> set[int]:
    """Give the ids of the issues of worklogs."""
    return {issue for row in rows if (issue := issue_of(row)) is not None}
