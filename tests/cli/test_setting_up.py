"""The first minutes: help, init, check, and what a newcomer gets wrong."""

import json
import re
import time
from pathlib import Path

import pytest

from tests.crash.workplace import SMALL, set_up

from .conftest import Run, process


def test_help_is_quick_and_lists_the_commands(tmp_path: Path) -> None:
    process(tmp_path, "--help")
    begun = time.perf_counter()
    ended = process(tmp_path, "--help")
    assert time.perf_counter() - begun < 2  # 0.3 s on an idle machine; this one may be shared
    assert ended.code == 0
    assert all(name in ended.out for name in ("init", "check", "discover", "export"))


def test_a_mistyped_command_names_the_nearest(pmohub: Run) -> None:
    ended = pmohub("chek")
    assert ended.code == 2
    assert "Did you mean 'check'?" in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("command", [["check"], ["runs"], ["quarantine"], ["export", "tasks"]])
def test_without_a_configuration_every_command_says_how_to_make_one(pmohub: Run, command: list[str]) -> None:
    ended = pmohub(*command)
    assert ended.code == 2
    assert ended.err == (
        "error: There is no configuration here yet\n"
        "  where: config.toml\n"
        "  not done: Nothing was read or written.\n"
        "  next: Make one, or name another with --config:\n"
        "        pmohub init\n"
        "        pmohub init --workbook plan.xlsx\n"
    )


def test_init_writes_a_configuration_that_is_right(pmohub: Run, tmp_path: Path) -> None:
    assert pmohub("init").code == 0
    assert 'timezone = "Europe/Berlin"' in (tmp_path / "config.toml").read_text(encoding="utf-8")
    ended = pmohub("check")
    assert ended.code == 0
    assert "0 errors, 0 warnings. Nothing was changed." in ended.out


