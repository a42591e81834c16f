"""Everything that a running sandbox is asked and answers, held against the vendor's document when the test is over."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.sandbox.exchange import answered, received
from tests.documents.openapi import Exchange


@dataclass(frozen=True)
class Known:
    """A difference between the document and the service: exchanges and faults that it explains, and the reason."""

    exchange: str
    fault: str
    reason: str

    def explains(self, exchange: Exchange, fault: str) -> bool:
        return re.search(self.exchange, str(exchange)) is not None and re.search(self.fault, fault) is not None


class Recorder:
    """A layer around a site that keeps what passes; one recorder may be around several sites.

    `faults_of` holds an exchange against the document, `known` says where that is wrong or narrower than the service.
    """

    def __init__(self, faults_of: Callable[[Exchange], Iterable[str]], known: Sequence[Known]) -> None:
        self._faults_of, self._known = faults_of, known
        self._lock = Lock()
        self._exchanges: dict[Exchange, None] = {}

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            body, again = await received(receive)
            answer = await answered(app, scope, again)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            exchange = Exchange(
                scope["method"], scope["path"], scope["query_string"].decode("latin-1"), body,
                answer.status, headers.get("content-type", ""), answer.body,
            )  # fmt: skip
            with self._lock:
                self._exchanges[exchange] = None
            await answer.send(send)

        return layer

    @property
    def exchanges(self) -> list[Exchange]:
        with self._lock:
            return list(self._exchanges)

    def faults(self) -> list[str]:
        """What neither the document nor `known` allows, each with its exchange."""
        return [
            f"{exchange}: {fault}"
            for exchange in self.exchanges
            for fault in self._faults_of(exchange)
            if not any(each.explains(exchange, fault) for each in self._known)
        ]
