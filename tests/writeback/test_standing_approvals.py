"""Standing approvals: used in the hub's name, within their words and limits, and never where the team accepts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from canonical.database import reading
from canonical.store.connectors import register, unwatched
from canonical.store.writebacks import State, WriteBack, events
from canonical.vocabulary import PmoMode
from connectors.base import Precondition
from pmohub.testing.memory import MemoryWriter, writer_of
from rules.template_fields import Owner
from sync.apply import apply_plan
from sync.plan import Planned, make_plan
from sync.sending import Applied
from sync.standing_approvals import StandingApproval
from tests.writeback.conftest import PROJECT, UNLIMITED, Office

IDS = StandingApproval(
    id="pmo-ids",
    version="1",
    approved_by="Ana Ruiz",
    max_changes=10,
    fields=frozenset({"pmo_id"}),
    since=date(2026, 3, 1),
    expires=date(2026, 3, 31),
)
AUTOMATIC = StandingApproval("directive-automatic", "1", "configuration", 10, automatic=True)


class Unwatched(MemoryWriter):
    """A tool in which a team's edit in the moment of writing goes unnoticed."""

    precondition = Precondition.NONE


def plan(office: Office, *standing: StandingApproval, **values: str) -> Planned:
    wanted = list(office.wanted(values or {"alpha": "PMO-1"}))
    return make_plan(
        office.engine,
        office.hub,
        lambda _: wanted,
        office.limits,
        actor="ana",
        now=office.clock(),
        standing=standing,
    )


def send(office: Office, planned: Planned, *standing: StandingApproval) -> Applied:
    hand = replace(office.hand(), standing=standing)
    return apply_plan(office.engine, planned.plan.id, hand, clock=office.clock, actor="ana")


def states(items: Sequence[WriteBack]) -> list[State]:
    return [item.state for item in items]


def test_what_a_standing_approval_covers_is_approved_in_its_name_and_sent(office: Office) -> None:
    planned = plan(office, IDS)
    (item,) = planned.plan.items
    assert (item.state, item.approved_by, item.policy) == (State.APPROVED, "hub", "pmo-ids@1")
    assert states(send(office, planned, IDS).ended) == [State.APPLIED]
    with reading(office.engine) as connection:
        proposed, approved, *_ = events(connection, [item.id])
    assert (proposed["event"], approved["event"], approved["actor"]) == ("proposed", "auto_approved", "hub")
    assert approved["detail"] == '{"policy":"pmo-ids","version":"1","approved_by":"Ana Ruiz"}'


@pytest.mark.parametrize(
    "other",
    [
        replace(IDS, fields=frozenset({"pmo_phase"})),
        replace(IDS, connectors=frozenset({"register"})),
        replace(IDS, departments=frozenset({"legal"})),
        replace(IDS, expires=date(2026, 3, 15)),
        replace(IDS, since=date(2026, 3, 17)),
    ],
    ids=["field", "connector", "department", "expired", "not begun"],
)
def test_what_it_does_not_name_waits_for_a_person(office: Office, other: StandingApproval) -> None:
    assert states(plan(office, other).plan.items) == [State.PROPOSED]


def test_where_the_team_accepts_no_standing_approval_holds(office: Office) -> None:
    office.mode = PmoMode.SUPPORTIVE
    assert states(plan(office, IDS, AUTOMATIC).plan.items) == [State.PROPOSED]


def test_more_than_it_is_for_is_not_approved_at_all(office: Office) -> None:
    planned = plan(office, replace(IDS, max_changes=1), alpha="PMO-1", beta="PMO-2")
    assert states(planned.plan.items) == [State.PROPOSED, State.PROPOSED]
    assert planned.problems[0].what == "The standing approval pmo-ids would cover 2 changes; it is for 1 at most"
    again = plan(office, replace(IDS, max_changes=1), alpha="PMO-1", beta="PMO-2")
    assert again.problems[0].commands == (f"pmohub writeback approve {planned.plan.id}",)


def test_what_is_over_a_limit_of_the_plan_waits_for_a_person(office: Office) -> None:
    office.limits = replace(UNLIMITED, max_changes_per_run=1)
    assert states(plan(office, IDS, alpha="PMO-1", beta="PMO-2").plan.items) == [State.PROPOSED, State.PROPOSED]


