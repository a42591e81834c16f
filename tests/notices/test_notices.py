"""Who is told what, by real mail and over real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from canonical.store import RunState
from pmohub.composition import composed
from pmohub.config import load
from pmohub.serving.job import Stage, run_job
from sync.stopping import Stop
from tests.cli.conftest import Run, pmohub

from .receivers import Mailbox, Room, chat_room, mail_server

__all__ = ["pmohub"]

CONFIG = """
[hub]
timezone = "Europe/Berlin"
calendar_shift_days = {shift}
standards = ["rules.toml"]

[departments.engineering]
name = "Engineering"
mode = "{mode}"
{peace}

[connectors.register]
kind = "spreadsheet"
department = "engineering"
path = "files"

[connectors.register.sheets.projects]
file = "register.csv"
key = "No."
columns = {{ name = "Project", manager = "Manager", sponsor = "Sponsor", objective = "Why", status = "Status" }}

[connectors.register.sheets.people]
file = "people.csv"
key = "E-mail"
columns = {{ name = "Name", email = "E-mail" }}

[notifications]
managers = {{ env = "MAIL" }}

[notifications.channels.pmo]
address = {{ env = "ROOM" }}

[notifications.channels.admins]
address = {{ env = "ADMINS" }}
about = "operations"
"""
RULES = """
[standard]
id = "ours"
title = "Ours"

[rules.sponsor]
entity = "project"
class = "completeness"
severity = "minor"
deviates_if = "!has(project.sponsor)"
message = "{project.name} has no sponsor"
remedy = "Name one"
source = "Our house"

[[rules.sponsor.examples]]
today = 2026-03-16
given.project = { name = "X" }
expect = "deviates"

