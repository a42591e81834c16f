"""What a run did, and how whoever waits for it hears of it meanwhile."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from logging import INFO, WARNING
from time import perf_counter
from typing import Protocol

from canonical.intake import Cursor, Progress
from canonical.logs import bound, logger
from canonical.problems import Problem, Weight
from canonical.store import Counts, RunNote, RunState

log = logger()


@dataclass(slots=True)
class Stopwatch:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Add the block's time to a stage, and tie the log's lines to it."""
        begun = perf_counter()
        try:
            with bound(stage=stage):
                yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - begun


@dataclass(slots=True)
class RunReport:
    """One run for one connector. `stage` measures seconds, `peak_memory` bytes of the whole process (None: unknown).

    `waits` are seconds in which the tool let us wait, by reason. `over_limit`: it stopped before more
    deletions than are plausible.
    """

    connector: str
    run_id: str = ""
    state: RunState = RunState.RUNNING
    started_at: datetime | None = None
    ended_at: datetime | None = None
    counts: Counts = field(default_factory=Counts)
    cursor_before: Cursor | None = None
    cursor_after: Cursor | None = None
    requests: int = 0
    waits: Mapping[str, float] = field(default_factory=dict)
    stage: Stopwatch = field(default_factory=Stopwatch)
    peak_memory: int | None = None
    problems: list[Problem] = field(default_factory=list)
    over_limit: bool = False
    _told: set[Problem] = field(default_factory=set, repr=False)

    @property
    def stages(self) -> dict[str, float]:
        """Seconds by stage: check, pull (waiting for the tool and mapping), store."""
        return self.stage.seconds

    def note(self) -> RunNote:
        """Give what the store keeps of it."""
        return RunNote(
            self.counts,
            self.cursor_after,
            self.requests,
            self.waits,
            dict(self.stages),
            self.peak_memory,
            tuple(self.problems),
        )

    def stored(self, counts: Counts, cursor: Cursor) -> None:
        """Add what a batch did."""
        self.tell(*counts.problems)
        self.counts += replace(counts, problems=())
        self.cursor_after = cursor

    def tell(self, *problems: Problem) -> None:
        """Note problems, each once however many batches met it."""
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                self.problems.append(problem)

    def ended_state(self) -> RunState:
        """Say how a pull ended that came to its end."""
        broken = any(problem.weight is Weight.ERROR for problem in self.problems)
        return RunState.IN_PART if broken else RunState.DONE


def tell_end(state: RunState, note: RunNote) -> None:
    """Write into the log how a run ended, and each of its problems."""
    for problem in note.problems:
        level = WARNING if problem.weight is not Weight.INFO else INFO
        log.log(level, "problem", what=problem.what, where=problem.where, not_done=problem.not_done)
    counts = note.counts
    facts = {name: getattr(counts, name) for name in ("seen", "changed", "deleted", "lost_access", "quarantined")}
    told: dict[str, object] = {name: number for name, number in facts.items() if number}
    outcomes = {name: number for name, number in note.outcomes.items() if number}
    told |= {"outcomes": outcomes} if outcomes else {}  # apart: a purged table may be called run
    took = {name: round(seconds, 3) for name, seconds in note.stages.items()}
    level = INFO if state in {RunState.DONE, RunState.SKIPPED} else WARNING
    log.log(level, "run ended", state=state.value, requests=note.requests, waited=note.waited, took=took, **told)


class Observer(Protocol):
    """Who wants to see a run as it goes: a progress bar, a log, nobody."""

    def begun(self, connector: str) -> None:
        """A connector's turn has come."""

    def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:
        """A batch is stored; `counts` are those of the run so far."""

    def ended(self, report: RunReport) -> None:
        """A connector's turn is over."""


class Nobody:
    """An observer that does not look."""

    def begun(self, connector: str) -> None:
        """Do nothing."""

    def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:
        """Do nothing."""

    def ended(self, report: RunReport) -> None:
        """Do nothing."""
