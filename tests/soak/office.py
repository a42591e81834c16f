"""The configuration that is soaked: three connectors, fields that the hub writes, and where each of them stands."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.crash.workplace import hub_of
from tests.soak.sheets import Sheet
from tests.templates import set_up_store

CONFIG = """
[hub]
database = "{database}"
standards = []

[departments.office]
name = "Office"
mode = "controlling"

[plausibility]
max_deletions = 100000
max_deletion_share = 1.0

[serve]
spread_seconds = 0
workers = 2
address = ""
retry_seconds = 1
longest_retry_seconds = 2

[writeback]
max_changes_per_run = 100000
max_overwrite_share = 1.0
stop_after_refusals = 100000
stop_after_disputes = 100000
pause_field_after_refusals = 100000
first_writes = 0
writes_per_item_and_day = 100000

[[writeback.standing]]
id = "hubs-own"
fields = ["pmo_id", "pmo_code"]
max_changes = 100000
since = {since}
expires = {expires}
approved_by = "Ana Ruiz"

[connectors.register]
kind = "spreadsheet"
department = "office"
schedule = "* * * * *"
path = "files/Register.xlsx"

[connectors.register.sheets.projects]
key = "No"
columns = {{ key = "No", name = "Project", status = "Status" }}

[connectors.tasks]
kind = "spreadsheet"
department = "office"
schedule = "* * * * *"
path = "files/tasks.csv"

[connectors.tasks.sheets.tasks]
key = "Nr"
project = {{ column = "Project", elsewhere = true }}
columns = {{ title = "Task" }}

[connectors.plans]
kind = "spreadsheet"
department = "office"
schedule = "* * * * *"
path = "files/plans"

[connectors.plans.sheets.tasks]
key = "Key"
project = {{ file = true }}
columns = {{ title = "Activity", assignee = "Who" }}

[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.key"
assign = "once"
carrier = {{ register = "PMO ID" }}

[template.task.pmo_phase]
owner = "team"
default = "planning"
carrier = {{ tasks = "Phase", plans = "PMO phase" }}

[template.task.pmo_code]
owner = "hub"
value = "'T-' + task.title"
carrier = {{ tasks = "Code", plans = "PMO code" }}
"""
CONNECTORS = ("register", "tasks", "plans")
FIELDS: Mapping[str, Mapping[str, str]] = {
    "register": {"pmo_id": "PMO ID"},
    "tasks": {"pmo_phase": "Phase", "pmo_code": "Code"},
    "plans": {"pmo_phase": "PMO phase", "pmo_code": "PMO code"},
}
SQLITE = "sqlite:///pmohub.db"


def sheets_in(folder: Path) -> list[Sheet]:
    """Give the files as their teams begin them."""
    files = folder / "files"
    register = [{"No": f"P{n}", "Project": f"Project {n}", "Status": "active", "PMO ID": ""} for n in range(1, 6)]
    tasks = [
        {"Nr": f"N{n}", "Task": f"Task {n}", "Project": f"P{n % 5 + 1}", "Phase": "", "Code": ""} for n in range(1, 13)
    ]
    found = [
        Sheet(files / "Register.xlsx", "register", "Project", register),
        Sheet(files / "tasks.csv", "tasks", "Task", tasks),
    ]
    for name in "ab":
        rows = [
            {"Key": f"K{n}", "Activity": f"{name} {n}", "Who": "Ana", "PMO phase": "", "PMO code": ""}
            for n in range(1, 9)
        ]
        found.append(Sheet(files / f"plans/{name}.xlsx", "plans", "Activity", rows))
    return found


def set_up(folder: Path, database: str) -> None:
    """Lay out the configuration, and the tables of its store."""
    write_config(folder / "config.toml", database)
    with hub_of(folder) as hub:
        set_up_store(hub.engine)


def write_config(path: Path, database: str) -> None:
    """Write the configuration for a store; the standing approval holds from yesterday."""
    since = datetime.now(UTC).date() - timedelta(days=1)
    text = CONFIG.format(database=database, since=since, expires=since + timedelta(days=300))
    path.write_text(text, encoding="utf-8")
