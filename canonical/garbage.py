"""Python's search for cycles, held off or made rare while many objects are made that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """A batch makes many objects and no cycles; looking for cycles among them again and again costs a quarter more."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cycles after each 50,000 objects instead of each 700: answers of a tool are many objects and no cycles.

    Otherwise a third of the processor time of a large reading goes into looking.
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
