"""What an approval covers, how long it lasts, and what is remembered of what a person put back."""

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import delete, insert, update

from canonical.database import reading, writing
from canonical.schema.entities import department
from canonical.schema.operations import connector
from canonical.schema.writing import writeback
from canonical.store.connectors import register
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import State, events, latest_plan_id
from canonical.vocabulary import PmoMode
from connectors.base import Precondition
from pmohub.testing.memory import MemoryWriter, writer_of
from sync.apply import apply_plan
from sync.approval import Selection, reject
from sync.plan import make_plan
from sync.sending import Hand
from tests.writeback.conftest import UNLIMITED, Office


def states(office: Office, plan_id: str) -> list[State]:
    return [item.state for state in State for item in office.in_state(state) if item.plan_id == plan_id]


def now_supportive(office: Office) -> None:
    row = {"id": "engineering", "name": "Engineering", "mode": PmoMode.SUPPORTIVE, "timezone": "UTC"}
    with writing(office.engine) as connection:
        connection.execute(delete(department))
        connection.execute(insert(department).values(row))


def read_since(office: Office, *, now: bool) -> None:
    """Say that the connector is one that syncs, and whether it was read now."""
    register(office.engine, "memory", "memory", "engineering", {}, fresh_for=None)
    if now:
        with writing(office.engine) as connection:
            connection.execute(update(connector).values(last_success_at=office.clock()))


def test_an_approval_for_one_column_is_none_for_another(office: Office) -> None:
    office.approve(office.plan(alpha="PMO-1").plan)
    elsewhere = [replace(one, carrier="Code") for one in office.wanted({"alpha": "PMO-1"})]
    planned = make_plan(office.engine, office.hub, lambda _: elsewhere, office.limits, actor="ana", now=office.clock())
    assert [(item.carrier, item.state) for item in planned.plan.items] == [("Code", State.PROPOSED)]


@pytest.mark.parametrize("approved", [False, True])
def test_a_department_that_turned_supportive_is_asked_anew(office: Office, approved: bool) -> None:
    first = office.plan(alpha="PMO-1").plan
    if approved:
        office.approve(first)
    office.mode = PmoMode.SUPPORTIVE
    plan = office.plan(alpha="PMO-1").plan
    assert [(item.mode, item.state) for item in plan.items] == [(PmoMode.SUPPORTIVE, State.PROPOSED)]
    assert office.approve(plan).items == []


