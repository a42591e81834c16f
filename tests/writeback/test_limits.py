"""Limits on sending: what stops a run, pauses a field, waits for tomorrow or for somebody's look."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from canonical.database import reading
from canonical.store.stops import stops
from canonical.store.writebacks import State
from sync.approval import resume
from sync.limits import Limits
from sync.sending import Applied
from tests.writeback.conftest import CARRIER, PROJECT, UNLIMITED, Office

MANY = [f"p{number}" for number in range(1, 9)]


@pytest.fixture
def office(office: Office) -> Office:
    for name in MANY:
        office.tool.put(PROJECT, name, name=name)
    return office


def write_all(office: Office, value: str = "x") -> Applied:
    return office.write_back(**dict.fromkeys(MANY, value))


def written(office: Office) -> int:
    return sum(office.held(name) is not None for name in MANY)


def stopped(office: Office) -> list[str | None]:
    with reading(office.engine) as connection:
        return [stop.field for stop in stops(connection)]


def go_on(office: Office, field: str | None = None) -> None:
    assert resume(office.engine, "memory", field, actor="ana", now=office.clock())


def test_three_refusals_stop_the_run_and_the_rest_stays_approved_with_the_reason(office: Office) -> None:
    office.limits = replace(UNLIMITED, stop_after_refusals=3)
    office.tool.read_only = frozenset({CARRIER})
    done = write_all(office)
    assert [item.state for item in done.ended] == [State.REFUSED] * 3
    left = office.in_state(State.APPROVED)
    assert {item.outcome_reason for item in left} == {
        "3 writes were refused in one run (writeback.stop_after_refusals)"
    }
    assert (len(left), stopped(office)) == (5, [None])
    assert done.problems[-1].commands[0] == "pmohub writeback resume memory"


def test_what_is_stopped_is_not_sent_until_a_person_lets_it_start_again(office: Office) -> None:
    office.limits = replace(UNLIMITED, stop_after_refusals=3)
    office.tool.read_only = frozenset({CARRIER})
    plan = office.plan(**dict.fromkeys(MANY, "x")).plan
    office.approve(plan)
    office.apply(plan)
    office.tool.read_only = frozenset()
    assert office.apply(plan).problems[0].what == "Writing to memory is stopped"
    assert office.plan(**dict.fromkeys(MANY, "x")).problems[-1].what == "Writing to memory is stopped"
    assert written(office) == 0
    go_on(office)
    again = office.plan(**dict.fromkeys(MANY, "x")).plan
    office.apply(again)
    assert written(office) == 5


def test_two_disputes_stop_the_run(office: Office) -> None:
    office.limits = replace(UNLIMITED, stop_after_disputes=2)
    plan = office.plan(**dict.fromkeys(MANY, "x")).plan
    office.approve(plan)
    for name in ("p2", "p3"):
        office.edit(name, "ours")
    assert [item.state for item in office.apply(plan).ended] == [State.APPLIED, State.STALE, State.STALE]
    assert len(office.in_state(State.APPROVED)) == 5


def test_an_undo_that_finds_what_teams_changed_since_is_not_stopped(office: Office) -> None:
    write_all(office)
    for name in MANY[:4]:
        office.edit(name, "ours")
    office.limits = replace(UNLIMITED, stop_after_disputes=2)
    done = office.undo(plan_id="P1")
    assert [item.state for item in done.ended] == [State.STALE] * 4 + [State.APPLIED] * 4
    assert stopped(office) == []


def test_three_refusals_of_a_field_in_whatever_runs_pause_that_field(office: Office) -> None:
    office.limits = replace(UNLIMITED, pause_field_after_refusals=3)
    office.tool.read_only = frozenset({CARRIER})
    for name in MANY[:3]:
        assert stopped(office) == []
        office.write_back(**{name: "x"})
    assert stopped(office) == ["pmo_id"]
    office.tool.read_only = frozenset()
    assert office.write_back(p4="x").problems[0].what == "pmo_id is no longer written to memory"
    assert written(office) == 0
    go_on(office, "pmo_id")
    office.apply(office.plan(p4="x").plan)
    assert written(office) == 1


def test_refusals_with_a_success_between_them_pause_nothing(office: Office) -> None:
    office.limits = replace(UNLIMITED, pause_field_after_refusals=3)
    for number, name in enumerate(MANY[:5]):
        office.tool.read_only = frozenset() if number == 2 else frozenset({CARRIER})
        office.write_back(**{name: "x"})
    assert stopped(office) == []


def test_a_field_that_was_let_on_is_paused_by_new_refusals_only(office: Office) -> None:
    office.limits = replace(UNLIMITED, pause_field_after_refusals=3)
    office.tool.read_only = frozenset({CARRIER})
    write_all(office)
    go_on(office)
    for name in ("alpha", "beta"):
        office.write_back(**{name: "x"})
        assert stopped(office) == []
    office.write_back(gamma="x")
    assert stopped(office) == ["pmo_id"]


def test_an_item_is_written_by_one_plan_a_day(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0, writes_per_item_and_day=1)
    office.write_back(alpha="PMO-1")
    (waits,) = office.write_back(alpha="PMO-2").ended
    assert (waits.state, waits.outcome_reason) == (
        State.APPROVED,
        "it was written today already; it is tried again tomorrow",
    )
    office.now += timedelta(days=1)
    assert [item.state for item in office.apply(office.plan(alpha="PMO-2").plan).ended] == [State.APPLIED]


def test_the_day_is_the_hubs(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0, writes_per_item_and_day=1, zone=ZoneInfo("Asia/Tokyo"))
    office.now = datetime(2026, 3, 16, 23, 50, tzinfo=ZoneInfo("Asia/Tokyo"))
    office.write_back(alpha="PMO-1")
    office.now += timedelta(minutes=20)
    assert [item.state for item in office.write_back(alpha="PMO-2").ended] == [State.APPLIED]


def test_an_undo_on_the_same_day_is_sent(office: Office) -> None:
    office.limits = replace(UNLIMITED, writes_per_item_and_day=1)
    office.write_back(alpha="PMO-1")
    assert [item.state for item in office.undo(plan_id="P1").ended] == [State.APPLIED]
    assert office.held("alpha") is None


def test_the_first_five_writes_of_what_is_new_are_sent_and_the_rest_waits_for_a_look(office: Office) -> None:
    office.limits = replace(UNLIMITED, first_writes=5)
    done = write_all(office)
    assert (written(office), [item.state for item in done.ended]) == (5, [State.APPLIED] * 5)
    assert [problem.where for problem in done.problems] == ["memory: pmo_id"]
    assert len(office.in_state(State.PROPOSED)) == 3


def test_whoever_approves_after_the_first_writes_has_looked(office: Office) -> None:
    office.limits = replace(UNLIMITED, first_writes=5)
    write_all(office)
    office.apply(office.plan(**dict.fromkeys(MANY, "x")).plan)
    assert written(office) == 5
    plan = office.plan(**dict.fromkeys(MANY, "x")).plan
    office.approve(plan)
    office.apply(plan)
    assert written(office) == 8
    office.write_back(alpha="y", beta="y", gamma="y")
    assert office.held("gamma") == "y"


def test_what_was_refused_is_not_among_the_first_writes(office: Office) -> None:
    office.limits = replace(UNLIMITED, first_writes=5)
    office.tool.read_only = frozenset({CARRIER})
    write_all(office)
    office.tool.read_only = frozenset()
    plan = office.plan(**dict.fromkeys(MANY, "x")).plan
    office.approve(plan)
    office.apply(plan)
    assert written(office) == 5


def test_the_numbers_are_those_of_the_mode_table() -> None:
    limits = Limits()
    assert (limits.max_changes_per_run, limits.max_overwrite_share, limits.first_writes) == (200, 0.2, 5)
    assert (limits.stop_after_refusals, limits.stop_after_disputes, limits.writes_per_item_and_day) == (3, 2, 1)
