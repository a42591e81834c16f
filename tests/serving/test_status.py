"""`pmohub status` says when each connector is read next, and which one is late or left alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pmohub.cli import main
from pmohub.composition import Hub
from tests.serving.conftest import Folder
from tests.serving.test_health import noted

HubOf = Callable[[Path], Hub]
REGISTER = """
[connectors.register]
kind = "spreadsheet"
department = "office"
schedule = "* * * * *"
path = "register.csv"
sheets.projects = { key = "No.", columns = { name = "Project" } }

[plausibility]
max_deletions = 5
"""


@pytest.fixture
def status(
    folder: Folder, hub_of: HubOf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    hub = hub_of(folder(late="fine", failing="fine", new="fine", calm="fine"))
    monkeypatch.chdir(hub.configuration.folder)
    with pytest.raises(SystemExit):
        main(["sync", "late", "failing", "calm"])
    for _ in range(2):
        noted(hub, "sync", "failing", hub.now(), "failed")

    def run(*arguments: str) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main(["status", *arguments])
        return capsys.readouterr().out

    return run


def test_the_table_says_when_each_connector_is_read_next(status: Callable[..., str]) -> None:
    lines = {line.split()[0]: line for line in status().splitlines() if line.strip()}
    assert "1 Jan, 00:00" in lines["calm"]
    assert "failed" in lines["failing"]
    assert "not read yet" in lines["new"]
    assert "due" in lines["new"]


def test_json_has_the_moment_and_the_failures(status: Callable[..., str]) -> None:
    found = {one["id"]: one["next_run"] for one in json.loads(status("--json"))["connectors"]}
    assert found["failing"]["failures"] == 2
    assert not found["calm"]["overdue"]
    assert found["calm"]["due"][4:16] == "-01-01T00:00"


def test_a_run_that_should_have_begun_long_ago_is_overdue(
    status: Callable[..., str], folder: Folder, hub_of: HubOf
) -> None:
    config = Path("config.toml")
    config.write_text(config.read_text().replace("0 0 1 1 *", "* * * * *"))
    hub = hub_of(Path())
    with hub.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run SET started_at = started_at - 7200000 WHERE connector = 'late'")
    told = status()
    (late,) = (line for line in told.splitlines() if line.split()[:1] == ["late"])
    assert "overdue" in late
    assert "late is overdue since" in told
    assert "pmohub sync late" in told


def test_what_fails_says_how_often_and_what_was_never_read_says_how_to(status: Callable[..., str]) -> None:
    told = status()
    assert "error: failing failed 2 times in a row: it did not say why." in told
    assert "The next try is due: " in told
    assert "pmohub check failing" in told
    assert "note: new was never read." in told
    assert "pmohub sync new" in told


def test_a_reading_that_is_not_plausible_says_so_and_how_to_let_it_through(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = folder()
    (where / "config.toml").write_text(f"{(where / 'config.toml').read_text()}{REGISTER}")
    monkeypatch.chdir(where)
    for rows in (20, 2):
        lines = ["No.;Project", *(f"P-{number};Work" for number in range(rows))]
        (where / "register.csv").write_text("\n".join(lines))
        with pytest.raises(SystemExit):
            main(["sync"])
    capsys.readouterr()
    for command in ("status", "doctor"):
        with pytest.raises(SystemExit):
            main([command])
        told = capsys.readouterr().out
        assert "register failed: 18 of 20 items would be taken for deleted" in told
        assert "pmohub sync register --allow-deletions" in told
