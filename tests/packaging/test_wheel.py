"""An installed wheel works by itself, in an empty environment, without an index and away from the sources."""

import os
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.test_names import OURS

ROOT = Path(__file__).parents[2]
WHEELHOUSE = ROOT / ".wheelhouse"


def run(*command: str | Path, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout + done.stderr


PIP = (sys.executable, "-m", "pip", "--quiet", "--isolated", "--disable-pip-version-check")
pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("pmohub-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    assert WHEELHOUSE.is_dir(), "the local wheelhouse is missing; `make setup` fills it"
    environment = wheel.parent / "env"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    run(*PIP, "--python", python, "install", "--no-index", "--find-links", WHEELHOUSE, wheel, cwd=wheel.parent)
    return environment / "bin" / "pmohub"


def test_the_wheel_holds_our_packages_and_nothing_else_at_the_top(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(OURS)


def test_the_wheel_runs_in_another_folder(installed: Path, tmp_path: Path) -> None:
    assert "Usage" in run(installed, "--help", cwd=tmp_path)


@pytest.mark.long
def test_the_wheel_brings_the_demo(installed: Path, tmp_path: Path) -> None:
    assert "Next:" in run(installed, "demo", cwd=tmp_path)
