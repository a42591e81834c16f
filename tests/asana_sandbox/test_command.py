"""`pmohub sandbox asana` as a person runs it: what it prints is enough to read the site with."""

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

LOGIN = {"Authorization": "Bearer sandbox-token"}


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[str]:
    """What it prints until it waits; afterwards it is stopped as by Ctrl-C and has ended well."""
    command = [sys.executable, "-m", "pmohub", "sandbox", "asana", "--port", "0", *arguments]
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
    with started(tmp_path, "--tasks", "40") as told:
        connector = told[told.index("[connectors") : told.index("Ctrl-C")]
        connector = connector.replace('{ env = "SANDBOX_ASANA_TOKEN" }', '{ file = "token" }')
        (tmp_path / "token").write_text("sandbox-token")
        hub = '[hub]\ndatabase = "sqlite:///hub.db"\ntimezone = "Europe/Berlin"\n'
        department = '[departments.marketing]\nname = "M"\nmode = "supportive"\n'
        (tmp_path / "config.toml").write_text(hub + department + connector)
        ended = process(tmp_path, "sync")
    assert ended.code == 0, ended.err
    assert "sandbox-asana\tdone" in ended.out


def test_a_site_that_is_kept_goes_on_as_it_was_left(tmp_path: Path) -> None:
    def task(told: str, **sent: object) -> str:
        url = re.findall(r"http://127\.0\.0\.1:\d+/api/1\.0", told)[0]
        path = "tasks/1200000000000003"
        answer = httpx.request("PUT" if sent else "GET", f"{url}/{path}", headers=LOGIN, **sent)
        return str(answer.raise_for_status().json()["data"]["name"])

    with started(tmp_path, "--keep", "site.jsonl", "--tasks", "40", "--plan", "free") as told:
        assert task(told, json={"data": {"name": "Renamed"}}) == "Renamed"
    with started(tmp_path, "--keep", "site.jsonl") as told:
        assert task(told) == "Renamed"
    assert '"plan": "free"' in (tmp_path / "site.jsonl").read_text()
