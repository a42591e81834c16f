"""The loop that somebody writes with the `jira` library: every issue with its changelog, its worklogs where cut short.

`python -m benchmarks.jira.plain URL EMAIL AUTHORITY`, in any environment that has the library.
"""

import json
import os
import sys
from collections import Counter

from jira import JIRA


def main() -> None:
    url, email, authority = sys.argv[1:4]
    jira = JIRA(
        url, basic_auth=(email, os.environ["BENCH_TOKEN"]), options={"verify": authority, "rest_api_version": "3"}
    )
    counts = Counter(project=len(jira.projects()))
    token = None
    while True:
        page = jira.enhanced_search_issues(
            "created >= '1970-01-01' ORDER BY created ASC",
            nextPageToken=token,
            maxResults=100,
            fields="*all",
            expand="changelog",
        )
        for issue in page:
            counts["task"] += 1
            changes = issue.changelog.histories
            if getattr(issue.changelog, "total", 0) > len(changes):
                changes = jira.issue(issue.id, expand="changelog").changelog.histories
            counts["change"] += sum(len(change.items) for change in changes)
            logged = issue.fields.worklog
            counts["time_entry"] += (
                len(logged.worklogs) if logged.total <= len(logged.worklogs) else len(jira.worklogs(issue.id))
            )
        token = page.nextPageToken
        if not token:
            break
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