def test_init_never_touches_a_file_that_is_there(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mine", encoding="utf-8")
    ended = pmohub("init")
    assert ended.code == 2
    assert "config.toml exists already" in ended.err
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == "mine"


def test_check_tells_everything_and_ends_with_2(pmohub: Run, tmp_path: Path) -> None:
    text = '[hub]\ndatbase = "x"\n[connectors.plan]\nkind = "spreadshet"\ndepartment = "eng"\n'
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    ended = pmohub("check")
    assert ended.code == 2
    assert ended.out == (
        "config.toml\n"
        "\n"
        "error: Unknown key “datbase”\n"
        "  where: config.toml:2, hub.datbase\n"
        "  not done: Nothing was read or written.\n"
        "  next: Write database instead of datbase. "
        "Known keys here: calendar_shift_days, coming, database, standards, timezone.\n"
        "\n"
        "error: Unknown connector kind “spreadshet”\n"
        "  where: config.toml:4, connectors.plan.kind\n"
        "  not done: plan is left out.\n"
        '  next: Write "spreadsheet". Known kinds: asana, jira, spreadsheet.\n'
        "\n"
        "2 errors, 0 warnings. Nothing was changed.\n"
        "\n"
        "Next: pmohub check\n"
    )


def test_check_as_json_is_one_document(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[hub]\nx = 1\n", encoding="utf-8")
    ended = pmohub("check", "--json")
    assert ended.code == 2
    assert json.loads(ended.out)["problems"][0]["what"] == "Unknown key “x”"


def test_another_configuration_can_be_named_by_option_or_environment(
    pmohub: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pmohub("init", "-c", "deep/er/mine.toml").code == 0
    assert pmohub("check", "--config", "deep/er/mine.toml").code == 0
    monkeypatch.setenv("PMOHUB_CONFIG", str(tmp_path / "deep/er/mine.toml"))
    assert pmohub("check").code == 0


def test_a_database_that_cannot_be_used_is_told_in_words(pmohub: Run, tmp_path: Path) -> None:
    pmohub("init")
    (tmp_path / "pmohub.db").write_text("this is no database, however long it may be\n" * 40, encoding="utf-8")
    ended = pmohub("runs")
    assert ended.code == 3
    assert ended.err.startswith("error: ")
    assert "next: " in ended.err


def test_what_to_type_next_names_the_same_configuration(pmohub: Run) -> None:
    assert (
        "Next: pmohub init --help\n      pmohub check --config 'my own.toml'\n"
        in pmohub("init", "-c", "my own.toml").out
    )
    assert "Next: pmohub sync --config 'my own.toml'" in pmohub("status", "-c", "my own.toml").out
    assert "pmohub status --config 'my own.toml'" in pmohub("links", "-c", "my own.toml", "accept").out
    assert "pmohub init --config other.toml" in pmohub("status", "-c", "other.toml").err


def test_check_says_that_the_database_cannot_be_used(pmohub: Run, tmp_path: Path) -> None:
    pmohub("init")
    (tmp_path / "pmohub.db").write_text("no database at all, but long enough to be looked at", encoding="utf-8")
    ended = pmohub("check")
    assert ended.code == 3
    assert "The database is not a database." in ended.out


def test_check_names_the_file_that_cannot_be_read_and_says_that_the_others_are(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans/good.csv").write_text("No;Task\n1;Draw\n", encoding="utf-8")
    (tmp_path / "plans/broken.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    assert pmohub("init", "--workbook", "plans").code == 1
    ended = pmohub("check")
    assert ended.code == 1
    assert "  where: plans/broken.xlsx\n  not done: Nothing was read from it;" in ended.out
    assert "A sync reads all else.\n  next: " in ended.out
    assert "plans\tusable\t2 files, 2 records" in ended.out
    (tmp_path / "plans/good.csv").unlink()
    assert pmohub("check").code == 3


def test_check_makes_no_database(pmohub: Run, tmp_path: Path) -> None:
    pmohub("init")
    assert pmohub("check").code == 0
    assert not (tmp_path / "pmohub.db").exists()


def test_init_takes_a_folder_of_files_and_names_what_it_did_not_recognise(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "plans" / name).write_text("No;Task;Owner;Mood\n1;Draw;Jo;good\n", encoding="utf-8")
    ended = pmohub("init", "--workbook", "plans")
    assert "plans: 3 of 4 columns are recognised; not read: Mood" in ended.out
    assert pmohub("sync").code == 0
    assert {row.split(",")[6] for row in pmohub("export", "tasks", "-f", "csv").out.splitlines()[1:]} == {"a", "b"}


def test_init_says_when_nothing_is_mapped_and_a_sync_is_not_said_to_be_done(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "costs.csv").write_text("Cost item;Jan;Feb\nLicences;1;2\n", encoding="utf-8")
    begun = pmohub("init", "--workbook", "costs.csv")
    assert begun.code == 1
    assert "costs: no sheet was understood, and nothing is mapped; its headings are Cost item, Jan, Feb" in begun.out
    assert "Next: pmohub discover costs" in begun.out
    ended = pmohub("sync")
    assert ended.code == 3
    assert "error: No sheet is mapped." in ended.err
    assert "pmohub discover costs" in ended.err


def test_workbooks_of_other_formats_in_a_folder_are_told(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans/old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    ended = pmohub("init", "--workbook", "plans")
    assert ended.code == 3
    assert "Save old.xls as .xlsx in a spreadsheet program, or keep it elsewhere." in ended.err
    (tmp_path / "plans/new.csv").write_text("No;Task;Owner\n1;Draw;Jo\n", encoding="utf-8")
    told = "note: Of a format that is not read: old.xls."
    assert told in pmohub("init", "--workbook", "plans").err
    assert told in pmohub("sync").err
    assert told in pmohub("sync").err, "an unchanged folder tells it again"


def test_before_the_standards_were_applied_no_deviation_is_said_to_be_absent(pmohub: Run) -> None:
    pmohub("init")
    ended = pmohub("deviations")
    assert "The standards have not been applied yet" in ended.out
    assert "Next: pmohub sync" in ended.out


def test_check_shows_the_next_five_times_by_the_clock_of_the_department(pmohub: Run, tmp_path: Path) -> None:
    set_up(tmp_path, SMALL.replace('kind = "spreadsheet"', 'kind = "spreadsheet"\nschedule = "0 8 1 1 *"'))
    ended = pmohub("check")
    assert len(re.findall(r"1 Jan \d{4}, 08:00", ended.out)) == 5, ended.out
    due = json.loads(pmohub("check", "--json").out)["connectors"][0]["due_next"]
    assert [one[4:16] for one in due] == ["-01-01T08:00"] * 5
