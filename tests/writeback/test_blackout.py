"""An approval does not age while its department is in a blackout: what was right before it is sent after it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from canonical.store.writebacks import Plan, State
from sync.scheduling.quiet import Days, Peace
from tests.writeback.conftest import UNLIMITED, Office

BEFORE = datetime(2026, 12, 10, 9, tzinfo=UTC)
YEAR_END = Days(date(2026, 12, 20), date(2027, 1, 6))
LIMITS = replace(UNLIMITED, peaces={"engineering": Peace(ZoneInfo("UTC"), None, (YEAR_END,))})


def approved(office: Office) -> Plan:
    office.now, office.limits = BEFORE, LIMITS
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    return plan


@pytest.mark.parametrize(("days", "state"), [(45, State.APPLIED), (49, State.WITHDRAWN)])
def test_an_approval_lasts_thirty_days_beside_the_blackout(office: Office, days: int, state: State) -> None:
    plan = approved(office)
    office.now = BEFORE + timedelta(days=days)
    assert [one.state for one in office.apply(plan).ended] == [state]


def test_planning_anew_after_a_blackout_keeps_the_approval(office: Office) -> None:
    approved(office)
    office.now = BEFORE + timedelta(days=45)
    states = {item.key: item.state for item in office.plan(alpha="PMO-1", beta="PMO-2").plan.items}
    assert states == {"ALPHA": State.APPROVED, "BETA": State.PROPOSED}
