"""In which words a Jira refuses."""

from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Scope

from pmohub.testing.sandbox.exchange import Answer
from pmohub.testing.sandbox.faults.plan import Kind
from pmohub.testing.sandbox.faults.words import GATEWAY, HTML, Words

_JSON = {"Content-Type": "application/json;charset=UTF-8"}
_LOGIN_PATH = "/login.jsp"


def _same_page(scope: Scope, body: bytes, answer: Answer) -> Answer:
    """Let the page lead to itself again: a client that does not notice goes on for ever."""
    token = _token(scope, body)
    if token is None:
        return answer
    page = orjson.loads(answer.body) | {"nextPageToken": token, "isLast": False}
    return Answer(answer.status, _JSON, orjson.dumps(page))


def _token(scope: Scope, body: bytes) -> str | None:
    """Give the token of the page that was asked for."""
    query: bytes = scope["query_string"]
    asked = parse_qs(query.decode("latin-1")).get("nextPageToken")
    if asked:
        return asked[0]
    try:
        given: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    token = given.get("nextPageToken") if isinstance(given, dict) else None
    return token if isinstance(token, str) else None


WORDS = Words(
    GATEWAY
    | {
        Kind.TOO_MANY: Answer(429, _JSON, b'{"errorMessages":["Rate limit exceeded."],"errors":{}}'),
        Kind.INTERNAL: Answer(500, _JSON, b'{"errorMessages":["Internal server error"],"errors":{}}'),
        Kind.LOGIN_PAGE: Answer(302, {**HTML, "Location": f"{_LOGIN_PATH}?permissionViolation=true"}),
        Kind.UNAUTHORISED: Answer(
            401, {"Content-Type": "text/plain"}, b"Client must be authenticated to access this resource."
        ),
        Kind.EMPTY: Answer(200, _JSON),
    },
    _LOGIN_PATH,
    _same_page,
)
