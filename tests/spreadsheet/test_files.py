"""Files that come, change, go, are locked or broken: each its own problem, and the others go on."""

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from canonical.problems import ToolError, Weight
from canonical.vocabulary import EntityKind
from connectors.spreadsheet import KIND
from tests.spreadsheet.sheets import PLAN, Pulled, pull, reader, workbook

HEAD = ["WBS", "Activity", "Who", "Finish"]
OPTIONS = {"path": "plans/*", "sheets": {"tasks": PLAN}}
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Give a folder with a good plan in it."""
    workbook(tmp_path / "plans/good.xlsx", {"Plan": [HEAD, ["1", "A"]]})
    return tmp_path


def bomb(path: Path) -> None:
    workbook(path, {"Plan": [HEAD, ["1", "A"]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as part:
        for _ in range(300):
            part.write(b"\0" * (1 << 20))


def far_cell(path: Path) -> None:
    workbook(path, {"Plan": [HEAD, ["1", "A"], *[[]] * 3]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    stray = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", stray)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


BROKEN = {
    "empty": (lambda path: path.write_bytes(b""), "The file is empty."),
    "truncated": (
        lambda path: path.write_bytes(workbook(path, {"Plan": [HEAD]}).read_bytes()[:-400]),
        "cannot be read",
    ),
    "noise": (lambda path: path.write_bytes(bytes(range(256)) * 9), "does not begin like a workbook"),
    "html": (lambda path: path.write_text("<html><table><tr><td>WBS"), "is a web page"),
    "protected": (
        lambda path: path.write_bytes(COMPOUND + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
        "password",
    ),
    "old": (lambda path: path.write_bytes(COMPOUND + b"\0" * 600), "old binary format"),
    "bomb": (bomb, "would unpack to"),
    "far cell": (far_cell, "a stray cell is far out"),
    "folder as zip": (lambda path: zipfile.ZipFile(path, "w").writestr("word/document.xml", "<a/>"), "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_one_clear_problem_and_the_others_go_on(plans: Path, name: str) -> None:
    make, words = BROKEN[name]
    make(plans / "plans/bad.xlsx")
    pulled = pull(plans, OPTIONS)
    assert list(pulled.tasks) == ["1"]
    (problem,) = pulled.problems
    assert words in problem.what
    assert problem.where.startswith("plans/bad.xlsx")
    assert problem.not_done
    assert problem.next_step


def test_a_file_that_breaks_later_keeps_what_it_said(plans: Path) -> None:
    workbook(plans / "plans/other.xlsx", {"Plan": [HEAD, ["1", "B"]]})
    first = pull(plans, OPTIONS)
    (plans / "plans/other.xlsx").write_bytes(b"PK\x03\x04 broken")
    second = pull(plans, OPTIONS, first.cursor)
    assert not [listing for batch in second.batches for listing in batch.complete]
    assert second.cursor["files"]["plans/other.xlsx"] == first.cursor["files"]["plans/other.xlsx"]


def test_only_broken_files_end_in_a_tool_error(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(b"")
    with pytest.raises(ToolError, match="The file is empty"):
        pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": PLAN}})


@pytest.mark.parametrize("path", ["nowhere.xlsx", "nowhere/*.xlsx", "plans/*.ods"])
def test_a_path_without_files_ends_in_a_tool_error(plans: Path, path: str) -> None:
    with pytest.raises(ToolError):
        pull(plans, {"path": path, "sheets": {"tasks": PLAN}})


def test_lock_files_hidden_and_temporary_files_are_no_plans(plans: Path) -> None:
    for name in ("~$good.xlsx", ".good.xlsx", "good.xlsx.tmp", "._good.xlsx"):
        (plans / "plans" / name).write_bytes(b"lock")
    assert not pull(plans, OPTIONS).problems


def test_contents_decide_and_not_the_name(plans: Path) -> None:
    (plans / "plans/good.xlsx").rename(plans / "plans/good.csv")
    assert list(pull(plans, OPTIONS).tasks) == ["1"]


def test_a_touched_file_with_the_same_contents_is_not_read_again(plans: Path) -> None:
    first = pull(plans, OPTIONS)
    (plans / "plans/good.xlsx").touch()
    assert not pull(plans, OPTIONS, first.cursor).records


def test_another_mapping_reads_all_again_and_retries_what_was_quarantined(plans: Path) -> None:
    workbook(plans / "plans/good.xlsx", {"Plan": [HEAD, ["1", "A", None, "03/04/2026"]]})
    first = pull(plans, OPTIONS)
    second = pull(plans, {**OPTIONS, "day_first": True}, first.cursor)
    assert list(second.tasks) == ["1"]
    assert [place for batch in second.batches for place in batch.retried] == [first.quarantined[0].place]


def test_rows_of_a_file_that_went_are_gone_while_other_files_are_there(plans: Path) -> None:
    workbook(plans / "plans/other.xlsx", {"Plan": [HEAD, ["1", "B"]]})
    first = pull(plans, OPTIONS)
    (plans / "plans/other.xlsx").unlink()
    second = pull(plans, OPTIONS, first.cursor)
    gone = {(listing.entity, listing.scope) for batch in second.batches for listing in batch.ended}
    assert (EntityKind.TASK, "plans/other.xlsx#Plan") in gone
    assert [(p.what, p.weight) for p in second.problems] == [("The file is no longer there.", Weight.WARNING)]


def test_what_is_known_of_files_in_a_folder_that_may_not_be_listed_any_more_stays(
    plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**OPTIONS, "path": "plans/**/*.xlsx"}
    for folder in ("ours", "theirs"):
        workbook(plans / f"plans/{folder}/plan.xlsx", {"Plan": [HEAD, ["1", "A"]]})
    (plans / "plans/private").mkdir()
    listed, closed = os.scandir, {plans / "plans/theirs", plans / "plans/private"}

    def scandir(path: Path) -> Any:  # the superuser, who runs tests in containers, may list everything
        if path in closed:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    first = pull(plans, options)
    monkeypatch.setattr(os, "scandir", scandir)
    again = pull(plans, options, first.cursor)
    assert not any(batch.ended or batch.deleted for batch in again.batches)
    assert [(problem.where, problem.weight) for problem in again.problems] == [
        ("plans/private", Weight.WARNING),
        ("plans/theirs", Weight.ERROR),
    ]


def test_a_sheet_that_lost_all_rows_is_a_question_and_deletes_nothing(plans: Path) -> None:
    first = pull(plans, OPTIONS)
    workbook(plans / "plans/good.xlsx", {"Plan": [HEAD]})
    second = pull(plans, OPTIONS, first.cursor)
    assert not [x for batch in second.batches for x in batch.complete if x.entity is EntityKind.TASK]
    assert "had some at the last sync" in second.words


def test_an_id_keeps_the_workbook_when_the_file_is_renamed(tmp_path: Path) -> None:
    ids = []
    for name in ("old.xlsx", "new.xlsx"):
        workbook(tmp_path / name, {"Plan": [HEAD, ["1", "A"]]})
        pulled = pull(tmp_path, {"path": name, "id": "plan", "sheets": {"tasks": PLAN}})
        ids.append(pulled.tasks["1"].external_id)
    assert ids == ["plan#Plan#1"] * 2


def test_a_folder_elsewhere_gives_ids_without_its_place(tmp_path: Path) -> None:
    workbook(tmp_path / "share/plans/a.xlsx", {"Plan": [HEAD, ["1", "A"]]})
    (tmp_path / "config").mkdir()
    pulled = pull(tmp_path / "config", {"path": str(tmp_path / "share/plans/*.xlsx"), "sheets": {"tasks": PLAN}})
    assert pulled.tasks["1"].external_id == "plans/a.xlsx#Plan#1"


def test_check_says_what_is_wrong_and_nothing_when_all_is_well(plans: Path) -> None:
    assert not list(reader(plans, OPTIONS).check())
    words = [p.what for p in reader(plans, {"path": "plans/*"}).check()]
    assert words == ["No sheet is mapped."]
    carriers = {EntityKind.TASK: {"pmo_phase": "PMO phase"}}
    (problem,) = reader(plans, OPTIONS, carriers).check()
    assert problem.what == "The column PMO phase (pmo_phase) is not in the sheet."


def test_everything_read_is_stored_or_quarantined(plans: Path) -> None:
    rows = [HEAD, *[[str(n), "A", None, "31.02.2026" if n % 7 == 0 else "01.02.2026"] for n in range(5_000)]]
    workbook(plans / "plans/good.xlsx", {"Plan": rows})
    pulled: Pulled = pull(plans, OPTIONS)
    assert len(pulled.tasks) + len(pulled.quarantined) == 5_000
    assert max(len(batch.records) + len(batch.quarantined) for batch in pulled.batches) <= 2_100


def test_unknown_keys_and_fields_are_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="a task has no field titel; the nearest is title"):
        KIND.options.model_validate({"path": "x", "sheets": {"tasks": {"columns": {"titel": "A"}}}})
    with pytest.raises(ValueError, match="say exactly one of file, sheet, column and value"):
        KIND.options.model_validate({"path": "x", "sheets": {"tasks": {"project": {}}}})


def test_what_is_quarantined_again_is_not_released_by_a_later_batch(plans: Path) -> None:
    rows = [HEAD, ["0", "A", None, "soon"], *[[str(n), "A"] for n in range(1, 3_000)]]
    workbook(plans / "plans/good.xlsx", {"Plan": rows})
    first = pull(plans, OPTIONS)
    workbook(plans / "plans/good.xlsx", {"Plan": [*rows, ["new", "B"]]})
    second = pull(plans, OPTIONS, first.cursor)
    assert [found.place for found in second.quarantined] == [found.place for found in first.quarantined]
    assert not [place for batch in second.batches for place in batch.retried]


def test_a_pull_that_ends_early_reads_the_file_again_even_if_it_is_what_it_was(plans: Path) -> None:
    first = pull(plans, OPTIONS)
    good = (plans / "plans/good.xlsx").read_bytes()
    workbook(plans / "plans/good.xlsx", {"Plan": [HEAD, *[[str(n), "B"] for n in range(3_000)]]})
    interrupted = next(iter(reader(plans, OPTIONS).pull(first.cursor)))
    (plans / "plans/good.xlsx").write_bytes(good)
    assert pull(plans, OPTIONS, interrupted.cursor).tasks["1"].title == "A"
