"""Issues read whole, a unit at a time, with several calls under way and the units in their order."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from connectors.jira.client.api import Client, Fetched, Seen

UNITS_AHEAD = 2
"""Units under way at a time: enough that threads never wait for the store, and memory stays that of two units."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Issues of a listing, in its order, and what was read of them."""

    listed: Sequence[Seen]
    fetched: Fetched


class Units:
    """Reads the issues of a listing side by side."""

    def __init__(self, client: Client, pool: ThreadPoolExecutor, fields: Sequence[str], *, history: bool) -> None:
        self._client, self._pool, self._fields, self._history = client, pool, fields, history

    def of(self, pages: Iterable[Sequence[Seen]]) -> Iterator[Unit]:
        """Read a listing's issues; raises what a call raised, when its unit's turn comes."""
        under_way: deque[tuple[Sequence[Seen], list[Future[Fetched]]]] = deque()
        try:
            for listed in _regrouped(pages, self._client.at_a_time):
                parts = self._client.parts(listed, self._fields, history=self._history)
                under_way.append((listed, [self._pool.submit(part) for part in parts]))
                if len(under_way) >= UNITS_AHEAD:
                    yield _joined(*under_way.popleft())
            while under_way:
                yield _joined(*under_way.popleft())
        finally:
            for _, futures in under_way:
                for future in futures:
                    future.cancel()


def _regrouped(pages: Iterable[Sequence[Seen]], size: int) -> Iterator[list[Seen]]:
    waiting: list[Seen] = []
    for page in pages:
        waiting += page
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    if waiting:
        yield waiting


def _joined(listed: Sequence[Seen], futures: Sequence[Future[Fetched]]) -> Unit:
    whole = Fetched()
    for future in futures:
        part = future.result()
        whole.issues += part.issues
        whole.histories |= part.histories
        whole.unread |= part.unread
    return Unit(listed, whole)
