"""Every benchmark runs and tells its ratios; their values are nobody's business here."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RATIOS = {"spreadsheet": 3, "store": 6, "rules": 8, "jira": 4, "asana": 11}


@pytest.mark.long
def test_every_benchmark_runs_and_prints_its_ratios() -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("│")]
    assert len(rows) == sum(RATIOS.values())


@pytest.mark.long
def test_many_workers_of_which_two_are_killed_leave_no_connector_out_and_read_none_twice_at_once() -> None:
    command = [sys.executable, "-m", "benchmarks.bench_scale", "--connectors", "8", "--workers", "1", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4, 2 killed" in done.stdout
