"""pmo-core over many tasks, deviations stored, against SQL written by hand for the same rules.

`python -m benchmarks.bench_rules [--rows N]`. Both sides work on the same rows of the same database, in turns; the best
of the rounds counts. They must find the same deviations and count the same verdicts: a difference stops the run. An
evaluation does more than the SQL by hand: it keeps severities and limbs, guards against fields that nobody carries,
and writes the day's snapshots. What changed is one task in a hundred, once gathered in a tenth of the projects, as
people work, and once spread over all of them.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, select, text, update

from benchmarks import by_hand
from benchmarks.claims import Claim, arguments, keep
from benchmarks.databases import databases
from benchmarks.portfolio import NOW, TASKS_A_PROJECT, TODAY, fill
from canonical import unevaluated
from canonical.database import open_engine, reading, writing
from canonical.migrations import upgrade
from canonical.schema.entities import project, task
from canonical.schema.governance import deviation, verdict_count
from canonical.vocabulary import DeviationState, EntityKind
from rules.evaluation import EvaluationSettings, evaluate
from rules.standards import Standards, load_standards

ROWS, ROUNDS = 1_000_000, 2
AIM, AIM_AFTER_CHANGES = 1.5, 0.1


class Hub:
    """One store, evaluated by pmohub and by hand."""

    def __init__(self, url: str, rows: int) -> None:
        self.engine: Engine = open_engine(url)
        upgrade(self.engine)
        fill(self.engine, rows)
        self.rows = rows
        self.standards: Standards = load_standards(["pmo-core"], Path())
        self._numbers = count(1)

    def evaluate(self, changed: Sequence[str] | None = None) -> float:
        """Look at everything, or at the tasks that changed."""
        args = (self.engine, None, self.standards, EvaluationSettings(), f"run-{next(self._numbers)}", NOW)
        with writing(self.engine) as connection:
            unevaluated.look_at(connection, EntityKind.TASK, changed or [])
            unevaluated.look_at(connection, EntityKind.PROJECT, {project_of(task_id) for task_id in changed or []})
        return seconds(lambda: evaluate(*args, everything=changed is None))

    def by_hand(self) -> float:
        return seconds(self._by_hand)

    def _by_hand(self) -> None:
        with writing(self.engine) as connection:
            by_hand.evaluate(connection)
            connection.execute(text("drop table hand_found"))

    def change(self, among: Sequence[int]) -> Sequence[str]:
        """Let one task in a hundred come due today, finish, or lose its owner, as a sync and its resolution would.

        Their projects then have another last activity, so these changed too.
        """
        chance = random.Random(among[0])
        numbers = chance.sample(among, self.rows // 100)
        ids = [f"t{number}" for number in numbers]
        ways = (
            {"due": TODAY, "last_activity_at": NOW},
            {"status_category": "done", "percent_complete": Decimal(100), "last_activity_at": NOW},
            {"due": TODAY - timedelta(days=9)},
            {"assignee_ref": None, "assignee_id": None},
        )
        with writing(self.engine) as connection:
            for place, way in enumerate(ways):
                own = ids[place :: len(ways)]
                for start in range(0, len(own), 500):
                    connection.execute(update(task).where(task.c.id.in_(own[start : start + 500])).values(**way))
            projects = {project_of(task_id) for task_id in ids}
            active = update(project).where(project.c.id == bindparam("own")).values(last_activity_at=NOW)
            connection.execute(active, [{"own": own} for own in projects])
        return ids

    def compare(self) -> int:
        """Stop unless both sides found and counted the same; give how many deviations there are."""
        with reading(self.engine) as connection:
            found = found_here(connection)
            hand = as_set(connection.execute(text(FOUND_BY_HAND)))
            if found != hand:
                sys.exit(f"only here: {sorted(found - hand)[:5]}, only by hand: {sorted(hand - found)[:5]}")
            counts, hand_counts = counts_here(connection), as_set(connection.execute(text(COUNTED_BY_HAND)))
            if counts != hand_counts:
                different = sorted(counts ^ hand_counts)
                sys.exit(f"verdicts counted differently: {different[:6]}")
        return len(found)


FOUND_BY_HAND = "select rule_id, subject_id, discriminator from hand_deviation where state = 'open'"
COUNTED_BY_HAND = "select rule_id, sum(passes), sum(deviates), sum(unknown) from hand_count group by rule_id"


def as_set(rows: Iterable[Row[Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in rows}


def found_here(connection: Connection) -> set[tuple[Any, ...]]:
    """What is open and known to be: the SQL by hand closes what pmohub leaves open while it cannot be known."""
    columns = (deviation.c.rule_id, deviation.c.subject_id, deviation.c.discriminator)
    verified = ~deviation.c.unverified
    return as_set(connection.execute(select(*columns).where(deviation.c.state == DeviationState.OPEN, verified)))


def counts_here(connection: Connection) -> set[tuple[Any, ...]]:
    own = verdict_count.c
    judged = own.passes + own.deviates + own.unknown
    sums = (func.sum(own.passes), func.sum(own.deviates), func.sum(own.unknown))
    query = select(own.rule_id, *sums).where(judged > 0).group_by(own.rule_id)
    return as_set(connection.execute(query))


def project_of(task_id: str) -> str:
    return f"p{int(task_id.removeprefix('t')) // TASKS_A_PROJECT}"


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(kind: str, hub: Hub) -> Iterator[Claim]:
    first, first_by_hand = hub.evaluate(), hub.by_hand()
    number = hub.compare()
    print(f"{kind}, {hub.rows:,} tasks, {number:,} deviations")
    print(f"  all new      {first:7.2f} s, by hand {first_by_hand:7.2f} s", flush=True)
    turns = [(hub.evaluate(), hub.by_hand()) for _ in range(ROUNDS)]
    whole, hand = min(turn[0] for turn in turns), min(turn[1] for turn in turns)
    print(f"  all again    {whole:7.2f} s, by hand {hand:7.2f} s", flush=True)
    some = range(max(hub.rows // 10, min(hub.rows, TASKS_A_PROJECT)))
    gathered = [hub.evaluate(hub.change(some[number:])) for number in range(ROUNDS)]
    spread = [hub.evaluate(hub.change(range(number, hub.rows))) for number in range(ROUNDS)]
    hub.by_hand()
    hub.compare()
    print(f"  after 1% changed {min(gathered):.2f} s in a tenth of the projects, {min(spread):.2f} s in all of them")
    yield Claim(f"first evaluation of pmo-core in {kind}, in times of SQL by hand", first / first_by_hand)
    yield Claim(f"evaluating pmo-core again in {kind}, in times of SQL by hand", whole / hand, AIM)
    name = f"evaluating what changed in {kind}, 1% of the tasks in a tenth of the projects, of everything"
    yield Claim(name, min(gathered) / whole, AIM_AFTER_CHANGES)
    name = f"evaluating what changed in {kind}, 1% of the tasks of all projects, of everything"
    yield Claim(name, min(spread) / whole, AIM_AFTER_CHANGES)


def claims(rows: int, only: str | None) -> Iterator[Claim]:
    with tempfile.TemporaryDirectory() as folder:
        for kind, urls in databases(Path(folder)):
            if only in {None, kind}:
                hub = Hub(next(urls), rows)
                yield from measure(kind, hub)
                hub.engine.dispose()


def main() -> None:
    given = arguments(__doc__).parse_args()
    keep(claims(given.rows or ROWS, given.only), given.claims)


if __name__ == "__main__":
    main()
