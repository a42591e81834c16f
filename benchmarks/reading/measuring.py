"""What one process read, and what it cost."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """`memory` is the most that the process held, in MiB; `processor` its own time in seconds."""

    counts: Mapping[str, int]
    seconds: float
    processor: float
    memory: float
    requests: int = 0

    @property
    def records(self) -> int:
        """Everything read: issues, worklogs, changes, people and so on."""
        return sum(self.counts.values())

    @property
    def rate(self) -> float:
        """Records in a second."""
        return self.records / self.seconds

    def having_asked(self, requests: int) -> "Measured":
        """Add how many requests it took."""
        return replace(self, requests=requests)

    def __str__(self) -> str:
        parts = ", ".join(f"{number:,} {name}" for name, number in sorted(self.counts.items()) if number)
        return (
            f"{self.seconds:.1f} s, {self.processor:.1f} s of processor, {self.rate:,.0f} records/s, "
            f"{self.requests:,} requests, {self.memory:.0f} MiB ({parts})"
        )


def measured(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Measured:
    """Run a command whose last line on the output is JSON of counts."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None  # noqa: S101
    last = ""
    for line in process.stdout:
        last = line
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} ended with {process.returncode}")
    seconds = time.monotonic() - began
    return Measured(json.loads(last), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
