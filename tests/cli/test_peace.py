"""What is approved for a department in a blackout waits, unless a named person says why it cannot."""

from pathlib import Path

import pytest

from canonical.database import reading
from canonical.store.writebacks import events
from tests.crash.workplace import SMALL, hub_of, journal, set_up

from .conftest import Run

ALWAYS = "blackout = [{ from = 2020-01-01, to = 2099-12-31 }]"
CONFIG = SMALL.replace('mode = "controlling"', f'mode = "controlling"\n{ALWAYS}')


@pytest.fixture
def approved(tmp_path: Path, pmohub: Run) -> Run:
    set_up(tmp_path, CONFIG)
    pmohub("writeback", "plan")
    assert pmohub("writeback", "approve", "P1", "--over-limit").code == 0
    return pmohub


def states(folder: Path) -> set[str]:
    with hub_of(folder) as hub:
        return {item.state.value for item in journal(hub)}


def test_in_a_blackout_nothing_is_sent_and_all_stays_approved(approved: Run, tmp_path: Path) -> None:
    before = (tmp_path / "files/Register.xlsx").read_bytes()
    ended = approved("writeback", "apply")
    assert ended.code == 1
    assert "2 approved changes for Office wait: blackout until Fri 1 Jan 2100, 00:00" in ended.err
    assert "config.toml" in ended.err
    assert (tmp_path / "files/Register.xlsx").read_bytes() == before
    assert states(tmp_path) == {"approved"}


def test_a_named_person_may_let_it_through_and_stands_in_the_journal(approved: Run, tmp_path: Path) -> None:
    ended = approved("writeback", "apply", "--during-blackout", "Audit tomorrow", "--for", "Ana Ruiz")
    assert ended.code == 0, ended.err
    assert states(tmp_path) == {"applied"}
    with hub_of(tmp_path) as hub:
        items = journal(hub)
        with reading(hub.engine) as connection:
            lifted = [row for row in events(connection, [item.id for item in items]) if row["event"] == "lifted"]
    assert {(row["on_behalf_of"], row["detail"]) for row in lifted} == {("Ana Ruiz", '{"reason":"Audit tomorrow"}')}
    assert len(lifted) == 2


@pytest.mark.parametrize("half", [("--during-blackout", "Audit"), ("--for", "Ana Ruiz")])
def test_neither_a_reason_nor_a_name_alone_is_enough(approved: Run, tmp_path: Path, half: tuple[str, str]) -> None:
    assert approved("writeback", "apply", *half).code == 2
    assert states(tmp_path) == {"approved"}


def test_reading_and_judging_go_on(approved: Run) -> None:
    assert approved("sync").code == 0