def test_beyond_the_first_writes_it_waits_until_a_person_has_looked(office: Office) -> None:
    office.limits = replace(UNLIMITED, first_writes=1)
    planned = plan(office, IDS, alpha="PMO-1", beta="PMO-2")
    assert states(planned.plan.items) == [State.APPROVED, State.PROPOSED]
    send(office, planned, IDS)
    again = plan(office, IDS, alpha="PMO-1", beta="PMO-2")
    assert states(again.plan.items) == [State.PROPOSED]
    for told in (again, plan(office, IDS, alpha="PMO-1", beta="PMO-2")):  # the second time nothing has changed
        assert told.problems[0].what == "The first 1 writes of what is new are sent; the rest waits for a look"
        assert told.problems[0].commands[0] == f"pmohub writeback approve {again.plan.id} --connector memory"
    office.approve(again.plan)
    send(office, again, IDS)
    office.tool.put(PROJECT, "delta", name="Delta")
    assert states(plan(office, IDS, delta="PMO-4").plan.items) == [State.APPROVED]


@pytest.mark.parametrize("later", [(), (replace(IDS, version="2"),)], ids=["taken out", "changed"])
def test_what_was_approved_under_words_that_hold_no_longer_is_not_sent(
    office: Office, later: tuple[StandingApproval, ...]
) -> None:
    planned = plan(office, IDS)
    (ended,) = send(office, planned, *later).ended
    assert (ended.state, ended.outcome_reason) == (
        State.PROPOSED,
        "the standing approval pmo-ids@1 has ended or was changed, or who gave it has left",
    )
    assert office.held("alpha") is None


def test_it_ends_with_its_last_day_also_for_what_was_approved_before(office: Office) -> None:
    planned = plan(office, IDS)
    office.now += timedelta(days=16)
    assert states(send(office, planned, IDS).ended) == [State.PROPOSED]


def test_planning_twice_gives_the_same_plan_and_another_version_another(office: Office) -> None:
    assert plan(office, IDS).is_new
    assert not plan(office, IDS).is_new
    assert [item.policy for item in plan(office, replace(IDS, version="2")).plan.items] == ["pmo-ids@2"]
    assert states(plan(office).plan.items) == [State.PROPOSED]


def test_a_persons_approval_is_not_replaced_by_a_standing_one(office: Office) -> None:
    office.approve(plan(office).plan)
    assert [item.approved_by for item in plan(office, IDS).plan.items] == ["ana"]


@pytest.mark.parametrize(
    ("mode", "state"), [(PmoMode.CONTROLLING, State.PROPOSED), (PmoMode.DIRECTIVE, State.APPROVED)]
)
def test_the_hubs_own_values_are_automatic_under_directive_alone(office: Office, mode: PmoMode, state: State) -> None:
    office.mode = mode
    assert states(plan(office, AUTOMATIC).plan.items) == [state]


def test_a_default_for_an_empty_field_is_automatic_and_tidying_a_teams_value_is_not(office: Office) -> None:
    office.mode, office.owner = PmoMode.DIRECTIVE, Owner.TEAM
    assert states(plan(office, AUTOMATIC, alpha="planning").plan.items) == [State.APPROVED]
    office.edit("beta", "Planning ")
    tidied = [replace(one, tidies=True) for one in office.wanted({"beta": "planning"})]
    office.limits = replace(UNLIMITED, max_overwrite_share=1.0)
    planned = make_plan(
        office.engine,
        office.hub,
        lambda _: tidied,
        office.limits,
        actor="ana",
        now=office.clock(),
        standing=(AUTOMATIC,),
    )
    assert states(planned.plan.items) == [State.PROPOSED]


def test_where_an_edit_in_the_moment_of_writing_goes_unnoticed_nothing_is_automatic(office: Office) -> None:
    register(office.engine, "memory", "memory", "engineering", {}, fresh_for=None)
    office.mode = PmoMode.DIRECTIVE
    planned = plan(office, AUTOMATIC)
    hand = replace(office.hand(), standing=(AUTOMATIC,), writer=Unwatched(writer_of(office.tool).access))
    (ended,) = apply_plan(office.engine, planned.plan.id, hand, clock=office.clock, actor="ana").ended
    assert (ended.state, office.held("alpha")) == (State.PROPOSED, None)
    with reading(office.engine) as connection:
        known = unwatched(connection)
    assert known == {"memory"}
    assert states(plan(office, replace(AUTOMATIC, unwatched=known)).plan.items) == [State.PROPOSED]


def test_taking_back_is_a_persons_word_whatever_has_become_of_the_standing_approval(office: Office) -> None:
    send(office, plan(office, IDS), IDS)
    back = office.to_undo(plan_id="P1")
    assert [(item.approved_by, item.policy) for item in back.items] == [("ana", None)]
    assert [item.state for item in office.apply(back).ended] == [State.APPLIED]
    assert office.held("alpha") is None
