"""The same with dlt's REST source: `python -m benchmarks.jira.by_dlt URL EMAIL AUTHORITY`.

What it extracts is counted, not loaded.
"""

import json
import os
import sys
from collections import Counter

from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found]  # in its own environment only


def main() -> None:
    url, email, authority = sys.argv[1:4]
    os.environ["REQUESTS_CA_BUNDLE"] = authority
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    issues = {
        "path": "search/jql",
        "data_selector": "issues",
        "params": {
            "jql": "created >= '1970-01-01' ORDER BY created ASC",
            "fields": "*all",
            "expand": "changelog",
            "maxResults": 100,
        },
        "paginator": {"type": "cursor", "cursor_path": "nextPageToken", "cursor_param": "nextPageToken"},
    }
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{url}/rest/api/3/",
                "auth": {"type": "http_basic", "username": email, "password": os.environ["BENCH_TOKEN"]},
            },
            "resources": [{"name": "issues", "endpoint": issues}],
        }
    )
    counts: Counter[str] = Counter()
    for issue in source.resources["issues"]:
        counts["task"] += 1
        counts["change"] += sum(len(change["items"]) for change in issue["changelog"]["histories"])
        counts["time_entry"] += len(issue["fields"]["worklog"]["worklogs"])
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
