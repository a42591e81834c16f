"""The Nth HTTP request of a sync from Asana or a write-back to it fails in every way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.http import session
from tests.crash.http_faults import check_sync, check_write_back
from tests.crash.test_asana import syncing, writing_back
from tests.enumeration import EVERY


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait; how long they would is tried by `tests/http`."""
    monkeypatch.setattr(session, "pause", lambda *_: 0.001)


def test_a_request_of_a_write_back_that_fails_is_told_and_the_next_run_settles_it(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with writing_back(tmp_path) as harness:
        tell(check_write_back(harness, stride=8, of_each=1))


def test_a_request_of_a_sync_that_fails_is_told_and_the_next_run_mends_it(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with syncing(tmp_path, before=True) as harness:
        tell(check_sync(harness, stride=11, of_each=1))


@pytest.mark.long
def test_any_request_of_a_write_back_that_fails_is_told_and_the_next_run_settles_it(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with writing_back(tmp_path) as harness:
        tell(check_write_back(harness, stride=1, of_each=max(1, 4 - EVERY)))


@pytest.mark.long
def test_any_request_of_a_sync_that_fails_is_told_and_the_next_run_mends_it(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with syncing(tmp_path, before=True) as harness:
        tell(check_sync(harness, stride=1, of_each=max(1, 4 - EVERY)))
