"""The vendor's library on a session of ours: it knows the paths and parameters, the session does the sending."""

from typing import Any

import asana
import orjson

from connectors.http import Answer, Session


class Library(asana.ApiClient):  # type: ignore[misc]  # it has no types
    """The library's client without its threads, its pool of connections and its retries.

    Its own would retry below the gate, take a page for an answer that says nothing, and put an ordinary blank in the
    place of a non-breaking one.
    """

    def __init__(self, base: str, session: Session) -> None:
        # The original starts a pool of threads for each client.
        self._session = session
        # A shallow copy of a default that all clients share: what it holds is replaced here, never changed.
        self.configuration = asana.Configuration()
        self.configuration.host = base
        self.default_headers: dict[str, str] = {}
        self.cookie = None

    def request(self, method: str, url: str, query_params: Any = None, **rest: Any) -> Answer:
        """Send what the library asks for.

        Raises:
            CallError: it brought nothing.
        """
        body = rest.get("body")
        content = None if body is None else orjson.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self._session.send(method, url, params=dict(query_params or ()), content=content, headers=headers)

    def deserialize(self, response: Answer, response_type: Any) -> Any:  # noqa: ARG002  # always plain data
        """Read the answer's JSON as plain data."""
        return self._session.data(response)

    def api(self, name: str) -> Any:
        """Give the calls of one of the library's classes, such as `TasksApi`."""
        return getattr(asana, name)(self)
