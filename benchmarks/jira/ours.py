"""One pull by our reader, in a process of its own: `python -m benchmarks.jira.ours URL EMAIL AUTHORITY [CURSOR_FILE]`.

With a file for the cursor it goes on from what stands there, and leaves there where it ended.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.base import ConnectorContext
from connectors.jira.kind import KIND


def main() -> None:
    url, email, authority = sys.argv[1:4]
    kept = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    options = KIND.options.model_validate(
        {
            "url": url,
            "email": email,
            "token": {"env": "BENCH_TOKEN"},
            "ca_bundle": authority,
            "requests_per_second": 200,
        }
    )
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        reader = KIND.reader(options, ConnectorContext("bench", Path(scratch), ZoneInfo("UTC"), Path(scratch)))
        cursor = json.loads(kept.read_text()) if kept is not None and kept.exists() else None
        for batch in reader.pull(cursor):
            counts.update(record.entity.value for record in batch.records)
            counts["change"] += len(batch.changes)
            counts["quarantined"] += len(batch.quarantined)
            cursor = batch.cursor
    if kept is not None:
        kept.write_text(json.dumps(cursor))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
