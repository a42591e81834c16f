"""Somebody else who acts in the very moment in which a request arrives at a made-up tool."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

Act = Callable[[], None]


class Meanwhile:
    """A layer around a site that lets somebody else act right before an edit arrives.

    `later` acts before the request that is so many from now; `edits` are the methods of an edit.
    """

    def __init__(self, *edits: str) -> None:
        self.wanted = list[Act]()
        self.later = dict[int, Act]()
        self.requests = 0
        self._edits = edits or ("PUT",)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Stand before the site."""

        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            self.requests += 1
            self.later.pop(self.requests, lambda: None)()
            if scope["type"] == "http" and scope["method"] in self._edits and self.wanted:
                self.wanted.pop()()
            await app(scope, receive, send)

        return site
