"""`pmohub sandbox asana` as a person runs it: what it prints is enough to read the site with."""

import re
from pathlib import Path

import httpx

from tests.cli.conftest import process
from tests.cli.sandboxes import started


def ask(told: str, path: str, **sent: object) -> httpx.Response:
    """Ask the site that was started, or send it something."""
    url = re.findall(r"http://127\.0\.0\.1:\d+/api/1\.0", told)[0]
    headers = {"Authorization": "Bearer sandbox-token"}
    return httpx.request(
        "PUT" if sent else "GET", f"{url}{path}", headers=headers, json={"data": sent} if sent else None
    )


def test_the_printed_connector_reads_the_site(tmp_path: Path) -> None:
    with started(tmp_path, "asana", "--tasks", "60") as told:
        connector = told[told.index("[connectors") : told.index("Ctrl-C")]
        connector = re.sub(r"\{ env = .* \}", '{ file = "token" }', connector)
        (tmp_path / "token").write_text("sandbox-token")
        hub = '[hub]\ndatabase = "sqlite:///hub.db"\ntimezone = "Europe/Berlin"\n'
        department = '[departments.marketing]\nname = "M"\nmode = "supportive"\n'
        (tmp_path / "config.toml").write_text(hub + department + connector)
        ended = process(tmp_path, "sync")
    assert ended.code == 0, ended.err
    assert "sandbox-asana\tdone" in ended.out


def test_it_is_of_the_plan_and_the_day_that_are_named(tmp_path: Path) -> None:
    with started(tmp_path, "asana", "--plan", "free", "--tasks", "40", "--today", "2026-05-04") as told:
        nordhaus = ask(told, "/workspaces").json()["data"][0]["gid"]
        assert ask(told, f"/workspaces/{nordhaus}/tasks/search").status_code == 402
        assert "04 May 2026" in ask(told, "/users/me").headers["Date"]


def test_a_site_that_is_kept_goes_on_as_it_was_left(tmp_path: Path) -> None:
    with started(tmp_path, "asana", "--keep", "site.jsonl", "--tasks", "40") as told:
        workspace = ask(told, "/workspaces").json()["data"][0]["gid"]
        project = ask(told, f"/projects?workspace={workspace}").json()["data"][0]["gid"]
        task = ask(told, f"/projects/{project}/tasks").json()["data"][0]["gid"]
        assert ask(told, f"/tasks/{task}", name="Kept").status_code == 200
    assert told.splitlines()[-1].endswith("what was written into it stays in site.jsonl.")
    with started(tmp_path, "asana", "--keep", "site.jsonl") as told:
        assert ask(told, f"/tasks/{task}").json()["data"]["name"] == "Kept"
