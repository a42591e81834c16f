"""One job: a connector's scheduled run through all stages, or the portfolio judged anew without reading any tool.

Each stage stores what it did before the next begins, so a job that is ended anywhere is gone on with by the next one:
the pull from its last stored batch, resolving and evaluating from what was touched, applying from what was journaled.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import or_, select

from canonical.database import reading
from canonical.intake import Progress
from canonical.logs import bound, logger
from canonical.problems import Problem, ProblemError, Weight, problems_of
from canonical.schema.writing import writeback
from canonical.store import Counts, RunState
from canonical.store.writebacks import IN_FLIGHT, State
from pmohub.composition import Hub, standards
from pmohub.notices import tell
from pmohub.syncing import evaluated, holder, resolved, setup_of
from pmohub.writing import plan, send
from sync.faults import fault_of
from sync.leases import LeaseHeldError
from sync.reports import Nobody, Stopwatch
from sync.runs import Worker, sync_connector
from sync.stopping import Stop

log = logger()
PATIENCE = timedelta(minutes=20)
"""How long a job waits until another one is done with the portfolio; nobody sits before it."""
READABLE = {RunState.DONE, RunState.IN_PART}
FAILED = {RunState.FAILED, RunState.LOST}


class Stage(StrEnum):
    """The stages of a job, in order."""

    READ = "read"
    RESOLVE = "resolve"
    EVALUATE = "evaluate"
    PLAN = "plan"
    APPLY = "apply"
    NOTIFY = "notify"


class Watcher(Protocol):
    """Who wants to know that a job gets on."""

    def begun(self, stage: Stage) -> None:
        """A stage begins."""

    def progressed(self) -> None:
        """Something of the stage in hand is done."""


@dataclass(slots=True)
class JobReport:
    """How a job went. `connector` is None for one that read nothing; `seconds` by stage.

    `state`: how reading ended, or all of it where nothing was read; skipped, where another process had it in hand.
    `stage`: the one in hand when it was ended from outside. `waited`: seconds for the tool. `opened` counts deviations
    opened and reopened, `outcomes` what was sent by outcome.
    """

    connector: str | None
    state: RunState = RunState.DONE
    stage: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    waited: float = 0.0
    changed: int = 0
    opened: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


def run_job(hub: Hub, connector: str | None, *, watcher: Watcher, stop: Stop) -> JobReport:
    """Do a connector's job, or judge the portfolio anew when none is named; what goes wrong is in the report, in words.

    A tool that cannot be read is not written to. Where somebody asked to stop, the stage in hand ends at its next
    batch, and no other begins.
    """
    job = _Job(hub, connector, watcher, stop)
    if connector is not None:
        job.do(Stage.READ, job.read)
        if job.report.state is RunState.SKIPPED:  # whoever reads it sees to what follows, too
            return job.ended()
    job.do(Stage.RESOLVE, job.resolve)
    job.do(Stage.EVALUATE, job.evaluate)
    if job.has_carriers():
        job.do(Stage.PLAN, job.plan)
    if job.may_apply():
        job.do(Stage.APPLY, job.apply)
    job.do(Stage.NOTIFY, job.notify)
    return job.ended()


class _Job:
    """A job under way."""

    def __init__(self, hub: Hub, connector: str | None, watcher: Watcher, stop: Stop) -> None:
        self.hub = hub
        self.connector = connector
        self.watcher = watcher
        self.stop = stop
        self.report = JobReport(connector)
        self.watch = Stopwatch()
        self.plan_id: str | None = None
        self.worker = Worker(holder(), hub.now, observer=_Reading(watcher), stop=stop, patience=PATIENCE)

    def do(self, stage: Stage, work: Callable[[], None]) -> None:
        """Do a stage unless somebody asked to stop; what it raises is told, and keeps no other stage from its turn."""
        if self.stop.asked:
            return
        self.watcher.begun(stage)
        try:
            with bound(**named(self.connector)), self.watch(stage.value):
                work()
        except KeyboardInterrupt:
            self.stop.asked = True
        except LeaseHeldError as error:
            self.report.problems.append(replace(error.problem, weight=Weight.INFO))
            if self.connector is None and self.report.state is not RunState.FAILED:
                self.report.state = RunState.SKIPPED
        except ProblemError as error:
            self._failed(*problems_of(error))
        except Exception as error:  # a fault in one job must not keep the others from running
            log.exception("fault of the program", stage=stage.value)
            self._failed(_fault(stage, error))

    def _failed(self, *problems: Problem) -> None:
        self.report.problems += problems
        if self.connector is None:
            self.report.state = RunState.FAILED

    def read(self) -> None:
        assert self.connector is not None  # noqa: S101  # asked before
        setup = setup_of(self.hub, self.hub.configuration.connectors[self.connector])
        done = sync_connector(self.hub.engine, setup, self.worker)
        self.report.state = done.state
        self.report.changed = done.counts.changed
        self.report.waited = done.note().waited
        self.report.problems += done.problems

    def resolve(self) -> None:
        resolved(self.hub, self.worker)

    def evaluate(self) -> None:
        found = evaluated(self.hub, standards(self.hub.configuration), self.worker)
        self.report.opened = found.opened + found.reopened

    def has_carriers(self) -> bool:
        template = self.hub.configuration.template
        return any(one.carrier for fields in (template.project, template.task) for one in fields.values())

    def plan(self) -> None:
        planned = plan(self.hub, self.worker)
        self.plan_id = planned.plan.id
        self.report.problems += planned.problems

    def may_apply(self) -> bool:
        """Say whether something is to be sent, or found out, and the tool could be read a moment ago."""
        if self.connector is None or self.plan_id is None or self.report.state not in READABLE or self.stop.asked:
            return False
        approved = (writeback.c.plan_id == self.plan_id) & (writeback.c.state == State.APPROVED)
        wanted = writeback.c.connector == self.connector, or_(approved, writeback.c.state.in_(IN_FLIGHT))
        with reading(self.hub.engine) as connection:
            return connection.execute(select(writeback.c.id).where(*wanted).limit(1)).first() is not None

    def apply(self) -> None:
        assert self.plan_id is not None  # noqa: S101  # asked before
        done = send(self.hub, self.plan_id, only=self.connector)
        self.report.problems += done.problems
        self.report.outcomes = dict(Counter(item.state.value for item in (*done.settled, *done.ended)))

    def notify(self) -> None:
        with suppress(LeaseHeldError):  # another process is telling, and what is left the next job tells
            self.report.problems += tell(self.hub).problems

    def ended(self) -> JobReport:
        self.report.seconds = self.watch.seconds
        if self.stop.asked and self.report.state in READABLE:
            self.report.state = RunState.CANCELLED
        return self.report


class _Reading(Nobody):
    """Passes on that a batch is stored."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher

    def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:  # noqa: ARG002  # the observer's form
        """Pass it on."""
        self.watcher.progressed()


def named(connector: str | None) -> dict[str, str]:
    """Give the fact that ties a line to a connector; none for the portfolio as a whole."""
    return {} if connector is None else {"connector": connector}


def _fault(stage: Stage, error: Exception) -> Problem:
    return fault_of(
        f"The stage “{stage.value}”",
        error,
        not_done="What was stored before is kept.",
        next_step="It is tried again with the next run; report it with the place above.",
    )
