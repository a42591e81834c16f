"""A sandbox Asana, a reader of it, and a team's hands on it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from canonical.intake import Batch, Cursor
from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from connectors.asana.reader import AsanaReader
from connectors.base import ConnectorContext
from pmohub.testing.asana import Sandbox, Server, running
from pmohub.testing.asana.handle import Hands
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.loopback import Layer, unchanged

ORGANISATION = "Nordhaus"
Key = tuple[EntityKind, str]


@dataclass
class Site:
    """A running Asana, and how the hub is configured to read it: of its projects the first three, to be quick."""

    server: Server
    folder: Path

    @property
    def hands(self) -> Hands:
        return self.server.hands

    def options(self, **more: Any) -> AsanaOptions:
        token = self.folder / "token"
        token.write_text(self.server.token)
        values: dict[str, Any] = {"url": self.server.url, "token": {"file": str(token)}, "requests_per_minute": 12_000}
        values |= {"patience": 2, "workspaces": [ORGANISATION], "projects": [one.gid for one in self.projects()[:3]]}
        return AsanaOptions.model_validate({**values, **more})

    def setup(
        self, carriers: Mapping[EntityKind, Mapping[str, str]] | None = None, **more: Any
    ) -> tuple[AsanaOptions, ConnectorContext]:
        context = ConnectorContext("mkt-asana", self.folder, ZoneInfo("Europe/Berlin"), self.folder, carriers or {})
        return self.options(**more), context

    def reader(self, carriers: Mapping[EntityKind, Mapping[str, str]] | None = None, **more: Any) -> AsanaReader:
        return AsanaReader(*self.setup(carriers, **more))

    def projects(self) -> list[Thing]:
        """Give the projects of the organisation, in the order in which they are listed."""
        world = self.server.state.world
        where = next(one.gid for one in world.of("workspace") if one["name"] == ORGANISATION)
        return [one for one in world.of("project") if one["workspace"] == where]

    def family(self) -> str:
        """Make a task with a subtask that has one of its own; give the lowest one's gid."""
        above = self.hands.create(self.projects()[0].gid, "Top")
        lowest = self.hands.create_subtask(self.hands.create_subtask(above, "Middle"), "Bottom")
        self.hands.pass_time(10)
        return lowest


class Refusing:
    """A layer around an Asana that refuses what is asked at paths that end so, with such a query."""

    def __init__(self, *ends: str, status: int = 403, query: bytes = b"") -> None:
        self.ends, self.status, self.query = ends, status, query

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
            refusal = JSONResponse({"errors": [{"message": "It is refused."}]}, self.status)
            refused = self.ends and scope["path"].endswith(self.ends) and self.query in scope["query_string"]
            await (refusal if refused else app)(scope, receive, send)

        return refusing


@contextmanager
def site(folder: Path, around: Layer = unchanged, **sandbox: Any) -> Iterator[Site]:
    with running(Sandbox(**{"tasks": 60, **sandbox}), around) as server:
        yield Site(server, folder)


def records(batches: Iterable[Batch]) -> dict[Key, Any]:
    """Give the last version of each record that was not reported as deleted after it."""
    held: dict[Key, Any] = {}
    for batch in batches:
        held |= {(record.entity, record.external_id): record for record in batch.records}
        for key in batch.deleted:
            held.pop(key, None)
    return held


def tasks(batches: Iterable[Batch]) -> dict[str, Any]:
    return {name: record for (kind, name), record in records(batches).items() if kind is EntityKind.TASK}


def pulled(reader: AsanaReader, cursor: Cursor | None = None) -> list[Batch]:
    batches = list(reader.pull(cursor))
    assert [broken.reason for batch in batches for broken in batch.quarantined] == []
    return batches
