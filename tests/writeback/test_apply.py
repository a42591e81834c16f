"""Applying: six outcomes, a journal before each sending, and a team's edit that always survives."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from canonical.database import reading, writing
from canonical.problems import ConfigurationError
from canonical.schema.writing import writeback
from canonical.store import RunKind, ask_cancel, begin_run
from canonical.store.vetoes import release, vetoes
from canonical.store.writebacks import State, events
from pmohub.testing.memory import Fault
from sync.apply import apply_plan
from sync.plan import plan_hash
from tests.writeback.conftest import CARRIER, PROJECT, Office


def test_only_what_was_approved_is_sent(office: Office) -> None:
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    assert office.apply(plan).ended == []
    assert (office.held("alpha"), office.held("beta")) == (None, None)


def test_an_approved_change_is_applied_and_read_back(office: Office) -> None:
    done = office.write_back(alpha="PMO-1")
    assert [item.state for item in done.ended] == [State.APPLIED]
    assert office.held("alpha") == "PMO-1"


def test_applying_twice_sends_once(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    office.apply(plan)
    office.edit("alpha", "ours")
    assert office.apply(plan).ended == []
    assert office.held("alpha") == "ours"


def test_what_the_team_has_typed_itself_is_already_true(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    office.edit("alpha", "PMO-1")
    assert [item.state for item in office.apply(plan).ended] == [State.ALREADY_TRUE]


def test_a_teams_edit_before_sending_wins_and_is_remembered(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    office.edit("alpha", "ours")
    assert [item.state for item in office.apply(plan).ended] == [State.STALE]
    assert office.held("alpha") == "ours"
    assert office.plan(alpha="PMO-1").plan.items == ()


def test_a_teams_edit_between_our_reading_and_our_sending_is_put_back(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    hurried: list[int] = []

    def edit_in_between(call: str, number: int) -> None:
        if call == "set" and not hurried:
            hurried.append(number)
            office.edit("alpha", "ours")

    office.tool.before_call.append(edit_in_between)
    assert [item.state for item in office.apply(plan).ended] == [State.OVERTOOK]
    assert office.held("alpha") == "ours"


def test_a_refusal_keeps_the_tools_reason(office: Office) -> None:
    office.tool.read_only = frozenset({CARRIER})
    (ended,) = office.write_back(alpha="PMO-1").ended
    assert (ended.state, ended.outcome_reason) == (State.REFUSED, f"{CARRIER} is read-only")


def test_every_step_is_journaled_before_the_next(office: Office) -> None:
    (ended,) = office.write_back(alpha="PMO-1").ended
    with reading(office.engine) as connection:
        steps = [row["event"] for row in events(connection, [ended.id])]
    assert steps == ["proposed", "approved", "journaled", "applied"]


def test_a_lost_answer_is_settled_by_reading_and_never_sent_again(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    office.tool.fail(Fault.LOST_ANSWER, call=2)
    assert [item.state for item in office.apply(plan).ended] == [State.UNKNOWN]
    sent = office.tool.calls.count("set")
    assert [item.state for item in office.apply(plan).settled] == [State.APPLIED]
    assert office.tool.calls.count("set") == sent


def test_a_write_that_was_journaled_but_not_sent_is_done_after_a_crash(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(state=State.JOURNALED))
    done = office.apply(plan)
    assert [item.state for item in done.settled] == [State.APPROVED]
    assert [item.state for item in done.ended] == [State.APPLIED]


def test_a_write_that_was_sent_before_a_crash_is_not_sent_again(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(state=State.JOURNALED))
    office.tool.put(PROJECT, "alpha", actor="hub", **{CARRIER: "PMO-1"})
    done = office.apply(plan)
    assert [item.state for item in done.settled] == [State.APPLIED]
    assert office.tool.calls.count("set") == 0


def test_a_tool_that_is_down_ends_the_apply_in_words_and_sends_nothing_twice(office: Office) -> None:
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    office.approve(plan)
    office.tool.fail(Fault.DOWN, call=4, forever=True)
    assert office.apply(plan).problems
    office.tool.recover()
    office.apply(plan)
    assert (office.held("alpha"), office.held("beta")) == ("PMO-1", "PMO-2")
    hub_edits = [entry for entry in office.tool.history if entry.actor == "hub" and entry.name == CARRIER]
    assert len(hub_edits) == 2


def test_a_plan_that_was_changed_in_the_database_is_not_applied(office: Office) -> None:
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(after='"EVIL"'))
    with pytest.raises(ConfigurationError, match="not what was planned"):
        office.apply(plan)
    assert office.held("alpha") is None


def test_the_hash_covers_the_place_and_both_values(office: Office) -> None:
    (item,) = office.plan(alpha="PMO-1").plan.items
    others = [
        replace(item, **{name: "x"}) for name in ("connector", "external_id", "field", "carrier", "before", "after")
    ]
    assert plan_hash([item]) not in {plan_hash([other]) for other in others}


def test_undo_gives_back_what_was_there(office: Office) -> None:
    office.edit("beta", "OLD")
    office.limits = replace(office.limits, max_overwrite_share=1.0)
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    office.approve(plan)
    office.apply(plan)
    office.undo(plan_id=plan.id)
    assert (office.held("alpha"), office.held("beta")) == (None, "OLD")
    assert {item.state for item in office.stored(plan)} == {State.UNDONE}


def test_undo_leaves_what_the_team_changed_since(office: Office) -> None:
    done = office.write_back(alpha="PMO-1")
    office.edit("alpha", "ours")
    (undone,) = office.undo(writeback_id=done.ended[0].id).ended
    assert (undone.state, office.held("alpha")) == (State.STALE, "ours")


def test_undo_of_all_since_an_instant_takes_back_only_what_came_after(office: Office) -> None:
    office.write_back(alpha="PMO-1")
    since = office.clock()
    office.write_back(alpha="PMO-1", beta="PMO-2")
    office.undo(since=since)
    assert (office.held("alpha"), office.held("beta")) == ("PMO-1", None)


def test_what_was_undone_is_not_proposed_again_until_it_is_released(office: Office) -> None:
    done = office.write_back(alpha="PMO-1")
    office.undo(writeback_id=done.ended[0].id)
    assert office.plan(alpha="PMO-1").plan.items == ()
    with writing(office.engine) as connection:
        assert set(vetoes(connection)) == {("p-alpha", "pmo_id")}
        assert release(connection, "p-alpha", "pmo_id")
    assert [item.after for item in office.plan(alpha="PMO-1").plan.items] == ["PMO-1"]


def test_undoing_twice_says_that_nothing_is_left(office: Office) -> None:
    done = office.write_back(alpha="PMO-1")
    office.undo(writeback_id=done.ended[0].id)
    with pytest.raises(ConfigurationError, match="Nothing to undo"):
        office.undo(writeback_id=done.ended[0].id)


def test_an_apply_that_is_cancelled_stops_after_the_changes_in_hand_and_the_rest_stays_approved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.apply.CHUNK", 1)
    plan = office.plan(alpha="PMO-1", beta="PMO-2", gamma="PMO-3").plan
    office.approve(plan)
    run = begin_run(office.engine, office.lease, RunKind.APPLY, office.clock(), connector="memory")
    office.tool.before_call.append(lambda call, _: call == "set" and ask_cancel(office.engine, run, "bo", office.now))
    done = apply_plan(office.engine, plan.id, replace(office.hand(), run=run), clock=office.clock, actor="ana")
    assert [item.state for item in done.ended] == [State.APPLIED]
    assert len(office.in_state(State.APPROVED)) == 2
    assert len(office.apply(plan).ended) == 2
