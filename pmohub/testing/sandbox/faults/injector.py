"""The faults as an ASGI layer around a site, with an address at which an admin arms them.

`POST /_sandbox/faults` takes one fault or a list, `GET` tells what is armed and what was hit, `DELETE` clears both.
"""

import asyncio
import socket
import struct
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.sandbox.exchange import Answer, answered, received
from pmohub.testing.sandbox.faults.plan import Fault, Faults, Kind
from pmohub.testing.sandbox.faults.words import LOGIN_PAGE, Words

ADMIN_PATH = "/_sandbox/faults"
_ORDERS: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])
_ALWAYS_APPLIED = {Kind.DELAY, Kind.TRUNCATED, Kind.SAME_PAGE_TOKEN}


class Faulty:
    """Lets requests go wrong as armed; all others pass untouched."""

    def __init__(self, app: ASGIApp, faults: Faults, words: Words) -> None:
        self._app = app
        self.faults = faults
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or fail to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == ADMIN_PATH:
            body, _ = await received(receive)
            await self._ordered(scope["method"], body).send(send)
        elif scope["path"] == self._words.login_path:
            await LOGIN_PAGE.send(send)
        else:
            query = scope["query_string"].decode("latin-1")
            fault = self.faults.next(scope["method"], f"{scope['path']}?{query}" if query else scope["path"])
            await (self._app(scope, receive, send) if fault is None else self._hit(fault, scope, receive, send))

    async def _hit(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        body, again = await received(receive)
        if fault.kind is Kind.DELAY:
            await asyncio.sleep(fault.seconds)
        answer = None
        if fault.applied or fault.kind in _ALWAYS_APPLIED:
            answer = await answered(self._app, scope, again)
        if fault.kind is Kind.TIMEOUT:
            await _until_gone(fault.seconds, receive)
        sent = self._words.instead(fault) or answer
        if sent is None or fault.kind in {Kind.TIMEOUT, Kind.RESET}:
            await _reset(send)
        elif fault.kind is Kind.TRUNCATED:
            await _cut(sent, send)
        elif fault.kind is Kind.SAME_PAGE_TOKEN:
            await self._words.same_page(scope, body, sent).send(send)
        else:
            await sent.send(send)

    def _ordered(self, method: str, body: bytes) -> Answer:
        if method == "POST":
            try:
                given = orjson.loads(body)
                self.faults.arm(*_ORDERS.validate_python(given if isinstance(given, list) else [given]))
            except (orjson.JSONDecodeError, ValidationError) as error:
                return _json({"errorMessages": [str(error)], "errors": {}}, 400)
        elif method == "DELETE":
            self.faults.clear()
        return _json({
            "armed": [fault.model_dump(mode="json") for fault in self.faults.armed],
            "hits": [{"kind": hit.fault.kind, "method": hit.method, "path": hit.path} for hit in self.faults.hits],
        })  # fmt: skip


def _json(body: Any, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, orjson.dumps(body))


async def _reset(send: Send) -> None:
    """Break the connection so that the client sees a reset, not an orderly end.

    ASGI has no word for it: uvicorn's `send` belongs to an object that holds the connection.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("only uvicorn's connections can be reset, by the outermost layer")
    if transport.is_closing():  # the client has gone away by itself
        return
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await asyncio.sleep(0.01)  # uvicorn has to notice, or it takes the silence for a fault of ours


async def _until_gone(seconds: float, receive: Receive) -> None:
    """Keep silent for so long, or until the client has gone away."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return


async def _cut(answer: Answer, send: Send) -> None:
    """Announce the whole answer, send half of it, and break off."""
    await answer.send(send, only=len(answer.body) // 2)
    await asyncio.sleep(0.05)  # a reset drops what the client has not yet been given
    await _reset(send)
