"""Sets up the sample company: copies its workbooks and its Jira into a folder, with the calendar of their day."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from socket import socket

from canonical.problems import ConfigurationError, Problem
from pmohub.testing.jira.keeping import Kept
from pmohub.testing.jira.server import hosting
from pmohub.testing.sandbox.loopback import listening

FILES_OF = date(2026, 11, 25)
"""The day on which the sample files were true."""
MARK = ".pmohub-demo"
JIRA = "jira/site.jsonl"
"""The company's Jira: what its people did there; what is written to it later is added."""
DEFAULT_PORT = 8190
TOKEN = "jira/token"  # noqa: S105  # a file's name
SHIFT = "calendar_shift_days = 0"
URL = f'url = "http://127.0.0.1:{DEFAULT_PORT}"'


@contextmanager
def running(folder: Path, now: datetime) -> Iterator[tuple[Path, str]]:
    """Make the folder anew, run its Jira until the block ends, and give the configuration's path and Jira's address.

    Raises:
        ConfigurationError: as of `set_up`.
    """
    with _listening() as listener:
        config = set_up(folder, now.date(), listener.getsockname()[1])
        with hosting(Kept.read(folder / JIRA).begin(now), listener) as server:
            yield config, server.url


def _listening() -> socket:
    try:
        return listening(DEFAULT_PORT)
    except OSError:
        return listening()


def set_up(folder: Path, today: date, port: int = DEFAULT_PORT) -> Path:
    """Make the folder anew and give the path of its configuration; `port` is where its Jira will be.

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
        config = folder / "config.toml"
        shift = f"calendar_shift_days = {(FILES_OF - today).days}"
        address = URL.replace(str(DEFAULT_PORT), str(port))
        config.write_text(text.replace(SHIFT, shift).replace(URL, address), encoding="utf-8")
        site = Kept.read(folder / JIRA)
        replace(site, since=today, port=port).write()
        (folder / TOKEN).write_text(site.sandbox.token, encoding="utf-8")
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
