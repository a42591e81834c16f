"""Storing many tasks with history, against a bare executemany of the very same rows.

`python -m benchmarks.bench_store [--rows N]`. Both sides take turns, batch by batch, so that a busy machine slows them
alike; they use the same tables, indexes, cache and transactions, and only the storing is timed. The rows of the bare
side are those that the store wrote: the tasks, their labels and the list for the next resolution. Peak memory is that
of a process of its own that only stores, and of one that stores 10,000.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, Table, func, select

from benchmarks.claims import Claim, arguments, keep
from benchmarks.databases import databases
from canonical.database import CACHE_MIB, open_engine, reading, writing
from canonical.intake import Batch, Progress
from canonical.migrations import upgrade
from canonical.records import Task
from canonical.schema.entities import task, task_label
from canonical.schema.operations import change, touched
from canonical.store import Counts, Lease, acquire, store_batch
from canonical.store.connectors import register
from canonical.store.sets import raw
from canonical.vocabulary import StatusCategory, TaskKind

ROWS, FEW = 1_000_000, 10_000
BATCH = 10_000
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STATUSES = {"To do": StatusCategory.TODO, "Doing": StatusCategory.IN_PROGRESS, "Done": StatusCategory.DONE}
AIM_SPEED, AIM_MEMORY = 0.8, 1.3


def made(number: int, version: int = 0) -> Task:
    """A task as a tool gives it: about half of its fields filled, 1 kB as JSON."""
    chance = random.Random(number)
    status = chance.choice(list(STATUSES))
    start = date(2026, 1, 1) + timedelta(days=chance.randrange(300))
    return Task(
        external_id=str(10_000 + number),
        key=f"ENG-{number}",
        url=f"https://tool.example/browse/ENG-{number}",
        scope=f"ENG-{number // 2000}",
        source_created_at=NOW - timedelta(days=chance.randrange(400)),
        source_updated_at=NOW - timedelta(seconds=chance.randrange(10**6)) + timedelta(days=30 * version),
        project=f"key:ENG-{number // 2000}",
        parent=f"id:{10_000 + number // 10 * 10}",
        kind=TaskKind.STORY,
        title=f"Task {number}: " + "make the thing that was asked for and test it " * 2,
        status="Reopened" if version else status,
        status_category=STATUSES[status],
        priority=chance.choice(["high", "medium", "low"]),
        assignee=f"email:person{chance.randrange(500)}@example.com",
        planned_start=start,
        due=start + timedelta(days=20 + version),
        original_estimate=chance.randrange(1, 40) * 3600,
        time_spent=chance.randrange(40) * 3600,
        labels=tuple(chance.sample(["approval", "backend", "ui", "risk", "q3"], k=1)),
        iteration_name=f"Sprint {number % 26}",
    )


def page(first: int, rows: int, *, version: int = 0, every: int = 1) -> Batch:
    """The batch that begins with a task's number; of the later version each `every`th."""
    numbers = range(first, min(first + BATCH, rows))
    records = [made(number, version if number % every == 0 else 0) for number in numbers]
    return Batch(records=records, cursor={"row": first}, progress=Progress(first, rows, "tasks"))


@dataclass
class Clock:
    """Seconds of wall time spent inside."""

    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - begun


def opened(url: str) -> tuple[Engine, Lease]:
    engine = open_engine(url)
    upgrade(engine)
    register(engine, "bench", "memory", "engineering", {}, fresh_for=None)
    lease = acquire(engine, "connector:bench", "bench", timedelta(hours=5))
    if lease is None:
        sys.exit("the lease of a fresh database cannot be held by another")
    return engine, lease


def pull(engine: Engine, lease: Lease, batch: Batch, clock: Clock) -> Counts:
    with clock.running():
        return store_batch(engine, lease, "bench", "run", batch, NOW)


