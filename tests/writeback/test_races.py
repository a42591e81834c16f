"""A write-back and a sync that fall between two steps of planning do not make our own value a team's edit."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count, takewhile
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, update

from canonical.database import reading, writing
from canonical.schema.columns import EPOCH
from canonical.schema.entities import project
from canonical.schema.operations import lease
from canonical.schema.writing import assigned_value, writeback
from canonical.store import LeaseLostError
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import State
from pmohub.composition import Hub
from pmohub.syncing import holder
from pmohub.undoing import undo
from pmohub.writing import plan, send
from sync.runs import ConnectorSetup, Worker, sync_connector
from sync.undo import ToUndo
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


def overtaken_at(hub: Hub, moment: int, work: Callable[[], object]) -> bool | None:
    """Take the lease from who works, at the so-manieth end of a transaction, and see that nothing is stored after it.

    False when nobody had it then, None when there are fewer ends.
    """
    ended, before = 0, ""

    def check_in(*_: object) -> None:
        nonlocal ended, before
        ended += 1
        if ended == moment:
            with writing(hub.engine) as connection:
                connection.execute(update(lease).values(token=lease.c.token + 1))
            before = decided(hub)

    event.listen(hub.engine, "checkin", check_in)
    try:
        work()
    except LeaseLostError:
        assert decided(hub) == before
        return True
    finally:
        event.remove(hub.engine, "checkin", check_in)
        with writing(hub.engine) as connection:
            connection.execute(update(lease).values(expires_at=EPOCH))
    return False if ended >= moment else None


def decided(hub: Hub) -> str:
    with reading(hub.engine) as connection:
        return repr([connection.execute(select(table)).all() for table in (assigned_value, writeback)])


def plan_from_nothing(hub: Hub) -> None:
    with writing(hub.engine) as connection:
        connection.execute(delete(assigned_value))
        connection.execute(update(project).values(pmo_id=None))
    plan(hub)


def test_who_was_overtaken_plans_and_assigns_nothing(hub: Hub) -> None:
    tried = (overtaken_at(hub, moment, lambda: plan_from_nothing(hub)) for moment in count(1))
    assert list(takewhile(lambda one: one is not None, tried)).count(True) > 1


def test_who_was_overtaken_undoes_nothing(hub: Hub) -> None:
    send(hub, "P1")
    tried = list(takewhile(bool, (overtaken_at(hub, n, lambda: undo(hub, ToUndo(plan_id="P1"))) for n in count(1))))
    assert len(tried) > 1
