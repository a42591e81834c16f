"""`pmohub sandbox` in a process of its own, as a person runs it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(folder: Path, tool: str, *arguments: str) -> Iterator[str]:
    """What it prints until it waits; afterwards it is stopped as by Ctrl-C and has ended well."""
    command = [sys.executable, "-m", "pmohub", "sandbox", tool, "--port", "0", *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        told = ""
        for line in running.stdout:
            told += line
            if line.startswith("Ctrl-C"):
                break
        yield told
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
