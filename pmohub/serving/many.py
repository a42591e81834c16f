"""`pmohub worker`: as many processes on as many machines as wanted, over jobs that Procrastinate keeps in PostgreSQL.

A job holds its connector's lock, so that one at most is at work, and its queueing lock, so that one at most waits. What
is due follows from the runs in the store, as in `pmohub serve`. So a job of a killed worker is not tried again as such,
which would collide with a waiting one: it is removed, and its connector is enqueued anew unless it waits already.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Status
from psycopg import Error as PsycopgError
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import SQLAlchemyError

from canonical.logs import logger
from canonical.problems import ProblemError
from canonical.store import RunState
from canonical.store.attempts import last_evaluation
from canonical.store.connectors import states
from canonical.store.runs import mark_lost
from pmohub.composition import Hub
from pmohub.serving.ending import log_end, tell
from pmohub.serving.job import FAILED
from pmohub.serving.orders import order_for
from pmohub.serving.reaching import LISTEN_SECONDS, conninfo
from pmohub.serving.reloading import reloaded
from pmohub.serving.service import PORTFOLIO
from pmohub.serving.signals import Asked
from pmohub.serving.standings import days, is_still_due, retry, standing_of
from pmohub.serving.starting import Starter
from pmohub.serving.supervision import supervised

if TYPE_CHECKING:
    from procrastinate.tasks import Task

    from sync.scheduling.standing import Standing

log = logger()
TICK = "tick"
TICK_SECONDS = 5
HEARTBEAT_SECONDS = 2
STALLED_SECONDS = 10
"""A worker that gave no sign of life for so long is taken for dead; should it not be, leases and their tokens keep it
from doing harm."""
AGAIN_SECONDS = 5
"""How long one waits for a connection, and until the next try when the database went away."""
FIRST = 10
"""The priority of the tick, before the connectors' jobs."""
TAKEN_UP = 1
"""The priority of what a killed worker had in hand: it has waited for its turn already."""
AWAY = (ProcrastinateException, PsycopgError, PoolTimeout, ProblemError, SQLAlchemyError)
Result = TypeVar("Result")


