"""Connectors that are wrong on purpose: each must fail exactly the contract test named for its fault.

A wrong connector is the memory connector with one thing changed. Some of the changes are contrived: they are cut so
that nothing else breaks, because a suite whose tests all fail together shows nothing.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from pmohub.testing.contract import ConnectorContract
from pmohub.testing.memory import MemoryReader, MemoryWriter
from pmohub.testing.memory.hooks import MemoryHooks

CONTRACT = sorted(name for name in dir(ConnectorContract) if name.startswith("test_"))

Wrong = type[MemoryReader] | type[MemoryWriter]


class Suite(MemoryHooks, ConnectorContract):
    """The contract suite, run by hand."""


def passes(case: Suite, test: str) -> bool:
    case.setup_method()
    with suppress(Exception):
        getattr(case, test)()
        return True
    return False


@pytest.fixture(scope="session")
def failures() -> Callable[[Wrong], list[str]]:
    def failed(wrong: Wrong) -> list[str]:
        case = Suite()
        if issubclass(wrong, MemoryReader):
            case.reader_type = wrong
        else:
            case.writer_type = wrong
        return [test for test in CONTRACT if not passes(case, test)]

    return failed
