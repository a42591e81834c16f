"""Lists that Asana gives in pages of a hundred, by offset tokens.

Only the token of `next_page` is used: its path has been with and without the prefix. A token runs out after a while,
which Asana answers with 400 (https://developers.asana.com/docs/pagination).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from connectors.asana.client.connection import JSON, Connection
from connectors.http import CallError

A_PAGE = 100
"""The most that Asana gives at a time; without a limit a large list is refused as a whole."""
RESTARTS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and the token of the next page; None where this is the last."""

    rows: list[JSON]
    offset: str | None


class ExpiredError(Exception):
    """The token of a page is no longer good: the list has to be begun again."""


Call = Callable[[dict[str, Any]], Any]
"""A call of the library, to which the parameters of the query are given."""


def page(connection: Connection, call: Call, name: str, params: Mapping[str, Any], offset: str | None = None) -> Page:
    """Ask for one page; `name` says in messages which list it is.

    Raises:
        ExpiredError: the token is no longer good.
        CallError: no answer, or one without a list.
    """
    query = {**params, "limit": A_PAGE, **({"offset": offset} if offset else {})}
    try:
        answer = call(query)
    except CallError as error:
        if offset and error.status == 400:
            raise ExpiredError from error
        raise
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise connection.strange(name, "there is no list in it")
    following = answer.get("next_page")
    token = following.get("offset") if isinstance(following, dict) else None
    if token and token == offset:
        raise connection.strange(name, "the token of the next page is that of this one")
    return Page([row for row in rows if isinstance(row, dict)], str(token) if token else None)


@dataclass(slots=True)
class Stream:
    """A list as it is paged through: `key` says which, `fetch` asks for a page by its token, `offset` is the next one.

    What was given before a token ran out is left out when the list is begun again.
    """

    key: str
    fetch: Callable[[str | None], Page]
    offset: str | None = None
    _given: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _restarts: int = 0

    def draw(self, connection: Connection) -> list[JSON]:
        """Give the next page's rows, each once; `offset` is None after the last.

        Raises:
            CallError: no answer, one that goes round in circles, or tokens that always run out.
        """
        while True:
            try:
                rows = self._drawn(connection)
            except ExpiredError:
                self._restarts += 1
                if self._restarts > RESTARTS:
                    raise connection.strange(self.key, "its tokens run out before they can be used") from None
                self.offset, self._seen = None, set()
                continue
            if rows:
                self._restarts = 0
            # After a new beginning, the pages that were given are passed at once: their tokens are fresh now.
            if rows or self.offset is None or not self._restarts:
                return rows

    def _drawn(self, connection: Connection) -> list[JSON]:
        got = self.fetch(self.offset)
        if got.offset is not None and got.offset in self._seen:
            raise connection.strange(self.key, "the token of the next page came before")
        self._seen.add(got.offset or "")
        self.offset = got.offset
        rows = [row for row in got.rows if row.get("gid") not in self._given]
        self._given |= {str(row["gid"]) for row in rows if row.get("gid")}
        return rows


def pages(connection: Connection, call: Call, name: str, params: Mapping[str, Any]) -> Iterator[list[JSON]]:
    """Give the pages of a list, each row once; begun again where a token ran out between two of them."""
    stream = Stream(name, lambda offset: page(connection, call, name, params, offset))
    while True:
        yield stream.draw(connection)
        if stream.offset is None:
            return


def side_by_side(
    connection: Connection, streams: Iterable[Stream], pool: ThreadPoolExecutor, at_once: int
) -> Iterator[tuple[Stream, list[JSON], str | None]]:
    """Page through several lists at a time, in turn; give each page with its list and the token of the page after it.

    A page is asked for as soon as the one before is there, however slowly pages are taken: tokens run out.
    """
    waiting = iter(streams)
    under_way: deque[tuple[Stream, Future[list[JSON]]]] = deque()
    try:
        while True:
            while len(under_way) < at_once and (stream := next(waiting, None)) is not None:
                under_way.append((stream, pool.submit(stream.draw, connection)))
            if not under_way:
                return
            stream, future = under_way.popleft()
            rows, following = future.result(), stream.offset
            if following is not None:
                under_way.append((stream, pool.submit(stream.draw, connection)))
            yield stream, rows, following
    finally:
        for _, future in under_way:
            future.cancel()