class Workers:
    """One process with so many jobs at a time. `run` blocks until somebody asks to stop; for the main thread."""

    def __init__(self, hub: Hub, number: int, asked: Asked) -> None:
        self.hub = hub
        self.number = number
        self.asked = asked
        self.stopping = threading.Event()
        self._starter = Starter()
        self._is_away = False
        self._standings: dict[str, Standing] = {}
        self._looked_at = hub.now()
        self._threads = ThreadPoolExecutor(number + 1, thread_name_prefix="worker")
        pool: dict[str, Any] = {"min_size": 1, "max_size": 4, "timeout": AGAIN_SECONDS}
        self._app = App(connector=PsycopgConnector(conninfo=conninfo(hub.engine), **pool))
        self._run_connector: Task[..., Any, Any] = self._app.task(name="run_connector")(self.run_connector)
        self._judge: Task[..., Any, Any] = self._app.task(name="judge")(self.judge)
        tick = self._app.task(name=TICK, queueing_lock=TICK, priority=FIRST)(self.tick)
        self._app.periodic(cron=f"* * * * * */{TICK_SECONDS}", periodic_id=TICK)(tick)

    def run(self) -> None:
        """Work until somebody asks to stop, then until every job has ended, at its next batch."""
        # Both tell each attempt and each task that lost the database; we tell once that it is away.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        try:
            asyncio.run(self._until_stopped())
        finally:
            self._starter.close()

    async def _until_stopped(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_unheard)
        work = asyncio.create_task(self._work())
        while not work.done() and not self.asked.stop:
            if self.asked.reload:
                self.asked.reload = False
                await self._reload()
            await asyncio.sleep(LISTEN_SECONDS)
        self.stopping.set()
        work.cancel()  # once: a second signal must not cut off the waiting for jobs in hand
        with suppress(asyncio.CancelledError):
            await work

    async def _reload(self) -> None:
        hub = await self._in_thread(reloaded, self.hub)
        if hub is not None:
            self.hub = hub
            self._standings = {}
            with suppress(*AWAY):  # the next day that begins judges them
                await self._enqueue(PORTFOLIO)

    async def _work(self) -> None:
        judged = False
        while not self.stopping.is_set():
            try:
                async with self._app.open_async():
                    self._is_back()
                    known = [] if judged else await self._in_thread(states, self.hub.engine)
                    if known:  # the standards may have changed since the last worker began
                        await self._enqueue(PORTFOLIO)
                    judged = True
                    await self._app.run_worker_async(
                        concurrency=self.number,
                        install_signal_handlers=False,
                        delete_jobs="always",
                        update_heartbeat_interval=HEARTBEAT_SECONDS,
                        stalled_worker_timeout=STALLED_SECONDS,
                    )
            except AWAY as error:
                self._went_away(error)
            if not self.stopping.is_set():
                await self._app.close_async()  # a pool that could not be opened would be taken for an open one
                await asyncio.sleep(AGAIN_SECONDS)

    def _went_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("the database does not answer, it is waited for", fault=type(error).__name__)
        self._is_away = True

    def _is_back(self) -> None:
        if self._is_away:
            log.info("the database answers again")
        self._is_away = False

    async def _in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def tick(self, timestamp: int) -> None:  # noqa: ARG002  # Procrastinate gives the planned moment
        """Remove the jobs of killed workers and enqueue what is due: each time in one of all workers, whichever."""
        try:
            await self._take_up()
            for name in await self._in_thread(self._due):
                await self._enqueue(name)
        except AWAY as error:
            self._went_away(error)
        except Exception:  # the next tick may do better
            log.exception("fault of the program")
        else:
            self._is_back()

    async def _take_up(self) -> None:
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            if job.id is not None:
                log.warning("a worker has died or was cut off", job=job.task_name, **job.task_kwargs)
                with suppress(ProcrastinateException):  # another worker's tick has removed it
                    await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
                if job.task_name != TICK:  # it does nothing where the run still goes on, or came to its end
                    await self._enqueue(str(job.task_kwargs.get("connector", PORTFOLIO)), priority=TAKEN_UP)

    async def run_connector(self, connector: str) -> None:
        """Read a connector, and all that follows from it."""
        await self._see_through(connector)

    async def judge(self) -> None:
        """Judge the portfolio anew without reading any tool."""
        await self._see_through(PORTFOLIO)

    def _due(self) -> list[str]:
        now = self.hub.now()
        if now < self._looked_at:  # the clock was put back, by which the connectors are due later
            self._standings.clear()
        self._looked_at = now
        mark_lost(self.hub.engine, now)
        last = last_evaluation(self.hub.engine, now)
        unjudged = last is not None and days(self.hub.configuration, last) != days(self.hub.configuration, now)
        return [*([PORTFOLIO] if unjudged else []), *self._due_connectors(now)]

    def _due_connectors(self, now: datetime) -> Iterator[str]:
        for name, connector in self.hub.configuration.connectors.items():
            known = self._standings.get(name)
            if known is not None and known.due > now and not known.running:
                continue
            found = standing_of(self.hub, connector, now)
            if found is not None:
                self._standings[name] = found
                if found.due <= now:
                    yield name

    async def _enqueue(self, name: str, seconds: int = 0, priority: int = 0) -> None:
        """Enqueue a job unless it waits already; not to begin for so many seconds."""
        lock = f"connector:{name}" if name else "portfolio"
        task, arguments = (self._run_connector, {"connector": name}) if name else (self._judge, {})
        later: dict[str, Any] = {"schedule_in": {"seconds": seconds}} if seconds else {}
        with suppress(AlreadyEnqueued):
            await task.configure(lock=lock, queueing_lock=lock, priority=priority, **later).defer_async(**arguments)

    async def _see_through(self, name: str) -> None:
        leave_alone = True
        try:
            leave_alone = await self._in_thread(self._done, name)
        except ProblemError as error:
            tell([error.problem], "job not done", connector=name)
        except Exception:  # a worker must not be lost
            log.exception("fault of the program", connector=name or None)
        if leave_alone and not self.stopping.is_set():
            with suppress(*AWAY):  # then the next tick that gets through enqueues it
                await self._enqueue(name, int(retry(self.hub.configuration).first.total_seconds()))

    def _done(self, name: str) -> bool:
        """Do a job; give whether it left no trace in the store, from which its next turn would follow."""
        hub = self.hub
        if self.stopping.is_set() or (name and not is_still_due(hub, name)):
            return False
        log.info("job begun", connector=name or None)
        order = order_for(hub.configuration, name or None)
        report = supervised(order, hub.engine, self._starter, clock=hub.now, stop=self.stopping)
        log_end(report)
        undone = report.state in {*FAILED, RunState.SKIPPED}
        return undone and (not name or is_still_due(hub, name))


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of what nobody waited for, but for tasks that ended because the database is away."""
    if not isinstance(context.get("exception"), AWAY):
        loop.default_exception_handler(context)
