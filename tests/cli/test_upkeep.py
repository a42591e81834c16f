"""`pmohub db` and `pmohub doctor`, as an admin types them."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from canonical.database import StoreError, open_engine
from canonical.upkeep.backup import back_up

from .conftest import Run

CONFIG = """
[departments.pmo]
name = "PMO"

[connectors.register]
kind = "spreadsheet"
department = "pmo"
schedule = "0 6 * * *"
path = "register.csv"
sheets.projects.key = "No."
sheets.projects.columns = { name = "Project" }
"""


@pytest.fixture
def office(pmohub: Run, tmp_path: Path) -> Run:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "register.csv").write_text("No.;Project\nP-1;Fair\n", encoding="utf-8")
    assert pmohub("sync").code == 0
    return pmohub


def test_a_backup_is_a_whole_store_that_works_in_the_place_of_the_first(office: Run, tmp_path: Path) -> None:
    ended = office("db", "backup", "copy.db")
    assert ended.code == 0, ended.err
    assert "copied to copy.db" in ended.out
    for name in ("pmohub.db", "pmohub.db-wal", "pmohub.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", tmp_path / "pmohub.db")
    assert "Fair" in office("status").out
    assert office("db", "check").code == 0


def test_more_deletions_than_are_plausible_end_with_their_own_code_and_are_counted_when_let_through(
    office: Run, tmp_path: Path
) -> None:
    many = "".join(f"P-{number};Fair {number}\n" for number in range(40))
    (tmp_path / "register.csv").write_text(f"No.;Project\n{many}", encoding="utf-8")
    office("sync")
    (tmp_path / "register.csv").write_text("No.;Project\nP-1;Fair\n", encoding="utf-8")
    stopped = office("sync")
    assert (stopped.code, "pmohub sync register --allow-deletions" in stopped.err) == (4, True)
    assert "39 found deleted" in office("sync", "register", "--allow-deletions").out


def test_a_backup_replaces_no_file_and_leaves_no_half_one(office: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    assert office("db", "backup", "copy.db").code == 2
    assert (tmp_path / "copy.db").read_text() == "mine"
    ended = office("db", "backup", "nowhere/copy.db")
    assert ended.code == 3
    assert "The backup cannot be written" in ended.err
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    "address", ["postgresql://me:geheim@127.0.0.1/hub", "postgresql://me@host/hub?password=geheim"]
)
def test_pg_dump_is_given_the_password_where_no_other_user_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$@" "password: $PGPASSWORD" > "$(dirname "$0")/copy.part"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    back_up(open_engine(address), tmp_path / "copy")
    arguments, password = (tmp_path / "copy").read_text().split(" password: ")
    assert "***" not in arguments
    assert "geheim" not in arguments
    assert password == "geheim\n"  # noqa: S105


def test_a_pg_dump_that_does_not_end_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("canonical.upkeep.backup.PG_DUMP_SECONDS", 0)
    with pytest.raises(StoreError, match="pg_dump was not done"):
        back_up(open_engine("postgresql://me@127.0.0.1/hub"), tmp_path / "copy")


def test_a_contradiction_in_the_store_is_told_by_check_and_by_doctor(office: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "pmohub.db")) as raw, raw:
        raw.execute("UPDATE source_project SET project_id = 'nowhere'")
    for command in (("db", "check"), ("doctor",)):
        ended = office(*command)
        assert ended.code == 1
        assert "1 rows of source_project name a project that is not there" in ended.out


def test_prune_counts_first_and_removes_only_when_told(office: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "pmohub.db")) as raw, raw:
        raw.execute("UPDATE run SET ended_at = 0")
    counted = office("db", "prune")
    assert "rows would be removed. Nothing was changed." in counted.out
    assert office("db", "prune").out == counted.out
    assert "rows removed." in office("db", "prune", "--yes").out
    (left,) = json.loads(office("runs", "--json").out)
    assert (left["kind"], left["note"]["outcomes"]["runs"] > 0) == ("purge", True)


def test_upgrade_says_what_it_found(office: Run, tmp_path: Path) -> None:
    assert "already" in office("db", "upgrade").out
    for path in tmp_path.glob("pmohub.db*"):
        path.unlink()
    assert "has the layout of this version now" in office("db", "upgrade").out


def test_doctor_finds_a_healthy_hub_well(office: Run) -> None:
    ended = office("doctor")
    assert ended.code == 0, ended.out
    assert "Schedules\twell\t1 of 1 connectors have one" in ended.out
    assert {one["title"] for one in json.loads(office("doctor", "--json").out)} > {"Database", "Clock", "Disk"}


def test_doctor_compares_the_clocks_before_anything_that_may_take_long(office: Run) -> None:
    titles = [one["title"] for one in json.loads(office("doctor", "--json").out)]
    assert titles.index("Clock") < titles.index("Database")


def test_doctor_tells_a_failing_connector_with_what_to_type(office: Run, tmp_path: Path) -> None:
    (tmp_path / "register.csv").unlink()
    office("sync")
    ended = office("doctor")
    assert ended.code == 1
    assert "error: register failed: There is no such file" in ended.out
    assert "pmohub check register" in ended.out


def test_doctor_of_a_store_that_is_not_there_yet_names_the_command(office: Run, tmp_path: Path) -> None:
    for path in tmp_path.glob("pmohub.db*"):
        path.unlink()
    ended = office("doctor")
    assert ended.code == 1
    assert "pmohub db upgrade" in ended.out


def test_doctor_of_a_damaged_store_says_so(office: Run, tmp_path: Path) -> None:
    for path in tmp_path.glob("pmohub.db*"):
        path.unlink()
    (tmp_path / "pmohub.db").write_bytes(b"not a database at all" * 100)
    ended = office("doctor")
    assert ended.code == 1
    assert "is not a database" in ended.out


def test_doctor_of_a_store_in_a_folder_that_is_not_there_says_so(pmohub: Run, tmp_path: Path) -> None:
    configured = '[hub]\ndatabase = "sqlite:///nowhere/pmohub.db"\n'
    (tmp_path / "config.toml").write_text(configured + CONFIG, encoding="utf-8")
    ended = pmohub("doctor")
    assert ended.code == 1
    assert "its folder does not exist" in ended.out
