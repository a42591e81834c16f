"""Signals: the first lets the batch in hand finish, the second does not wait."""

import os
import signal

import pytest
from sqlalchemy import Engine

from canonical.store import RunState
from pmohub.testing.memory import small_tool
from sync.runs import sync_connector
from sync.stopping import stop_on_signals
from tests.sync.conftest import setup_of, worker


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("times", "stored"), [(1, 8), (2, 4)])
def test_a_signal_ends_the_run_after_the_batch_in_hand_and_a_second_one_at_once(
    engine: Engine, number: signal.Signals, times: int, stored: int
) -> None:
    tool = small_tool()

    def interrupt(_: str, call: int) -> None:
        for _ in range(times if call == 3 else 0):
            os.kill(os.getpid(), number)

    tool.before_call.append(interrupt)
    with stop_on_signals() as stop:
        report = sync_connector(engine, setup_of(tool), worker(stop=stop))
    assert (report.state, report.counts.changed) == (RunState.CANCELLED, stored)


def test_afterwards_signals_mean_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stop_on_signals():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
