"""tap-jira from the index: `python by_tap.py TAP URL EMAIL AUTHORITY`; what it prints is counted, not loaded."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import certifi

WANTED = {"projects", "issues", "changelogs", "worklogs"}
NAMES = {"issues": "task", "worklogs": "time_entry", "projects": "project"}


def main() -> None:
    tap, url, email, authority = sys.argv[1:5]
    # It asks for https and takes no authority but those that its environment, a throw-away one, trusts.
    trusted = Path(certifi.where())
    trusted.write_bytes(trusted.read_bytes() + Path(authority).read_bytes())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = {"username": email, "password": os.environ["BENCH_TOKEN"], "base_url": url}
        (folder / "config.json").write_text(
            json.dumps({**told, "start_date": "2000-01-01T00:00:00Z", "user_agent": "bench"})
        )
        command = [tap, "--config", str(folder / "config.json")]
        found = subprocess.run([*command, "--discover"], capture_output=True, check=True)
        catalog = json.loads(found.stdout)
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = stream["tap_stream_id"] in WANTED
        (folder / "catalog.json").write_text(json.dumps(catalog))
        counts: Counter[str] = Counter()
        with subprocess.Popen(
            [*command, "--properties", str(folder / "catalog.json")],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            for line in process.stdout or ():
                if line.startswith(b'{"type": "RECORD"'):
                    message = json.loads(line)
                    stream = message["stream"]
                    if stream == "changelogs":
                        counts["change"] += len(message["record"]["items"])
                    else:
                        counts[NAMES[stream]] += 1
    if process.returncode:
        sys.exit(f"tap-jira ended with {process.returncode}")
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
