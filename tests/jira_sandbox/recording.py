"""Everything that a running sandbox is asked and answers, held against the vendor's document when the test is over.

    def test_a_pull_reads_every_issue(validated: Recorder) -> None:
        with running(Sandbox(), around=validated) as server: ...

What the connector sends is held against it, too. Where the document is wrong or narrower than the service, `KNOWN` says
so and why; nothing else is let through.
"""

import re
from dataclasses import dataclass, replace
from threading import Lock

from starlette.types import ASGIApp, Receive, Scope, Send

from pmohub.testing.sandbox.exchange import answered, received
from tests.jira_sandbox.openapi import Exchange, cloud, server


@dataclass(frozen=True)
class Known:
    """A difference between the document and the service: exchanges and faults that it explains, and the reason."""

    exchange: str
    fault: str
    reason: str

    def explains(self, exchange: Exchange, fault: str) -> bool:
        return re.search(self.exchange, str(exchange)) is not None and re.search(self.fault, fault) is not None


ADDRESS = re.compile(r"/rest/api/(\w+)/(.*)")
KNOWN = (
    Known("", "^answer: .*: None (for not nullable|is not of type)", "absent values are sent as null, nullable or not"),
    Known("changelog/bulkfetch", "/created: .* is not of type 'string'", "a number in the document's own example, too"),
    Known("/2/project[?]", "^no parameter includeArchived$", "since 7.10, when archiving came; the document is of 7.6"),
)


class Recorder:
    """A layer around a site that keeps what passes. One recorder may be around several sites."""

    def __init__(self) -> None:
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
        """What neither the document nor `KNOWN` allows, each with its exchange."""
        return [
            f"{exchange}: {fault}"
            for exchange in self.exchanges
            for fault in faults_of(exchange)
            if not any(each.explains(exchange, fault) for each in KNOWN)
        ]


def faults_of(exchange: Exchange) -> list[str]:
    """Hold an exchange of REST v3 against Cloud's document; one of v2 against that or Data Center's, without bodies."""
    address = ADDRESS.fullmatch(exchange.path)
    cloud_document, server_document = cloud(), server()
    if address is None or cloud_document is None or server_document is None:
        return []
    version, path = address.groups()
    as_cloud = replace(exchange, path=f"/rest/api/3/{path}")
    if version == "3":
        return cloud_document.faults(as_cloud, bodies=True)
    found = cloud_document.faults(as_cloud, bodies=False)
    return found and server_document.faults(replace(exchange, path=f"/rest/api/2/{path}"), bodies=False)
