"""A file operation fails, once and for ever, at every one: it is told in words, and nothing is lost or half done.

The operations of an uninterrupted run are counted, and each is tried; the kinds of failures take turns.
"""

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from canonical.database import reading
from canonical.problems import ProblemError, problems_of
from canonical.schema import metadata
from canonical.store.vetoes import vetoes
from canonical.store.writebacks import State
from pmohub.composition import Hub
from pmohub.syncing import sync
from pmohub.writing import plan, send
from tests.crash.file_faults import CODES, FileFaults
from tests.crash.readers import fork_readers
from tests.crash.workplace import WHOLE, decide, hub_of, journal, put_back_to, save_register, set_up
from tests.enumeration import EVERY
from tests.sync.conftest import store_of

FOLDER = WHOLE.replace('path = "files/tasks.csv"', 'path = "files/**/*.csv"')
"""One connector reads a file, the other what a pattern finds in folders."""
STRIDE = 29
NAMED = ", ".join(os.strerror(code) for code in CODES)
WRITTEN = {State.APPLIED, State.JOURNALED, State.UNKNOWN}
NOT_WRITTEN = {State.APPROVED, State.JOURNALED, State.UNKNOWN}
Work = Callable[[Hub], list[str]]
Tell = Callable[[str], None]


@dataclass
class Trial:
    """Does work on copies of a folder, in processes of its own whose file operations fail."""

    seed: Path
    work: Work
    hub: Hub

    def begin(self) -> None:
        self.hub.engine.dispose()
        put_back_to(self.seed, self.hub.configuration.folder)

    def run(self, code: int = 0, at: int = 0, *, forever: bool = False) -> tuple[int, list[str]]:
        """Give how many operations there were, and what was told."""
        faults = FileFaults((self.hub.configuration.folder / "files", self.hub.scratch), code, at, forever)
        told, telling = os.pipe()
        child = os.fork()
        if not child:
            status = 99
            try:
                self.hub.engine.dispose(close=False)
                fork_readers()
                faults.install()
                words = told_of(self.work, self.hub)
                os.write(telling, pickle.dumps(words))
                status = 0
            finally:
                os._exit(status)
        os.close(telling)
        with os.fdopen(told, "rb") as pipe:
            words = pipe.read()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return faults.count, pickle.loads(words)  # noqa: S301  # written by our own side


def told_of(work: Work, hub: Hub) -> list[str]:
    try:
        return work(hub)
    except ProblemError as error:
        return [f"{problem}" for problem in problems_of(error)]
    except Exception as error:  # noqa: BLE001  # what a person would see as a traceback
        return [f"a traceback: {error!r}"]


def read_all(hub: Hub) -> list[str]:
    done = sync(hub, list(hub.configuration.connectors.values()))
    return [f"{problem}" for report in done.reports for problem in report.problems]


def send_all(hub: Hub) -> list[str]:
    done = send(hub, "P1")
    reasons = [item.outcome_reason for item in done.ended if item.state is not State.APPLIED]
    return [*map(str, done.problems), *filter(None, reasons)]


