"""What people correct in their workbooks, and what an admin corrects in the configuration, leaves nothing behind."""

import csv
import io
from pathlib import Path

import pytest

from tests.crash.workplace import set_up

from .conftest import Run

MAPPING = """
[departments.pmo]
name = "PMO"

[connectors.plan]
kind = "spreadsheet"
department = "pmo"
path = "plan.csv"
sheets.tasks = { key = "WBS", columns = { title = "Activity", assignee = "Who", status = "Status" } }
"""


REGISTER = """
[connectors.register]
kind = "spreadsheet"
department = "pmo"
path = "register.csv"
sheets.projects = { key = "No.", columns = { name = "Project", status = "Status" } }
"""


def configure(folder: Path, *changes: tuple[str, str]) -> None:
    """Write the configuration with texts of it replaced."""
    text = MAPPING + REGISTER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "config.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def late(pmohub: Run, tmp_path: Path) -> Run:
    """A plan that is a project by itself, beside a register; one of its tasks is late."""
    (tmp_path / "register.csv").write_text("No.;Project;Status\nP-7;Website relaunch;Active\n", encoding="utf-8")
    (tmp_path / "plan.csv").write_text(
        "WBS;Activity;Who;Status;Finish;Project\n1;Design;Ada;open;2026-03-02;Web\n2;Build;Jo;open;;Web\n",
        encoding="utf-8",
    )
    configure(tmp_path, AS_FILE)
    assert pmohub("sync").code == 0
    return pmohub


SHEET = 'sheets.tasks = { key = "WBS", columns = { title = "Activity", assignee = "Who", status = "Status" } }'
COLUMNS = 'columns = { title = "Activity", assignee = "Who", status = "Status", due = "Finish" }'
AS_FILE = (SHEET, 'sheets.tasks = { key = "WBS", project = { file = true, status = "active" }, ' + COLUMNS + " }")
AS_VALUE = (SHEET, 'sheets.tasks = { key = "WBS", project = { value = "P-7" }, ' + COLUMNS + " }")
AS_COLUMN = (
    SHEET,
    'sheets.tasks = { key = "WBS", project = { column = "Project", status = "active" }, ' + COLUMNS + " }",
)


def open_deviations(pmohub: Run) -> dict[str, str]:
    """Number and project of each open deviation but those of the guards."""
    ended = pmohub("export", "deviations", "--format", "csv")
    rows = csv.DictReader(io.StringIO(ended.out))
    return {row["number"]: row["project"] for row in rows if row["state"] == "open" and row["severity"] != "info"}


def write_plan(folder: Path, *rows: str) -> None:
    (folder / "plan.csv").write_text("\n".join(["WBS;Activity;Who;Status", *rows, ""]), encoding="utf-8")


def exported(pmohub: Run, what: str, column: str) -> list[str]:
    ended = pmohub("export", what, "--format", "csv")
    assert ended.code == 0, ended.err
    return sorted(row[column] for row in csv.DictReader(io.StringIO(ended.out)))


