"""What is in the way of one file or connector is told; the rest goes on, and what is approved stays approved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from canonical.database import writing
from canonical.schema.writing import writeback
from canonical.store import RunKind, RunState, recent_runs
from canonical.store.connectors import retire
from canonical.store.writebacks import State
from pmohub.composition import Hub
from pmohub.rehearsing import rehearse
from pmohub.writing import chosen_plan, plan, send
from tests.crash.workplace import decide, hub_of, journal, set_up


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A hub with an approved plan for two files."""
    set_up(tmp_path / "work")
    with hub_of(tmp_path / "work") as hub:
        decide(hub, plan(hub).plan.id)
        yield hub


def states(hub: Hub, connector: str) -> set[State]:
    return {item.state for item in journal(hub) if item.connector == connector}


def test_a_file_that_somebody_has_open_is_written_at_the_next_apply(hub: Hub) -> None:
    opened = hub.configuration.folder / "files/~$Register.xlsx"
    opened.write_bytes(b"\x03Ada")
    done = send(hub, "P1")
    waiting = [item for item in done.ended if item.connector == "register"]
    assert {item.outcome_reason for item in waiting} == {"files/Register.xlsx: it is open in Excel by Ada"}
    assert (states(hub, "register"), states(hub, "tasks")) == ({State.APPROVED}, {State.APPLIED})
    opened.unlink()
    send(hub, "P1")
    assert states(hub, "register") == {State.APPLIED}


def test_a_file_that_is_gone_stops_its_own_connector_only(hub: Hub) -> None:
    path = hub.configuration.folder / "files/Register.xlsx"
    kept = path.read_bytes()
    path.unlink()
    assert [problem.where for problem in send(hub, "P1").problems] == [str(path)]
    assert (states(hub, "register"), states(hub, "tasks")) == ({State.APPROVED}, {State.APPLIED})
    runs = {run.connector: run.state for run in recent_runs(hub.engine) if run.kind is RunKind.APPLY}
    assert runs == {"register": RunState.FAILED, "tasks": RunState.DONE}
    path.write_bytes(kept)
    send(hub, "P1")
    assert states(hub, "register") == {State.APPLIED}


def test_a_connector_that_left_the_configuration_is_told(hub: Hub) -> None:
    del hub.configuration.connectors["register"]
    done = send(hub, "P1")
    assert [problem.what for problem in done.problems] == ["There is no connector register any more"]
    assert states(hub, "tasks") == {State.APPLIED}


def begun_and_gone(hub: Hub) -> None:
    """A killed apply had begun to write to the register, which then left the configuration."""
    with writing(hub.engine) as connection:
        connection.execute(update(writeback).where(writeback.c.connector == "register").values(state=State.JOURNALED))
    del hub.configuration.connectors["register"]


def test_what_was_begun_to_a_connector_that_left_the_configuration_is_told_and_kept(hub: Hub) -> None:
    begun_and_gone(hub)
    (told,) = send(hub, "P1").problems
    assert told.what == "There is no connector register any more"
    assert "pmohub connector retire register" in told.commands
    assert (states(hub, "register"), states(hub, "tasks")) == ({State.JOURNALED}, {State.APPLIED})


def test_what_was_begun_to_a_connector_that_is_retired_is_let_go_of(hub: Hub) -> None:
    begun_and_gone(hub)
    with writing(hub.engine) as connection:
        retire(connection, "register", hub.now())
    done = send(hub, "P1")
    assert {item.outcome_reason for item in done.settled} == {
        "the connector is retired; whether it was written will not be known"
    }
    assert (states(hub, "register"), done.problems) == ({State.WITHDRAWN}, [])


def test_a_dry_run_says_what_is_in_the_way_and_changes_nothing(hub: Hub) -> None:
    path = hub.configuration.folder / "files/tasks.csv"
    path.write_text(path.read_text().replace("Task 1;P1;;", "Task 1;P1;ours;T-Task 1"))
    before = path.read_bytes()
    hurdles = {(tried.item.field, tried.hurdle) for tried in rehearse(hub, chosen_plan(hub, "P1")) if tried.hurdle}
    assert hurdles == {
        ("pmo_phase", "the team has written “ours” since; theirs stays"),
        ("pmo_code", "it is so already"),
    }
    assert path.read_bytes() == before
