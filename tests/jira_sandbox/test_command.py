"""`pmohub sandbox jira` as a person runs it: what it prints is enough to read the site with."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.cli.conftest import process


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[str]:
    """What it prints until it waits; afterwards it is stopped as by Ctrl-C and has ended well."""
    command = [sys.executable, "-m", "pmohub", "sandbox", "jira", "--port", "0", *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        told = ""
        for line in running.stdout:
            told += line
            if line.startswith("Ctrl-C"):
                break
        yield told
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0


def test_the_printed_connector_reads_the_site(tmp_path: Path) -> None:
    departments = '[departments.engineering]\nname = "E"\nmode = "supportive"\n'
    departments += '[departments.legal]\nname = "L"\nmode = "supportive"\n'
    with started(tmp_path, "--issues", "60") as told:
        connector = told[told.index("[connectors") : told.index("Ctrl-C")]
        connector = connector.replace('{ env = "SANDBOX_JIRA_TOKEN" }', '{ file = "token" }')
        (tmp_path / "token").write_text("sandbox-token")
        hub = '[hub]\ndatabase = "sqlite:///hub.db"\ntimezone = "Europe/Berlin"\n'
        (tmp_path / "config.toml").write_text(hub + departments + connector)
        ended = process(tmp_path, "sync")
    assert ended.code == 0, ended.err
    assert "sandbox-jira\tdone" in ended.out


def test_it_can_be_a_data_center_of_another_day(tmp_path: Path) -> None:
    with started(tmp_path, "--flavour", "data_center", "--today", "2026-05-04") as told:
        url = re.findall(r"http://127\.0\.0\.1:\d+", told)[0]
        headers = {"Authorization": "Bearer sandbox-token"}
        info = httpx.get(f"{url}/rest/api/2/serverInfo", headers=headers).json()
    assert "email" not in told
    assert (info["deploymentType"], info["serverTime"][:10]) == ("Server", "2026-05-04")


def test_a_port_that_is_taken_is_told_without_starting(tmp_path: Path) -> None:
    with started(tmp_path) as told:
        port = re.findall(r"http://127\.0\.0\.1:(\d+)", told)[0]
        ended = process(tmp_path, "sandbox", "jira", "--port", port)
    assert ended.code == 2
    assert f"Port {port} cannot be used" in ended.err