def test_a_plan_from_before_a_department_turned_supportive_needs_its_word(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    now_supportive(office)
    assert office.approve(plan).items == []
    assert len(office.approve(plan, on_behalf_of="Tom").items) == 1


def test_what_was_approved_before_a_department_turned_supportive_is_not_sent(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    now_supportive(office)
    assert [item.state for item in office.apply(plan).ended] == [State.WITHDRAWN]
    assert office.held("alpha") is None


def test_an_approval_that_nobody_sent_for_thirty_days_ends(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    office.now += timedelta(days=30)
    assert [item.state for item in office.plan(alpha="PMO-1", beta="PMO-2").plan.items] == [State.PROPOSED] * 2


def test_an_old_approval_is_not_sent(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    office.now += timedelta(days=30)
    assert [item.state for item in office.apply(plan).ended] == [State.WITHDRAWN]
    assert office.held("alpha") is None


def test_a_limit_that_was_lowered_holds_what_was_planned_before(office: Office) -> None:
    office.plan(alpha="1", beta="2", gamma="3")
    office.limits = replace(UNLIMITED, max_changes_per_run=2)
    planned = office.plan(alpha="1", beta="2", gamma="3")
    assert all(item.hold for item in planned.plan.items)


def test_what_was_let_through_over_a_limit_stays_so(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_changes_per_run=2)
    plan = office.plan(alpha="1", beta="2", gamma="3").plan
    office.approve(plan, over_limit=True)
    again = office.plan(alpha="1", beta="2", gamma="3")
    assert (again.is_new, again.problems) == (False, ())


class Unwatched(MemoryWriter):
    """A tool that neither compares nor remembers."""

    precondition: ClassVar[Precondition] = Precondition.NONE


@pytest.mark.parametrize(("mode", "ended"), [(PmoMode.DIRECTIVE, State.REFUSED), (PmoMode.CONTROLLING, State.APPLIED)])
def test_what_cannot_notice_a_teams_edit_is_never_written_under_directive(
    office: Office, mode: PmoMode, ended: State
) -> None:
    office.mode = mode
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    hand = Hand("memory", office.hand().reader, Unwatched(writer_of(office.tool).access), office.lease)
    done = apply_plan(office.engine, plan.id, hand, clock=office.clock, actor="ana")
    assert [item.state for item in done.ended] == [ended]


@pytest.mark.parametrize(("mode", "number"), [(PmoMode.DIRECTIVE, 0), (PmoMode.CONTROLLING, 2)])
def test_where_an_edit_goes_unnoticed_nothing_is_proposed_under_directive_and_that_is_said_once(
    office: Office, mode: PmoMode, number: int
) -> None:
    office.mode = mode
    wanted = [replace(one, unwatched=True) for one in office.wanted({"alpha": "PMO-1", "beta": "PMO-2"})]
    planned = make_plan(office.engine, office.hub, lambda _: wanted, office.limits, actor="ana", now=office.clock())
    assert len(planned.plan.items) == number
    assert [told.not_done for told in planned.problems] == ["2 changes are not proposed."] * (number == 0)


def test_what_was_approved_before_a_place_was_known_to_be_unwatched_is_withdrawn(office: Office) -> None:
    office.mode = PmoMode.DIRECTIVE
    before = office.plan(alpha="PMO-1").plan
    office.approve(before)
    wanted = [replace(one, unwatched=True) for one in office.wanted({"alpha": "PMO-1"})]
    make_plan(office.engine, office.hub, lambda _: wanted, office.limits, actor="ana", now=office.clock())
    assert states(office, before.id) == [State.WITHDRAWN]


def test_what_was_written_is_not_taken_for_a_teams_edit_before_it_is_read_again(office: Office) -> None:
    read_since(office, now=False)
    before = list(office.wanted({"alpha": "PMO-1"}))
    office.write_back(alpha="PMO-1")
    planned = make_plan(office.engine, office.hub, lambda _: before, office.limits, actor="ana", now=office.clock())
    assert planned.plan.items == ()
    with reading(office.engine) as connection:
        assert vetoes(connection) == {}


def test_a_teams_edit_is_noticed_once_the_tool_was_read_again(office: Office) -> None:
    office.write_back(alpha="PMO-1")
    office.edit("alpha", "ours")
    read_since(office, now=True)
    assert office.plan(alpha="PMO-1").plan.items == ()
    with reading(office.engine) as connection:
        assert set(vetoes(connection)) == {("p-alpha", "pmo_id")}


def test_a_place_that_was_released_is_proposed_again_whoever_changed_it(office: Office) -> None:
    (ended,) = office.write_back(alpha="PMO-1").ended
    office.edit("alpha", "ours")
    office.plan(alpha="PMO-1")
    assert office.release("alpha")
    for _ in range(2):
        assert [(one.before, one.after) for one in office.plan(alpha="PMO-1").plan.items] == [("ours", "PMO-1")]
    with reading(office.engine) as connection:
        assert [(row["event"], row["actor"]) for row in events(connection, [ended.id])][-1] == ("released", "ana")


def test_after_a_release_a_new_put_back_counts_again(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0)
    office.write_back(alpha="PMO-1")
    office.edit("alpha", "ours")
    office.plan(alpha="PMO-1")
    office.release("alpha")
    office.write_back(alpha="PMO-1")
    office.edit("alpha", "ours")
    assert office.plan(alpha="PMO-1").plan.items == ()


def test_what_a_killed_apply_began_is_not_planned_beside_it(office: Office) -> None:
    office.approve(office.plan(alpha="PMO-1").plan)
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(state=State.JOURNALED))
    planned = office.plan(alpha="PMO-1", beta="PMO-2")
    assert [item.key for item in planned.plan.items] == ["BETA"]
    assert "1 earlier write to memory did not come to an end" in [problem.what for problem in planned.problems]


def test_an_approval_that_was_taken_up_again_ends_with_the_next_plan(office: Office) -> None:
    first = office.plan(alpha="PMO-1").plan
    office.approve(first)
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(state=State.JOURNALED))
    second = office.plan().plan
    office.apply(second)
    assert states(office, first.id) == [State.APPROVED]
    assert not office.plan().is_new
    assert states(office, first.id) == [State.WITHDRAWN]


def test_of_two_rejections_the_later_counts(office: Office) -> None:
    for value in ("PMO-0", *(f"other {number}" for number in range(7)), "PMO-0"):
        plan = office.plan(alpha=value).plan
    reject(office.engine, plan.id, Selection(), reason="no", actor="ana", now=office.clock())
    office.now += timedelta(days=91)
    again = office.plan(alpha="PMO-0").plan
    reject(office.engine, again.id, Selection(), reason="still no", actor="ana", now=office.clock())
    assert (plan.id, again.id) == ("P9", "P10")
    assert office.plan(alpha="PMO-0").plan.items == ()


def test_the_latest_plan_is_the_one_made_last_whatever_the_clock_says(office: Office) -> None:
    for number in range(12):
        office.now -= timedelta(hours=1)
        latest = office.plan(alpha=f"PMO-{number}").plan
    with reading(office.engine) as connection:
        assert latest_plan_id(connection) == latest.id == "P12"