[[rules.sponsor.examples]]
today = 2026-03-16
given.project = { name = "X", sponsor = "Eve" }
expect = "passes"
"""
PEOPLE = "Name;E-mail\nAna Ruiz;ana@example.com\nBo Lund;bo@example.com\nEve Adler;eve@example.com\n"
CANARY = "correct-horse"


class Silent:
    """Watches a job and says nothing."""

    def begun(self, stage: Stage) -> None: ...

    def progressed(self) -> None: ...


@dataclass
class Office:
    """A company of two managers, whose receivers are real."""

    folder: Path
    pmohub: Run
    mail: Mailbox
    room: Room
    admins: Room

    def settle(
        self, *sponsors: str, shift: int = 0, mode: str = "controlling", peace: str = "", rules: str = RULES
    ) -> None:
        """Write what the teams wrote, and read it: project 1 is Ana's, all others are Bo's."""
        rows = [
            f"P-{n};Work {n};{'Ana Ruiz' if n == 1 else 'Bo Lund'};{who};;Active" for n, who in enumerate(sponsors, 1)
        ]
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        (files / "register.csv").write_text("\n".join(["No.;Project;Manager;Sponsor;Why;Status", *rows]) + "\n")
        (files / "people.csv").write_text(PEOPLE)
        (self.folder / "rules.toml").write_text(rules)
        (self.folder / "config.toml").write_text(CONFIG.format(shift=shift, mode=mode, peace=peace))
        ended = self.pmohub("sync")
        assert ended.code == 0, ended.out + ended.err

    def tell(self, code: int = 0) -> str:
        ended = self.pmohub("notify")
        assert ended.code == code, ended.out + ended.err
        assert CANARY not in ended.out + ended.err
        return ended.out + ended.err

    def forget(self) -> None:
        self.mail.mails.clear()
        self.room.notes.clear()
        self.admins.notes.clear()


@pytest.fixture
def office(tmp_path: Path, pmohub: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:  # the fixture
    with mail_server() as mail, chat_room() as room, chat_room() as admins:
        monkeypatch.setenv("MAIL", f"mailto://127.0.0.1:{mail.port}?from=pmo@example.com&name=PMO")
        monkeypatch.setenv("ROOM", f"json://hub:{CANARY}@127.0.0.1:{room.port}/room")
        monkeypatch.setenv("ADMINS", f"json://127.0.0.1:{admins.port}")
        office = Office(tmp_path, pmohub, mail, room, admins)
        office.settle("Eve Adler")  # what is found on the first day was already so, and is no news
        yield office


def test_what_was_already_so_when_a_standard_was_switched_on_is_no_news(office: Office) -> None:
    (office.folder / "pmohub.db").unlink()
    office.settle("")
    assert "0 messages sent." in office.tell()


def test_each_manager_hears_of_their_own_projects_and_the_room_of_all(office: Office) -> None:
    office.settle("", "", "Eve Adler")
    office.tell()
    assert {to for to, _ in office.mail.mails} == {"ana@example.com", "bo@example.com"}
    ana = office.mail.text_for("ana@example.com")
    assert "1 new." in ana
    assert "Work 1 (P-1), Ana Ruiz\n- minor: Work 1 has no sponsor. Name one." in ana.replace("\r\n", "\n")
    assert "Work 2" not in ana
    (note,) = office.room.notes
    assert (note["title"], note["type"]) == ("2 deviations to look at in 2 projects", "info")
    assert "Work 1 has no sponsor" in note["message"]
    assert "Work 2 has no sponsor" in note["message"]


def test_nobody_is_told_the_same_twice(office: Office) -> None:
    office.settle("")
    office.tell()
    office.forget()
    office.settle("", shift=1)
    assert "0 messages sent." in office.tell()
    assert (office.mail.mails, office.room.notes) == ([], [])


def test_a_second_digest_waits_for_the_next_day_and_says_since_when(office: Office) -> None:
    office.settle("", "Eve Adler")
    office.tell()
    office.forget()
    office.settle("Eve Adler", "")
    office.tell()
    assert office.room.notes == []
    office.settle("Eve Adler", "", shift=1)
    office.tell()
    (note,) = office.room.notes
    assert note["message"].startswith("Since ")
    assert ": 1 new, 1 mended.\nThank you for what was mended." in note["message"]
    assert "Work 1" not in note["message"]


def test_what_becomes_graver_or_comes_back_is_told_again(office: Office) -> None:
    office.settle("")
    office.tell()
    office.forget()
    office.settle("", shift=1, rules=RULES.replace('severity = "minor"', 'severity = "major"'))
    office.tell()
    assert "1 graver" in office.room.notes[0]["message"]
    office.forget()
    office.settle("Eve Adler", shift=2)
    office.tell()  # mended alone is no news
    assert office.room.notes == []
    office.settle("", shift=3)
    office.tell()
    assert "1 new" in office.room.notes[0]["message"]


def test_seven_lines_at_most_and_then_how_many_more(office: Office) -> None:
    office.settle(*[""] * 12)
    office.tell()
    (note,) = office.room.notes
    assert note["message"].count("\n- ") == 7
    assert "and 5 more" in note["message"]


def test_supportive_departments_are_counted_and_not_listed(office: Office) -> None:
    office.settle("", "", mode="supportive")
    office.tell()
    (note,) = office.room.notes
    assert "Engineering: 2 as advice to its teams" in note["message"]
    assert "Work 1" not in note["message"]
    assert "- advice: Work 1 has no sponsor" in office.mail.text_for("ana@example.com")


def test_in_a_blackout_nobody_is_told_and_afterwards_everything(office: Office) -> None:
    office.settle("", peace="blackout = [{ from = 2020-01-01, to = 2099-12-31 }]")
    office.tell()
    assert (office.mail.mails, office.room.notes) == ([], [])
    office.settle("")
    office.tell()
    assert len(office.room.notes) == 1


def test_a_message_that_is_not_taken_is_told_without_its_address_and_sent_next_time(office: Office) -> None:
    office.settle("")
    office.room.status = 503
    told = office.tell(code=1)
    assert "A notice to pmo was not taken by the other side" in told
    assert "config.toml" in told
    office.room.status = 200
    office.tell()
    assert len(office.room.notes) == 1
    assert len(office.mail.mails) == 1


def test_an_address_that_is_none_is_told_in_words(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.settle("")
    monkeypatch.setenv("ROOM", f"nonsense://{CANARY}")
    assert "The address of pmo is none that Apprise knows" in office.tell(code=1)


def test_check_says_which_address_is_not_there(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.settle("")
    assert "is not set" not in "".join(office.pmohub("check").out)
    monkeypatch.delenv("ROOM")
    assert "ROOM is not set" in office.pmohub("check").out


def test_an_admin_hears_once_that_a_tool_cannot_be_read_and_once_that_it_can_again(office: Office) -> None:
    office.settle("Eve Adler")
    (office.folder / "files").rename(office.folder / "away")
    for _ in range(2):
        assert office.pmohub("sync").code == 3
        office.tell()
    (note,) = office.admins.notes
    assert (note["title"], note["type"]) == ("register could not be read", "failure")
    assert "files" in note["message"]
    office.forget()
    office.settle("Eve Adler")
    office.tell()
    office.tell()
    (note,) = office.admins.notes
    assert (note["title"], note["type"]) == ("register is read again", "success")


def test_a_dry_run_shows_every_message_and_sends_none(office: Office) -> None:
    office.settle("")
    ended = office.pmohub("notify", "--dry-run")
    assert "To pmo: 1 deviation to look at in Work 1 (P-1)" in ended.out
    assert "- minor: Work 1 has no sponsor. Name one." in ended.out
    assert "2 messages would be sent." in ended.out
    assert (office.mail.mails, office.room.notes) == ([], [])
    office.tell()
    assert len(office.room.notes) == 1


def test_a_job_that_runs_by_itself_tells_people_at_its_end(office: Office) -> None:
    office.settle("Eve Adler")
    text = (office.folder / "files/register.csv").read_text()
    (office.folder / "files/register.csv").write_text(text.replace("Eve Adler", ""))
    with composed(load(office.folder / "config.toml")) as hub:
        report = run_job(hub, "register", watcher=Silent(), stop=Stop())
        hub.engine.dispose()
    assert (report.state, report.opened, report.problems) == (RunState.DONE, 1, [])
    assert "Work 1 has no sponsor" in office.mail.text_for("ana@example.com")
