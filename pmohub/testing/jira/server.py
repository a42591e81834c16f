"""The site on loopback: `with running(Sandbox()) as server: server.url`."""

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import uvicorn
from starlette.types import ASGIApp

from pmohub.testing.jira.app import application
from pmohub.testing.jira.faults import Faulty
from pmohub.testing.jira.handle import Hands
from pmohub.testing.jira.limiting import Limiting
from pmohub.testing.jira.state import Sandbox, State, begin

LOOPBACK = "127.0.0.1"
Layer: TypeAlias = Callable[[ASGIApp], ASGIApp]


def unchanged(app: ASGIApp) -> ASGIApp:
    """Put nothing around a site."""
    return app


@dataclass(frozen=True, slots=True)
class Server:
    """A running site: where it is and how to log in (an API token in Cloud, a personal access token in Data Center)."""

    url: str
    email: str
    token: str
    state: State
    hands: Hands


def configured(state: State, listener: socket.socket, around: Layer = unchanged) -> uvicorn.Server:
    """Make the server for a socket that listens already.

    `around` sees what the site itself is asked and answers; limits and faults come before it.
    """
    app = Faulty(Limiting(around(application(state)), state.limits, state.clock.now), state.faults)
    state.site = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        app, log_level="error", access_log=False, lifespan="off", server_header=False, date_header=False
    )
    return uvicorn.Server(config)


def listening(port: int = 0) -> socket.socket:
    """Listen on loopback; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def serving(state: State, listener: socket.socket) -> uvicorn.Server:
    """Make a server that has a process to itself; `run(sockets=[listener])` blocks until it is stopped."""
    server = configured(state, listener)
    # Nothing that is made from now on is in a circle, and a site makes a great deal.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    return server


@contextmanager
def running(sandbox: Sandbox | None = None, around: Layer = unchanged) -> Iterator[Server]:
    """Run a site in a thread of this process, on a free port, until the block ends; `around` as for `configured`."""
    with hosting(begin(sandbox or Sandbox()), listening(), around) as server:
        yield server


@contextmanager
def hosting(state: State, listener: socket.socket, around: Layer = unchanged) -> Iterator[Server]:
    """Run a site that was begun, on a socket that listens already, as `running` does."""
    with listener:
        server = configured(state, listener, around)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox-jira")
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise RuntimeError("the sandbox did not start")
                time.sleep(0.005)
            hands = Hands(state.site)
            with closing(hands):
                yield Server(state.site, state.sandbox.email, state.sandbox.token, state, hands)
        finally:
            server.should_exit = True
            thread.join()
