"""Calls made ahead of whoever takes their answers."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def ahead(
    pool: ThreadPoolExecutor, most: int, items: Iterable[Item], call: Callable[[Item], Answer]
) -> Iterator[tuple[Item, Answer]]:
    """Make a call for each item, `most` of them ahead, and give the answers in the items' order.

    What a call raises is raised in its place; the calls after it that have not begun are not made.
    """
    under_way: deque[tuple[Item, Future[Answer]]] = deque()
    try:
        for item in items:
            under_way.append((item, pool.submit(call, item)))
            if len(under_way) > most:
                first, future = under_way.popleft()
                yield first, future.result()
        while under_way:
            first, future = under_way.popleft()
            yield first, future.result()
    finally:
        for _, future in under_way:
            future.cancel()
