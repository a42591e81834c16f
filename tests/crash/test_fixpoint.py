"""After a write-back and a sync nothing is left to plan, whatever stands in the workbook and whoever edits it."""

import shutil
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmohub.composition import Hub
from pmohub.writing import plan, send
from sync.approval import Selection, approve
from tests.crash.workplace import SMALL, hub_of, put_back_to, read, set_up

Rows: TypeAlias = dict[str, tuple[Any, Any]]
"""By key of a project: its PMO id and its phase, as somebody typed them."""
CONFIG = (
    SMALL.replace('mode = "controlling"', 'mode = "MODE"')
    + """
[template.project.pmo_phase]
owner = "team"
values = ["initiation", "planning", "execution"]
default = "planning"
carrier = { register = "Phase" }
"""
)
TYPED = st.one_of(
    st.none(),
    st.sampled_from(["PMO-K1", "planning", "Planning ", "EXECUTION", "ours", "n/a", "–", "=1+1", "12", "yes"]),
    st.integers(-3, 10**6),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3)),
    st.booleans(),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
)
BOOKS = st.dictionaries(st.integers(1, 9).map(lambda number: f"K{number}"), st.tuples(TYPED, TYPED), min_size=1)
MODES = st.sampled_from(["supportive", "controlling", "directive"])


def save(folder: Path, rows: Rows) -> None:
    """Save the register with these rows."""
    book = xlsxwriter.Workbook(folder / "files/Register.xlsx", {"strings_to_formulas": False})
    sheet = book.add_worksheet("Register")
    sheet.write_row("A1", ["No", "Project", "Status", "PMO ID", "Phase"])
    for number, (key, typed) in enumerate(rows.items(), start=1):
        sheet.write_row(number, 0, [key, f"Project {key}", "active"])
        for column, value in enumerate(typed, start=3):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write(number, column, value)
    book.close()


def written_back(hub: Hub) -> None:
    planned = plan(hub).plan
    approve(hub.engine, planned.id, Selection(), actor="ana", now=hub.now(), on_behalf_of="Tom", over_limit=True)
    done = send(hub, planned.id)
    assert {item.state.value for item in done.ended} <= {"applied", "already_true", "refused"}, done
    read(hub)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("fixpoint")
    set_up(base / "work", SMALL)
    shutil.copytree(base / "work", base / "seed")
    return base / "seed"


def check(seed: Path, mode: str, first: Rows, second: Rows) -> None:
    folder = seed.with_name("work")
    put_back_to(seed, folder)
    config = folder / "config.toml"
    config.write_text(CONFIG.replace("MODE", mode))
    with hub_of(folder) as hub:
        for rows in (first, first | second):
            save(folder, rows)
            read(hub)
            written_back(hub)
            assert plan(hub).plan.items == ()
        before = (folder / "files/Register.xlsx").read_bytes()
        written_back(hub)
        assert (folder / "files/Register.xlsx").read_bytes() == before


RESET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=5, deadline=None, suppress_health_check=RESET, derandomize=True)
@given(mode=MODES, first=BOOKS, second=BOOKS)
def test_after_apply_and_sync_nothing_is_left_to_plan(seed: Path, mode: str, first: Rows, second: Rows) -> None:
    check(seed, mode, first, second)


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=RESET)
@given(mode=MODES, first=BOOKS, second=BOOKS)
def test_after_apply_and_sync_nothing_is_left_to_plan_in_many_books(
    seed: Path, mode: str, first: Rows, second: Rows
) -> None:
    check(seed, mode, first, second)
