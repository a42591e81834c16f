"""The site on loopback: `with running(Sandbox()) as server: server.url`."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from pmohub.testing.asana.app import application
from pmohub.testing.asana.faults import WORDS
from pmohub.testing.asana.handle import Hands
from pmohub.testing.asana.limiting import Limiting
from pmohub.testing.asana.routes.table import BASE
from pmohub.testing.asana.state import Sandbox, State, begin
from pmohub.testing.sandbox.faults import Faulty
from pmohub.testing.sandbox.loopback import Layer, listening, server_of, threaded, unchanged, url_of


@dataclass(frozen=True, slots=True)
class Server:
    """A running site: its address as a connector is given it, and the token of the account that sees everything."""

    url: str
    token: str
    state: State
    hands: Hands

    def token_of(self, name: str) -> str:
        """Give the token of somebody by name, e-mail or gid, who sees what that person sees."""
        return self.state.token_of(name)


def configured(state: State, listener: socket.socket, around: Layer = unchanged) -> uvicorn.Server:
    """Make the server for a socket that listens already.

    `around` sees what the site itself is asked and answers; limits and faults come before it.
    """
    app = Faulty(Limiting(around(application(state)), state.limiter, state.clock.now), state.faults, WORDS)
    state.site = url_of(listener)
    return server_of(app)


@contextmanager
def running(sandbox: Sandbox | None = None, around: Layer = unchanged) -> Iterator[Server]:
    """Run a site in a thread of this process, on a free port, until the block ends; `around` as for `configured`."""
    with hosting(begin(sandbox or Sandbox()), listening(), around) as server:
        yield server


@contextmanager
def hosting(state: State, listener: socket.socket, around: Layer = unchanged) -> Iterator[Server]:
    """Run a site that was begun, on a socket that listens already, as `running` does."""
    with listener, threaded(configured(state, listener, around), listener, "sandbox-asana"):
        yield Server(f"{state.site}{BASE}", state.sandbox.token, state, Hands(state))
