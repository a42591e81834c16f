"""A team's save at any moment around the exchange survives."""

import os
import sys
from pathlib import Path

import pytest

from connectors.spreadsheet.patch import exchange
from connectors.spreadsheet.patch.exchange import can_exchange, digest, replace_file
from connectors.spreadsheet.patch.results import Edit
from connectors.spreadsheet.patch.xlsx import patch_workbook
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError
from tests.spreadsheet_writing import zoo

OLD, OURS, TEAM, LATER = b"as read", b"as the hub makes it", b"as the team saved it", b"as the team saved it again"

needs_exchange = pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two names in one step")


def text(tmp_path: Path) -> Path:
    path = tmp_path / "plan.csv"
    path.write_bytes(OLD)
    return path


def save(path: Path, data: bytes) -> None:
    """Save as programs do: a new file, renamed over the old one."""
    new = path.with_name("saving")
    new.write_bytes(data)
    new.replace(path)


def test_the_file_holds_the_new_contents_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = text(tmp_path)
    replace_file(path, digest(OLD), OURS)
    assert path.read_bytes() == OURS
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_before_the_exchange_stops_it(tmp_path: Path) -> None:
    path = text(tmp_path)
    save(path, TEAM)
    with pytest.raises(RefusedError) as caught:
        replace_file(path, digest(OLD), OURS)
    assert caught.value.reason is Reason.CHANGED_MEANWHILE
    assert path.read_bytes() == TEAM
    assert list(tmp_path.iterdir()) == [path]


@needs_exchange
@pytest.mark.parametrize("saves", [[TEAM], [TEAM, LATER], [TEAM, LATER, TEAM]])
def test_saves_during_the_exchange_are_noticed_and_put_back(tmp_path: Path, monkeypatch, saves: list[bytes]) -> None:
    path, pending = text(tmp_path), list(saves)
    swap = exchange._exchange

    def swap_just_after_a_save(one: Path, other: Path) -> bool:
        if pending:
            save(path, pending.pop(0))
        return swap(one, other)

    monkeypatch.setattr(exchange, "_exchange", swap_just_after_a_save)
    with pytest.raises(RefusedError) as caught:
        replace_file(path, digest(OLD), OURS)
    assert caught.value.reason is Reason.OVERTOOK
    assert path.read_bytes() == saves[-1]
    assert list(tmp_path.iterdir()) == [path]


@needs_exchange
@pytest.mark.parametrize("saved", [False, True])
def test_an_exchange_cut_off_by_a_kill_is_settled_before_the_next(tmp_path: Path, monkeypatch, saved: bool) -> None:
    path = text(tmp_path)
    swap = exchange._exchange

    def die_after_the_swap(one: Path, other: Path) -> bool:
        if saved:
            save(path, TEAM)
        swap(one, other)
        raise KeyboardInterrupt

    monkeypatch.setattr(exchange, "_exchange", die_after_the_swap)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, digest(OLD), OURS)
    monkeypatch.setattr(exchange, "_exchange", swap)
    if saved:
        with pytest.raises(RefusedError, match="cut off"):
            replace_file(path, digest(OURS), b"next")
        assert path.read_bytes() == TEAM
    else:
        replace_file(path, digest(OURS), b"next")
        assert path.read_bytes() == b"next"
    assert list(tmp_path.iterdir()) == [path]


def test_where_names_cannot_be_exchanged_the_file_is_renamed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(exchange, "_exchange", lambda *_: False)
    path = text(tmp_path)
    replace_file(path, digest(OLD), OURS)
    assert path.read_bytes() == OURS
    assert not can_exchange(tmp_path)


@needs_exchange
def test_a_local_folder_can_exchange(tmp_path: Path) -> None:
    assert can_exchange(tmp_path)
    assert list(tmp_path.iterdir()) == []


@needs_exchange
def test_what_a_killed_process_tried_and_began_beside_a_file_is_removed(tmp_path: Path) -> None:
    path = text(tmp_path)
    tried = tmp_path / ".pmohub-trial-x1y2"
    tried.mkdir()
    (tried / "one").touch()
    (tmp_path / ".plan.csv.part~").write_bytes(OURS[:5])
    assert can_exchange(tmp_path)
    exchange.settle_interrupted(path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("mark", "contents", "words"),
    [
        ("~$plan.xlsx", b"\x03Ada" + b" " * 40, "it is open in Excel by Ada"),
        (".~lock.plan.xlsx#", b",ada,desk,25.11.2026 10:00,file:///;", "it is open in LibreOffice"),
        (".~lock.plan.xlsx#", b"Grace Hopper,grace,desk,25.11.2026 10:00,file:///;", "LibreOffice by Grace Hopper"),
        ("~$plan.xlsx", b"", "it is open in Excel"),
    ],
)
def test_an_open_workbook_is_left_alone_and_its_user_named(
    tmp_path: Path, mark: str, contents: bytes, words: str
) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    (tmp_path / mark).write_bytes(contents)
    before = path.read_bytes()
    (refused,) = patch_workbook(path, [Edit("Plan", "C5", "Ada")]).refused
    assert refused.reason is Reason.OPEN_ELSEWHERE
    assert words in refused.words
    assert path.read_bytes() == before


def test_a_workbook_of_another_content_than_expected_is_left_alone(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    (refused,) = patch_workbook(path, [Edit("Plan", "C5", "Ada")], expected="0" * 64).refused
    assert refused.reason is Reason.CHANGED_MEANWHILE


def test_a_file_of_several_names_is_left_alone(tmp_path: Path) -> None:
    path = text(tmp_path)
    os.link(path, tmp_path / "other.csv")
    with pytest.raises(RefusedError, match="hard links"):
        replace_file(path, digest(OLD), OURS)


def test_a_missing_file_is_told_not_raised(tmp_path: Path) -> None:
    (refused,) = patch_workbook(tmp_path / "gone.xlsx", [Edit("Plan", "C5", "Ada")]).refused
    assert refused.reason is Reason.OUT_OF_REACH
