"""From one's own workbook to the first true deviation, and on to what people decide about it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from .conftest import Run, process

WORKBOOK = Path(__file__).parents[2] / "pmohub/demo/samples/portfolio/Project register 2026.xlsx"


@pytest.fixture(scope="module")
def synced_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synced")
    shutil.copy(WORKBOOK, folder / "Our plan.xlsx")
    for arguments in (("init", "--workbook", "Our plan.xlsx"), ("sync",)):
        ended = process(folder, *arguments)
        assert ended.code == 0, ended.err
    return folder


@pytest.fixture
def synced(synced_once: Path, pmohub: Run, tmp_path: Path) -> Run:
    shutil.copytree(synced_once, tmp_path, dirs_exist_ok=True)
    return pmohub


def test_three_commands_lead_from_a_workbook_to_a_true_deviation(synced: Run) -> None:
    ended = synced("deviations", "--severity", "critical")
    assert ended.code == 1
    assert "Trade fair Hannover 2027: planned finish 12 Apr 2027 is before planned start 19 Apr 2027" in ended.out


def test_a_second_sync_stores_nothing_and_says_so(synced: Run) -> None:
    ended = synced("sync", "--json")
    counts = json.loads(ended.out)["connectors"][0]
    assert ended.code == 0
    assert (counts["state"], counts["changed"]) == ("done", 0)


def test_a_waiver_silences_and_its_revocation_opens_again(synced: Run) -> None:
    number = str(json.loads(synced("deviations", "--json").out)[0]["number"])
    assert synced("waive", number, "--until", "2031-01-31", "--reason", "Agreed").code == 2  # longer than allowed
    until = json.loads(synced("deviations", number, "--json").out)["first_seen_at"][:8] + "28"
    assert synced("waive", number, "--until", _later(until), "--reason", "Agreed").code == 0
    assert number not in [str(one["number"]) for one in json.loads(synced("deviations", "--json").out)]
    assert "Agreed" in synced("waive").out
    assert synced("waive", "--revoke", "1").code == 0
    assert number in [str(one["number"]) for one in json.loads(synced("deviations", "--json").out)]


def _later(day: str) -> str:
    year, month, rest = day.split("-")
    return f"{int(year) + int(month) // 12}-{int(month) % 12 + 1:02}-{rest}"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["deviations", "--rule", "project-past-finnish"], "Did you mean project-past-finish?"),
        (["deviations", "--project", "P-01"], "Did you mean P-0"),
        (["deviations", "--department", "my-departmnt"], "Did you mean my-department?"),
        (["deviations", "--connector", "our-plans"], "Did you mean our-plan?"),
        (["quarantine", "elsewhere"], "There are: our-plan."),
        (["runs", "--connector", "elsewhere"], "There are: our-plan."),
        (["rules", "test", "--rule", "task-overdu"], "Did you mean task-overdue?"),
        (["waive", "--department", "x", "task-overdue", "--until", "2030-01-01", "--reason", "y"], "my-department."),
    ],
)
def test_a_name_that_nothing_bears_is_refused_and_no_list_is_said_to_be_empty(
    synced: Run, typed: list[str], answer: str
) -> None:
    ended = synced(*typed)
    assert ended.code == 2
    assert "There is no" in ended.err
    assert answer in ended.err
    assert not ended.out


def test_a_department_is_named_by_its_id_or_its_name(synced: Run) -> None:
    by_id = synced("deviations", "--department", "my-department").out
    assert by_id == synced("deviations", "--department", "My department").out
    assert "shown" in by_id


def test_a_waiver_for_one_deviation_covers_no_other_of_its_rule(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("No;Task;Due\n1;Draw;2026-01-01\n", encoding="utf-8")
    for command in (("init", "--workbook", "plan.csv"), ("sync",)):
        assert pmohub(*command).code == 0
    found = json.loads(pmohub("deviations", "--rule", "field-not-supplied", "--json").out)
    one = found[0]["number"]
    until = _later(found[0]["first_seen_at"][:8] + "28")
    assert len(found) > 2
    assert pmohub("waive", str(one), "--until", until, "--reason", "Agreed").code == 0
    assert [each["number"] for each in json.loads(pmohub("deviations", "--state", "waived", "--json").out)] == [one]
    assert f"deviation {one}" in pmohub("waive").out


def test_what_leads_nowhere_is_named_as_written_and_the_reason_told(pmohub: Run, tmp_path: Path) -> None:
    rows = "1;Draw;2026-01-01;\n2;Build;soon;\n3;Test;2026-01-02;2, 7\n"
    (tmp_path / "plan.csv").write_text(f"No;Task;Due;Predecessors\n{rows}", encoding="utf-8")
    for command in (("init", "--workbook", "plan.csv"), ("sync",)):
        assert pmohub(*command).code == 0
    shown = pmohub("links").out
    assert "2\tits row is in quarantine or gone\tplan, dependency.predecessor" in shown
    assert "7\tnothing is called so\tplan, dependency.predecessor" in shown


def test_a_dismissal_needs_a_reason_and_can_be_taken_back(synced: Run) -> None:
    number = str(json.loads(synced("deviations", "--json").out)[0]["number"])
    assert synced("dismiss", number).code == 2
    assert synced("dismiss", number, "--reason", "A stand-in row").code == 0
    assert "  why: A stand-in row (" in synced("deviations", number).out
    assert synced("dismiss", number, "--take-up").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status"], "projects"),
        (["runs"], "done"),
        (["quarantine"], "can be 4 May 2027 or 5 April 2027"),
        (["people"], "tools"),
        (["links"], "tools"),
        (["discover", "our-plan"], "Register"),
        (["check"], "1 warning. Nothing was changed."),
        (["writeback", "plan"], "names no template field"),
        (["writeback", "log"], "Nothing was written yet."),
        (["export", "projects"], "Trade fair Hannover 2027"),
    ],
)
def test_every_command_answers_and_says_what_to_type_next(synced: Run, arguments: list[str], said: str) -> None:
    ended = synced(*arguments)
    assert ended.code in {0, 1}, ended.err
    assert said in ended.out
    assert arguments[0] == "export" or "\nNext: pmohub " in ended.out


@pytest.mark.parametrize("command", ["status", "runs", "quarantine", "people", "links", "check", "waive"])
def test_json_is_one_document(synced: Run, command: str) -> None:
    assert json.loads(synced(command, "--json").out) is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sync", "our-plam"], "Type our-plan instead."),
        (["discover", "x"], "Connectors: our-plan."),
        (["deviations", "9999"], "There is no deviation 9999"),
        (["waive", "9999", "--until", "2027-01-31", "--reason", "x"], "There is no deviation 9999"),
        (["waive", "1", "--until", "soon", "--reason", "x"], "“soon” is no day"),
        (["waive", "Nothing", "r", "--until", "2027-01-31", "--reason", "x"], "There is no project “Nothing”"),
        (["writeback", "approve"], "Nothing is planned yet"),
        (["links", "link", "x", "y"], "x"),
        (["people", "split", "nobody"], "nobody"),
    ],
)
def test_what_does_not_exist_is_told_in_words(synced: Run, arguments: list[str], said: str) -> None:
    ended = synced(*arguments)
    assert ended.code == 2
    assert said in ended.err


def test_a_workbook_that_has_gone_ends_with_3_and_keeps_what_was_read(synced: Run, tmp_path: Path) -> None:
    (tmp_path / "Our plan.xlsx").unlink()
    ended = synced("sync")
    assert ended.code in {1, 3}
    assert "error: " in ended.err
    assert len(json.loads(synced("deviations", "--json").out)) > 0


def test_what_waits_in_quarantine_is_told_by_every_sync(synced: Run) -> None:
    ended = synced("sync")
    assert "in quarantine in all, from this sync and earlier ones" in ended.out
    assert "Next: pmohub quarantine" in ended.out


def test_a_waived_deviation_is_not_called_open(synced: Run) -> None:
    number = str(json.loads(synced("deviations", "--json").out)[0]["number"])
    until = json.loads(synced("deviations", number, "--json").out)["first_seen_at"][:8] + "28"
    synced("waive", number, "--until", _later(until), "--reason", "Agreed")
    assert "1 deviation waived: " in synced("deviations", "--state", "waived").out
    shown = synced("deviations", number).out
    assert re.search(r"state: waived.*\n  why: Agreed \(\w+, until 28 \w{3} \d{4}, waiver 1\)\n", shown)
    assert "Next: pmohub waive --revoke 1\n" in shown
    assert "No deviation is dismissed here." in synced("deviations", "--state", "dismissed").out


def test_fields_that_nobody_supplies_are_one_line_and_all_of_them_when_asked(pmohub: Run, tmp_path: Path) -> None:
    rows = "WBS;Task;Who;Start;Due;Status\n1;Build;;2.11.2026;1.10.2026;Open\n"
    (tmp_path / "plan.csv").write_text(rows, encoding="utf-8")
    pmohub("init", "--workbook", "plan.csv")
    pmohub("sync")
    brief, whole = pmohub("deviations").out, pmohub("deviations", "--all").out
    assert "before its planned start" in brief
    assert ("does not supply" in brief, "are not supplied by plan; --all lists them." in brief) == (False, True)
    assert "plan does not supply project.sponsor" in whole
