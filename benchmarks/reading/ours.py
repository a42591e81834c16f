"""One pull by our reader, in a process of its own: `python -m benchmarks.reading.ours KIND OPTIONS [CURSOR_FILE]`.

The options are JSON, without the token, which is in the environment. With a file for the cursor it goes on from what
stands there, and leaves there where it ended.
"""

import json
import sys
import tempfile
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from canonical.garbage import rare_collections
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext

DEPENDENCY = EntityKind.DEPENDENCY


def main() -> None:
    kind: Any = import_module(f"connectors.{sys.argv[1]}.kind").KIND
    options = kind.options.model_validate({**json.loads(sys.argv[2]), "token": {"env": "BENCH_TOKEN"}})
    kept = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    counts: Counter[str] = Counter()
    links: set[str] = set()
    # As a run does it.
    with tempfile.TemporaryDirectory() as scratch, rare_collections():
        reader = kind.reader(options, ConnectorContext("bench", Path(scratch), ZoneInfo("UTC"), Path(scratch)))
        cursor = json.loads(kept.read_text()) if kept is not None and kept.exists() else None
        for batch in reader.pull(cursor):
            counts.update(record.entity.value for record in batch.records if record.entity is not DEPENDENCY)
            # Both ends of one may tell it.
            links.update(record.external_id for record in batch.records if record.entity is DEPENDENCY)
            counts["change"] += len(batch.changes)
            counts["quarantined"] += len(batch.quarantined)
            cursor = batch.cursor
    counts[DEPENDENCY.value] = len(links)
    if kept is not None:
        kept.write_text(json.dumps(cursor))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
