"""A stateful Jira for tests: Cloud (v3) and Data Center (v2), on loopback, with nothing of Atlassian in it."""

from pmohub.testing.jira.answers.flavour import Flavour
from pmohub.testing.jira.server import Server, running
from pmohub.testing.jira.state import Sandbox

__all__ = ["Flavour", "Sandbox", "Server", "running"]
