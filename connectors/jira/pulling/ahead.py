"""Pages of a feed drawn ahead of who reads them: each says where the next begins, so that they only come one by one."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")


class Ahead(Iterator[Item], Generic[Item]):
    """An iterator's items, as many as `most` drawn before they are asked for; what fails is raised in its place."""

    def __init__(self, items: Iterator[Item], most: int) -> None:
        self._items = items
        self._pool = ThreadPoolExecutor(1)
        self._drawn = deque(self._draw() for _ in range(most))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __next__(self) -> Item:
        drawn = self._drawn.popleft().result()
        self._drawn.append(self._draw())
        if drawn is None:
            raise StopIteration
        return drawn

    def _draw(self) -> Future[Item | None]:
        return self._pool.submit(next, self._items, None)