def points(count: int, stride: int) -> Iterator[tuple[int, int, bool]]:
    for forever in (False, True):
        for at in range(1, count + 1, stride):
            yield CODES[(at // stride + forever) % len(CODES)], at, forever


def in_words(told: list[str]) -> Iterator[str]:
    return (f"not told in words: {each}" for each in told if "fault of the program" in each or "a traceback" in each)


@contextmanager
def trial(base: Path, work: Work, prepare: Callable[[Hub], None]) -> Iterator[Trial]:
    set_up(base / "work", FOLDER)
    with hub_of(base / "work") as hub:
        prepare(hub)
        hub.engine.dispose()
        shutil.copytree(base / "work", base / "seed")
        work(hub)
        yield Trial(base / "seed", work, hub)


def edit(hub: Hub) -> None:
    """The team works on both files."""
    save_register(hub.configuration.folder, P1="by hand")
    tasks = hub.configuration.folder / "files/tasks.csv"
    tasks.write_text(tasks.read_text().replace("Task 1", "Task one"))


def stored(engine: Engine) -> dict[str, Any]:
    """All that is stored but for moments, which differ from one run to the next."""
    return {
        name: [tuple("then" if isinstance(value, datetime) else value for value in row) for row in rows]
        for name, rows in store_of(engine).items()
    }


def held(engine: Engine) -> dict[str, Any]:
    """What is stored of the tools."""
    of_tools = {"task", "project", "field_value", "quarantine"}
    return {name: rows for name, rows in stored(engine).items() if name.startswith("source_") or name in of_tools}


def deleted(engine: Engine) -> int:
    tables = [table for table in metadata.sorted_tables if "deleted_at" in table.c]
    with reading(engine) as connection:
        gone = (select(func.count()).select_from(table).where(table.c.deleted_at.is_not(None)) for table in tables)
        return sum(connection.execute(each).scalar_one() for each in gone)


def files_of(hub: Hub) -> dict[str, bytes]:
    files = hub.configuration.folder / "files"
    return {str(path.relative_to(files)): path.read_bytes() if path.is_file() else b"" for path in files.rglob("*")}


def tried(trial: Trial, stride: int, amiss: Callable[[list[str]], Iterator[str]]) -> str:
    """Let each operation fail, and then none; `amiss` says what is wrong after either, given what was told.

    What is left is run again once for each state that there is of it, and they are few.
    """
    trial.begin()
    count, _ = trial.run()
    wrong: list[str] = []
    seen: set[str] = set()
    number = 0
    for code, at, forever in points(count, stride):
        trial.begin()
        _, told = trial.run(code, at, forever=forever)
        where = f"{os.strerror(code)} {'from' if forever else 'at'} operation {at}"
        wrong += [f"{where}: {what}: {told}" for what in (*in_words(told), *amiss(told))]
        number += 1
        left = repr((files_of(trial.hub), stored(trial.hub.engine)))
        if left in seen:
            continue
        seen.add(left)
        _, told = trial.run()
        for connector in trial.hub.configuration.connectors.values():
            trial.hub.writer(connector)  # who is about to write removes what could not be removed
        beside = [name for name in files_of(trial.hub) if name.startswith(".")]
        wrong += [f"{where}, then run again: {what}: {told}" for what in (*amiss(told), *beside)]
        wrong += [f"{where}, then run again: {told}"] if told else []
    assert not wrong, "\n".join(wrong)
    whole = f"{len(seen)} different states made whole"
    return f"{number} points: {count} operations, every {stride}., once and for ever, by turns {NAMED}; {whole}"


def check_reading(trial: Trial, stride: int) -> str:
    trial.begin()
    files = files_of(trial.hub)
    trial.run()
    wanted = held(trial.hub.engine)

    def amiss(told: list[str]) -> Iterator[str]:
        if files_of(trial.hub) != files:
            yield "a file changed"
        if deleted(trial.hub.engine):
            yield "something was deleted"
        if not told and held(trial.hub.engine) != wanted:
            yield "not all was read, and nothing said so"

    return tried(trial, stride, amiss)


def check_writing(trial: Trial, stride: int) -> str:
    trial.begin()
    before = files_of(trial.hub)
    trial.run()
    wanted = files_of(trial.hub)

    def amiss(told: list[str]) -> Iterator[str]:
        files, items = files_of(trial.hub), journal(trial.hub)
        for connector, name in (("register", "Register.xlsx"), ("tasks", "tasks.csv")):
            states = {item.state for item in items if item.connector == connector}
            if files[name] not in (before[name], wanted[name]):
                yield f"{name} is neither as it was nor as it should be"
            elif not states <= (WRITTEN if files[name] == wanted[name] else NOT_WRITTEN):
                yield f"the journal says {states} of {name}"
        teams = {name: data for name, data in files.items() if not name.startswith(".")}
        if not told and ({item.state for item in items}, teams) != ({State.APPLIED}, wanted):
            yield f"not all was written, and nothing said so, {[item.state for item in items]}, {set(files)}"
        with reading(trial.hub.engine) as connection:
            if vetoes(connection):
                yield "a fault was taken for a dispute"

    return tried(trial, stride, amiss)


@pytest.fixture
def reads(tmp_path: Path) -> Iterator[Trial]:
    with trial(tmp_path, read_all, edit) as trying:
        yield trying


@pytest.fixture
def writes(tmp_path: Path) -> Iterator[Trial]:
    with trial(tmp_path, send_all, lambda hub: decide(hub, plan(hub).plan.id)) as trying:
        yield trying


def test_reading_that_fails_at_some_operation_is_told_and_made_good(reads: Trial, tell: Tell) -> None:
    tell(check_reading(reads, STRIDE))


def test_writing_that_fails_at_some_operation_is_told_and_made_good(writes: Trial, tell: Tell) -> None:
    tell(check_writing(writes, STRIDE))


@pytest.mark.long
def test_reading_that_fails_at_any_operation_is_told_and_made_good(reads: Trial, tell: Tell) -> None:
    tell(check_reading(reads, 1))


@pytest.mark.long
def test_writing_that_fails_at_any_operation_is_told_and_made_good(writes: Trial, tell: Tell) -> None:
    tell(check_writing(writes, EVERY))
