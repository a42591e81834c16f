"""A site on loopback: a socket that listens, and a server in a thread of this process."""

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
Layer: TypeAlias = Callable[[ASGIApp], ASGIApp]


def unchanged(app: ASGIApp) -> ASGIApp:
    """Put nothing around a site."""
    return app


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


def url_of(listener: socket.socket) -> str:
    """Give where a socket listens."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def server_of(app: ASGIApp, *, date_header: bool = False) -> uvicorn.Server:
    """Make a server that says nothing of itself, and the machine's date only where it is asked to."""
    config = uvicorn.Config(
        app, log_level="error", access_log=False, lifespan="off", server_header=False, date_header=date_header
    )
    return uvicorn.Server(config)


def alone(server: uvicorn.Server) -> uvicorn.Server:
    """Tell the collector that the server has a process to itself; `run(sockets=[...])` blocks until it is stopped."""
    # Nothing that is made from now on is in a circle, and a site makes a great deal.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    return server


@contextmanager
def threaded(server: uvicorn.Server, listener: socket.socket, name: str) -> Iterator[None]:
    """Run a server in a thread of this process until the block ends."""
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=name)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join()
