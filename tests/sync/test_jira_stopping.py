"""Whoever stops a run that waits for a Jira does not wait along; one that fails at once tells what that took."""

import time
from pathlib import Path
from threading import Timer

from sqlalchemy import Engine

from canonical.store import RunState
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.faults import Fault, Kind
from pmohub.testing.jira.limiting import CloudLimits
from sync.runs import ConnectorSetup, Worker, sync_connector
from sync.stopping import Stop
from tests.jira_reading.sites import site
from tests.sync.conftest import NOW


def test_the_first_request_to_stop_ends_the_waiting(engine: Engine, tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path) as jira:
        jira.server.state.limits.set(CloudLimits(points=30))
        stop = Stop()
        timer = Timer(2, setattr, (stop, "asked", True))
        timer.start()
        began = time.monotonic()
        # Without an e-mail it is an app, which has an hour's quota.
        setup = ConnectorSetup("jira", "jira", "office", lambda: jira.reader(email=None, patience=7200))
        report = sync_connector(engine, setup, Worker("test", lambda: NOW, stop=stop))
        timer.join()
        assert report.state is RunState.CANCELLED
        assert time.monotonic() - began < 15


def test_a_run_that_fails_at_its_first_question_tells_what_it_asked_and_waited_for(
    engine: Engine, tmp_path: Path
) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        jira.server.state.faults.arm(Fault(kind=Kind.UNAVAILABLE, times=None))
        setup = ConnectorSetup("jira", "jira", "office", lambda: jira.reader(patience=1))
        report = sync_connector(engine, setup, Worker("test", lambda: NOW))
        assert report.state is RunState.FAILED
        assert report.requests > 0
        assert sum(report.waits.values()) > 0
