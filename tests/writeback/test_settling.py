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
from tests.writeback.conftest import PROJECT, TTL, Office


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
