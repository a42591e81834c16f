"""A hub whose every credential is a canary: its database, its tool, the addresses of those who are told."""

import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from canonical.database import open_engine, reading
from canonical.schema import metadata
from pmohub.cli import main
from tests.cli.conftest import Ended
from tests.notices.receivers import Room, chat_room

TOOLS = Path(__file__).parent / "tools"
TOKEN, PASSWORD, ADDRESS = "canary-token-7c1f", "canary-pass/word-52ab", "canary-address-90de"  # canaries
CANARIES = (TOKEN, PASSWORD, PASSWORD.replace("/", "%2F"), ADDRESS)
CONFIG = """
[hub]
database = { env = "STORE" }
standards = ["pmo-core"]

[departments.office]
name = "Office"
mode = "controlling"

[connectors.loud]
kind = "loud"
department = "office"
token = { env = "TOKEN" }
mood = "mood.txt"

[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.key"
carrier = { loud = "PMO id" }

[notifications.channels.pmo]
address = { env = "ROOM" }

[notifications.channels.admins]
address = { env = "ROOM" }
about = "operations"

[log]
level = "debug"
file = "pmohub.log"
"""


@dataclass
class Office:
    """The hub in its folder. `store` is the true address of its database, `spare` is where other files may be left."""

    folder: Path
    spare: Path
    store: str
    room: Room
    printed: Callable[[], tuple[str, str]]
    setenv: Callable[[str, str], None]

    def type(self, *arguments: str) -> Ended:
        """Run a command and see that no canary is in what it says."""
        self.printed()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = self.printed()
        held(out + err, " ".join(arguments))
        return Ended(int(ended.value.code or 0), out, err)

    def feels(self, mood: str) -> None:
        (self.folder / "mood.txt").write_text(mood)

    def search(self) -> None:
        """Look for canaries in every file that was written, what was sent, and every row and byte of the store."""
        for path in (*self.folder.rglob("*"), *self.spare.rglob("*")):
            if path.is_file():
                held(path.read_bytes().decode("latin-1"), path.name)
        held(repr(self.room.notes), "notices")
        engine = open_engine(self.store)
        with reading(engine) as connection:
            for table in metadata.sorted_tables:
                held(repr(connection.execute(select(table)).all()), table.name)
        engine.dispose()


def held(text: str, place: str) -> None:
    """See that a text holds no canary."""
    found = [canary for canary in CANARIES if canary in text]
    assert not found, f"{found} in {place}: …{text[max(0, text.index(found[0]) - 300) : text.index(found[0]) + 80]}"


@pytest.fixture
def office(
    store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(TOOLS), os.environ.get("PYTHONPATH")))))
    importlib.invalidate_caches()
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spare))
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "config.toml").write_text(CONFIG)
    (folder / "mood.txt").write_text("shouts")
    store = store_url
    if store.startswith("sqlite"):
        (folder / "pmohub.db").write_bytes(Path(make_url(store).database or "").read_bytes())
        store = f"sqlite:///{folder / 'pmohub.db'}"
    monkeypatch.setenv("STORE", with_password(store))
    monkeypatch.setenv("TOKEN", TOKEN)
    with chat_room() as room:
        monkeypatch.setenv("ROOM", f"json://hub:{ADDRESS}@127.0.0.1:{room.port}/room")
        yield Office(folder, spare, store, room, capsys.readouterr, monkeypatch.setenv)
    sys.modules.pop("loud", None)


def with_password(url: str, **others: str | int) -> str:
    """Give a server's address with the canary in it; the test server lets its user in with any password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return url
    return parsed.set(password=PASSWORD, **others).render_as_string(hide_password=False)
