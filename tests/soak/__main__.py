"""`python -m tests.soak [--minutes 20] [--seed N]`: tell what happened; end with 1 if it was wrong."""

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.soak.office import SQLITE
from tests.soak.soak import PLANTED, soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, help="repeat the order of what was done under this number")
    parser.add_argument(
        "--database", default=SQLITE, help="the address, without a password, of an empty database; default SQLite"
    )
    parser.add_argument("--planted", action="append", default=[], choices=PLANTED, help="do as a faulty hub would")
    given = parser.parse_args()
    seed = random.randrange(1_000_000) if given.seed is None else given.seed  # noqa: S311
    folder = Path(tempfile.mkdtemp(prefix="pmohub-soak-"))
    print(f"soaking for {given.minutes:g} minutes with --seed {seed} in {folder}", flush=True)  # noqa: T201
    done = soak(folder, seed, given.minutes * 60, database=given.database, planted=given.planted)
    for what, count in sorted(done.told.items()):
        print(f"{count:7} {what}")  # noqa: T201
    for fault in done.faults:
        print(f"NOT AS PROMISED: {fault}")  # noqa: T201
    print(f"{len(done.faults)} faults; the folder is kept" if done.faults else "all agrees")  # noqa: T201
    if not done.faults:
        shutil.rmtree(folder)
    return bool(done.faults)


if __name__ == "__main__":
    sys.exit(main())
