"""`jira820`, a Jira Data Center 8.20 by others: what a connector takes from our sandbox it must take from theirs, too.

It has one project (JIRA820) of some 360 issues with worklogs, asks for no login, and knows REST v2 and Agile.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from pmohub.testing.jira.server import listening

PATIENCE = 30


@contextmanager
def peer(date: str = "2026-11-25") -> Iterator[str]:
    """Run it in a process of its own, on a free port of loopback; give its address."""
    with listening() as taken:
        port = taken.getsockname()[1]
    environment = {**os.environ, "JIRA820_HOST": "127.0.0.1", "JIRA820_PORT": str(port), "JIRA820_DATE": date}
    process = subprocess.Popen(
        [sys.executable, "-m", "jira820"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(f"{url}/rest/api/2/serverInfo").raise_for_status()
            return
        time.sleep(0.05)
    raise RuntimeError("jira820 did not start")
