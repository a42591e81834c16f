"""A process that has imported what every job needs and does no work: each job's process is forked from it.

Nothing of a configuration is ever read here, no thread runs and nothing is connected, so that a fork takes over nothing
that it may not have. It ends with the service.
"""

import gc
import json
import os
import signal
import socket
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path

# What jobs otherwise import when they connect.
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite  # noqa: F401

from pmohub.composition import DISTRIBUTION
from pmohub.config.kinds import GROUP
from pmohub.serving import child


def main() -> None:
    """Wait for jobs on the input, a socket, until its other end is closed; each becomes a process that does it.

    A job comes as three files: the line to whoever starts it, the job's input and the job's output.
    """
    asked = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    _import_own_kinds()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()  # pages that no collection touches stay shared with the jobs
    while True:
        word, files, _, _ = socket.recv_fds(asked, 1, 3)
        if not word:
            return
        if os.fork() == 0:
            asked.close()
            if _becomes_job(*files):
                child.main()
            return
        for file in files:
            os.close(file)


def _import_own_kinds() -> None:
    """Not those of others: what they do when they are imported is for a job alone."""
    for point in entry_points(group=GROUP):
        if point.dist is not None and point.dist.name == DISTRIBUTION:
            point.load()


def _becomes_job(told_by: int, told: int, says: int) -> bool:
    """Fork the job and tell how it ends; True in the job itself.

    The number of a process that has ended is kept from others until the line is closed: it may be used to kill.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGINT):  # where a whole service is told to stop, the job decides when
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError), socket.socket(fileno=told_by) as line, line.makefile("rb") as lines:
        environment = json.loads(lines.readline())
        pid = os.fork()
        if pid == 0:
            _set_up(environment, told, says)
            return True
        os.close(told)
        os.close(says)
        with suppress(OSError):  # it has done so itself
            os.setpgid(pid, pid)
        line.sendall(b"%d\n" % pid)
        end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        if end is not None:
            line.sendall(b"%d\n" % (end.si_status if end.si_code == os.CLD_EXITED else -end.si_status))
        lines.read()
        os.waitpid(pid, 0)
    return False


def _set_up(environment: dict[str, str], told: int, says: int) -> None:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for file, place in ((told, 0), (says, 1)):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)


if __name__ == "__main__":
    main()
