"""Runs a Singer tap and counts what it prints; in an environment that has the tap, so that nothing of ours is here."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import certifi


def trust(authority: str) -> None:
    """Let this environment, a throw-away one, trust an authority: a tap takes none but those that it trusts."""
    trusted = Path(certifi.where())
    trusted.write_bytes(trusted.read_bytes() + Path(authority).read_bytes())
    for elsewhere in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ.pop(elsewhere, None)


def _one(_stream: str, _record: Any) -> int:
    return 1


def counted(
    tap: str,
    config: Mapping[str, Any],
    names: Mapping[str, str],
    size: Callable[[str, Any], int] = _one,
    *,
    chosen: str = "--catalog",
) -> Counter[str]:
    """Run a tap for the streams in `names` and count its records under the names that they have there.

    `size` says how much a record counts that a stream gave; `chosen` is the option that names the streams to read.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.json").write_text(json.dumps(config))
        command = [tap, "--config", str(folder / "config.json")]
        found = subprocess.run([*command, "--discover"], capture_output=True, check=True)
        catalog = json.loads(found.stdout)
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = stream["tap_stream_id"] in names
        (folder / "catalog.json").write_text(json.dumps(catalog))
        counts: Counter[str] = Counter()
        with subprocess.Popen(
            [*command, chosen, str(folder / "catalog.json")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            for line in process.stdout or ():
                if line.startswith(b'{"type": "RECORD"'):
                    message = json.loads(line)
                    counts[names[message["stream"]]] += size(message["stream"], message["record"])
    if process.returncode:
        sys.exit(f"{Path(tap).name} ended with {process.returncode}")
    return counts
