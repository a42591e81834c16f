"""One store for each database, emptied before each test: SQLAlchemy then compiles each statement only once."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from canonical.database import open_engine
from tests.identity.world import World, emptied


@pytest.fixture(scope="session")
def resolved_stores(fresh_store: Callable[[str], str]) -> Iterator[Callable[[str], Engine]]:
    engines: dict[str, Engine] = {}

    def give(kind: str) -> Engine:
        if kind not in engines:
            engines[kind] = open_engine(fresh_store(kind))
        return engines[kind]

    yield give
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, resolved_stores: Callable[[str], Engine]) -> Engine:
    return emptied(resolved_stores(request.param))


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)
