"""The sandbox site in a process of its own: with TLS, counting requests, each of which takes a while.

`python -m benchmarks.jira.site FOLDER ISSUES SECONDS`: prints a line of JSON when ready, ends when its input does.
"""

import asyncio
import json
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.jira.app import application
from pmohub.testing.jira.state import Sandbox, begin
from pmohub.testing.sandbox.loopback import listening

COUNTED = "/_bench/requests"


@dataclass(slots=True)
class Counting:
    """Counts what is asked; `/_bench/requests` tells how many it were since the last telling."""

    app: ASGIApp
    seconds: float
    requests: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == COUNTED:
            await told(send, self.requests)
            self.requests = 0
        else:
            self.requests += 1
            await asyncio.sleep(self.seconds)
            await self.app(scope, receive, send)


async def told(send: Send, number: int) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": str(number).encode()})


def main() -> None:
    folder, issues = Path(sys.argv[1]), int(sys.argv[2])
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    (folder / "authority.pem").write_bytes(authority.cert_pem.bytes())
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    state = begin(Sandbox(issues=issues))
    with listening() as listener:
        state.site = f"https://localhost:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            Counting(application(state), float(sys.argv[3])),
            log_level="error",
            access_log=False,
            lifespan="off",
            ssl_certfile=str(folder / "server.pem"),
        )
        server = uvicorn.Server(config)
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
        about: dict[str, Any] = {"url": state.site, "email": state.sandbox.email, "token": state.sandbox.token}
        print(json.dumps(about), flush=True)
        server.run(sockets=[listener])


def _end_with_input(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    main()
