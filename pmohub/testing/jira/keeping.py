"""A Jira that is kept in a file."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.types import ASGIApp

from pmohub.testing.jira.answers.flavour import Flavour
from pmohub.testing.jira.app import application
from pmohub.testing.jira.state import Sandbox, State, begin
from pmohub.testing.sandbox.keeping import KeptSite, Line


@dataclass(frozen=True, slots=True)
class Kept(KeptSite[Sandbox, State]):
    """A file with a Jira."""

    @classmethod
    def told(cls, head: Line) -> Sandbox:
        """Read which Jira it is."""
        return Sandbox(Flavour(head["flavour"]), head["issues"], head["seed"], date.fromisoformat(head["today"]))

    def head(self) -> Line:
        """Say which Jira it is."""
        return {"flavour": self.sandbox.flavour.value, "issues": self.sandbox.issues, "seed": self.sandbox.seed}

    def made(self) -> State:
        """Make it."""
        return begin(self.sandbox)

    def application(self, place: State) -> ASGIApp:
        """Give what answers for it."""
        return application(place)

    def headers(self) -> Mapping[str, str]:
        """Give the login of the hub."""
        if self.sandbox.flavour is Flavour.DATA_CENTER:
            return {"Authorization": f"Bearer {self.sandbox.token}"}
        login = base64.b64encode(f"{self.sandbox.email}:{self.sandbox.token}".encode()).decode()
        return {"Authorization": f"Basic {login}"}

    def watch(self, place: State) -> None:
        """Let each act be told."""
        place.keep = self.append
