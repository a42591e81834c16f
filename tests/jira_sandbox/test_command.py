"""`pmohub sandbox jira` as a person runs it: what it prints is enough to read the site with."""

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import process
from tests.cli.sandboxes import started


def test_the_printed_connector_reads_the_site(tmp_path: Path) -> None:
    departments = '[departments.engineering]\nname = "E"\nmode = "supportive"\n'
    departments += '[departments.legal]\nname = "L"\nmode = "supportive"\n'
    with started(tmp_path, "jira", "--issues", "60") as told:
        connector = told[told.index("[connectors") : told.index("Ctrl-C")]
        connector = connector.replace('{ env = "SANDBOX_JIRA_TOKEN" }', '{ file = "token" }')
        (tmp_path / "token").write_text("sandbox-token")
        hub = '[hub]\ndatabase = "sqlite:///hub.db"\ntimezone = "Europe/Berlin"\n'
        (tmp_path / "config.toml").write_text(hub + departments + connector)
        ended = process(tmp_path, "sync")
    assert ended.code == 0, ended.err
    assert "sandbox-jira\tdone" in ended.out


def test_it_can_be_a_data_center_of_another_day(tmp_path: Path) -> None:
    with started(tmp_path, "jira", "--flavour", "data_center", "--today", "2026-05-04") as told:
        url = re.findall(r"http://127\.0\.0\.1:\d+", told)[0]
        headers = {"Authorization": "Bearer sandbox-token"}
        info = httpx.get(f"{url}/rest/api/2/serverInfo", headers=headers).json()
    assert "email" not in told
    assert (info["deploymentType"], info["serverTime"][:10]) == ("Server", "2026-05-04")


def test_a_port_that_is_taken_is_told_without_starting(tmp_path: Path) -> None:
    with started(tmp_path, "jira") as told:
        port = re.findall(r"http://127\.0\.0\.1:(\d+)", told)[0]
        ended = process(tmp_path, "sandbox", "jira", "--port", port)
    assert ended.code == 2
    assert f"Port {port} cannot be used" in ended.err


def asked(told: str, path: str, **sent: object) -> object:
    """Ask the site that was started, or send it something; its answer without its address, which changes."""
    url = re.findall(r"http://127\.0\.0\.1:\d+", told)[0]
    answer = httpx.request(
        "POST" if sent else "GET", f"{url}{path}", auth=("pmo@nordhaus.example", "sandbox-token"), **sent
    )
    return json.loads(answer.raise_for_status().text.replace(url, ""))


def test_a_site_that_is_kept_goes_on_as_it_was_left(tmp_path: Path) -> None:
    paths = (
        "issue/PORT-3",
        "issue/PORT-3/changelog",
        "issue/PORT-3/worklog",
        "project/search",
        "worklog/updated?since=1",
    )
    with started(tmp_path, "jira", "--keep", "site.jsonl", "--issues", "60", "--today", "2026-05-04") as told:
        asked(told, "/rest/api/3/issue/PORT-3/worklog", json={"timeSpentSeconds": 3600})
        asked(told, "/_sandbox/clock", json={"seconds": 3600})
        asked(told, "/_sandbox/as/Ravi Menon/issue/PORT-3/worklog", json={"timeSpentSeconds": 7200})
        asked(told, "/rest/api/3/search/jql", json={"jql": "project = PORT"})
        before = [asked(told, f"/rest/api/3/{path}") for path in paths]
    assert told.splitlines()[-1].endswith("what was written into it stays in site.jsonl.")
    with (tmp_path / "site.jsonl").open("a") as file:
        file.write('{"at": "2026-05-04T11:')
    with started(tmp_path, "jira", "--keep", "site.jsonl") as told:
        assert [asked(told, f"/rest/api/3/{path}") for path in paths] == before
    assert len((tmp_path / "site.jsonl").read_text().splitlines()) == 3


@pytest.mark.parametrize("text", ["", "thesis\n", '{"site": {}}\n', '["site"]\n'])
def test_a_file_that_holds_no_site_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "thesis.txt").write_text(text)
    ended = process(tmp_path, "sandbox", "jira", "--keep", "thesis.txt", "--port", "0")
    assert (ended.code, (tmp_path / "thesis.txt").read_text()) == (2, text)
    assert "It holds no sandbox that was kept" in ended.err


def test_an_act_that_cannot_be_done_again_is_named(tmp_path: Path) -> None:
    with started(tmp_path, "jira", "--keep", "site.jsonl"):
        pass
    with (tmp_path / "site.jsonl").open("a") as file:
        file.write(
            '{"at": "2026-05-04T11:00:00+00:00", "method": "PUT", "path": "/rest/api/3/issue/GONE-1", "body": {}}\n'
        )
    ended = process(tmp_path, "sandbox", "jira", "--keep", "site.jsonl", "--port", "0")
    assert ended.code == 2
    assert "Line 2 cannot be done again" in ended.err


def test_projects_and_issues_have_a_page_with_what_was_written(tmp_path: Path) -> None:
    with started(tmp_path, "jira", "--issues", "60") as told:
        url = re.findall(r"http://127\.0\.0\.1:\d+", told)[0]
        httpx.put(f"{url}/_sandbox/as/Ravi Menon/issue/PORT-3", json={"fields": {"summary": "A <b> & more"}})
        project, issue, none = (httpx.get(f"{url}/browse/{key}") for key in ("PORT", "PORT-3", "PORT-3000"))
    assert "A &lt;b&gt; &amp; more" in project.text
    assert '<a href="/browse/PORT-3">' in project.text
    assert re.search(r"Ravi Menon: Summary: .* → A &lt;b&gt; &amp; more", issue.text)
    assert "<th>Status<td>In Progress" in issue.text
    assert (issue.headers["content-type"], none.status_code) == ("text/html; charset=utf-8", 404)
