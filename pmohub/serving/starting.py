"""Starts jobs' processes: forked from one that is warm, where the system can, or else each from nothing.

Only on Linux: elsewhere a process may not be forked safely (macOS), or not at all.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import IO

from canonical.logs import logger

log = logger()
PATIENCE_SECONDS = 120
"""How long a warm process may take for a fork; its own start, on a busy machine, is part of the first."""


class Forked:
    """A process forked from the warm one, with the part of `subprocess.Popen` that is needed of it."""

    def __init__(self, pid: int, line: IO[bytes], stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self.returncode = -signal.SIGKILL
        self._line = line

    def terminate(self) -> None:
        """Ask it to end; its number is its own until `wait`."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait until it has ended, and give how: as of a signal 9 where whoever watched it was killed itself."""
        with suppress(OSError, ValueError), self._line:
            self.returncode = int(self._line.readline())
        return self.returncode


Started = subprocess.Popen[bytes] | Forked


class Starter:
    """Starts processes for any thread. Whatever becomes of the warm process, a job is started, and it is replaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: subprocess.Popen[bytes] | None = None
        self._asked: socket.socket | None = None

    def start(self, environment: Mapping[str, str]) -> Started:
        """Start a job's process, the leader of a group of its own, that waits for its order on its input."""
        if sys.platform != "linux":
            return started(environment)
        try:
            return self._forked(environment)
        except (OSError, ValueError) as error:
            log.warning("a job is started without the warm process", fault=type(error).__name__)
            self.close()
            return started(environment)

    def close(self) -> None:
        """End the warm process; the jobs that were forked from it go on."""
        with self._lock:
            if self._warm is not None and self._asked is not None:
                self._asked.close()
                self._warm.kill()
                self._warm.wait()
            self._warm = self._asked = None

    def _forked(self, environment: Mapping[str, str]) -> Forked:
        ours, theirs = socket.socketpair()
        (told, tells), (hears, says) = os.pipe(), os.pipe()
        with ExitStack() as kept, ours:
            line = kept.enter_context(ours.makefile("rb"))
            stdin, stdout = kept.enter_context(os.fdopen(tells, "wb")), kept.enter_context(os.fdopen(hears, "rb"))
            try:
                with self._lock:
                    socket.send_fds(self._served(), [b"+"], [theirs.fileno(), told, says])
            finally:
                theirs.close()
                os.close(told)
                os.close(says)
            ours.settimeout(PATIENCE_SECONDS)
            ours.sendall(json.dumps(dict(environment)).encode() + b"\n")
            pid = int(line.readline())
            ours.settimeout(None)
            kept.pop_all()
        return Forked(pid, line, stdin, stdout)

    def _served(self) -> socket.socket:
        """Give the line to the warm process, which is started where none lives."""
        if self._warm is None or self._asked is None or self._warm.poll() is not None:
            if self._asked is not None:
                self._asked.close()
            self._asked, theirs = socket.socketpair()
            with theirs:
                self._warm = subprocess.Popen(
                    [sys.executable, "-m", "pmohub.serving.warm"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,  # the keys pressed in a terminal are for the parent alone
                )
        return self._asked


def started(environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a job's process from nothing."""
    return subprocess.Popen(
        [sys.executable, "-m", "pmohub.serving.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(environment),
        start_new_session=True,
    )
