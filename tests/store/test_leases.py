"""One holder at a time, by the database's clock; who lost the lease stores nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from canonical.database import writing
from canonical.records import Task
from canonical.schema.entities import task
from canonical.store import LeaseLostError, acquire, release, renew, require, store_batch
from canonical.store.connectors import register
from tests.store.conftest import NOW, batch_of, expire, rows_of

LONG = timedelta(minutes=5)


def test_a_held_lease_is_not_given_twice(engine: Engine) -> None:
    assert acquire(engine, "plan", "one", LONG)
    assert acquire(engine, "plan", "two", LONG) is None


def test_a_released_lease_is_given_with_a_higher_token(engine: Engine) -> None:
    first = acquire(engine, "plan", "one", LONG)
    assert first
    release(engine, first)
    second = acquire(engine, "plan", "two", LONG)
    assert second
    assert second.token > first.token


def test_an_expired_lease_is_taken_over_and_its_holder_is_refused(engine: Engine) -> None:
    first = acquire(engine, "plan", "one", LONG)
    assert first
    expire(engine, first)
    assert acquire(engine, "plan", "two", LONG)
    with pytest.raises(LeaseLostError):
        renew(engine, first)
    with pytest.raises(LeaseLostError), writing(engine) as connection:
        require(connection, first)
    release(engine, first)
    assert acquire(engine, "plan", "three", LONG) is None


def test_a_renewed_lease_lives_on(engine: Engine) -> None:
    lease = acquire(engine, "plan", "one", LONG)
    assert lease
    expire(engine, lease)
    renew(engine, lease)
    assert acquire(engine, "plan", "two", LONG) is None


def test_of_many_who_ask_at_once_one_gets_it(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: acquire(engine, "plan", str(number), LONG), range(16)))
    assert len([lease for lease in taken if lease]) == 1


def test_an_expired_lease_stores_nothing(engine: Engine) -> None:
    register(engine, "plan", "memory", "engineering", {}, fresh_for=None)
    lease = acquire(engine, "connector:plan", "one", LONG)
    assert lease
    expire(engine, lease)
    with pytest.raises(LeaseLostError):
        store_batch(engine, lease, "plan", "run", batch_of(Task(external_id="1", title="A")), NOW)
    assert rows_of(engine, task) == []
