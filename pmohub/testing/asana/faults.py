"""In which words an Asana refuses, when something is to go wrong."""

from urllib.parse import parse_qs

import orjson
from starlette.types import Scope

from pmohub.testing.sandbox.exchange import Answer
from pmohub.testing.sandbox.faults.plan import Fault, Faults, Kind
from pmohub.testing.sandbox.faults.words import GATEWAY, HTML, Words

_JSON = {"Content-Type": "application/json; charset=UTF-8"}
_LOGIN_PATH = "/-/login"
TOO_MANY = (
    b'{"errors":[{"message":"You\'ve made too many requests and hit a rate limit. Please retry after the given amount '
    b'of time."}]}'
)


def _same_page(scope: Scope, _body: bytes, answer: Answer) -> Answer:
    """Let the page lead to itself again: a client that does not notice goes on for ever."""
    query: bytes = scope["query_string"]
    asked = parse_qs(query.decode("latin-1")).get("offset")
    if not asked:
        return answer
    page = orjson.loads(answer.body)
    path = f"{scope['path']}?{query.decode('latin-1')}"
    page["next_page"] = {"offset": asked[0], "path": path, "uri": path}
    return Answer(answer.status, _JSON, orjson.dumps(page))


WORDS = Words(
    GATEWAY
    | {
        Kind.TOO_MANY: Answer(429, _JSON, TOO_MANY),
        Kind.INTERNAL: Answer(
            500, _JSON, b'{"errors":[{"message":"Server Error","phrase":"6 sad squid snuggle softly"}]}'
        ),
        Kind.LOGIN_PAGE: Answer(302, {**HTML, "Location": _LOGIN_PATH}),
        Kind.UNAUTHORISED: Answer(401, _JSON, b'{"errors":[{"message":"Not Authorized"}]}'),
        Kind.EMPTY: Answer(200, _JSON),
    },
    _LOGIN_PATH,
    _same_page,
)
__all__ = ["TOO_MANY", "WORDS", "Fault", "Faults", "Kind"]
