"""What people use today to read Jira, each installed from the index into an environment of its own."""

import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that takes a site's address, e-mail and authority, and prints what it read as JSON."""

    name: str
    start: tuple[str, ...]
    partial: str = ""
    """What it leaves out of the same data."""

    def command(self, *where: str) -> list[str]:
        """Give the command for a site."""
        return [*self.start, *where]


def installed(folder: Path) -> Iterator[Peer]:
    """Make the environments one after the other; one that cannot be made is named and left out."""
    for name, package, script, partial in (
        ("the plain loop with jira", "jira==3.10.5", "plain.py", ""),
        ("tap-jira", "tap-jira==2.6.0", "by_tap.py", "all changes of an issue but the last 40"),
        ("dlt", "dlt==1.31.0", "by_dlt.py", "all changes of an issue but the last 40, all worklogs but 20"),
    ):
        home = folder / name.replace(" ", "-")
        venv.create(home, with_pip=True)
        python = home / "bin" / "python"
        command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", package]
        if subprocess.run(command, check=False).returncode:
            print(f"  {name}: cannot be installed", file=sys.stderr)
            continue
        start = (str(python), str(HERE / script))
        yield Peer(name, (*start, str(home / "bin" / "tap-jira")) if script == "by_tap.py" else start, partial)
