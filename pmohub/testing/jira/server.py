"""The site on loopback: `with running(Sandbox()) as server: server.url`."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from pmohub.testing.jira.app import application
from pmohub.testing.jira.state import Sandbox, State, begin

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Server:
    """A running site: where it is and how to log in (an API token in Cloud, a personal access token in Data Center)."""

    url: str
    email: str
    token: str
    state: State


def configured(state: State, listener: socket.socket) -> uvicorn.Server:
    """Make the server for a socket that listens already."""
    state.site = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        application(state), log_level="error", access_log=False, lifespan="off", server_header=False, date_header=False
    )
    return uvicorn.Server(config)


def listening(port: int = 0) -> socket.socket:
    """Listen on loopback; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen(128)
    return listener


@contextmanager
def running(sandbox: Sandbox | None = None) -> Iterator[Server]:
    """Run a site in a thread of this process, on a free port, until the block ends."""
    state = begin(sandbox or Sandbox())
    with listening() as listener:
        server = configured(state, listener)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox-jira")
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise RuntimeError("the sandbox did not start")
                time.sleep(0.005)
            yield Server(state.site, state.sandbox.email, state.sandbox.token, state)
        finally:
            server.should_exit = True
            thread.join()
