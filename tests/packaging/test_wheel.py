"""An installed wheel works by itself, in an empty environment, without an index and away from the sources."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEELHOUSE = ROOT / ".wheelhouse"


def run(*command: str | Path, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert WHEELHOUSE.is_dir(), "the local wheelhouse is missing; `make setup` fills it"
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--isolated", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("pmohub-*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    run(*pip, "--python", python, "install", "--no-index", "--find-links", WHEELHOUSE, wheel, cwd=folder)
    return folder / "env" / "bin" / "pmohub"


def test_the_wheel_runs_in_another_folder(installed: Path, tmp_path: Path) -> None:
    assert "Usage" in run(installed, "--help", cwd=tmp_path)


def test_the_wheel_brings_the_demo(installed: Path, tmp_path: Path) -> None:
    assert "Next:" in run(installed, "demo", cwd=tmp_path)
