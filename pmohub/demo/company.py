"""Sets up the sample company: copies its files and made-up tools into a folder, with the calendar of their day."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from socket import socket
from typing import Any

from canonical.problems import ConfigurationError, Problem
from pmohub.testing.asana import server as asana
from pmohub.testing.asana.keeping import Kept as KeptAsana
from pmohub.testing.jira import server as jira
from pmohub.testing.jira.keeping import Kept as KeptJira
from pmohub.testing.sandbox.keeping import KeptSite
from pmohub.testing.sandbox.loopback import LOOPBACK, listening

FILES_OF = date(2026, 11, 25)
"""The day on which the sample files were true."""
MARK = ".pmohub-demo"
SHIFT = "calendar_shift_days = 0"


@dataclass(frozen=True, slots=True)
class Tool:
    """A made-up tool of the company: the file with all that its people did there, and where it would like to listen.

    What is written to it later is added to the file.
    """

    name: str
    kept: type[KeptSite[Any, Any]]
    hosting: Callable[[Any, socket], AbstractContextManager[Any]]
    port: int

    @property
    def file(self) -> str:
        """Where it is kept, in the company's folder."""
        return f"{self.name}/site.jsonl"

    @property
    def token(self) -> str:
        """Where the token is that opens it."""
        return f"{self.name}/token"

    def address(self, port: int) -> str:
        """Give its address."""
        return f"http://{LOOPBACK}:{port}"


JIRA = Tool("jira", KeptJira, jira.hosting, 8190)
ASANA = Tool("asana", KeptAsana, asana.hosting, 8191)
TOOLS = (JIRA, ASANA)


@contextmanager
def running(folder: Path, now: datetime) -> Iterator[tuple[Path, Sequence[str]]]:
    """Make the folder anew, run its tools until the block ends, and give the configuration's path and their addresses.

    Raises:
        ConfigurationError: as of `set_up`.
    """
    with ExitStack() as held:
        listeners = [held.enter_context(_listening(tool.port)) for tool in TOOLS]
        config = set_up(folder, now.date(), [listener.getsockname()[1] for listener in listeners])
        for tool, listener in zip(TOOLS, listeners, strict=True):
            held.enter_context(tool.hosting(tool.kept.read(folder / tool.file).begin(now), listener))
        yield config, [tool.address(one.getsockname()[1]) for tool, one in zip(TOOLS, listeners, strict=True)]


def _listening(port: int) -> socket:
    try:
        return listening(port)
    except OSError:
        return listening()


def set_up(folder: Path, today: date, ports: Sequence[int] = (JIRA.port, ASANA.port)) -> Path:
    """Make the folder anew and give the path of its configuration; `ports` are where its tools will be.

    Raises:
        ConfigurationError: the folder holds something that is not the demo's, or cannot be written.
    """
    if folder.exists() and not (folder / MARK).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(_not_ours(folder))
    try:
        _clear(folder)
        with as_file(files("pmohub.demo")) as packaged:
            shutil.copytree(packaged / "samples", folder, dirs_exist_ok=True)
            text = (packaged / "config.toml").read_text(encoding="utf-8")
        text = text.replace(SHIFT, f"calendar_shift_days = {(FILES_OF - today).days}")
        for tool, port in zip(TOOLS, ports, strict=True):
            text = text.replace(tool.address(tool.port), tool.address(port))
            site = tool.kept.read(folder / tool.file)
            replace(site, since=today, port=port).write()
            (folder / tool.token).write_text(site.sandbox.token, encoding="utf-8")
        config = folder / "config.toml"
        config.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        step = "Name a folder that may be written: pmohub demo FOLDER."
        raise ConfigurationError(Problem(f"It cannot be written: {reason}", str(folder), "Nothing.", step)) from None
    return config


def _clear(folder: Path) -> None:
    """Take out what an earlier demo left, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Made by `pmohub demo`, which makes this folder anew each time.\n", encoding="utf-8")
    for entry in _old(folder):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _old(folder: Path) -> Iterator[Path]:
    return (entry for entry in list(folder.iterdir()) if entry.name != MARK)


def _not_ours(folder: Path) -> Problem:
    return Problem(
        what="The folder is in use",
        where=str(folder),
        not_done="Nothing in it was touched.",
        next_step="Name another folder, which the demo then makes:",
        commands=("pmohub demo my-demo",),
    )
