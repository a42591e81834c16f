"""A write-back and a sync that fall between two steps of planning do not make our own value a team's edit."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from canonical.database import reading
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import State
from pmohub.composition import Hub
from pmohub.syncing import holder
from pmohub.writing import plan, send
from sync.runs import ConnectorSetup, Worker, sync_connector
from tests.crash.workplace import decide, hub_of, journal, put_back_to, set_up


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A hub with an approved plan for two files."""
    set_up(tmp_path / "work")
    with hub_of(tmp_path / "work") as hub:
        decide(hub, plan(hub).plan.id)
    shutil.copytree(tmp_path / "work", tmp_path / "seed")
    return tmp_path / "seed"


@pytest.fixture
def hub(seed: Path) -> Iterator[Hub]:
    with hub_of(seed.with_name("work")) as hub:
        yield hub


def sent_and_read(hub: Hub) -> None:
    """Send what is approved and read the files again, as another process would; who is who is worked out later."""
    assert not send(hub, "P1").problems
    for one in hub.configuration.connectors.values():
        setup = ConnectorSetup(one.id, one.table.kind, one.table.department, lambda one=one: hub.reader(one))
        assert not sync_connector(hub.engine, setup, Worker(holder(), hub.now)).problems


def planned_around(hub: Hub, moment: int) -> bool:
    """Plan, with a write-back and a sync at the so-manieth end of a transaction; False when there are fewer."""
    ended = 0

    def check_in(*_: object) -> None:
        nonlocal ended
        ended += 1
        if ended == moment:
            sent_and_read(hub)

    event.listen(hub.engine, "checkin", check_in)
    try:
        plan(hub)
    finally:
        event.remove(hub.engine, "checkin", check_in)
    return ended >= moment


def test_a_write_back_and_a_sync_in_the_midst_of_planning_leave_no_veto(seed: Path, hub: Hub) -> None:
    moment = 1
    while planned_around(hub, moment):
        with reading(hub.engine) as connection:
            assert vetoes(connection) == {}, f"at moment {moment}"
        assert plan(hub).plan.items == ()
        assert {item.state for item in journal(hub) if item.plan_id == "P1"} == {State.APPLIED}
        hub.engine.dispose()
        put_back_to(seed, seed.with_name("work"))
        moment += 1
    assert moment > 5
