"""A canary in every credential is in nothing that is said, written, sent or stored, also when all goes wrong."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import typer

from canonical.discretion import keep_out
from canonical.problems import Problem
from pmohub.cli.app import build
from tests.secrets.conftest import ADDRESS, PASSWORD, Office, with_password

COMMANDS = (
    "check", "doctor", "discover loud", "sync", "sync --full", "status", "status --json", "deviations --json",
    "report -o report.html", "runs", "runs --json", "runs show {run}", "runs accept {run} --reason x",
    "runs cancel {run}", "quarantine", "quarantine --json", "links", "links link Project P", "links refuse a b",
    "links accept", "links unlink ALPHA", "people", "people merge Ada Grace", "people refuse a b", "people accept",
    "people split Ada", "writeback plan", "writeback plan --json", "writeback approve --over-limit",
    "writeback apply --dry-run", "writeback apply", "writeback apply", "writeback log", "writeback log --json",
    "writeback resume loud", "writeback reject --reason x", "writeback release ALPHA pmo_id", "writeback undo",
    "notify --dry-run", "notify", "waive", "dismiss 1 --reason x", "rules check", "rules test",
    "rules diff pmo-core",    "rules explain project-past-finish", "connector move loud", "connector retire loud",
    "connector retire loud --undo", "db upgrade", "db check", "db prune", "db backup copy", "init", "serve -c none",
    "worker -c none",
    *(f"export {what} -o {what}.{form}" for what in ("projects", "deviations", "writebacks", "quarantine", "changes")
      for form in ("jsonl", "csv", "xlsx")),
    "connector purge loud",
)  # fmt: skip
DAILY = (
    "check", "sync", "status", "runs show {run}", "quarantine --json", "report -o report.html",
    "writeback apply", "writeback log", "notify", "export quarantine -o quarantine.csv", "export writebacks",
)  # fmt: skip
ELSEWHERE = {"demo", "sandbox asana", "sandbox jira"}
"""Commands that read no configuration of anybody's."""


def type_all(office: Office, lines: Sequence[str]) -> None:
    """Type commands, with the newest run's id where one is asked for."""
    for line in lines:
        newest = json.loads(office.type("runs", "--json").out)[0]["id"] if "{run}" in line else ""
        office.type(*line.format(run=newest).split())


def names(group: Any, above: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from names(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"


def test_every_command_is_among_those_that_are_searched() -> None:
    group = typer.main.get_command(build())
    missing = {name for name in names(group) if not any(line.startswith(name) for line in COMMANDS)}
    assert missing == ELSEWHERE


def search_after(office: Office, lines: Sequence[str], mood: str) -> None:
    office.type("sync")
    office.type("writeback", "plan")
    office.type("writeback", "approve", "--over-limit")
    office.search()
    office.feels(mood)
    type_all(office, lines)
    office.search()
    assert "[secret]" in (office.folder / "pmohub.log").read_text(), "the tool did say it"


def test_no_canary_is_said_written_sent_or_stored(office: Office) -> None:
    search_after(office, DAILY, "shouts")


@pytest.mark.long
@pytest.mark.parametrize("mood", ["refuses", "breaks"])
def test_no_command_lets_a_canary_out_whatever_the_tool_does(office: Office, mood: str) -> None:
    search_after(office, COMMANDS, mood)


def wrong_stores(office: Office) -> Iterator[str]:
    """Give addresses with the password in them at which there is no store, or that are none."""
    yield f"postgresql://hub:{PASSWORD.replace('/', '%2F')}@127.0.0.1:1/pmohub"
    yield f"postgresql://hub:{PASSWORD}@127.0.0.1:1/pmohub"
    yield f"postgresql://127.0.0.1:1/pmohub?user=hub&password={PASSWORD}"
    yield f"postgresql://hub@127.0.0.1:{PASSWORD}/pmohub"
    yield f"mysql://hub:{PASSWORD}@127.0.0.1/pmohub"
    yield PASSWORD
    if not office.store.startswith("sqlite"):
        yield with_password(office.store, database="nowhere")
        yield with_password(office.store, username="nobody")


def test_a_store_that_is_not_there_is_told_without_its_password(office: Office) -> None:
    for address in wrong_stores(office):
        office.setenv("STORE", address)
        for line in ("doctor", "sync", "db upgrade"):
            ended = office.type(*line.split())
            assert ended.code != 0, (address, line)
        office.search()


def test_messages_that_are_not_taken_are_told_without_their_address(office: Office) -> None:
    office.type("sync")
    office.room.status = 401
    for address in (f"json://hub:{ADDRESS}@127.0.0.1:{office.room.port}", f"slack://{ADDRESS}", ADDRESS):
        office.setenv("ROOM", address)
        office.type("notify")
        office.search()


@pytest.mark.parametrize(
    ("secret", "hidden"),
    [
        ("postgresql://hub:over%2Fheard@db/plans", ["over%2Fheard", "over/heard"]),
        ("postgresql://db/plans?user=hub&password=overheard", ["overheard"]),
        ("postgresql://hub:hub@db/plans", []),
        ("overheard", ["overheard"]),
    ],
)
def test_a_password_in_an_address_is_hidden_and_a_name_is_not(secret: str, hidden: list[str]) -> None:
    keep_out(secret)
    assert "[secret]" in Problem(f"No answer from {secret}").what
    for text in hidden:
        assert Problem(f"GET /?token={text}").what == "GET /?token=[secret]"
    assert Problem("hub on db, plans").what == "hub on db, plans"
