"""The way in for libraries that use `requests`: their requests pass the same gate as ours."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import BaseAdapter

if TYPE_CHECKING:
    from connectors.http.session import Session

KEPT = ("accept", "content-type", "x-atlassian-token", "x-experimentalapi", "x-force-accept-language")
"""What a library may say of its request; who asks, and over which connection, is the session's business."""


class GateAdapter(BaseAdapter):
    """Hands a library's request to the session. What fails is a `CallError`, which no library's own retry knows."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self._session = session

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002
        *_: Any,
        **__: Any,
    ) -> requests.Response:
        """Send a prepared request; time-outs, certificates and proxies are the session's own."""
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() in KEPT}
        body = request.body
        content = body.encode() if isinstance(body, str) else body
        answer = self._session.send(request.method or "GET", request.url or "", content=content, headers=headers)
        if request.method == "GET":
            # A library may take an empty answer, or a page, for one that says nothing.
            self._session.data(answer)
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        # The body is unpacked already.
        response.headers.pop("content-encoding", None)
        response.raw = BytesIO(answer.body)
        response.url = request.url or ""
        response.request = request
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Leave the session open: others may use it."""
