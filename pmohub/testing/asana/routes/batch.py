"""`/batch`: up to ten actions in one request, each answered for itself.

Source: developers.asana.com/docs/batch-requests.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from starlette.datastructures import QueryParams
from starlette.routing import compile_path

from pmohub.testing.asana.routes.asking import Asking, Handler, Json, Refusal, handled

MOST_ACTIONS = 10
Entries = Sequence[tuple[str, str, Handler]]


class Batch:
    """What answers it, by the addresses that may be asked."""

    def __init__(self, entries: Entries) -> None:
        self._entries = [(method, compile_path(path)[0], handler) for method, path, handler in entries]

    def __call__(self, ask: Asking) -> Json:
        """Answer it: one refused action refuses no other."""
        actions = ask.body.get("actions")
        if not isinstance(actions, list) or not actions:
            raise Refusal(400, "actions: Missing input")
        if len(actions) > MOST_ACTIONS:
            raise Refusal(400, f"actions: At most {MOST_ACTIONS} actions are allowed in a batch request")
        return {"data": [self._one(ask, action) for action in actions]}

    def _one(self, ask: Asking, action: Any) -> Json:
        method = str(action.get("method", "")).upper()
        address = urlsplit(str(action.get("relative_path", "")))
        options, data = action.get("options", {}), action.get("data", {})
        query = parse_qsl(address.query, keep_blank_values=True)
        query += [(name, str(options[name])) for name in ("limit", "offset") if name in options]
        if method == "GET":
            query += [(name, str(value)) for name, value in data.items()]
        if "fields" in options:
            query.append(("opt_fields", ",".join(options["fields"])))
        body = b"" if method == "GET" else orjson.dumps({"data": data})
        for wanted, pattern, handler in self._entries:
            found = pattern.fullmatch(address.path)
            if wanted == method and found:
                parts = {**ask.path_params, **found.groupdict(), "": address.path}
                asking = partial(ask.again, method, parts, QueryParams(query), body)
                answer = handled(asking, handler)
                return {"status_code": answer.status_code, "headers": {}, "body": orjson.loads(answer.body)}
        refusal = Refusal(400, "No matching route for request").body
        return {"status_code": 400, "headers": {}, "body": refusal}
