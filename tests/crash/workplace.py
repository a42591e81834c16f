"""A department at work: a register and a list of tasks in files of its own, a store, and the way from plan to undo."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from canonical.database import reading, writing
from canonical.schema.operations import lease
from canonical.store.writebacks import WriteBack, find, latest_plan_id
from pmohub.composition import Hub, composed
from pmohub.config import load
from pmohub.syncing import sync
from pmohub.undoing import undo
from pmohub.writing import plan, send
from sync.approval import Selection, approve
from sync.sending import Applied
from sync.undo import ToUndo
from tests.templates import set_up_store

DATABASE = 'database = "sqlite:///pmohub.db"'
OFFICE = f"""
[hub]
{DATABASE}
standards = []

[departments.office]
name = "Office"
mode = "controlling"

[writeback]
max_overwrite_share = 1.0
stop_after_disputes = 1000
first_writes = 0
writes_per_item_and_day = 1000
"""
REGISTER = """
[connectors.register]
kind = "spreadsheet"
department = "office"
path = "files/Register.xlsx"

[connectors.register.sheets.projects]
name = "Register"
key = "No"
columns = { key = "No", name = "Project", status = "Status" }

[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.key"
assign = "once"
carrier = { register = "PMO ID" }
"""
LIST = """
[connectors.tasks]
kind = "spreadsheet"
department = "office"
path = "files/tasks.csv"

[connectors.tasks.sheets.tasks]
key = "Nr"
project = { column = "Project", elsewhere = true }
columns = { title = "Task" }

[template.task.pmo_phase]
owner = "team"
default = "planning"
carrier = { tasks = "Phase" }

[template.task.pmo_code]
owner = "hub"
value = "'T-' + task.title"
carrier = { tasks = "Code" }
"""
WHOLE, SMALL = OFFICE + REGISTER + LIST, OFFICE + REGISTER
PROJECTS = ("P1", "P2")
TASKS = ("1", "2", "3")


def set_up(folder: Path, config: str | None = None, database: str = "") -> None:
    """Lay out the files, and sync them once."""
    (folder / "files").mkdir(parents=True)
    (folder / "config.toml").write_text((config or WHOLE).replace(DATABASE, database or DATABASE))
    save_register(folder)
    lines = ["Nr;Task;Project;Phase;Code", *(f"{key};Task {key};P1;;" for key in TASKS)]
    (folder / "files/tasks.csv").write_text("\r\n".join([*lines, ""]))
    with hub_of(folder) as hub:
        set_up_store(hub.engine)
        read(hub)


def save_register(folder: Path, **ids: str) -> None:
    """Save the register as its team does, with these PMO ids."""
    book = xlsxwriter.Workbook(folder / "files/Register.xlsx")
    book.set_properties({"created": datetime(2026, 1, 5, tzinfo=UTC)})
    sheet = book.add_worksheet("Register")
    sheet.write_row("A1", ["No", "Project", "Status", "PMO ID"])
    for row, key in enumerate(PROJECTS, start=1):
        sheet.write_row(row, 0, [key, f"Project {key}", "active", *filter(None, [ids.get(key)])])
    book.close()


@contextmanager
def hub_of(folder: Path) -> Iterator[Hub]:
    with composed(load(folder / "config.toml")) as hub:
        yield hub
        hub.engine.dispose()


def put_back_to(seed: Path, folder: Path) -> None:
    """Let the folder be as the seed is: at the same path, since a connector knows where its files are."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(seed, folder)


def read(hub: Hub) -> None:
    done = sync(hub, list(hub.configuration.connectors.values()))
    assert [problem for report in done.reports for problem in report.problems] == []


def decide(hub: Hub, plan_id: str) -> None:
    approve(hub.engine, plan_id, Selection(), actor="ana", now=hub.now(), over_limit=True)


def write_back(hub: Hub) -> Applied:
    """Plan unless that is done, approve, apply: what a person types, and types again after a crash."""
    planned = "P1" if latest(hub) else plan(hub).plan.id
    decide(hub, planned)
    return send(hub, planned)


def take_back(hub: Hub) -> Applied:
    """Undo what was written; the undo that a crash cut off is seen through."""
    cut_off = max((item.plan_id for item in journal(hub) if item.undo_of), default=None)
    return send(hub, cut_off) if cut_off else undo(hub, ToUndo(plan_id="P1"))


def latest(hub: Hub) -> str | None:
    with reading(hub.engine) as connection:
        return latest_plan_id(connection)


def journal(hub: Hub) -> list[WriteBack]:
    with reading(hub.engine) as connection:
        return find(connection)


def forget_leases(hub: Hub) -> None:
    """Let the time of a dead process's lease be over."""
    with writing(hub.engine) as connection:
        connection.execute(lease.delete())
