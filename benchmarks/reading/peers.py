"""What people use today to read a tool, each installed from the index into an environment of its own."""

import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that prints what it read as JSON: a module of ours that is run where the package is installed.

    `script`: the command that the package brings, for modules that start it. `partial`: what it leaves out of the data.
    """

    name: str
    package: str
    module: str
    script: str = ""
    partial: str = ""

    def command(self, home: Path, *where: str) -> list[str]:
        """Give the command that reads a site with what is installed in `home`."""
        script = [str(home / "bin" / self.script)] if self.script else []
        return [str(python(home)), "-m", self.module, *script, *where]


def installed(peers: Sequence[Peer], folder: Path) -> Iterator[tuple[Peer, Path]]:
    """Make the environments one after the other; one that cannot be made is named and left out."""
    for peer in peers:
        home = folder / peer.name.replace(" ", "-")
        venv.create(home, with_pip=True)
        command = [str(python(home)), "-m", "pip", "install", "-qq", "--disable-pip-version-check", peer.package]
        if subprocess.run(command, check=False).returncode:
            print(f"  {peer.name}: cannot be installed", file=sys.stderr)
            continue
        yield peer, home


def python(home: Path) -> Path:
    """Give the interpreter of an environment."""
    return home / "bin" / "python"
