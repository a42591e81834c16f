"""Stores three batches in a process of its own, which kills itself before the given step: run by test_crash."""

import os
import signal
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event

from canonical.database import open_engine
from canonical.intake import Batch, Listing, Progress, Quarantined
from canonical.records import Person, Project, Task
from canonical.store import acquire, store_batch
from canonical.store.connectors import register, state
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

PLAN = Listing(EntityKind.TASK, "Plan")
BROKEN = Quarantined(
    EntityKind.TASK, "Plan!9", "The date is ambiguous.", "Write it out.", {"Due": "02/03/04"}, "9", "Plan"
)


def task(number: int, title: str, **values: object) -> Task:
    return Task.model_validate({"external_id": str(number), "scope": "Plan", "title": title, **values})


def batches() -> list[Batch]:
    first = [Project(external_id="P", key="ENG"), Person(external_id="ada", name="Ada"), task(1, "One", labels=("x",))]
    second = [task(2, "Two", key="ENG-2", fields={"Phase": "planning"}), task(3, "Three", due=date(2026, 3, 1))]
    third = [task(1, "One", labels=("y",)), task(2, "Second", key="OPS-2", fields={"Phase": "closing"})]
    steps = [
        {"records": first, "begins": [PLAN], "quarantined": [BROKEN]},
        {"records": second, "complete": [PLAN]},
        {"records": third, "begins": [PLAN], "complete": [PLAN], "retried": ["Plan!9"]},
    ]
    return [
        Batch(cursor={"step": number}, progress=Progress(number, 3, "steps"), **parts)  # type: ignore[arg-type]  # by name
        for number, parts in enumerate(steps, start=1)
    ]


def main(url: str, kill_at: int, steps: "Synchronized[int]") -> None:
    """A step is a statement, a commit or a stored batch; kill at none of them when `kill_at` is 0."""
    engine = open_engine(url)
    register(engine, "plan", "memory", "engineering", {}, fresh_for=None)
    lease = acquire(engine, "connector:plan", "crashing", timedelta(minutes=5))
    if lease is None:
        sys.exit("another process holds the lease")

    def step(*_: object) -> None:
        steps.value += 1
        if steps.value == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    known = state(engine, "plan")
    done = known.cursor["step"] if known and known.cursor else 0
    for moment in ("before_cursor_execute", "commit"):
        event.listen(engine, moment, step)
    for number, batch in enumerate(batches()[done:], start=done):
        store_batch(engine, lease, "plan", "run", batch, NOW + timedelta(minutes=number))
        step()
