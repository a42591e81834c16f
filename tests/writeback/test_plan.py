"""Planning: what is proposed, what is left alone, and that planning twice gives the same plan."""

from dataclasses import replace
from datetime import timedelta

import pytest

from canonical.problems import LimitError
from canonical.store.writebacks import State
from canonical.vocabulary import PmoMode
from rules.template_fields import Owner, WriteWhen
from sync.approval import Selection, reject
from tests.writeback.conftest import UNLIMITED, Office


def test_a_plan_names_every_value_before_and_after(office: Office) -> None:
    office.edit("beta", "OLD")
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    assert [(item.key, item.before, item.after) for item in plan.items] == [
        ("ALPHA", None, "PMO-1"),
        ("BETA", "OLD", "PMO-2"),
    ]


def test_planning_sends_nothing(office: Office) -> None:
    before = len(office.tool.calls)
    office.plan(alpha="PMO-1")
    assert len(office.tool.calls) == before


def test_planning_twice_gives_the_same_plan(office: Office) -> None:
    first, second = office.plan(alpha="PMO-1"), office.plan(alpha="PMO-1")
    assert (second.plan.id, second.is_new) == (first.plan.id, False)


def test_a_new_plan_withdraws_what_was_only_proposed(office: Office) -> None:
    first = office.plan(alpha="PMO-1").plan
    office.plan(alpha="PMO-1", beta="PMO-2")
    assert {item.state for item in office.stored(first)} == {State.WITHDRAWN}


def test_an_approval_that_still_holds_is_taken_over_by_a_new_plan(office: Office) -> None:
    office.approve(office.plan(alpha="PMO-1").plan)
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    assert {item.key: item.state for item in plan.items} == {"ALPHA": State.APPROVED, "BETA": State.PROPOSED}


def test_after_apply_nothing_is_left_to_plan(office: Office) -> None:
    office.write_back(alpha="PMO-1", beta="PMO-2")
    assert office.plan(alpha="PMO-1", beta="PMO-2").plan.items == ()


def test_what_the_team_changed_after_us_is_never_proposed_again(office: Office) -> None:
    office.write_back(alpha="PMO-1")
    office.edit("alpha", "ours")
    assert office.plan(alpha="PMO-1").plan.items == ()
    office.edit("alpha", None)
    assert office.plan(alpha="PMO-1").plan.items == ()


def test_a_first_fill_leaves_what_the_team_emptied(office: Office) -> None:
    office.owner, office.write = Owner.TEAM, WriteWhen.FIRST_FILL
    office.write_back(alpha="planning")
    office.edit("alpha", None)
    assert office.plan(alpha="planning").plan.items == ()


def test_a_team_field_that_holds_a_value_is_never_overwritten(office: Office) -> None:
    office.owner, office.write = Owner.TEAM, WriteWhen.APPROVE
    office.edit("alpha", "execution")
    assert office.plan(alpha="planning").plan.items == ()


def test_a_field_that_is_never_written_is_not_proposed(office: Office) -> None:
    office.write = WriteWhen.NEVER
    assert office.plan(alpha="PMO-1").plan.items == ()


def test_a_rejected_value_is_not_proposed_for_ninety_days(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    reject(office.engine, plan.id, Selection(), reason="not ours", actor="ana", now=office.clock())
    assert office.plan(alpha="PMO-1").plan.items == ()
    office.now += timedelta(days=91)
    assert [item.after for item in office.plan(alpha="PMO-1").plan.items] == ["PMO-1"]


def test_more_changes_than_the_limit_wait_for_a_person(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_changes_per_run=2)
    planned = office.plan(alpha="1", beta="2", gamma="3")
    assert "3 changes" in planned.problems[0].where
    with pytest.raises(LimitError):
        office.approve(planned.plan)
    assert len(office.approve(planned.plan, over_limit=True).items) == 3


def test_replacing_too_large_a_share_of_values_waits_for_a_person(office: Office) -> None:
    for name in ("alpha", "beta", "gamma"):
        office.edit(name, f"old {name}")
    planned = office.plan(alpha="1", beta="old beta", gamma="old gamma")
    assert "1 of 3 values" in planned.problems[0].where


def test_in_a_supportive_department_the_team_accepts(office: Office) -> None:
    office.mode = PmoMode.SUPPORTIVE
    plan = office.plan(alpha="PMO-1").plan
    assert office.approve(plan).items == []
    (accepted,) = office.approve(plan, on_behalf_of="Tom of the team").items
    assert accepted.key == "ALPHA"
    assert [item.approved_for for item in office.stored(plan)] == ["Tom of the team"]
