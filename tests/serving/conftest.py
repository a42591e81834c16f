"""A configuration of awkward tools in a folder, found by this process and by every one that it starts."""

import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pmohub.composition import Hub, composed
from pmohub.config import load
from pmohub.serving.job import JobReport
from pmohub.serving.orders import order_for
from pmohub.serving.starting import Starter
from pmohub.serving.supervision import supervised
from tests.templates import set_up_store

TOOLS = Path(__file__).parent / "tools"
HEAD = """
[hub]
database = "{database}"
standards = []

[departments.office]
name = "Office"
mode = "controlling"

[serve]
spread_seconds = 0
workers = {workers}
address = ""
retry_seconds = 1

[serve.seconds]
read = {read}
stop = 1
"""
TOOL = """
[connectors.{name}]
kind = "awkward"
department = "office"
schedule = "{schedule}"
behaviour = "{name}.txt"
"""

Folder = Callable[..., Path]
STARTER = Starter()


def done(
    hub: Hub, connector: str | None = "tool", stop: threading.Event | None = None, starter: Starter = STARTER
) -> JobReport:
    """Do a job in a process of its own."""
    return supervised(order_for(hub.configuration, connector), hub.engine, starter, clock=hub.now, stop=stop)


@pytest.fixture(scope="session", autouse=True)
def started() -> Iterator[None]:
    yield
    STARTER.close()


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(TOOLS))
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(TOOLS), before))))
    importlib.invalidate_caches()
    yield
    sys.modules.pop("awkward", None)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Lay out a configuration with a tool for each name, that behaves as its words say."""

    def make(
        database: str = "sqlite:///pmohub.db",
        schedule: str = "0 0 1 1 *",
        workers: int = 2,
        read: int = 2,
        more: str = "",
        **tools: str,
    ) -> Path:
        parts = [HEAD.format(database=database, workers=workers, read=read)]
        for name, words in tools.items():
            (tmp_path / f"{name}.txt").write_text(words)
            parts.append(TOOL.format(name=name, schedule=schedule))
        (tmp_path / "config.toml").write_text("".join([*parts, more]))
        return tmp_path

    return make


@pytest.fixture
def hub_of() -> Iterator[Callable[[Path], Hub]]:
    opened = []

    def open_hub(folder: Path) -> Hub:
        context = composed(load(folder / "config.toml"))
        hub = context.__enter__()
        opened.append((context, hub))
        set_up_store(hub.engine)
        return hub

    yield open_hub
    for context, hub in opened:
        hub.engine.dispose()
        context.__exit__(None, None, None)
