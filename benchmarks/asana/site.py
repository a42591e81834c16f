"""The sandbox Asana: `python -m benchmarks.asana.site FOLDER TASKS SECONDS`, see `benchmarks.reading.hosting`.

It answers as `app.asana.com`, too, for programs that know no other address, and gives a token to whoever brings the
refresh token that is the same.
"""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.asana.leading import HOST
from benchmarks.reading.hosting import answer, serve
from pmohub.testing.asana.app import application
from pmohub.testing.asana.state import Plan, Sandbox, State, begin

LOGIN = "/-/oauth_token"


@dataclass(frozen=True, slots=True)
class Login:
    """Gives the token out before anything else is asked."""

    app: ASGIApp
    token: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == LOGIN:
            await answer(send, {"access_token": self.token, "token_type": "bearer", "expires_in": 3600})
        else:
            await self.app(scope, receive, send)


def there(state: State) -> dict[str, int]:
    """Count what there is to read: time only where the workspace's plan shows it."""
    world, counts = state.world, Counter[str]()
    for project in world.of("project"):
        timed = state.plan_of(project["workspace"]) is not Plan.FREE
        tops = world.tasks_of(project.gid)
        counts.update(project=1, top=len(tops))
        left = list(tops)
        while left:
            gid = left.pop()
            below = world.subtasks(gid)
            counts.update({"task": 1, "with subtasks": bool(below), "time_entry": timed and len(world.entries(gid))})
            left += below
    return dict(counts)


def main() -> None:
    folder, tasks, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    state = begin(Sandbox(tasks=tasks))

    def begun(url: str) -> tuple[ASGIApp, dict[str, Any]]:
        state.site = url
        about = {"token": state.sandbox.token, "workspaces": [one["name"] for one in state.world.of("workspace")]}
        return Login(application(state), state.sandbox.token), {**about, "there": there(state)}

    serve(folder, seconds, begun, HOST)


if __name__ == "__main__":
    main()
