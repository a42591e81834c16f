"""Many `pmohub worker` processes on one PostgreSQL: how much more they read together, and what two killed ones cost.

Every connector is due once, its tool takes 50 to 500 ms, and each run has a process of its own with all its stages,
as in the product. Each number of workers begins with an empty store. Then once more with the most workers, of which two
are killed at random in mid-run. It ends with an error if a connector was read twice at once or left out.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NoReturn, TypeAlias

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, select

from benchmarks.databases import databases
from benchmarks.vendor import DISTRIBUTION
from canonical.database import open_engine, reading
from canonical.migrations import upgrade
from canonical.schema.operations import run as runs
from pmohub.serving.jobs_schema import prepare

ROOT = Path(__file__).parents[1]
KILLED = 2
HEAD = """
[hub]
database = {{ env = "PMOHUB_BENCH_STORE" }}
standards = []

[departments.office]
name = "Office"
mode = "controlling"

[serve]
workers = {jobs}
spread_seconds = 0
"""
CONNECTOR = """
[connectors.c{number}]
kind = "vendor"
department = "office"
schedule = "0 0 1 1 *"
"""


Workers: TypeAlias = list[tuple[subprocess.Popen[bytes], Path]]
"""Processes at work, each with its log."""


@dataclass(frozen=True)
class Run:
    connector: str
    state: str
    begun: datetime
    ended: datetime | None


@dataclass(frozen=True)
class Result:
    """What so many workers did; `read` connectors to the end.

    `recovered`: for each job that a kill cut off, the seconds until its connector was read to the end.
    """

    workers: int
    seconds: float
    read: int
    overlaps: int
    left_out: int
    recovered: Sequence[float] = ()


def laid_out(folder: Path, connectors: int, jobs: int) -> None:
    parts = [HEAD.format(jobs=jobs), *(CONNECTOR.format(number=number) for number in range(connectors))]
    (folder / "config.toml").write_text("".join(parts))
    info = folder / "vendor_like-1.dist-info"
    info.mkdir()
    for name, text in DISTRIBUTION.items():
        (info / name).write_text(text)


@contextmanager
def at_work(folder: Path, url: str, number: int) -> Iterator[Workers]:
    """Give the workers with their logs; those that live are told to stop when the block ends."""
    path = os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "PMOHUB_BENCH_STORE": url}
    workers: Workers = []
    for index in range(number):
        file = folder / f"{number}-{index}-{time.monotonic_ns()}.log"
        with file.open("wb") as log:
            command = [sys.executable, "-m", "pmohub", "worker"]
            workers.append((subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log), file))
    try:
        yield workers
    finally:
        for process, _ in workers:
            process.terminate()
        for process, file in workers:
            if process.wait() != 0:
                failed(file)


def failed(log: Path) -> NoReturn:
    sys.exit(f"a worker failed:\n{log.read_text()}")


def stored(engine: Engine) -> list[Run]:
    query = select(runs.c.connector, runs.c.state, runs.c.started_at, runs.c.ended_at).where(runs.c.kind == "sync")
    with reading(engine) as connection:
        return [Run(*row) for row in connection.execute(query.order_by(runs.c.started_at))]


def until(engine: Engine, connectors: int, patience: float, workers: Workers) -> None:
    """Wait until so many connectors were read to the end; a worker that died by itself is the end of it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if len({run.connector for run in stored(engine) if run.state == "done"}) >= connectors:
            return
        for process, log in workers:
            if process.poll() is not None:
                failed(log)
        time.sleep(0.5)


def measured(engine: Engine, url: str, folder: Path, given: argparse.Namespace, workers: int, *, kill: bool) -> Result:
    dead: list[tuple[str, datetime]] = []
    with at_work(folder, url, workers) as processes:
        if kill:
            until(engine, given.connectors // 4, given.patience, processes)
            for process, log in random.sample(processes, KILLED):
                process.kill()
                processes.remove((process, log))
                process.wait()
                dead += [(name, datetime.now(UTC)) for name in in_hand(log.read_text())]
        until(engine, given.connectors, given.patience, processes)
    found = stored(engine)
    by_name = {name: [run for run in found if run.connector == name] for name in {run.connector for run in found}}
    pairs = [pair for own in by_name.values() for pair in pairwise(own)]
    overlaps = sum(early.ended is None or early.ended > late.begun for early, late in pairs)
    done = {run.connector for run in found if run.state == "done"}
    spent = max(run.ended for run in found if run.ended) - min(run.begun for run in found)
    ends = {name: [run.ended for run in own if run.state == "done" and run.ended] for name, own in by_name.items()}
    # Whose tool was read before the kill is not read again; the next job of any connector does what was left.
    again = ((moment, [end for end in ends.get(name, []) if end > moment]) for name, moment in dead)
    recovered = [(min(times) - moment).total_seconds() for moment, times in again if times]
    return Result(workers, spent.total_seconds(), len(done), overlaps, given.connectors - len(done), recovered)


def in_hand(log: str) -> set[str]:
    """Name the connectors whose job a worker had begun and not ended, by its log."""
    begun, ended = (re.findall(rf"job {what} connector=(c\d+)", log) for what in ("begun", "ended"))
    return set(begun) - set(ended)


def told(results: Sequence[Result], killed: Result | None) -> Table:
    table = Table("workers", "seconds", "connectors a minute", "of one", "overlaps", "left out", "cut off, read after")
    for one in [*results, *([killed] if killed else [])]:
        base = results[0].seconds
        again = f"{len(one.recovered)}: {', '.join(f'{seconds:.1f} s' for seconds in sorted(one.recovered))}"
        table.add_row(
            f"{one.workers}, {KILLED} killed" if one is killed else str(one.workers),
            f"{one.seconds:.1f}",
            f"{60 * one.read / one.seconds:.0f}",
            f"{base / one.seconds:.2f}" if one is not killed else "",
            str(one.overlaps),
            str(one.left_out),
            again if one is killed else "",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connectors", type=int, default=500)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8], help="processes")
    parser.add_argument("--jobs", type=int, default=2, help="at a time in each process")
    parser.add_argument("--patience", type=float, default=3600, help="seconds after which one number is given up")
    given = parser.parse_args()
    results: list[Result] = []
    killed: Result | None = None
    most = max(given.workers)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        laid_out(folder, given.connectors, given.jobs)
        for kind, urls in databases(folder):
            if kind != "postgresql":
                continue
            for number, url in zip([*given.workers, most][: None if most > KILLED else -1], urls, strict=False):
                engine = open_engine(url)
                upgrade(engine)
                prepare(engine)
                kill = len(results) == len(given.workers)
                result = measured(engine, url, folder, given, number, kill=kill)
                engine.dispose()
                print(result, flush=True)
                if kill:
                    killed = result
                else:
                    results.append(result)
    Console(width=None if sys.stdout.isatty() else 140).print(told(results, killed))
    if any(one.overlaps or one.left_out for one in [*results, *([killed] if killed else [])]):
        sys.exit("a connector was read twice at once, or left out")


if __name__ == "__main__":
    main()