def test_a_misspelt_name_that_is_corrected_is_no_person_any_more(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(MAPPING, encoding="utf-8")
    write_plan(tmp_path, "1;Design;Ada Wong;open", "2;Build;Ada Wnog;open")
    pmohub("sync")
    assert exported(pmohub, "people", "name") == ["Ada Wnog", "Ada Wong"]
    write_plan(tmp_path, "1;Design;Ada Wong;open", "2;Build;Ada Wong;open")
    pmohub("sync")
    assert exported(pmohub, "people", "name") == ["Ada Wong"]
    assert "Wnog" not in pmohub("people").out


def test_another_project_of_a_sheet_takes_its_deviations_and_the_former_one_is_gone(late: Run, tmp_path: Path) -> None:
    before = open_deviations(late)
    assert set(before.values()) == {"plan"}
    configure(tmp_path, AS_VALUE)
    late("sync")
    assert exported(late, "projects", "key") == ["P-7"]
    assert "plan " not in late("status").out.partition("Connector")[0]
    assert open_deviations(late) == dict.fromkeys(before, "Website relaunch")


def test_projects_named_in_cells_come_and_go_with_the_names(late: Run, tmp_path: Path) -> None:
    configure(tmp_path, AS_COLUMN)
    late("sync")
    assert exported(late, "projects", "key") == ["P-7", "Web"]
    plan = tmp_path / "plan.csv"
    plan.write_text(plan.read_text(encoding="utf-8").replace(";Web", ";Shop"), encoding="utf-8")
    late("sync")
    assert exported(late, "projects", "key") == ["P-7", "Shop"]


def test_a_row_that_cannot_be_read_keeps_the_project_that_only_it_may_name(late: Run, tmp_path: Path) -> None:
    configure(tmp_path, AS_COLUMN)
    late("sync")
    plan = tmp_path / "plan.csv"
    rows = "1;Design;Ada;open;soon;Web\n2;Build;Jo;open;;Shop\n"
    plan.write_text(f"WBS;Activity;Who;Status;Finish;Project\n{rows}", encoding="utf-8")
    late("sync")
    assert exported(late, "projects", "key") == ["P-7", "Shop", "Web"]


def test_another_key_makes_other_rows_of_which_the_former_are_gone(late: Run, tmp_path: Path) -> None:
    configure(tmp_path, (AS_FILE[0], AS_FILE[1].replace('"WBS"', '"Activity"')))
    late("sync")
    assert exported(late, "tasks", "external_id") == ["plan.csv#Build", "plan.csv#Design"]
    assert len(open_deviations(late)) == 1


def test_rows_of_a_sheet_that_the_mapping_leaves_out_are_gone_and_come_back(late: Run, tmp_path: Path) -> None:
    before = open_deviations(late)
    configure(tmp_path, (SHEET, 'sheets.people = { key = "Who", columns = { name = "Who" } }'))
    ended = late("sync")
    assert "The mapping no longer gives the projects of plan.csv, the tasks of plan.csv." in " ".join(ended.err.split())
    assert (exported(late, "projects", "key"), exported(late, "tasks", "key")) == (["P-7"], [])
    assert open_deviations(late) == {}
    configure(tmp_path, AS_FILE)
    late("sync")
    assert open_deviations(late) == before


def test_a_path_that_names_fewer_files_leaves_the_others_out(late: Run, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"plans/{name}.csv").write_text("WBS;Activity\n1;Design\n", encoding="utf-8")
    columns = (COLUMNS, 'columns = { title = "Activity" }')
    configure(tmp_path, AS_FILE, columns, ('"plan.csv"', '"plans/*.csv"'), ("[connectors.plan]", "[connectors.plans]"))
    late("sync")
    assert "plans/b" in " ".join(exported(late, "tasks", "external_id"))
    configure(tmp_path, AS_FILE, columns, ('"plan.csv"', '"plans/a*.csv"'), ("[connectors.plan]", "[connectors.plans]"))
    assert "`path` no longer names this file" in late("sync").err
    assert "plans/b" not in " ".join(exported(late, "tasks", "external_id"))


def test_a_connector_that_left_the_configuration_is_told_of_and_what_it_gave_is_kept(late: Run, tmp_path: Path) -> None:
    before = open_deviations(late)
    (tmp_path / "config.toml").write_text('[departments.pmo]\nname = "PMO"\n' + REGISTER, encoding="utf-8")
    late("sync")
    told = "The connector plan is no longer in the configuration; its one project is kept, stale."
    assert told in " ".join(late("status").out.split())
    assert "not configured" in late("status").out
    checked = late("check")
    assert (checked.code, told in " ".join(checked.out.split())) == (1, True)
    assert exported(late, "projects", "key") == ["P-7", "plan"]
    assert open_deviations(late) == before
    configure(tmp_path, AS_FILE)
    assert "no longer in the configuration" not in late("check").out


def test_a_file_that_is_no_workbook_any_more_deletes_nothing(tmp_path: Path, pmohub: Run) -> None:
    set_up(tmp_path)
    (tmp_path / "files/Register.xlsx").write_bytes(b"no workbook any more")
    ended = pmohub("sync")
    assert ended.code != 0
    assert "count as deleted" not in ended.err
    assert exported(pmohub, "projects", "key") == ["P1", "P2"]


def test_a_column_that_is_mapped_no_more_is_known_no_more(late: Run, tmp_path: Path) -> None:
    (number,) = open_deviations(late)
    assert "Design" in late("deviations", number).out
    configure(tmp_path, (AS_FILE[0], AS_FILE[1].replace(', due = "Finish"', "")))
    assert "plan no longer supplies due: it is forgotten in 1 record" in late("sync").err
    assert exported(late, "tasks", "due") == ["", ""]
    assert "unverified" in late("deviations", number).out
    assert "forgotten" not in late("sync").err
    configure(tmp_path, AS_FILE)
    late("sync")
    assert exported(late, "tasks", "due") == ["", "2026-03-02"]
    assert open_deviations(late).keys() == {number}
    assert "unverified" not in late("deviations", number).out
