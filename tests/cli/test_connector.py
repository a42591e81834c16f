"""`pmohub connector`: nothing is done without --yes, and then exactly what was shown."""

import json
from pathlib import Path

import pytest

from .conftest import Run
from .test_runs import CONFIG, write_register


@pytest.fixture
def office(pmohub: Run, tmp_path: Path) -> Run:
    """A register that has been read, and whose file now lies elsewhere under another name."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    write_register(tmp_path / "register.xlsx", [["P-1", "Fair"], ["P-2", "Site"]])
    assert pmohub("sync").code == 0
    return pmohub


def point_elsewhere(folder: Path) -> None:
    (folder / "config.toml").write_text(CONFIG.replace("register.xlsx", "new register.xlsx"), encoding="utf-8")
    write_register(folder / "new register.xlsx", [["P-1", "Fair"], ["P-3", "Third"]])


def projects(office: Run) -> dict[str, str]:
    lines = [line.split(",") for line in office("export", "projects", "-f", "csv").out.splitlines()]
    key, own = lines[0].index("key"), lines[0].index("id")
    return {line[key]: line[own] for line in lines[1:]}


def test_a_connector_that_points_elsewhere_is_told_how_to_move(office: Run, tmp_path: Path) -> None:
    point_elsewhere(tmp_path)
    ended = office("sync")
    assert ended.code == 3
    assert "pmohub connector move register" in ended.err


def test_a_move_is_shown_first_and_then_done(office: Run, tmp_path: Path) -> None:
    before = projects(office)
    point_elsewhere(tmp_path)
    shown = office("connector", "move", "register")
    assert shown.code == 1
    assert "left behind: project P-2" in shown.out
    assert "Nothing was changed." in shown.out
    assert projects(office) == before
    done = office("connector", "move", "register", "--yes")
    assert "Next: pmohub sync register" in done.out
    assert office("sync").code == 0
    after = projects(office)
    assert after["P-1"] == before["P-1"]
    assert set(after) == {"P-1", "P-3"}
    assert json.loads(office("runs", "--json").out)[3]["kind"] == "move"


def test_a_retired_connector_stays_as_it_was_until_it_is_used_again(office: Run) -> None:
    assert "Nothing was changed." in office("connector", "retire", "register").out
    assert office("sync").code == 0
    assert office("connector", "retire", "register", "--yes").code == 0
    assert office("sync").code == 0
    assert "register is retired and was not read." in office("sync").err
    ended = office("sync", "register")
    assert (ended.code, "register was retired on" in ended.err) == (3, True)
    assert "retired" in office("status").out
    assert set(projects(office)) == {"P-1", "P-2"}
    assert office("connector", "retire", "register", "--undo", "--yes").code == 0
    assert office("sync").code == 0


def test_a_purge_is_counted_first_and_then_done(office: Run, tmp_path: Path) -> None:
    counted = json.loads(office("connector", "purge", "register", "--json").out)
    assert counted["erased"] is False
    assert set(projects(office)) == {"P-1", "P-2"}
    done = office("connector", "purge", "register", "--yes")
    assert "still stands in the configuration" in done.out
    assert projects(office) == {}
    run = json.loads(office("runs", "--json").out)[0]
    assert (run["kind"], run["note"]["outcomes"]) == ("purge", counted["rows"])


@pytest.mark.parametrize("command", [["retire"], ["purge", "--yes"]])
def test_a_connector_that_nothing_is_known_of_is_told_in_words(office: Run, command: list[str]) -> None:
    ended = office("connector", command[0], "nobody", *command[1:])
    assert ended.code == 2
    assert "Nothing is stored of a connector “nobody”" in ended.err
