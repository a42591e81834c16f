"""A request understood: who asks, in which version of the API, for what; and how answers and refusals are sent."""

import base64
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pmohub.testing.jira.state import State
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.people import User
from pmohub.testing.sandbox.keeping import Act

Json = dict[str, Any]
JSON = "application/json;charset=UTF-8"
UNSEEN_ISSUE = "Issue does not exist or you do not have permission to see it."
BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
LOGIN = "Client must be authenticated to access this resource."


class Refusal(Exception):  # noqa: N818  # it is an answer
    """What Jira answers instead: a status, its words, and its words for each field."""

    def __init__(self, status: int, *messages: str, errors: dict[str, str] | None = None, body: Any = None) -> None:
        super().__init__(f"{status} {messages}")
        self.status = status
        self.body = {"errorMessages": list(messages), "errors": errors or {}} if body is None else body


class Asking:
    """A request of an account."""

    def __init__(self, state: State, request: Request, version: str, raw: bytes) -> None:
        self.state, self.request, self.version, self._raw = state, request, version, raw
        self.world = state.world
        self.login_failed = False
        self.account = self._login()
        self.things, self.issues = state.voice(version, self.account)

    def _login(self) -> User | None:
        header = self.request.headers.get("authorization", "")
        scheme, _, given = header.partition(" ")
        if not given:
            return None
        user, token = self.world.user(self.state.sandbox.email), given
        if scheme.lower() == "basic":
            name, _, token = _decoded(given).partition(":")
            user = self.world.user(name)
        if user is None or not user.active or token != self.state.sandbox.token or self.state.tokens_refused:
            self.login_failed = True
            if not self.state.cloud:
                raise Refusal(401, body={"message": LOGIN, "status-code": 401})
            return None
        return user

    @cached_property
    def body(self) -> Json:
        """Give the JSON object that was sent.

        Raises:
            Refusal: it is none (400).
        """
        found = self.json()
        if not isinstance(found, dict):
            raise Refusal(400, BAD_PAYLOAD)
        return found

    def json(self) -> Any:
        """Give whatever JSON was sent (400 where it is none)."""
        try:
            return orjson.loads(self._raw)
        except orjson.JSONDecodeError:
            raise Refusal(400, BAD_PAYLOAD) from None

    def expect(self, names: Iterable[str]) -> Json:
        """Give the JSON object that was sent, which has no other names than these (400)."""
        if self.body.keys() - set(names):
            raise Refusal(400, BAD_PAYLOAD)
        return self.body

    def path(self, name: str) -> str:
        """Give a part of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """Give a parameter of the address."""
        return self.request.query_params.get(name, default)

    def queries(self, name: str) -> list[str]:
        """Give all values of a parameter of the address."""
        return self.request.query_params.getlist(name)

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a parameter that is true or false."""
        return self.query(name, str(default)).lower() == "true"

    def number(self, name: str, default: int) -> int:
        """Give a whole number of the address (400 where it is none)."""
        given = self.query(name)
        try:
            return int(given) if given else default
        except ValueError:
            raise Refusal(400, f"The value '{given}' is not valid for {name}.") from None

    def page(self, default: int, most: int) -> tuple[int, int]:
        """Give where a page starts and how long it may be: never longer than `most`."""
        start, size = self.number("startAt", 0), self.number("maxResults", default)
        if start < 0:
            raise Refusal(400, "The value of startAt must not be negative.")
        return start, min(most, max(size, 0))

    def known(self) -> User:
        """Give the account; nobody else is answered (401)."""
        if self.account is None:
            raise Refusal(401, LOGIN)
        return self.account

    def may(self, permission: str, /) -> bool:
        """Tell whether the account has a permission; whoever is not logged in has none."""
        return self.account is not None and permission not in self.state.forbidden

    def sees_project(self, place: int, /) -> bool:
        """Tell whether the account may browse a project."""
        return self.may("BROWSE_PROJECTS") and place not in self.world.hidden_projects

    def sees(self, issue: Issue | None) -> bool:
        """Tell whether the account may see an issue."""
        return issue is not None and self.sees_project(issue.project) and not issue.values.get("security")

    def issue(self, name: str) -> Issue:
        """Give an issue by id or key, also one that it had before (404 where the account sees none)."""
        found = self.world.find(name)
        if found is None or not self.sees(found):
            raise Refusal(404, UNSEEN_ISSUE)
        return found

    def project(self, name: str) -> Project:
        """Give a project by id or key (404 where the account sees none)."""
        found = self.world.project(name)
        if found is None or not self.sees_project(found.place):
            raise Refusal(404, f"No project could be found with key '{name}'.")
        return found


def _decoded(given: str) -> str:
    try:
        return base64.b64decode(given).decode()
    except ValueError:
        return ""


Handler = Callable[[Asking], Any]


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Send a JSON answer."""
    return Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status, headers, JSON)


NOTHING = Response(status_code=204)


def route(state: State, version: str, method: str, path: str, handler: Handler, who: type[Asking]) -> Route:
    """Make a route: what the handler returns is sent as JSON, a Response as it is."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        headers: dict[str, str] = {"X-AREQUESTID": f"{state.world.edits}", "Cache-Control": "no-cache, no-store"}
        try:
            asking = who(state, request, version, raw)
            if asking.login_failed:
                headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
            with state.clock.held() as at:
                edits = state.world.edits
                told = handler(asking)
            if state.world.edits != edits:
                state.keep(Act(at, method, f"{request.url.path}?{request.url.query}".rstrip("?"), raw))
        except Refusal as refusal:
            return answer(refusal.body, refusal.status, headers)
        if isinstance(told, Response):
            told.headers.update(headers)
            return told
        return answer(told, headers=headers)

    return Route(path, endpoint, methods=[method])
