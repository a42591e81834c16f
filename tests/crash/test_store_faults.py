"""The store fails at any operation of an apply, once and for ever: it is told, and the next apply ends like a good one.

What was sent before is found by reading: nothing is sent twice, nothing that a team did is taken for a dispute.
"""

import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from canonical.database import reading
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import State
from pmohub.writing import plan
from tests.crash.readers import fork_readers
from tests.crash.test_file_faults import Trial, files_of, in_words, send_all, told_of, trial
from tests.crash.workplace import decide, forget_leases, journal
from tests.enumeration import EVERY
from tests.sync.test_store_faults import Faults, sqlite_error

CODES = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR)
STRIDE = 37
Tell = Callable[[str], None]


def run(trial: Trial, faults: Faults) -> tuple[int, list[str]]:
    """Apply in a process of its own whose store fails; give how many operations there were, and what was told."""
    told, telling = os.pipe()
    child = os.fork()
    if not child:
        status = 99
        try:
            trial.hub.engine.dispose(close=False)
            fork_readers()
            with faults.within(trial.hub.engine):
                words = told_of(trial.work, trial.hub)
            os.write(telling, pickle.dumps((faults.count, words)))
            status = 0
        finally:
            os._exit(status)
    os.close(telling)
    with os.fdopen(told, "rb") as pipe:
        answer: tuple[int, list[str]] = pickle.loads(pipe.read())  # noqa: S301  # written by our own side
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    forget_leases(trial.hub)
    return answer


def check(trial: Trial, stride: int) -> str:
    trial.begin()
    count, told = run(trial, Faults(lambda _: None))
    assert told == []
    wanted, number = files_of(trial.hub), 0
    for forever in (False, True):
        for at in range(1, count + 1, stride):
            code = CODES[(at // stride + forever) % len(CODES)]
            trial.begin()
            _, told = run(trial, Faults(sqlite_error(code), at, forever))
            where = f"code {code} {'from' if forever else 'at'} operation {at}: {told}"
            assert not list(in_words(told)), where
            applied = {item.state for item in journal(trial.hub)} == {State.APPLIED}
            assert applied or told, where
            assert run(trial, Faults(lambda _: None))[1] == [], where
            assert files_of(trial.hub) == wanted, where
            assert {item.state for item in journal(trial.hub)} == {State.APPLIED}, where
            with reading(trial.hub.engine) as connection:
                assert not vetoes(connection), where
            number += 1
    return f"{number} points: {count} operations, every {stride}., once and for ever, by turns disk full, locked, lost"


@pytest.fixture
def writes(tmp_path: Path) -> Iterator[Trial]:
    with trial(tmp_path, send_all, lambda hub: decide(hub, plan(hub).plan.id)) as trying:
        yield trying


def test_an_apply_whose_store_fails_at_some_operation_is_told_and_made_good(writes: Trial, tell: Tell) -> None:
    tell(check(writes, STRIDE))


@pytest.mark.long
def test_an_apply_whose_store_fails_at_any_operation_is_told_and_made_good(writes: Trial, tell: Tell) -> None:
    tell(check(writes, EVERY))
