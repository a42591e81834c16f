"""Standing approvals as an admin writes them: shown with the plan, checked, refused where they cannot hold."""

from pathlib import Path

import pytest

from pmohub.clock import now
from tests.crash.workplace import WHOLE, set_up

from .conftest import Run

STANDING = """
[[writeback.standing]]
id = "codes"
fields = ["pmo_code"]
since = 2026-01-01
expires = 2026-12-31
approved_by = "Ana Ruiz"
"""


def office(folder: Path, pmohub: Run, *changes: tuple[str, str], config: str = WHOLE + STANDING) -> Run:
    """Lay out the files, read them, and only then write the configuration that the test is about."""
    set_up(folder, WHOLE)
    for old, new in changes:
        assert old in config
        config = config.replace(old, new)
    (folder / "config.toml").write_text(config)
    return pmohub


def test_the_plan_shows_which_standing_approval_approved_what(tmp_path: Path, pmohub: Run) -> None:
    year = f"{now():%Y}"
    run = office(tmp_path, pmohub, ("2026-01-01", f"{year}-01-01"), ("2026-12-31", f"{year}-12-31"))
    shown = run("writeback", "plan").out
    assert "3 approved under the standing approval codes@" in shown
    assert "3 of 3 changes applied." in run("writeback", "apply").out
    assert "T-Task 1" in (tmp_path / "files/tasks.csv").read_text()


def test_an_expired_one_is_told_by_check(tmp_path: Path, pmohub: Run) -> None:
    run = office(tmp_path, pmohub, ("2026-01-01", "2020-01-01"), ("2026-12-31", "2020-12-31"))
    ended = run("check")
    assert (ended.code, "The standing approval codes expired on 2020-12-31" in ended.out) == (1, True)


PEOPLE = """
[connectors.people]
kind = "spreadsheet"
department = "office"
path = "files/people.csv"
sheets.people = { key = "E-mail", columns = { name = "Name", email = "E-mail", active = "Active" } }
"""


def staffed(folder: Path, pmohub: Run) -> Run:
    """An office whose people are known, with a standing approval by Ana Ruiz that holds all year."""
    year = f"{now():%Y}"
    days = (("2026-01-01", f"{year}-01-01"), ("2026-12-31", f"{year}-12-31"))
    run = office(folder, pmohub, *days, config=WHOLE + STANDING + PEOPLE)
    employ(folder, run)
    return run


def employ(folder: Path, run: Run, ana: str = "yes") -> None:
    people = f"Name;E-mail;Active\nAna Ruiz;ana@example.com;{ana}\nBo Lund;bo@example.com;yes\n"
    (folder / "files/people.csv").write_text(people, encoding="utf-8")
    assert run("sync").code == 0


def test_check_shows_which_hold_and_until_when(tmp_path: Path, pmohub: Run) -> None:
    ended = staffed(tmp_path, pmohub)("check")
    year = f"{now():%Y}"
    assert f"codes\tholds\t{year}-01-01\t{year}-12-31\tAna Ruiz" in ended.out


def test_one_whose_approver_leaves_holds_no_longer(tmp_path: Path, pmohub: Run) -> None:
    run = staffed(tmp_path, pmohub)
    assert "3 approved under the standing approval codes@" in run("writeback", "plan").out
    employ(tmp_path, run, ana="no")
    told = run("check")
    assert (told.code, "The standing approval codes holds no longer: Ana Ruiz has left" in told.out) == (1, True)
    assert "codes\tapprover left" in told.out
    sent = run("writeback", "apply")
    assert "or who gave it has left" in sent.out + sent.err
    assert "T-Task 1" not in (tmp_path / "files/tasks.csv").read_text()
    assert "approved under" not in run("writeback", "plan").out


def test_what_a_person_accepted_who_left_since_waits_for_another(tmp_path: Path, pmohub: Run) -> None:
    run = staffed(tmp_path, pmohub)
    run("writeback", "plan")
    assert run("writeback", "approve", "--for", "ana@example.com").code == 0
    employ(tmp_path, run, ana="no")
    sent = run("writeback", "apply")
    assert "ana@example.com, who approved it, has left" in sent.out + sent.err


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("2026-12-31", "2027-01-02"), "at most twelve months"),
        (("2026-12-31", "2025-12-31"), "before it begins"),
        (('fields = ["pmo_code"]', "fields = []"), "fields"),
        (('fields = ["pmo_code"]', 'fields = ["pmo_cod"]'), "Unknown template field “pmo_cod”"),
        (('approved_by = "Ana Ruiz"', 'departments = ["legal"]\napproved_by = "A"'), "Unknown department “legal”"),
        (('approved_by = "Ana Ruiz"', 'connectors = ["jira"]\napproved_by = "A"'), "Unknown connector “jira”"),
        (('approved_by = "Ana Ruiz"\n', ""), "approved_by"),
    ],
)
def test_one_that_cannot_hold_is_refused_in_words(
    tmp_path: Path, pmohub: Run, change: tuple[str, str], told: str
) -> None:
    run = office(tmp_path, pmohub, change)
    ended = run("check")
    assert (ended.code, told in ended.out) == (2, True), ended.out


def test_two_of_one_name_are_refused(tmp_path: Path, pmohub: Run) -> None:
    run = office(tmp_path, pmohub, config=WHOLE + STANDING + STANDING)
    assert "two standing approvals are called “codes”" in run("check").out


def test_in_a_directive_department_the_hubs_values_are_written_without_an_approval(tmp_path: Path, pmohub: Run) -> None:
    directive = ('mode = "controlling"', 'mode = "directive"')
    run = office(tmp_path, pmohub, directive, ("first_writes = 0", "first_writes = 0\nautomatic = true"), config=WHOLE)
    run("sync")
    assert "approved under the standing approval directive-automatic@1" in run("writeback", "plan").out
    assert "8 of 8 changes applied." in run("writeback", "apply").out
