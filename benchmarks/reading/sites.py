"""A running site, and what it costs to read it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.reading.hosting import AUTHORITY, COUNTED
from benchmarks.reading.measuring import Measured, measured

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Site:
    """A running site; `about` is what it told of itself besides its address and the token."""

    url: str
    token: str
    authority: Path
    about: dict[str, Any]

    def requests(self) -> int:
        """Count the requests since the last count."""
        return int(httpx.get(f"{self.url}{COUNTED}", verify=str(self.authority)).text)

    def read_by(self, command: Sequence[str], **more: str) -> Measured:
        """Let a program read it, told the token in its environment, `BENCH_TOKEN`, with `more`."""
        self.requests()
        done = measured(command, ROOT, {**os.environ, "BENCH_TOKEN": self.token, **more})
        return done.having_asked(self.requests())


@contextmanager
def running(module: str, size: int, latency: float) -> Iterator[Site]:
    """Run a site's module in a process of its own. `latency`: seconds that each answer takes besides the work."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, folder, str(size), str(latency)]
        server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            about = json.loads(server.stdout.readline()) if server.stdout else {}
            yield Site(about.pop("url"), about.pop("token"), Path(folder) / AUTHORITY, about)
        finally:
            server.communicate("", timeout=30)
