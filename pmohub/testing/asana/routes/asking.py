"""A request understood: who asks for what; and how answers and refusals are sent.

Sources: developers.asana.com/docs/errors, /docs/pagination, /docs/inputoutput-options; the words of refusals as
integrations have reported them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC
from email.utils import format_datetime
from functools import cached_property
from typing import Any, Self

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.rendering import Tree, View, tree_of
from pmohub.testing.asana.answers.shapes import RENDERER
from pmohub.testing.asana.routes.listing import Listing
from pmohub.testing.asana.routes.sight import Sight
from pmohub.testing.asana.state import Plan, State
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.keeping import Act
from pmohub.testing.sandbox.timeline import instant

Json = dict[str, Any]
JSON = "application/json; charset=UTF-8"
HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)
TOO_LARGE = "The result is too large. You should use pagination (may require specifying a workspace)!"
MOST_UNPAGED, MOST_A_PAGE = 1000, 100


class Refusal(Exception):  # noqa: N818  # it is an answer
    """What Asana answers instead: a status and its words."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.body = {"errors": [{"message": message, "help": HELP}], **more}


class Asking:
    """A request of an account. `path` holds the variable parts of its address."""

    acting = False

    def __init__(self, state: State, method: str, path: Json, query: QueryParams, sent: tuple[str, bytes]) -> None:
        self.state, self.method, self.path_params, self.params = state, method, path, query
        self._login_given, self._raw = sent
        self.world = state.world
        self.account = self._login()
        self.serves = state.sandbox.service_account and self.account["email"] == state.sandbox.email
        self.sight = Sight(state, self.account, everything=self.acting, serves=self.serves)
        self.view = View(state.world, self.sight.sees, state.site, self.account.gid)
        state.editor.source = "web" if self.acting else "api"

    def _login(self) -> Thing:
        scheme, _, token = self._login_given.partition(" ")
        gid = None if self.state.tokens_refused or scheme.lower() != "bearer" else self.state.tokens.get(token.strip())
        found = None if gid is None else self.world.get(gid)
        if found is None:
            raise Refusal(401, "Not Authorized")
        return found

    def again(self, method: str, path: Json, query: QueryParams, body: bytes) -> Self:
        """Give another request of the same account."""
        return type(self)(self.state, method, path, query, (self._login_given, body))

    @cached_property
    def sent(self) -> Json:
        """Give the whole JSON object that was sent (400 where it is none)."""
        try:
            found = orjson.loads(self._raw or b"{}")
        except orjson.JSONDecodeError:
            raise Refusal(400, "Could not parse request data, invalid JSON") from None
        if not isinstance(found, dict):
            raise Refusal(400, "Could not parse request data, invalid JSON")
        for name in found.keys() - {"data", "options"}:
            words = f"Unrecognized request field {name} . The only allowed keys at the top level are: data, options."
            raise Refusal(400, words)
        return found

    @cached_property
    def body(self) -> Json:
        """Give what was sent in `data`."""
        found = self.sent.get("data", {})
        if not isinstance(found, dict):
            raise Refusal(400, "data: Value is not a JSON object")
        return found

    @cached_property
    def tree(self) -> Tree | None:
        """Give which fields are wanted; None where it was not said."""
        named = ",".join(self.params.getlist("opt_fields"))
        if not named and self.method != "GET":
            fields = self.sent.get("options", {}).get("fields", [])
            named = ",".join(fields) if isinstance(fields, list) else str(fields)
        return tree_of(named) if named else None

    def path(self, name: str) -> str:
        """Give a part of the path."""
        return str(self.path_params[name])

    def query(self, name: str) -> str:
        """Give a parameter of the address; nothing where it is not there."""
        return self.params.get(name, "")

    def flag(self, name: str) -> bool | None:
        """Give a parameter that is true or false; None where it is not there."""
        given = self.query(name)
        if given and given not in {"true", "false"}:
            raise Refusal(400, f"{name}: Not a boolean: {given}")
        return given == "true" if given else None

    def moment(self, name: str) -> int | None:
        """Give a parameter that is a moment or the word `now`; None where it is not there."""
        given = self.query(name)
        if given == "now":
            return self.world.now()
        try:
            return times.read(given.replace(" ", "+")) if given else None
        except ValueError:
            raise Refusal(400, f"{name}: Not a valid datetime: {given}") from None

    def thing(self, gid: Any, name: str, *kinds: str, status: int = 400) -> Thing:
        """Give what a gid leads to, which is of one of these kinds; `name` is who says so in a refusal."""
        if not isinstance(gid, str):
            raise Refusal(400, f"{name}: Not a valid GID type: {type(gid).__name__}")
        if gid == "me" and "user" in kinds:
            return self.account
        if "user" in kinds and "@" in gid:
            gid = next((one.gid for one in self.world.of("user") if one["email"] == gid.lower()), "0")
        if not gid.isdecimal():
            raise Refusal(400, f"{name}: Not a recognized ID: {gid}")
        found = self.world.get(gid)
        if found is None or found.kind not in kinds:
            raise Refusal(status, f"{name}: Unknown object: {gid}")
        if not self.sight.sees(found):
            raise Refusal(403, f"You do not have access to this {found.kind.replace('_', ' ')}.")
        return found

    def of_path(self, *kinds: str) -> Thing:
        """Give the thing that the path names first (404 where there is none)."""
        return self.thing(self.path("gid"), kinds[0], *kinds, status=404)

    def of_query(self, name: str, *kinds: str) -> Thing:
        """Give the thing that a parameter names (400 where there is none, or no parameter)."""
        given = self.query(name)
        if not given:
            raise Refusal(400, f"{name}: Missing input")
        return self.thing(given, name, *kinds)

    def of_body(self, name: str, *kinds: str) -> Thing:
        """Give the thing that was sent under a name (400 where there is none)."""
        if self.body.get(name) is None:
            raise Refusal(400, f"{name}: Missing input")
        return self.thing(self.body[name], name, *kinds)

    def text(self, name: str) -> str:
        """Give the text that was sent under a name (400 where there is none)."""
        found = self.body.get(name)
        if not isinstance(found, str) or not found.strip():
            raise Refusal(400, f"{name}: Missing input")
        return found

    def to_write(self, *kinds: str) -> Thing:
        """Give the thing that the path names, to be changed."""
        return self.writable(self.of_path(*kinds))

    def writable(self, thing: Thing) -> Thing:
        """Give the thing where the account may change it (403)."""
        inside = self.world.projects_of(thing) if thing.kind == "task" else [thing.get("project"), thing.get("parent")]
        if not self.acting and self.state.locked & {thing.gid, *inside}:
            raise Refusal(403, f"You do not have permission to edit this {thing.kind.replace('_', ' ')}.")
        return thing

    def need(self, plan: Plan, workspace: str | None, words: str, status: int = 402) -> None:
        """Refuse what a workspace does not pay for."""
        every = list(Plan)
        if not self.acting and every.index(self.state.plan_of(workspace)) < every.index(plan):
            raise Refusal(status, words)

    def whole(self, thing: Thing) -> Json:
        """Answer with one record."""
        return {"data": RENDERER.whole(self.view, thing, self.tree)}

    def created(self, thing: Thing) -> Response:
        """Answer that a record was made, and where it is."""
        named = f"{thing.kind.removesuffix('y')}ies" if thing.kind.endswith("y") else f"{thing.kind}s"
        return answer(self.whole(thing), 201, {"Location": f"/api/1.0/{named}/{thing.gid}"})

    def listed(self, things: Iterable[Thing]) -> Json:
        """Answer with those of the things that the account sees, page by page."""
        return self.paged(one.gid for one in things if self.sight.sees(one))

    def paged(self, found: Iterable[str]) -> Json:
        """Answer with a page of what gids lead to, all of it for the account to see.

        They are found once, as far as somebody asks.
        """
        limit, offset, start = self.query("limit"), self.query("offset"), 0
        if limit and not (limit.isdecimal() and 1 <= int(limit) <= MOST_A_PAGE):
            raise Refusal(400, f"limit: Must be between 1 and {MOST_A_PAGE}: {limit}")
        listing, start = self._page(offset) if offset else (Listing(found), 0)
        size = int(limit) if limit else MOST_UNPAGED
        gids = listing.part(start, start + size + 1)
        if not limit and len(gids) > size:
            raise Refusal(400, TOO_LARGE)
        data = [RENDERER.listed(self.view, one, self.tree) for one in self.world.all(gids[:size])]
        return {"data": data, "next_page": self._next(listing, start + size) if len(gids) > size else None}

    def _page(self, offset: str) -> tuple[Listing, int]:
        kept = self.state.pages.get(offset)
        if kept is None:
            raise Refusal(400, "offset: Your pagination token is invalid.")
        at, (asked, listing, start) = kept
        if asked != self._asked():
            raise Refusal(400, "offset: Your pagination token is invalid.")
        if self.world.now() - at > self.state.sandbox.page_life * 1000:
            raise Refusal(400, "offset: Your pagination token has expired.")
        return listing, start

    def _asked(self) -> tuple[Any, ...]:
        rest = (
            (name, value) for name, value in self.params.multi_items() if name not in {"offset", "limit", "opt_fields"}
        )
        return (self.account.gid, tuple(self.path_params.items()), tuple(sorted(rest)))

    def _next(self, listing: Listing, start: int) -> Json:
        token = self.state.remember((self._asked(), listing, start))
        query = "&".join(f"{name}={value}" for name, value in self.params.multi_items() if name != "offset")
        path = f"{self.path_params.get('', '')}?{query}&offset={token}"
        return {"offset": token, "path": path, "uri": f"{self.state.site}/api/1.0{path}"}


Handler = Callable[[Asking], Any]


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Send a JSON answer."""
    return Response(orjson.dumps(body), status, headers, JSON)


def handled(ask: Callable[[], Asking], handler: Handler) -> Response:
    """Let a handler answer, or refuse."""
    try:
        told = handler(ask())
    except Refusal as refusal:
        return answer(refusal.body, refusal.status)
    return told if isinstance(told, Response) else answer(told)


def route(state: State, method: str, path: str, handler: Handler, who: type[Asking]) -> Route:
    """Make a route: what the handler returns is sent as JSON, a Response as it is; each with the site's own date."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        sent = (request.headers.get("authorization", ""), raw)
        own = request.url.path.removeprefix("/api/1.0")
        with state.moment() as at:
            edits = state.world.edits
            parts = {**request.path_params, "": own}
            told = handled(lambda: who(state, method, parts, request.query_params, sent), handler)
            told.headers["Date"] = format_datetime(instant(at).astimezone(UTC), usegmt=True)
        if state.world.edits != edits and told.status_code < 400:
            state.keep(Act(at, method, f"{request.url.path}?{request.url.query}".rstrip("?"), raw))
        return told

    return Route(path, endpoint, methods=[method])
