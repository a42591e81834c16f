"""An answer held back as a whole, so that a layer around the site can look at it, change it, or lose it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def with_headers(self, more: Mapping[str, str]) -> "Answer":
        """Give the same with further headers."""
        return replace(self, headers={**self.headers, **more})

    async def send(self, send: Send, only: int | None = None) -> None:
        """Send it, or only so many bytes of the body, with the headers of the whole and no end."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers.setdefault("content-length", str(len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": _raw(headers)})
        await send({"type": "http.response.body", "body": self.body[:only], "more_body": only is not None})


async def answered(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Let an application answer, and keep the answer."""
    start: Message = {"status": 500, "headers": []}
    chunks: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, keep)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(chunks))


async def received(receive: Receive) -> tuple[bytes, Receive]:
    """Read a request's body, and give what lets the application read it again."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again


def header(headers: Iterable[tuple[bytes, bytes]], name: str) -> str:
    """Give a request's header, or nothing."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for each, value in headers if each.lower() == wanted), "")


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
