"""A made-up site in a process of its own: with TLS, counting requests, each of which takes a while.

It prints a line of JSON with its address when it is ready, and ends when its input does.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import trustme
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.sandbox.loopback import alone, listening

COUNTED = "/_bench/requests"
AUTHORITY, CERTIFICATE = "authority.pem", "server.pem"
Begin: TypeAlias = Callable[[str], tuple[ASGIApp, dict[str, Any]]]
"""Takes the site's address; gives the application, and what more is told of the site when it is ready."""


@dataclass(slots=True)
class Counting:
    """Counts what is asked; `/_bench/requests` tells how many it were since the last telling."""

    app: ASGIApp
    seconds: float
    requests: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == COUNTED:
            await answer(send, self.requests)
            self.requests = 0
        else:
            self.requests += 1
            await asyncio.sleep(self.seconds)
            await self.app(scope, receive, send)


async def answer(send: Send, told: Any) -> None:
    """Answer with JSON."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


def serve(folder: Path, seconds: float, begin: Begin, *names: str) -> None:
    """Run a site until the input of this process ends. `seconds`: how long each answer takes besides the work.

    `names`: hosts for which it holds a certificate besides `localhost`, by the authority that is left in the folder.
    """
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / AUTHORITY))
    certificate = authority.issue_cert("localhost", "127.0.0.1", *names)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / CERTIFICATE))
    with listening() as listener:
        url = f"https://localhost:{listener.getsockname()[1]}"
        app, about = begin(url)
        config = uvicorn.Config(
            Counting(app, seconds),
            log_level="error",
            access_log=False,
            lifespan="off",
            date_header=False,  # the site tells its own
            ssl_certfile=str(folder / CERTIFICATE),
        )
        server = alone(uvicorn.Server(config))
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
        print(json.dumps({"url": url, **about}), flush=True)
        server.run(sockets=[listener])


def _end_with_input(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True
