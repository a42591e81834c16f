"""tap-jira from the index: `python -m benchmarks.jira.by_tap TAP URL EMAIL AUTHORITY`; what it prints is counted."""

import json
import os
import sys

from benchmarks.reading.singer import counted, trust

NAMES = {"projects": "project", "issues": "task", "changelogs": "change", "worklogs": "time_entry"}


def main() -> None:
    tap, url, email, authority = sys.argv[1:5]
    trust(authority)
    login = {"username": email, "password": os.environ["BENCH_TOKEN"], "base_url": url}
    config = {**login, "start_date": "2000-01-01T00:00:00Z", "user_agent": "bench"}
    print(json.dumps(counted(tap, config, NAMES, _size, chosen="--properties")))


def _size(stream: str, record: dict[str, list[object]]) -> int:
    return len(record["items"]) if stream == "changelogs" else 1


if __name__ == "__main__":
    main()
