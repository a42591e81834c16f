import pytest
from sqlalchemy import Engine

from tests.identity.world import World


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)
