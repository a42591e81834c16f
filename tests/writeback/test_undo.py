"""Undo: what the hub wrote goes, what a team wrote stays, whatever lies over what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from canonical.problems import ConfigurationError
from canonical.store.writebacks import State, WriteBack
from pmohub.testing.memory import Fault
from tests.writeback.conftest import PROJECT, UNLIMITED, Office

START = datetime(2026, 3, 16, tzinfo=UTC)


@pytest.fixture
def rewritten(office: Office) -> Office:
    """A place that the hub wrote twice, from nothing to PMO-1 to PMO-2."""
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0)
    office.write_back(alpha="PMO-1")
    office.write_back(alpha="PMO-2")
    return office


def applied(office: Office) -> list[WriteBack]:
    return sorted((item for item in office.in_state(State.APPLIED) if item.undo_of is None), key=lambda one: one.id)


def test_two_writes_of_one_place_are_taken_back_in_one_step(rewritten: Office) -> None:
    (undone,) = rewritten.undo(since=START).ended
    assert (undone.before, undone.after, undone.state) == ("PMO-2", None, State.APPLIED)
    assert rewritten.held("alpha") is None
    assert len(rewritten.in_state(State.UNDONE)) == 2
    assert rewritten.in_state(State.JOURNALED) == []


def test_a_clock_that_stepped_back_between_two_writes_changes_nothing(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0)
    (first,) = office.write_back(alpha="PMO-1").ended
    office.now -= timedelta(hours=2)
    office.write_back(alpha="PMO-2")
    assert office.plan(alpha="PMO-2").plan.items == office.plan(alpha="PMO-3").plan.items[1:]
    office.undo(writeback_id=first.id)
    assert (office.held("alpha"), applied(office)) == (None, [])


def test_taking_back_the_later_write_leaves_the_earlier(rewritten: Office) -> None:
    rewritten.undo(writeback_id=applied(rewritten)[1].id)
    assert rewritten.held("alpha") == "PMO-1"
    assert [item.after for item in applied(rewritten)] == ["PMO-1"]


def test_taking_back_the_earlier_write_takes_ours_over_it_along(rewritten: Office) -> None:
    rewritten.undo(writeback_id=applied(rewritten)[0].id)
    assert rewritten.held("alpha") is None
    assert applied(rewritten) == []


@pytest.mark.parametrize("value", ["ours", "PMO-1"])
def test_a_teams_edit_after_both_writes_stays(rewritten: Office, value: str) -> None:
    rewritten.edit("alpha", value)
    assert [item.state for item in rewritten.undo(since=START).ended] == [State.STALE]
    assert rewritten.held("alpha") == value


def test_a_teams_edit_between_two_writes_comes_back(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0)
    since = office.clock()
    (first,) = office.write_back(alpha="PMO-1").ended
    office.edit("alpha", "ours")
    office.plan(alpha="PMO-2")
    office.release("alpha")
    office.write_back(alpha="PMO-2")
    office.undo(since=since)
    assert office.held("alpha") == "ours"
    assert [item.state for item in office.undo(writeback_id=first.id).ended] == [State.STALE]
    assert office.held("alpha") == "ours"


def test_an_undo_that_could_not_be_sent_gives_way_to_the_next(office: Office) -> None:
    (ended,) = office.write_back(alpha="PMO-1").ended
    first, second = (office.to_undo(writeback_id=ended.id) for _ in range(2))
    assert office.apply(first).ended == []
    assert [item.state for item in office.apply(second).ended] == [State.APPLIED]
    assert [item.state for item in office.stored(first)] == [State.WITHDRAWN]


def test_an_undo_whose_tool_was_down_is_seen_through_later(office: Office) -> None:
    (ended,) = office.write_back(alpha="PMO-1").ended
    plan = office.to_undo(writeback_id=ended.id)
    office.tool.fail(Fault.DOWN, call=1, forever=True)
    assert office.apply(plan).problems
    office.tool.recover()
    office.apply(plan)
    assert (office.held("alpha"), office.stored(plan)[0].state) == (None, State.APPLIED)
    assert [item.id for item in office.in_state(State.UNDONE)] == [ended.id]


def test_an_undo_is_not_undone(office: Office) -> None:
    (ended,) = office.write_back(alpha="PMO-1").ended
    (undone,) = office.undo(writeback_id=ended.id).ended
    with pytest.raises(ConfigurationError, match="Nothing to undo"):
        office.undo(writeback_id=undone.id)


def test_the_items_of_a_long_plan_keep_their_order(office: Office) -> None:
    names = [f"p{number:02}" for number in range(1, 13)]
    for name in names:
        office.tool.put(PROJECT, name, name=name)
    plan = office.plan(**dict.fromkeys(names, "x")).plan
    assert [item.id for item in office.stored(plan)] == [f"P1-{number}" for number in range(1, 13)]
    office.approve(plan)
    office.apply(plan)
    back = office.to_undo(plan_id=plan.id)
    assert [item.key for item in back.items] == [name.upper() for name in names]
