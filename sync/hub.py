"""Runs that concern everything, one at a time under the hub's lease: resolving, evaluating, planning."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine

from canonical.logs import bound, logger
from canonical.problems import Problem, ProblemError, problems_of
from canonical.resolution import ResolutionSettings, Resolved, resolve
from canonical.store import Lease, LeaseLostError, RunKind, RunNote, RunState, begin_run, end_run
from sync.leases import HUB, held
from sync.memory import peak_memory
from sync.reports import Stopwatch, tell_end
from sync.runs import Worker

log = logger()
PATIENCE = timedelta(seconds=30)
"""How long a run waits for another one to be done with the portfolio, unless its worker has more time."""


@dataclass(slots=True)
class HubRun:
    """A run under way: its lease and id for whatever writes, its stages' seconds, the problems it met, what it did."""

    lease: Lease
    id: str
    stages: Stopwatch = field(default_factory=Stopwatch)
    problems: list[Problem] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)


@contextmanager
def hub_run(
    engine: Engine, worker: Worker, kind: RunKind, config_version: str | None = None, *, connector: str | None = None
) -> Iterator[HubRun]:
    """Do the block as a run of its own; what it raises ends the run as failed and goes on to the caller.

    `connector`: the one that the run is about, if it is about one.

    Raises:
        LeaseHeldError: another process has been at it for longer than one waits.
    """
    with held(engine, HUB, worker.holder, worker.lease_ttl, wait=worker.patience or PATIENCE) as lease:
        begun = begin_run(engine, lease, kind, worker.clock(), connector=connector, config_version=config_version)
        run = HubRun(lease, begun)
        state = RunState.FAILED
        try:
            with bound(run=run.id):
                log.info("run begun", kind=kind.value, config=config_version)
                yield run
            state = RunState.DONE
        except ProblemError as error:
            run.problems += problems_of(error)
            state = RunState.LOST if isinstance(error, LeaseLostError) else RunState.FAILED
            raise
        except KeyboardInterrupt:
            state = RunState.CANCELLED
            raise
        finally:
            note = RunNote(
                stages=run.stages.seconds,
                peak_memory=peak_memory(),
                problems=tuple(run.problems),
                outcomes=run.outcomes,
            )
            end_run(engine, run.id, state, note, worker.clock())
            with bound(run=run.id):
                tell_end(state, note)


def resolve_all(
    engine: Engine, settings: ResolutionSettings, worker: Worker, config_version: str | None = None
) -> Resolved:
    """Work out who is who after a sync. One that was killed is made up for by the next, whatever it is for.

    Raises:
        LeaseHeldError: another process has been at it for longer than one waits.
        ConfigurationError: a department's holiday region is not known; nothing was stored.
    """
    with hub_run(engine, worker, RunKind.RESOLVE, config_version) as run, run.stages("resolve"):
        resolved = resolve(engine, run.lease, settings, run.id, worker.clock())
        run.outcomes |= {"written": resolved.written, "unresolved": resolved.unresolved}
        return resolved
