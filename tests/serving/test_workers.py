"""`pmohub worker` as many processes on one PostgreSQL: each connector read once at a time, none left out."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, inspect, make_url, text

from canonical.database import StoreError, open_engine, writing
from canonical.migrations import is_current, upgrade
from canonical.store import RunState
from pmohub.composition import Hub
from pmohub.serving.jobs_schema import prepare
from pmohub.serving.many import STALLED_SECONDS, TICK_SECONDS
from tests.serving.conftest import Folder
from tests.serving.test_service import PATIENCE, Served, ended, reads

HubOf = Callable[[Path], Hub]
PASSWORD = "s3cret-of-the-store"  # noqa: S105  # the server of the tests asks for none
HubWith = Callable[..., Hub]


class Worker(Served):
    """A worker at work in a folder; it is stopped when the block ends, and must end with 0."""

    names = 0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "worker", "--workers", "2")
        Worker.names += 1
        self.out = folder / f"worker{Worker.names}.log"


@pytest.fixture
def hub_on_postgres(
    folder: Folder, hub_of: HubOf, fresh_store: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> HubWith:
    """Lay out a configuration whose database is a PostgreSQL, its address kept out of the file."""

    def make(**tools: str) -> Hub:
        url = make_url(fresh_store("postgresql")).set(password=PASSWORD)
        monkeypatch.setenv("PMOHUB_TEST_STORE", url.render_as_string(hide_password=False))
        where = folder(read=60, **tools)
        config = where / "config.toml"
        config.write_text(config.read_text().replace('"sqlite:///pmohub.db"', '{ env = "PMOHUB_TEST_STORE" }'))
        return hub_of(where)

    return make


def overlaps(hub: Hub, name: str) -> bool:
    times = sorted((run.started_at, run.ended_at or hub.now()) for run in reads(hub, name))
    return any(early[1] > late[0] for early, late in pairwise(times))


def test_workers_share_the_connectors_and_read_none_twice_at_once(hub_on_postgres: HubWith) -> None:
    names = [f"tool{number}" for number in range(6)]
    hub = hub_on_postgres(**dict.fromkeys(names, "slow"), down="down")
    folder = hub.configuration.folder
    with Worker(folder) as one, Worker(folder) as other:
        one.until(lambda: all(RunState.DONE in ended(hub, name) for name in names) and len(ended(hub, "down")) > 1)
    assert not any(overlaps(hub, name) for name in [*names, "down"])
    assert all(ended(hub, name) == [RunState.DONE] for name in names), "each is due once"
    begun = [re.findall(r"job begun connector=(tool\d)", worker.log()) for worker in (one, other)]
    assert all(begun), "both had their share"
    assert PASSWORD not in one.log() + other.log()
    assert is_current(hub.engine)


@pytest.mark.long
def test_what_a_killed_worker_had_in_hand_is_read_by_another_within_a_bound(hub_on_postgres: HubWith) -> None:
    hub = hub_on_postgres(tool="slow")
    folder = hub.configuration.folder
    one, other = Worker(folder).__enter__(), Worker(folder).__enter__()
    one.until(lambda: reads(hub, "tool") and reads(hub, "tool")[0].note.counts.changed)
    killed, living = (one, other) if "job begun connector=tool" in one.log() else (other, one)
    children = psutil.Process(killed.process.pid).children(recursive=True)
    killed.process.kill()
    killed.process.wait()
    dead_since = hub.now()
    psutil.wait_procs(children, timeout=PATIENCE)
    living.until(lambda: ended(hub, "tool")[:1] == [RunState.DONE])
    living.__exit__(None, None, None)
    assert "a worker has died or was cut off connector=tool job=run_connector" in living.log()
    last, first = reads(hub, "tool")
    assert first.state is RunState.CANCELLED, "its process stopped when its worker was gone"
    assert last.cursor_before == first.note.cursor
    assert last.started_at - dead_since < timedelta(seconds=STALLED_SECONDS + 4 * TICK_SECONDS)
    assert not overlaps(hub, "tool")


def test_a_worker_that_is_told_to_stop_ends_its_runs_at_their_next_batch(hub_on_postgres: HubWith) -> None:
    hub = hub_on_postgres(tool="slow")
    with Worker(hub.configuration.folder) as worker:
        worker.until(lambda: reads(hub, "tool") and reads(hub, "tool")[0].note.counts.changed)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(timeout=PATIENCE) == 0
    (run,) = reads(hub, "tool")
    assert run.state is RunState.CANCELLED
    with hub.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_workers")).scalar_one() == 0


@pytest.mark.long
def test_a_worker_goes_by_a_changed_configuration_and_refuses_a_wrong_one(hub_on_postgres: HubWith) -> None:
    hub = hub_on_postgres(one="fine")
    config = hub.configuration.path
    whole = config.read_text()
    with Worker(hub.configuration.folder) as worker:
        worker.says("connector=one", "state=done")
        config.write_text(whole.replace('kind = "awkward"', 'kind = "awkwardest"'))
        worker.process.send_signal(signal.SIGHUP)
        worker.says("the new configuration is refused", "Unknown connector kind “awkwardest”")
        (hub.configuration.folder / "two.txt").write_text("fine")
        config.write_text(whole + re.sub("one", "two", whole[whole.index("[connectors.one]") :]))
        worker.process.send_signal(signal.SIGHUP)
        worker.says("configuration reloaded", "job ended connector=two state=done")


def test_a_file_is_no_meeting_point(folder: Folder) -> None:
    where = folder(tool="fine")
    command = [sys.executable, "-m", "pmohub", "worker"]
    done = subprocess.run(command, cwd=where, capture_output=True, timeout=PATIENCE, check=False)
    told = done.stderr.decode()
    assert done.returncode == 2
    assert "the store is SQLite" in told
    assert "pmohub serve" in told
    assert not (where / "pmohub.db").exists()


def test_the_tables_of_jobs_are_made_once_however_many_start(fresh_store: Callable[[str], str]) -> None:
    url = fresh_store("postgresql")
    engines = [open_engine(url) for _ in range(4)]
    made: list[bool] = []
    threads = [threading.Thread(target=lambda engine=one: made.append(prepare(engine))) for one in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]
    assert is_current(engines[0])
    for engine in engines:
        engine.dispose()


def test_tables_of_jobs_that_an_older_release_made_are_brought_up_to_date(empty_database: Callable[..., str]) -> None:
    old, new = (open_engine(empty_database("postgresql")) for _ in range(2))
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    with writing(old) as connection:
        for file in files[:-6]:
            connection.exec_driver_sql(file.read_text(), execution_options={"no_parameters": True})
        connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS 'pmohub: {files[-7].name}'")
    assert [prepare(old), prepare(old), prepare(new)] == [True, False, True]
    assert functions(old) == functions(new)
    upgrade(old)
    assert is_current(old), "they are not taken for a stranger's"
    for engine in (old, new):
        engine.dispose()


def functions(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        query = "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'procrastinate%'"
        return set(connection.execute(text(query)).scalars()) | set(inspect(engine).get_table_names())


def test_another_programs_jobs_are_left_alone(empty_database: Callable[..., str]) -> None:
    engine = open_engine(empty_database("postgresql"))
    with writing(engine) as connection:
        connection.exec_driver_sql(SchemaManager.get_schema(), execution_options={"no_parameters": True})
    with pytest.raises(StoreError, match="another program"):
        prepare(engine)
    engine.dispose()
