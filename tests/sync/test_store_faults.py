"""Operations on the store fail, once and for ever: it is told in words, and the next run makes the store whole.

The kinds of faults take turns. An operation is a statement or a commit. PostgreSQL's connection
is really cut; what else is raised is the driver's own error with the code that the database gives it.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from canonical.database import StoreError
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings
from canonical.store import LeaseLostError, RunState, recent_runs
from canonical.vocabulary import PmoMode
from pmohub.testing.memory import small_tool
from sync.hub import resolve_all
from sync.reports import RunReport
from tests.enumeration import EVERY
from tests.sync.conftest import emptied, forget_leases, store_of, sync, worker

SETTINGS = ResolutionSettings(
    departments=(DepartmentSettings(id="engineering", name="Engineering", mode=PmoMode.CONTROLLING, timezone="UTC"),),
    connectors={"plan": ConnectorDepartments(default="engineering")},
    timezone="UTC",
)
STRIDE = 47


def sqlite_error(code: int) -> Callable[[Any], None]:
    def fail(_: Any) -> None:
        error = sqlite3.OperationalError("in its own words")
        error.sqlite_errorcode = code
        raise error

    return fail


def postgres_error(kind: type[psycopg.Error]) -> Callable[[Any], None]:
    def fail(_: Any) -> None:
        raise kind("in its own words")

    return fail


@dataclass
class Faults:
    """Counts operations, and lets the one of a number fail, or all from then on."""

    fail: Callable[[Any], None]
    at: int = 0
    forever: bool = False
    count: int = 0

    def step(self, connection: Any) -> None:
        self.count += 1
        if self.at and (self.count == self.at or (self.forever and self.count > self.at)):
            self.fail(connection)

    def executing(self, cursor: Any, *_: Any) -> None:
        self.step(cursor.connection)

    @contextmanager
    def within(self, engine: Engine) -> Iterator[None]:
        kinds = ("do_execute", "do_executemany", "do_execute_no_params")
        committed = engine.dialect.do_commit

        def commit(connection: Any) -> None:
            self.step(getattr(connection, "dbapi_connection", connection))
            committed(connection)

        for kind in kinds:
            event.listen(engine, kind, self.executing)
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
        try:
            yield
        finally:
            del engine.dialect.do_commit
            for kind in kinds:
                event.remove(engine, kind, self.executing)


def work(engine: Engine) -> RunReport:
    """Read a tool and work out who is who; a store that fails must say so in words."""
    report = sync(engine, small_tool())
    with suppress(StoreError, LeaseLostError):
        resolve_all(engine, SETTINGS, worker())
    return report


def held(engine: Engine) -> dict[str, list[Any]]:
    """All that is stored but for what is still to be evaluated, which everything is after a first sync."""
    return {name: rows for name, rows in store_of(engine).items() if name != "unevaluated"}


def kinds_for(engine: Engine, admin: Callable[[], Engine]) -> dict[str, Callable[[Any], None]]:
    if engine.dialect.name == "sqlite":
        return {
            "disk full": sqlite_error(sqlite3.SQLITE_FULL),
            "locked": sqlite_error(sqlite3.SQLITE_BUSY),
            "drive lost": sqlite_error(sqlite3.SQLITE_IOERR),
        }

    def cut(connection: Any) -> None:
        with admin().connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": connection.info.backend_pid})

    return {
        "disk full": postgres_error(psycopg.errors.DiskFull),
        "locked": postgres_error(psycopg.errors.LockNotAvailable),
        "connection lost": cut,
    }


@dataclass
class Mended:
    """Lets the next run make the store whole: once for each state in which faults leave it, and they are few."""

    engine: Engine
    wanted: dict[str, list[Any]]
    seen: set[str] = field(default_factory=set)

    def check(self, where: str) -> None:
        forget_leases(self.engine)
        left = repr((store_of(self.engine), sorted(run.state for run in recent_runs(self.engine))))
        if left in self.seen:
            return
        self.seen.add(left)
        assert work(self.engine).state is RunState.DONE, where
        assert held(self.engine) == self.wanted, where
        assert all(run.state is not RunState.RUNNING for run in recent_runs(self.engine)), where


def check(engine: Engine, admin: Callable[[], Engine], stride: int, *, forever: bool) -> str:
    counting = Faults(lambda _: None)
    with counting.within(engine):
        work(engine)
    mended = Mended(engine, held(engine))
    kinds = list(kinds_for(engine, admin).items())
    points = 0
    for at in range(1, counting.count + 1, stride):
        kind, fail = kinds[(at // stride + forever) % len(kinds)]
        emptied(engine)
        with Faults(fail, at, forever).within(engine):
            report = work(engine)
        where = f"{kind} {'from' if forever else 'at'} operation {at}: {report.problems}"
        assert report.state in {RunState.DONE, RunState.FAILED, RunState.LOST}, where
        assert not any("fault of the program" in problem.what for problem in report.problems), where
        assert (report.state is RunState.DONE) == (report.problems == []), where
        assert all(problem.next_step and problem.not_done for problem in report.problems), where
        mended.check(where)
        points += 1
    named = ", ".join(kind for kind, _ in kinds)
    whole = f"{len(mended.seen)} different states made whole"
    return f"{points} points: {counting.count} operations, every {stride}., by turns {named}; {whole}"


@pytest.fixture
def admin(request: pytest.FixtureRequest) -> Callable[[], Engine]:
    return lambda: request.getfixturevalue("postgres_admin")


Tell = Callable[[str], None]


@pytest.mark.parametrize("forever", [False, True], ids=["once", "for ever"])
def test_a_store_that_fails_is_told_and_the_next_run_makes_it_whole(
    engine: Engine, admin: Callable[[], Engine], forever: bool, tell: Tell
) -> None:
    tell(check(engine, admin, STRIDE, forever=forever))


@pytest.mark.long
@pytest.mark.parametrize("forever", [False, True], ids=["once", "for ever"])
def test_a_store_that_fails_at_any_operation_is_told_and_made_whole(
    engine: Engine, admin: Callable[[], Engine], forever: bool, tell: Tell
) -> None:
    tell(check(engine, admin, EVERY, forever=forever))
