"""An Asana that is kept in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.types import ASGIApp

from pmohub.testing.asana.app import application
from pmohub.testing.asana.state import Plan, Sandbox, State, begin
from pmohub.testing.sandbox.keeping import KeptSite, Line


@dataclass(frozen=True, slots=True)
class Kept(KeptSite[Sandbox, State]):
    """A file with an Asana."""

    @classmethod
    def told(cls, head: Line) -> Sandbox:
        """Read which Asana it is."""
        today = date.fromisoformat(head["today"])
        return Sandbox(tasks=head["tasks"], seed=head["seed"], today=today, plan=Plan(head["plan"]))

    def head(self) -> Line:
        """Say which Asana it is."""
        return {"tasks": self.sandbox.tasks, "seed": self.sandbox.seed, "plan": self.sandbox.plan.value}

    def made(self) -> State:
        """Make it."""
        return begin(self.sandbox)

    def application(self, place: State) -> ASGIApp:
        """Give what answers for it."""
        return application(place)

    def headers(self) -> Mapping[str, str]:
        """Give the login of the hub."""
        return {"Authorization": f"Bearer {self.sandbox.token}"}

    def watch(self, place: State) -> None:
        """Let each act be told."""
        place.keep = self.append
