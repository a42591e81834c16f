"""An admin hears in time that a credential or a standing approval ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from canonical.database import writing
from canonical.store.told import note_told, told_to
from pmohub.notices.operations import matters, notice
from pmohub.standing_approvals import Overview, State
from pmohub.testing.memory import small_tool
from tests.sync.conftest import engine, shared_engine, sync

__all__ = ["engine", "shared_engine"]

ENDS = datetime(2026, 6, 30, 12, tzinfo=UTC)


def told_at(engine: Engine, now: datetime, *approvals: Overview) -> str | None:  # the fixture's engine
    with writing(engine) as connection:
        told = told_to(connection, "admins")
        found = notice(list(matters(engine, ["plan"], now, ZoneInfo("UTC"), approvals)), told)
        if found is not None:
            note_told(connection, "admins", found.tokens, now)
    return found.subject if found else None


@pytest.fixture
def with_token(engine: Engine) -> Engine:  # the fixture
    tool = small_tool()
    tool.credential_expires_at = ENDS
    sync(engine, tool)
    return engine


def test_a_credential_that_ends_is_told_fourteen_days_before_three_days_before_and_then(with_token: Engine) -> None:
    told = {days: told_at(with_token, ENDS - timedelta(days=days)) for days in (20, 14, 10, 4, 3, 1, 0, -5)}
    soon, over = (
        "The credential of plan ends on Tue 30 Jun 2026, 12:00",
        "The credential of plan ended on Tue 30 Jun 2026, 12:00",
    )
    assert told == {20: None, 14: soon, 10: None, 4: None, 3: soon, 1: None, 0: over, -5: None}


@pytest.mark.parametrize(("days", "tone"), [(14, "warning"), (0, "failure")])
def test_a_credential_that_ends_is_a_warning_and_one_that_ended_a_failure(
    with_token: Engine, days: int, tone: str
) -> None:
    found = notice(list(matters(with_token, ["plan"], ENDS - timedelta(days=days), ZoneInfo("UTC"))), {})
    assert found is not None
    assert found.tone.value == tone


def test_a_new_credential_ends_the_matter(with_token: Engine) -> None:
    told_at(with_token, ENDS - timedelta(days=10))
    tool = small_tool()
    tool.credential_expires_at = ENDS + timedelta(days=365)
    sync(with_token, tool)
    assert told_at(with_token, ENDS) is None


LAST = date(2026, 6, 30)


def approval(state: State = State.HOLDS) -> Overview:
    return Overview("codes", state, date(2026, 1, 1), LAST, "Ana Ruiz", ())


def test_a_standing_approval_that_ends_is_told_fourteen_days_before_three_days_before_and_then(engine: Engine) -> None:
    after = datetime(2026, 7, 1, tzinfo=UTC)
    told = {days: told_at(engine, after - timedelta(days=days), approval()) for days in (20, 14, 10, 3, 1, 0, -5)}
    soon, over = (f"The standing approval codes {verb} with Tue 30 Jun 2026" for verb in ("ends", "ended"))
    assert told == {20: None, 14: soon, 10: None, 3: soon, 1: None, 0: over, -5: None}


def test_a_standing_approval_whose_approver_left_is_told_once(engine: Engine) -> None:
    left = approval(State.APPROVER_LEFT)
    assert told_at(engine, ENDS - timedelta(days=90), left) == "The standing approval codes ended: Ana Ruiz has left"
    assert told_at(engine, ENDS - timedelta(days=89), left) is None
