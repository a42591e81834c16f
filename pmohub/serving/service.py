"""`pmohub serve`: a clock that only enqueues what is due, and workers that see each job through, each in its process.

What is due follows from the configuration and from the latest runs in the store: a restart forgets nothing, and what
was missed is done once. A connector is in the queue or at work once at most.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from canonical.logs import logger
from canonical.problems import ProblemError
from canonical.store import RunState
from canonical.store.attempts import last_evaluation
from canonical.store.connectors import states
from canonical.store.runs import mark_lost
from pmohub.composition import Hub
from pmohub.config import Configuration
from pmohub.serving.ending import log_end, tell
from pmohub.serving.job import FAILED, JobReport, named
from pmohub.serving.metrics import Metrics
from pmohub.serving.orders import order_for
from pmohub.serving.reaching import LISTEN_SECONDS
from pmohub.serving.reloading import reloaded
from pmohub.serving.signals import Asked
from pmohub.serving.standings import days, is_still_due, retry, standing_of
from pmohub.serving.starting import Starter
from pmohub.serving.supervision import supervised

if TYPE_CHECKING:
    from sync.scheduling.standing import Standing

log = logger()
TICK_SECONDS = 1
LOOK_SECONDS = 20
"""How often one looks whether runs that others began have ended, or were lost."""
SKIPPED_FOR = timedelta(seconds=LOOK_SECONDS)
"""How long a job is left alone that another process has in hand."""
PORTFOLIO = ""
"""The job that reads no tool and judges the portfolio anew, among the names of connectors."""


class Service:
    """Everything that runs while the service runs. `begin`, then `wait` in the main thread until somebody asks to stop.

    `asked`: what somebody asked for by then; it may have been before all this began.
    """

    def __init__(self, hub: Hub, asked: Asked) -> None:
        self.hub = hub
        self.metrics = Metrics()
        self.asked = asked
        self.stopping = threading.Event()
        self._starter = Starter()
        self.ticked_at = time.monotonic()
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._busy: dict[str, bool] = {}
        self._standings: dict[str, Standing] = {}
        self._not_before: dict[str, datetime] = {}
        self._judged_on: dict[str, date] | None = None
        self._looked_at = time.monotonic()
        self._shown_at = hub.now()
        self._store_fails = False
        self._workers = [
            threading.Thread(target=self._work, name=f"worker {number}")
            for number in range(1, hub.configuration.serve.workers + 1)
        ]
        # That a tick lasted longer than a second is nothing for an admin, and it is told in words that are not ours.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        # What APScheduler knows of crontabs is not what cron means (`sync.scheduling`): it only keeps time here.
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.tick, "interval", seconds=TICK_SECONDS, max_instances=1, coalesce=True, misfire_grace_time=None
        )

    @property
    def configuration(self) -> Configuration:
        """The configuration in force."""
        return self.hub.configuration

    @property
    def queued(self) -> int:
        """How many jobs wait for a worker."""
        with self._lock:
            return sum(not at_work for at_work in self._busy.values())

    @property
    def at_work(self) -> int:
        """How many jobs are under way."""
        with self._lock:
            return sum(self._busy.values())

    def is_busy(self, name: str) -> bool:
        """Say whether a connector is in the queue or at work."""
        with self._lock:
            return name in self._busy

    def begin(self) -> None:
        """Take note of what a killed process left, and start to work."""
        mark_lost(self.hub.engine, self.hub.now())
        for worker in self._workers:
            worker.start()
        self._scheduler.start()

    def wait(self) -> None:
        """Wait until somebody asks to stop, then until everything has stopped."""
        while not self.asked.stop:
            if self.asked.reload:
                self.asked.reload = False
                self.reload()
            time.sleep(LISTEN_SECONDS)
        self.stopping.set()
        log.info("service stops", at_work=self.at_work)
        self._scheduler.shutdown(wait=True)
        for _ in self._workers:
            self._queue.put(None)
        for worker in self._workers:
            worker.join()
        self._starter.close()

    def reload(self) -> None:
        """Go by what the configuration's file holds now; by what it held before, where that is wrong."""
        hub = reloaded(self.hub)
        if hub is not None:
            self.hub = hub
            with self._lock:
                self._standings.clear()
                self._judged_on = None

    def tick(self) -> None:
        """Enqueue what is due; nothing here takes long or raises."""
        try:
            if time.monotonic() - self._looked_at > LOOK_SECONDS:
                self._look_after_others()
            now = self.hub.now()
            if now < self._shown_at:
                self._forget_times()
            self._shown_at = now
            for name in self._due(now):
                self._enqueue(name)
            if self._store_fails:
                log.info("the database answers again")
            self._store_fails = False
        except (ProblemError, SQLAlchemyError) as error:
            if not self._store_fails:
                self._tell_of_store(error)
            self._store_fails = True
        except Exception:  # the clock must go on
            log.exception("fault of the program")
        self.ticked_at = time.monotonic()

    def _tell_of_store(self, error: ProblemError | SQLAlchemyError) -> None:
        event = "what is due is not known, the database is waited for"
        if isinstance(error, ProblemError):
            tell([error.problem], event)
        else:
            log.warning(event, fault=type(error).__name__)

    def _look_after_others(self) -> None:
        """A run whose process was killed is lost once its lease has expired; then its connector is due again."""
        self._looked_at = time.monotonic()
        mark_lost(self.hub.engine, self.hub.now())
        with self._lock:
            running = [name for name, found in self._standings.items() if found.running]
            for name in running:
                del self._standings[name]

    def _forget_times(self) -> None:
        """Find out anew what is due: the clock was put back, by which that would be later."""
        with self._lock:
            self._standings.clear()
            self._not_before.clear()

    def _due(self, now: datetime) -> Iterable[str]:
        if self._free(PORTFOLIO, now) and self._judged_on != days(self.configuration, now) and self._is_unjudged(now):
            yield PORTFOLIO
        for name, connector in self.configuration.connectors.items():
            if connector.table.schedule is None or not self._free(name, now):
                continue
            with self._lock:
                known = self._standings.get(name)
            if known is not None and known.due > now:
                continue
            found = standing_of(self.hub, connector, now)  # somebody may have read it by hand
            if found is not None:
                with self._lock:
                    self._standings[name] = found
                if found.due <= now:
                    yield name

    def _free(self, name: str, now: datetime) -> bool:
        with self._lock:
            return name not in self._busy and self._not_before.get(name, now) <= now

    def _is_unjudged(self, now: datetime) -> bool:
        """Say whether the standards are to be applied: after a restart, and when a day has begun since they were."""
        if self._judged_on is None and states(self.hub.engine):
            return True
        last = last_evaluation(self.hub.engine, now)
        today = days(self.configuration, now)
        if last is not None and days(self.configuration, last) != today:
            return True
        self._judged_on = today
        return False

    def _enqueue(self, name: str) -> None:
        with self._lock:
            if name in self._busy or self.stopping.is_set():
                return
            self._busy[name] = False
        self._queue.put(name)

    def _work(self) -> None:
        while (name := self._queue.get()) is not None:
            try:
                if not self.stopping.is_set():
                    with self._lock:
                        self._busy[name] = True
                    self._see_through(name)
            except ProblemError as error:
                if not self._store_fails:  # then the clock has told of it
                    tell([error.problem], "job not done", connector=name or None)
                self._leave_alone(name)
            except Exception:  # a worker must not be lost
                log.exception("fault of the program", **named(name or None))
                self._leave_alone(name)
            finally:
                with self._lock:
                    self._busy.pop(name, None)

    def _see_through(self, name: str) -> None:
        hub = self.hub
        connector = name or None
        if connector is not None and not is_still_due(hub, name):
            return
        began = days(self.configuration, hub.now())
        log.info("job begun", **named(connector))
        order = order_for(hub.configuration, connector)
        report = supervised(order, hub.engine, self._starter, clock=hub.now, stop=self.stopping)
        self.metrics.job_ended(report)
        self._note(report, name, began)

    def _note(self, report: JobReport, name: str, began: dict[str, date]) -> None:
        """Tell how a job went, and what follows from it for the next one."""
        if report.state is RunState.SKIPPED:
            self._leave_alone(name, SKIPPED_FOR)
        elif name == PORTFOLIO:
            if report.state in FAILED:
                self._leave_alone(name)
            elif report.state is RunState.DONE:
                self._judged_on = began
        elif report.state in FAILED:
            self._back_off(name)
        with self._lock:
            self._standings.pop(name, None)
        log_end(report)

    def _back_off(self, name: str) -> None:
        connector = self.configuration.connectors.get(name)
        found = standing_of(self.hub, connector, self.hub.now()) if connector is not None else None
        if found is None or not found.failures:
            self._leave_alone(name)  # it left no run: the database was away
        else:
            until = found.due.astimezone(self.hub.timezone)
            log.warning("left alone", connector=name, failures=found.failures, until=f"{until:%Y-%m-%d %H:%M:%S}")

    def _leave_alone(self, name: str, time: timedelta | None = None) -> None:
        with self._lock:
            self._not_before[name] = self.hub.now() + (time or retry(self.configuration).first)
