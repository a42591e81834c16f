"""The site on loopback: `with running(Sandbox()) as server: server.url`."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import uvicorn

from pmohub.testing.jira.app import application
from pmohub.testing.jira.faults import WORDS, Faulty
from pmohub.testing.jira.handle import Hands
from pmohub.testing.jira.limiting import Limiting
from pmohub.testing.jira.state import Sandbox, State, begin
from pmohub.testing.sandbox.loopback import Layer, listening, server_of, threaded, unchanged, url_of


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
    app = Faulty(Limiting(around(application(state)), state.limits, state.clock.now), state.faults, WORDS)
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
    with listener, threaded(configured(state, listener, around), listener, "sandbox-jira"):
        hands = Hands(state.site)
        with closing(hands):
            yield Server(state.site, state.sandbox.email, state.sandbox.token, state, hands)
