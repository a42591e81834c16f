"""The sandbox Jira: `python -m benchmarks.jira.site FOLDER ISSUES SECONDS`, see `benchmarks.reading.hosting`."""

import sys
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from benchmarks.reading.hosting import serve
from pmohub.testing.jira.app import application
from pmohub.testing.jira.state import Sandbox, begin


def main() -> None:
    folder, issues, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    state = begin(Sandbox(issues=issues))

    def begun(url: str) -> tuple[ASGIApp, dict[str, Any]]:
        state.site = url
        return application(state), {"email": state.sandbox.email, "token": state.sandbox.token}

    serve(folder, seconds, begun)


if __name__ == "__main__":
    main()
