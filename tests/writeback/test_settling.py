"""What a killed apply began is seen through, whatever has become of the item meanwhile."""

import pytest
from sqlalchemy import select, update

from canonical.database import reading, writing
from canonical.schema.entities import source_project
from canonical.schema.writing import writeback
from canonical.store import acquire, release
from canonical.store.writebacks import Plan, State
from pmohub.testing.memory import reader_of
from sync.runs import ConnectorSetup, Worker, sync_connector
from tests.writeback.conftest import CARRIER, PROJECT, TTL, Office


def sync(office: Office) -> None:
    """Read the tool into the store; the lease of the office is given back for as long."""
    release(office.engine, office.lease)
    setup = ConnectorSetup("memory", "memory", "engineering", lambda: reader_of(office.tool))
    assert not sync_connector(office.engine, setup, Worker("test", office.clock)).problems
    lease = acquire(office.engine, "memory", "test", TTL)
    assert lease is not None
    office.lease = lease


def begun(office: Office, state: State) -> Plan:
    """A change of alpha that a killed apply began, of the row that the store holds of it."""
    sync(office)
    plan = office.plan(alpha="PMO-1").plan
    office.approve(plan)
    with reading(office.engine) as connection:
        ids = select(source_project.c.id).where(source_project.c.external_id == "alpha")
        entity_id = connection.execute(ids).scalar_one()
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(state=state, entity_id=entity_id))
    return plan


@pytest.mark.parametrize("state", [State.JOURNALED, State.UNKNOWN])
def test_a_write_to_an_item_that_is_gone_ends(office: Office, state: State) -> None:
    plan = begun(office, state)
    office.tool.remove(PROJECT, "alpha")
    assert office.apply(plan).problems
    assert [item.id for item in office.in_state(state)] == ["P1-1"]
    sync(office)
    done = office.apply(plan)
    assert ([item.state for item in done.settled], done.problems) == ([State.WITHDRAWN], [])


def test_a_write_whose_answer_was_lost_and_that_did_not_happen_is_planned_anew(office: Office) -> None:
    plan = begun(office, State.UNKNOWN)
    assert [item.state for item in office.apply(plan).settled] == [State.WITHDRAWN]
    assert [item.state for item in office.plan(alpha="PMO-1").plan.items] == [State.PROPOSED]


def test_a_connector_with_a_fault_of_its_own_ends_the_apply_in_words_and_loses_nothing(office: Office) -> None:
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    office.approve(plan)

    def breaks(call: str, number: int) -> None:
        if call == "set" and office.tool.calls.count("set") == 2:
            message = "the token is memory-token"
            raise ValueError(message)

    office.tool.before_call.append(breaks)
    (told,) = office.apply(plan).problems
    assert told.what == "Writing to memory failed by a fault of the program (ValueError)."
    assert "memory-token" not in str(told)
    office.tool.before_call.clear()
    office.apply(plan)
    assert (office.held("alpha"), office.held("beta")) == ("PMO-1", "PMO-2")
    assert office.tool.calls.count("set") == 3


@pytest.mark.parametrize("value", [None, "PMO-1", "ours"])
def test_settling_that_was_cut_off_is_done_again(office: Office, value: str | None) -> None:
    """The process died in the midst of settling two writes: the first is settled, the second is not."""
    plan = office.plan(alpha="PMO-1", beta="PMO-2").plan
    office.approve(plan)
    with writing(office.engine) as connection:
        connection.execute(update(writeback).values(state=State.JOURNALED))
    office.tool.put(PROJECT, "alpha", actor="hub", **{CARRIER: "PMO-1"})
    office.edit("beta", value)

    def dies(call: str, number: int) -> None:
        if call == "replaced" and office.tool.calls.count("replaced") == 1:
            raise KeyboardInterrupt

    office.tool.before_call.append(dies)
    with pytest.raises(KeyboardInterrupt):
        office.apply(plan)
    office.tool.before_call.clear()
    office.apply(plan)
    wanted = {None: ("PMO-2", State.APPLIED), "PMO-1": ("PMO-1", State.STALE), "ours": ("ours", State.STALE)}
    ended = {item.key: item.state for item in office.stored(plan)}
    assert (office.held("beta"), ended["BETA"], ended["ALPHA"]) == (*wanted[value], State.APPLIED)