def bare(engine: Engine, source: Engine, after: int, clock: Clock) -> int:
    """Write what the store just wrote with executemany in one transaction; give the last number of its list."""
    with reading(source) as connection:
        new = select(touched.c.entity_id).where(touched.c.id > after)
        listed = [tuple(row) for row in connection.execute(select(*raw(touched.c)).where(touched.c.id > after))]
        ordered = select(*raw(task.c)).join(touched, touched.c.entity_id == task.c.id).where(touched.c.id > after)
        tasks = [tuple(row) for row in connection.execute(ordered.order_by(touched.c.id))]
        labels = [tuple(row) for row in connection.execute(select(task_label).where(task_label.c.task_id.in_(new)))]
    with clock.running(), writing(engine) as connection:
        for table, rows in ((task, tasks), (touched, listed), (task_label, labels)):
            cursor = connection.connection.cursor()
            cursor.executemany(insertion(table, engine.dialect.name), rows)
    return int(listed[-1][0])


def insertion(table: Table, dialect: str) -> str:
    mark = "%s" if dialect == "postgresql" else "?"
    names = ", ".join(f'"{column.name}"' for column in table.c)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join([mark] * len(table.c))})'


def measure(kind: str, rows: int, fresh: Iterator[str]) -> Iterator[Claim]:
    engine, lease = opened(next(fresh))
    beside, _ = opened(next(fresh))
    stored, plain, again, later = Clock(), Clock(), Clock(), Clock()
    last = 0
    for first in range(0, rows, BATCH):
        pull(engine, lease, page(first, rows), stored)
        last = bare(beside, engine, last, plain)
    unchanged = Counts()
    for first in range(0, rows, BATCH):
        unchanged += pull(engine, lease, page(first, rows), again)
    if unchanged.unchanged != rows:
        sys.exit(f"of {rows} tasks given again, {unchanged.changed} were rewritten")
    changed = Counts()
    for first in range(0, rows, BATCH):
        changed += pull(engine, lease, page(first, rows, version=1, every=100), later)
    with reading(engine) as connection:
        history = connection.execute(select(func.count()).select_from(change)).scalar_one()
    print(f"{kind}, {rows:,} tasks, {BATCH:,} a transaction")
    print(f"  stored new           {rate(rows, stored)}   bare executemany {rate(rows, plain)}")
    print(f"  all again, unchanged {rate(rows, again)}   {stored.seconds / again.seconds:.1f} times as fast")
    print(f"  all again, 1% new    {rate(rows, later)}   {changed.changed:,} rows, {history:,} changes recorded")
    engine.dispose()
    beside.dispose()
    name = f"storing new tasks in {kind}, of the speed of a bare executemany"
    yield Claim(name, plain.seconds / stored.seconds, AIM_SPEED, at_most=False)
    yield Claim(f"tasks given again unchanged, {kind}, in times of storing them", again.seconds / stored.seconds)


def rate(rows: int, clock: Clock) -> str:
    return f"{rows / clock.seconds:>9,.0f} rows/s"


def peak(url: str, rows: int) -> float:
    """MiB that a process of its own takes at most while it stores."""
    command = [sys.executable, "-m", "benchmarks.bench_store", "--peak", url, "--rows", str(rows)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return float(json.loads(told.stdout))


def store_alone(url: str, rows: int) -> None:
    engine, lease = opened(url)
    for first in range(0, rows, BATCH):
        store_batch(engine, lease, "bench", "run", page(first, rows), NOW)
    print(peak_mib())


def peak_mib() -> float:
    """Ask the system for this program's own peak: getrusage would count the parent's, before this one was started."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def compare_memory(kind: str, rows: int, fresh: Iterator[str]) -> Iterator[Claim]:
    cache = CACHE_MIB if kind == "sqlite" else 0
    few, many = peak(next(fresh), min(FEW, rows // 2)), peak(next(fresh), rows)
    print(f"  peak memory          {many:.0f} MiB, with {FEW:,} tasks {few:.0f} MiB; cache {cache} MiB")
    yield Claim(f"peak memory of storing, {kind}, above the cache, of that for few", (many - cache) / few, AIM_MEMORY)


def claims(rows: int, only: str | None) -> Iterator[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        for kind, fresh in databases(Path(folder)):
            if only in {None, kind}:
                yield from measure(kind, rows, fresh)
                yield from compare_memory(kind, rows, fresh)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--peak", metavar="URL", help="store only, and print the peak memory")
    given = parser.parse_args()
    rows = given.rows or ROWS
    if given.peak:
        store_alone(given.peak, rows)
        return
    keep(claims(rows, given.only), given.claims)


if __name__ == "__main__":
    main()
