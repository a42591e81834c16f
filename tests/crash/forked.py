"""A made-up tool in a process that is forked anew, so that each case finds it untouched, and a hub that works on it."""

import os
import shutil
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import httpx
import orjson
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from canonical.ids import entity_id
from canonical.store import RunState
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, PmoMode
from pmohub.composition import Hub
from pmohub.syncing import setup_of
from pmohub.testing.sandbox.faults.injector import ADMIN_PATH
from pmohub.testing.sandbox.faults.plan import Fault
from pmohub.testing.sandbox.loopback import listening
from pmohub.writing import limits_of, plan, send
from rules.template_fields import Owner, WriteWhen
from rules.wanted import Wanted
from sync.leases import HUB, held
from sync.plan import make_plan
from sync.reports import RunReport
from sync.runs import Worker, sync_connector
from tests.crash.harness import Harness
from tests.crash.steps import Steps, number_requests
from tests.crash.workplace import OFFICE, decide, hub_of
from tests.sync.conftest import NOW
from tests.templates import set_up_store


class ForkedSite(ABC):
    """A site that stands by; each beginning forks a process that serves what it holds, and forgets what was done.

    `api` is where its addresses begin, `writes` what of them changes something, by method and ending.
    """

    api: ClassVar[str]
    writes: ClassVar[tuple[tuple[str, str], ...]]

    def __init__(self, state: Any, sent: Path) -> None:
        self.state, self.sent, self.pid = state, sent, 0
        self.listener = listening()
        self.server = self.configured(self._noting)
        self.server.config.load()
        self.http = httpx.Client(base_url=f"{state.site}/_sandbox/as/Anna Keller")

    @abstractmethod
    def configured(self, around: Callable[[ASGIApp], ASGIApp]) -> uvicorn.Server:
        """Make the server for the socket."""

    @abstractmethod
    def config(self) -> str:
        """Give the connector's table."""

    @abstractmethod
    def told(self) -> Iterable[object]:
        """Give what is watched, as the site shows it to somebody else, with its history."""

    def begin(self) -> None:
        self.end()
        self.sent.unlink(missing_ok=True)
        self.pid = os.fork()
        if not self.pid:
            try:
                self.server.run(sockets=[self.listener])
            finally:
                os._exit(0)

    def end(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
            self.http.close()
            self.http = httpx.Client(base_url=self.http.base_url)

    def watch(self, steps: Steps) -> None:
        number_requests(steps)

    def done(self) -> list[str]:
        """Give each write that the site took, and what is watched."""
        return self.written() + [orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() for one in self.told()]

    def written(self) -> list[str]:
        return sorted(self.sent.read_text().splitlines()) if self.sent.exists() else []

    def arm(self, fault: Fault | None) -> None:
        """Let a request go wrong, or none any more."""
        url = f"{self.state.site}{ADMIN_PATH}"
        told = None if fault is None else fault.model_dump(mode="json")
        self.http.request("DELETE" if fault is None else "POST", url, json=told).raise_for_status()

    def hits(self) -> int:
        """Count the requests that went wrong."""
        return len(self.http.get(f"{self.state.site}{ADMIN_PATH}").json()["hits"])

    def _noting(self, app: ASGIApp) -> ASGIApp:
        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start" and message["status"] < 300:
                    with self.sent.open("a") as stream:
                        stream.write(f"{scope['method']} {scope['path']}\n")
                await send(message)

            changes = scope["type"] == "http" and any(
                scope["method"] == method and scope["path"].endswith(ending) for method, ending in self.writes
            )
            await app(scope, receive, noting if changes else send)

        return site


Site = TypeVar("Site", bound=ForkedSite)


@contextmanager
def standing(site: Site) -> Iterator[Site]:
    """Give a site whose clock stands still, so that the same is stored whenever it is read; end it afterwards."""
    site.state.clock.stop()
    try:
        yield site
    finally:
        site.end()
        site.http.close()
        site.listener.close()


def pull_report(hub: Hub, days: int = 0) -> RunReport:
    """Sync, so many days after the first time: a census is due after one."""
    (connector,) = hub.configuration.connectors.values()
    setup = setup_of(hub, connector)
    return sync_connector(hub.engine, setup, Worker("test", lambda: NOW + timedelta(days=days)))


def pull(hub: Hub, days: int = 0) -> None:
    """Sync, and nothing may go wrong."""
    done = pull_report(hub, days)
    assert (done.state, done.problems) == (RunState.DONE, []), done.problems


def seeded(base: Path, site: ForkedSite, *steps: Callable[[Hub], object], more: str = "") -> Path:
    """Lay out a hub, go so far, and keep that as the state to begin with."""
    folder = base / "work"
    folder.mkdir(parents=True)
    (folder / "token").write_text(site.state.sandbox.token)
    (folder / "config.toml").write_text(OFFICE + site.config() + more)
    with hub_of(folder) as hub:
        set_up_store(hub.engine)
    site.begin()
    with hub_of(folder) as hub:
        for step in steps:
            step(hub)
    site.end()
    shutil.copytree(folder, base / "seed")
    return base / "seed"


Wish = tuple[EntityKind, str, str, str, FieldValue, FieldValue]
"""Entity, its id in the tool, the template field, its carrier, what it holds, what it shall hold."""


def approved(connector: str, wishes: Iterable[Wish]) -> Callable[[Hub], None]:
    """Plan and approve what is to be written."""
    wanted = [_wanted(connector, *wish) for wish in wishes]

    def decided(hub: Hub) -> None:
        with held(hub.engine, HUB, "test") as lease:
            planned = make_plan(hub.engine, lease, lambda _: iter(wanted), limits_of(hub), actor="ana", now=hub.now())
        decide(hub, planned.plan.id)

    return decided


def _wanted(
    connector: str,
    entity: EntityKind,
    external_id: str,
    name: str,
    carrier: str,
    current: FieldValue,
    value: FieldValue,
) -> Wanted:
    return Wanted(
        connector=connector,
        department_id="office",
        mode=PmoMode.CONTROLLING,
        entity=entity,
        entity_id=entity_id(entity, connector, external_id),
        external_id=external_id,
        key=external_id,
        field=name,
        carrier=carrier,
        current=current,
        value=value,
        owner=Owner.HUB,
        write=WriteWhen.DEFAULT,
        reason="hub-owned, computed",
    )


def apply_and_plan(hub: Hub) -> None:
    """What is killed amid a write-back: the apply, and the plan after it."""
    send(hub, "P1")
    plan(hub)


def check_caught(harness: Harness, mutant: Callable[[], Any], skipped: int = 0) -> None:
    """A planted fault leaves something else behind at one step at least; the last ones may be skipped."""
    count, wanted = harness.uninterrupted()
    harness.mutate = mutant
    assert any(harness.differs_at(step, wanted) for step in range(count - skipped, 0, -1))
