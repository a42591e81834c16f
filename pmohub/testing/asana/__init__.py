"""A stateful Asana for tests, on loopback, with nothing of Asana's in it."""

from pmohub.testing.asana.limiting import Limits
from pmohub.testing.asana.server import Server, running
from pmohub.testing.asana.state import Plan, Sandbox

__all__ = ["Limits", "Plan", "Sandbox", "Server", "running"]
