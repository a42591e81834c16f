"""Lines about what was done: tied to their run, where the configuration says, and never with a secret."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from canonical.database import open_engine
from canonical.intake import Batch, Cursor
from canonical.logs import bound, logger
from connectors.secrets import Secret
from pmohub.config import load
from pmohub.logs import lines
from pmohub.testing.memory import Fault, MemoryReader, reader_of, small_tool
from sync.runs import ConnectorSetup, sync_connector
from tests.sync.conftest import setup_of, worker
from tests.templates import set_up_store

from .conftest import Run

PLAN = "WBS;Task;Due\n1;Build;1.10.2026\n"
CANARY = "canary-9b1c-secret"


@pytest.fixture
def folder(pmohub: Run, tmp_path: Path) -> Path:
    (tmp_path / "plan.csv").write_text(PLAN, encoding="utf-8")
    pmohub("init", "--workbook", "plan.csv")
    return tmp_path


def ask_for(folder: Path, **options: str) -> Path:
    path = folder / "config.toml"
    table = "".join(f'{name} = "{value}"\n' for name, value in options.items())
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[log]\n{table}", encoding="utf-8")
    return folder / "pmohub.log"


def test_a_command_writes_no_line_unless_it_is_asked(pmohub: Run, folder: Path) -> None:
    ended = pmohub("sync", "--json")
    assert json.loads(ended.out)
    assert "run begun" not in ended.err
    assert not (folder / "pmohub.log").exists()


def test_each_line_names_its_run_and_connector(pmohub: Run, folder: Path) -> None:
    log = ask_for(folder, level="debug", format="json", file="pmohub.log")
    pmohub("sync")
    found = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    stored = next(line for line in found if line["event"] == "batch stored")
    ended = next(line for line in found if line["event"] == "run ended" and line.get("connector") == "plan")
    runs = {run["id"]: run["kind"] for run in json.loads(pmohub("runs", "--json").out)}
    assert runs[stored["run"]] == runs[ended["run"]] == "sync"
    assert (stored["connector"], stored["stage"], ended["state"]) == ("plan", "store", "done")
    assert {runs[line["run"]] for line in found} == {"sync", "resolve", "evaluate"}


def test_plain_lines_go_to_standard_error_when_a_level_is_given(pmohub: Run, folder: Path) -> None:
    ask_for(folder, level="info")
    ended = pmohub("sync", "--json")
    assert json.loads(ended.out)
    assert " info    run begun connector=plan run=" in ended.err
    assert "connector=plan" in ended.err
    assert "batch stored" not in ended.err


def test_a_fact_that_is_not_known_is_left_out_of_a_plain_line(pmohub: Run, folder: Path) -> None:
    log = ask_for(folder, level="info", file="pmohub.log")
    with lines(load(folder / "config.toml")):
        logger().info("job begun", connector=None, run="", opened=0)
    assert pmohub("check").code == 0
    assert log.read_text(encoding="utf-8").splitlines()[0].endswith(" info    job begun opened=0")


def test_tables_that_were_purged_are_not_taken_for_the_place_of_a_line(pmohub: Run, folder: Path) -> None:
    pmohub("sync")
    log = ask_for(folder, level="info", format="json", file="pmohub.log")
    assert pmohub("connector", "purge", "plan", "--yes").code == 0
    (ended,) = [one for one in map(json.loads, log.read_text(encoding="utf-8").splitlines()) if "state" in one]
    assert len(ended["run"]) == 32
    assert ended["outcomes"]["run"] == ended["outcomes"]["connector"] == 1


def test_a_log_that_cannot_be_written_is_told_in_words(pmohub: Run, folder: Path) -> None:
    ask_for(folder, file="nowhere/pmohub.log")
    ended = pmohub("sync")
    assert ended.code == 2
    assert "The log cannot be written to" in ended.err
    assert "config.toml:" in ended.err


class Shouting(MemoryReader):
    """A connector with a fault of its own, whose words hold a secret."""

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        logger().warning("asked with memory-token-by-line")
        message = "token=memory-token"
        raise RuntimeError(message)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    set_up_store(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("form", ["plain", "json"])
def test_no_secret_is_in_a_line(engine: Engine, folder: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ask_for(folder, level="debug", format=form, file="pmohub.log")
    monkeypatch.setenv("CANARY", CANARY)
    assert Secret(env="CANARY").read(folder, where="") == CANARY
    right = reader_of(small_tool(), page_size=4)
    with lines(load(folder / "config.toml")):
        sync_connector(engine, shouting(right), worker())
        for fault in Fault:
            tool = small_tool()
            tool.fail(fault, call=3)
            sync_connector(engine, setup_of(tool), worker())
        with bound(url=f"https://tool.example/?token={CANARY}"):
            logger().info(f"sent {CANARY}", parts=[{"header": f"Bearer {CANARY}"}, CANARY.encode()])
        logging.getLogger("another.library").warning("GET /?token=%s", CANARY)
    text = log.read_text(encoding="utf-8")
    assert "GET /?token=[secret]" in text
    assert "fault of the program" in text
    assert "test_logs.py" in text
    assert CANARY not in text
    assert "memory-token" not in text.replace("memory-token-by-line", "")


def test_of_secrets_that_begin_alike_no_end_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ask_for(folder, level="info", file="pmohub.log")
    longest = "canary-of-many-lengths"
    for length in range(10, len(longest) + 1):
        monkeypatch.setenv("CANARY", longest[:length])
        Secret(env="CANARY").read(folder, where="")
    with lines(load(folder / "config.toml")):
        logger().info("sent", key=longest)
    assert "key=[secret]\n" in log.read_text(encoding="utf-8")


def shouting(right: MemoryReader) -> ConnectorSetup:
    return replace(setup_of(small_tool()), open_reader=lambda: Shouting(right.access, right.options, {}))


def test_without_a_place_to_go_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    logger().error("nobody listens")
    logger().warning("nobody listens")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")
