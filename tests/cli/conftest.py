"""Runs `pmohub` as people do: in a folder, from outside, seeing what it prints and how it ends."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pmohub.cli import main


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def pmohub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run it in this process, which is ten times as fast as starting one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Europe/Berlin")

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert "pmohub-error-" not in printed.err, printed.err
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return run


def process(folder: Path, *arguments: str) -> Ended:
    """Run it as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pmohub", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "TZ": "Europe/Berlin"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    ended = Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ended.out + ended.err
    return ended
