"""What the store knows of a connector: where its pull stands, and which instance its rows came from."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from canonical.store import Lease, store_batch
from canonical.store.connectors import (
    OtherInstanceError,
    check_fingerprint,
    counts_still,
    forget_cursor,
    register,
    state,
)
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW, batch_of


def test_registering_again_keeps_the_cursor(engine: Engine, lease: Lease) -> None:
    store_batch(engine, lease, "plan", "run", batch_of(cursor={"page": 7}), NOW)
    register(engine, "plan", "memory", "legal", {EntityKind.TASK: {"due", "title"}}, timedelta(hours=1))
    known = state(engine, "plan")
    assert known
    assert (known.cursor, known.department_id, known.fresh_for) == ({"page": 7}, "legal", timedelta(hours=1))
    assert known.provides == {EntityKind.TASK: frozenset({"due", "title"})}


def test_a_forgotten_cursor_lets_the_next_pull_begin_anew(engine: Engine, lease: Lease) -> None:
    store_batch(engine, lease, "plan", "run", batch_of(cursor={"page": 7}), NOW)
    forget_cursor(engine, "plan")
    known = state(engine, "plan")
    assert known
    assert known.cursor is None


def test_a_batch_of_a_connector_that_is_not_registered_is_refused(engine: Engine, lease: Lease) -> None:
    with pytest.raises(LookupError, match="not registered"):
        store_batch(engine, lease, "other", "run", batch_of(), NOW)


@pytest.mark.usefixtures("lease")
def test_a_connector_that_suddenly_points_elsewhere_is_stopped(engine: Engine) -> None:
    check_fingerprint(engine, "plan", "folder A")
    check_fingerprint(engine, "plan", "folder A")
    with pytest.raises(OtherInstanceError, match="folder B; what is stored came from folder A"):
        check_fingerprint(engine, "plan", "folder B")


@pytest.mark.parametrize(
    ("read", "fresh_for", "counts"),
    [(None, None, False), (None, 3600, False), (5, None, True), (60, 3600, True), (61, 3600, False), (-5, 3600, True)],
)
def test_what_was_read_counts_until_its_time_is_over(read: int | None, fresh_for: int | None, *, counts: bool) -> None:
    at = None if read is None else NOW - timedelta(minutes=read)
    assert counts_still(at, fresh_for, NOW) is counts
