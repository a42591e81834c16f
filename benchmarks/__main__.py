"""Measures every speed claim in turn, each benchmark in a process of its own, and prints what was reached.

`python -m benchmarks [--quick] [NAME ...]`. Ratios are taken in one run against a peer, so that they mean the same on a
slow machine. A missed aim is told, not failed: only a benchmark that cannot run, or whose two sides do not agree on the
result, ends this with an error.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.claims import Claim, read

BENCHMARKS = ("spreadsheet", "store", "rules", "jira", "asana")
INSTALLING = frozenset({"jira", "asana"})
"""Those that install peers from the index, which a quick look does without."""
QUICK_ROWS = 500
"""Enough to see that everything runs; ratios of so few rows say nothing."""


def run(name: str, rows: int | None, folder: Path, *, alone: bool) -> Sequence[Claim]:
    path = folder / f"{name}.json"
    size = ["--rows", str(rows)] if rows else []
    command = [sys.executable, "-m", f"benchmarks.bench_{name}", "--claims", str(path), *size]
    if alone and name in INSTALLING:
        command.append("--alone")
    if subprocess.run(command, check=False, cwd=Path(__file__).parents[1]).returncode:
        sys.exit(f"the benchmark {name} could not be run to its end")
    return read(path)


def table(claims: Sequence[Claim]) -> Table:
    result = Table("what", "ratio", "aim", "")
    for claim in claims:
        result.add_row(*claim.told(), style="" if claim.reached is not False else "bold red")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="only see that everything runs")
    sizes.add_argument("--rows", type=int, help="how many rows, instead of each benchmark's own number")
    given = parser.parse_args()
    rows = QUICK_ROWS if given.quick else given.rows
    with tempfile.TemporaryDirectory() as folder:
        claims = [
            claim for name in given.names or BENCHMARKS for claim in run(name, rows, Path(folder), alone=given.quick)
        ]
    Console(width=None if sys.stdout.isatty() else 140).print(table(claims))


if __name__ == "__main__":
    main()
