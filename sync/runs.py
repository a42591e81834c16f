"""One run for one connector: pull from the stored cursor, store batch by batch, and tell how it went.

Nothing of a run is worth more than its last stored batch: whatever ends it, the next one goes on from there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Engine

from canonical.database import reading
from canonical.garbage import rare_collections
from canonical.intake import Batch, Cursor, Listing
from canonical.logs import bound, logger
from canonical.problems import LimitError, Problem, ProblemError, ToolError, Weight, problems_of
from canonical.store import (
    DeletionLimits,
    Lease,
    LeaseLostError,
    RunKind,
    RunState,
    begin_run,
    cancel_asked,
    end_run,
    note_run,
    store_batch,
)
from canonical.store.census import census_taken, scopes
from canonical.store.changes import Origin
from canonical.store.connectors import check_fingerprint, check_in_use, note_history, register, state
from canonical.store.plausibility import live_rows
from canonical.store.runs import last_ended
from canonical.store.unmapped import forget_unmapped
from connectors.base import Reader
from sync.census import EVERY, Census, is_due
from sync.faults import fault_of
from sync.known import Stored
from sync.leases import TTL, LeaseHeldError, connector_lease, held
from sync.memory import peak_memory
from sync.reports import Nobody, Observer, RunReport, tell_end
from sync.stopping import Stop

Clock: TypeAlias = Callable[[], datetime]

log = logger()


@dataclass(frozen=True, slots=True)
class ConnectorSetup:
    """A connector as the configuration has it, and how to make the object that reads it.

    `fresh_for`: how long after a complete run its data count. `full`: read everything, whatever the cursor says.
    `deletion_limits`: None lets any number of deletions through. `census_every`: how often all that is visible is
    listed where pulls do not do so themselves.
    """

    id: str
    kind: str
    department: str
    open_reader: Callable[[], Reader]
    fresh_for: timedelta | None = None
    config_version: str | None = None
    full: bool = False
    deletion_limits: DeletionLimits | None = field(default_factory=DeletionLimits)
    census_every: timedelta = EVERY


@dataclass(frozen=True, slots=True)
class Worker:
    """Who works: a name that says which process on which machine, the clock it goes by, and who watches or stops it."""

    holder: str
    clock: Clock
    observer: Observer = field(default_factory=Nobody)
    stop: Stop = field(default_factory=Stop)
    lease_ttl: timedelta = TTL
    patience: timedelta | None = None


class _StoppedError(Exception):
    """Somebody asked this process to stop; the batch in hand is stored."""


class _CancelledError(Exception):
    """Somebody asked for the end of this run; the batch in hand is stored."""


def sync_all(engine: Engine, setups: Sequence[ConnectorSetup], worker: Worker) -> list[RunReport]:
    """Run one connector after the other; one that fails does not stop the others. Those not begun are left out."""
    reports: list[RunReport] = []
    for setup in setups:
        if worker.stop.asked:
            break
        reports.append(sync_connector(engine, setup, worker))
    return reports


def sync_connector(engine: Engine, setup: ConnectorSetup, worker: Worker) -> RunReport:
    """Bring the store up to what the tool says; everything that goes wrong is in the report, in words."""
    report = RunReport(setup.id, started_at=worker.clock())
    worker.observer.begun(setup.id)
    with bound(connector=setup.id):
        try:
            with held(engine, connector_lease(setup.id), worker.holder, worker.lease_ttl) as lease:
                _run(engine, setup, worker, lease, report)
        except LeaseHeldError as error:  # it is being read: no fault of the tool, nor of anybody
            report.tell(replace(error.problem, weight=Weight.INFO))
            report.state = RunState.SKIPPED
        except ProblemError as error:
            report.tell(*problems_of(error))
            report.state = RunState.FAILED
        report.ended_at = worker.clock()
        with bound(run=report.run_id):
            tell_end(report.state, report.note())
    worker.observer.ended(report)
    return report


def _run(engine: Engine, setup: ConnectorSetup, worker: Worker, lease: Lease, report: RunReport) -> None:
    known = state(engine, setup.id)
    check_in_use(known)
    report.cursor_before = report.cursor_after = known.cursor if known and not setup.full else None
    report.run_id = begin_run(
        engine,
        lease,
        RunKind.SYNC,
        worker.clock(),
        connector=setup.id,
        cursor=report.cursor_before,
        config_version=setup.config_version,
    )
    with bound(run=report.run_id):
        log.info("run begun", kind=RunKind.SYNC.value, config=setup.config_version)
        _read(engine, setup, worker, lease, report)
    end_run(engine, report.run_id, report.state, report.note(), worker.clock())


def _read(engine: Engine, setup: ConnectorSetup, worker: Worker, lease: Lease, report: RunReport) -> None:
    try:
        _pull(engine, setup, worker, lease, report)
        report.state = RunState.FAILED if _shows_nothing(engine, report) else report.ended_state()
    except (_StoppedError, KeyboardInterrupt):
        worker.stop.asked = True
        report.state = RunState.CANCELLED
    except _CancelledError:
        report.state = RunState.CANCELLED
    except ProblemError as error:
        if worker.stop.asked and isinstance(error, ToolError):
            # It gave up waiting because of that.
            report.state = RunState.CANCELLED
            return
        report.tell(*problems_of(error))
        report.state = RunState.LOST if isinstance(error, LeaseLostError) else RunState.FAILED
        report.over_limit = isinstance(error, LimitError)
    except MemoryError:
        report.tell(_too_large(setup))
        report.state = RunState.FAILED
    except Exception as error:  # a faulty connector must not take the others with it
        log.exception("fault of the program")
        report.tell(_fault(setup, error))
        report.state = RunState.FAILED


def _pull(engine: Engine, setup: ConnectorSetup, worker: Worker, lease: Lease, report: RunReport) -> None:
    with report.stage("check"):
        reader = setup.open_reader()
    reader.known = Stored(engine, setup.id)
    reader.stopping = lambda: worker.stop.asked  # type: ignore[method-assign]  # as the contract says
    pulling = _Pulling(engine, setup, worker, lease, report, reader)
    try:
        with report.stage("check"):
            pulling.meet()
        before = scopes(engine, setup.id) if report.cursor_before is None and not reader.lists_everything else []
        pulling.pull(report.cursor_before)
        if not reader.lists_everything:
            pulling.count(before)
    finally:
        traffic = reader.traffic()
        report.requests, report.waits = traffic.requests, dict(traffic.waited)
        report.peak_memory = peak_memory()


@dataclass(frozen=True, slots=True)
class _Pulling:
    """What a run reads with and stores under, until somebody asks it to stop."""

    engine: Engine
    setup: ConnectorSetup
    worker: Worker
    lease: Lease
    report: RunReport
    reader: Reader
    listed: set[Listing] = field(default_factory=set)

    def meet(self) -> None:
        """Ask who the tool is and what it supplies, and write that down."""
        engine, setup, report, reader = self.engine, self.setup, self.report, self.reader
        fingerprint = reader.fingerprint()
        provides, credential = reader.provides(), reader.credential_expires_at()
        origin = Origin(setup.id, report.run_id, self.worker.clock(), by_hub=True)
        report.tell(*forget_unmapped(engine, self.lease, provides, origin))
        register(engine, setup.id, setup.kind, setup.department, provides, setup.fresh_for, credential)
        check_fingerprint(engine, setup.id, fingerprint, reader.continues)
        note_history(engine, setup.id, reader.account(), reader.reports())

    def pull(self, cursor: Cursor | None) -> None:
        with _batches(self.reader, cursor) as batches:
            while (batch := _next(batches, self.report)) is not None:
                self.store(batch)
                self.pause()

    def store(self, batch: Batch) -> None:
        setup, report = self.setup, self.report
        limits = setup.deletion_limits and replace(setup.deletion_limits, before=report.counts.deleted)
        with report.stage("store"):
            counts = store_batch(self.engine, self.lease, setup.id, report.run_id, batch, self.worker.clock(), limits)
            report.stored(counts, batch.cursor)
            self.listed.update(batch.complete, batch.ended)
            note_run(self.engine, report.run_id, report.note())
            log.debug("batch stored", seen=counts.seen, changed=counts.changed, quarantined=counts.quarantined)
        self.worker.observer.progressed(setup.id, batch.progress, report.counts)

    def count(self, before: Sequence[Listing]) -> None:
        """Take a census when it is due, when the pull has just listed the same, and when the configuration is another.

        That one may leave out what was read before.

        A pull from nothing was one, but for scopes stored `before` and not listed.
        """
        now, setup = self.worker.clock(), self.setup
        if self.report.cursor_before is None:
            listings = [one for one in before if one not in self.listed]
            if not listings:
                census_taken(self.engine, self.lease, setup.id, now)
                return
        else:
            known = state(self.engine, setup.id)
            due = known is not None and is_due(known.census_at, setup.census_every, now)
            if not due and not self.reader.listed_anew() and not self._configured_anew():
                return
            listings = scopes(self.engine, setup.id)
        parts = (self.engine, self.lease, self.reader, self.report, setup.deletion_limits)
        Census(*parts, self.pull, self.pause).take(now, listings)

    def _configured_anew(self) -> bool:
        last = last_ended(self.engine, self.setup.id, well=True)
        return last is not None and last.config_version != self.setup.config_version

    def pause(self) -> None:
        if self.worker.stop.asked:
            raise _StoppedError
        if cancel_asked(self.engine, self.report.run_id):
            raise _CancelledError


@contextmanager
def _batches(reader: Reader, cursor: Cursor | None) -> Iterator[Iterator[Batch]]:
    """Give the pull, and end it at once when the block ends: it may hold a child process or a connection."""
    batches = iter(reader.pull(cursor))
    try:
        with rare_collections():
            yield batches
    finally:
        close = getattr(batches, "close", None)
        if close is not None:
            close()


def _next(batches: Iterator[Batch], report: RunReport) -> Batch | None:
    with report.stage("pull"):
        return next(batches, None)


def _shows_nothing(engine: Engine, report: RunReport) -> bool:
    """Say whether complete listings showed nothing at all of a connector that had something: that is no reading."""
    if not report.counts.emptied:
        return False
    with reading(engine) as connection:
        return live_rows(connection, report.connector, listed=True) <= report.counts.emptied


def _too_large(setup: ConnectorSetup) -> Problem:
    return Problem(
        what=f"Reading {setup.id} would take more memory than it may.",
        not_done="What was stored before is kept; the rest was not read.",
        next_step="Let it read less at once, or raise memory_mb under [serve] or in the connector's own serve.",
    )


def _fault(setup: ConnectorSetup, error: Exception) -> Problem:
    return fault_of(
        f"The connector {setup.id}",
        error,
        not_done="What was stored before is kept; the rest was not read.",
        next_step=f"Report it with the kind of connector ({setup.kind}) and the place above.",
    )
