"""Whatever the clock of a machine shows, the same is stored: leases go by the database's, cursors by the tool's.

It may be a day wrong, step back between runs and within one, and stand in the nights in which clocks are changed.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from canonical.store import RunState
from canonical.store.connectors import counts_still
from pmohub.testing.memory import small_tool
from sync.census import is_due
from sync.hub import resolve_all
from sync.runs import Worker, sync_connector
from tests.sync.conftest import NOW, emptied, setup_of, store_of
from tests.sync.test_histories import IDS, OF_TEAMS, Deed
from tests.sync.test_store_faults import SETTINGS

NIGHTS = (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 10, 25, 0, 59, tzinfo=UTC), NOW)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
skews = st.lists(st.sampled_from([-DAY, -HOUR, timedelta(0), HOUR, DAY]), min_size=1, max_size=6)
Round: TypeAlias = tuple[list[tuple[Deed, str, int]], list[timedelta]]
rounds: st.SearchStrategy[list[Round]] = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(OF_TEAMS), st.sampled_from(IDS), st.integers(1, 6)), max_size=3), skews
    ),
    min_size=1,
    max_size=4,
)


def showing(moment: datetime, skew: list[timedelta]) -> Callable[[], datetime]:
    """A clock that is wrong by the next of these each time somebody looks, and by the last from then on."""
    wrong: Iterator[timedelta] = chain(skew, repeat(skew[-1]))
    return lambda: moment + next(wrong)


def stored(engine: Engine, history: list[Round], night: datetime, *, right: bool) -> dict[str, list[Any]]:
    """Go through a history by a clock that is right or wrong; give all that is stored but for the moments."""
    emptied(engine)
    tool = small_tool()
    for number, (deeds, skew) in enumerate(history):
        for deed, identifier, value in deeds:
            deed(tool, identifier, value)
        clock = showing(night + number * HOUR / 2, [timedelta(0)] if right else skew)
        assert sync_connector(engine, setup_of(tool), Worker("test", clock)).state is RunState.DONE
        resolve_all(engine, SETTINGS, Worker("test", clock))
    held = store_of(engine)
    return {name: sorted((without_moments(name, row) for row in rows), key=repr) for name, rows in held.items()}


def without_moments(table: str, row: Sequence[Any]) -> tuple[Any, ...]:
    """Leave out moments, and the digest in the last column of what identity makes, which is of moments, too."""
    kept = row[:-1] if table in {"project", "person"} else row
    return tuple("then" if isinstance(value, datetime) or is_instant(value) else value for value in kept)


def is_instant(value: object) -> bool:
    return isinstance(value, str) and value.startswith('{"instant":')


BOUNDED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HISTORY = given(history=rounds, night=st.sampled_from(NIGHTS))


@settings(BOUNDED, max_examples=3)
@HISTORY
def test_by_any_clock_the_same_is_stored(engine: Engine, history: list[Round], night: datetime) -> None:
    assert stored(engine, history, night, right=False) == stored(engine, history, night, right=True)


@pytest.mark.long
@settings(BOUNDED, max_examples=6)
@HISTORY
def test_whatever_clocks_show_the_same_is_stored(engine: Engine, history: list[Round], night: datetime) -> None:
    assert stored(engine, history, night, right=False) == stored(engine, history, night, right=True)


@pytest.mark.parametrize("wrong", [DAY, 365 * DAY])
def test_what_was_read_by_a_clock_that_was_ahead_does_not_count_until_that_day_comes(wrong: timedelta) -> None:
    assert not counts_still(NOW + wrong, HOUR, NOW)
    assert is_due(NOW + wrong, DAY, NOW)
