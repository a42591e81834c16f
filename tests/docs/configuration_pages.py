"""The page of the configuration, from its models and from config.example.toml."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from connectors.asana.config import AsanaOptions
from connectors.jira.config import Charter, JiraOptions, LinkType
from connectors.options import OwnField
from connectors.spreadsheet.config import (
    AllocationsSheet,
    Column,
    DependenciesSheet,
    LeaveSheet,
    MappedColumn,
    OwnColumn,
    PeopleSheet,
    ProjectOf,
    ProjectsSheet,
    SheetOptions,
    SpreadsheetOptions,
    StatusReportsSheet,
    TasksSheet,
    TimeSheet,
)
from pmohub.config.model import (
    BlackoutTable,
    ChannelTable,
    ConnectorTable,
    DepartmentTable,
    Document,
    HubTable,
    LinksTable,
    LogTable,
    NotificationsTable,
    OwnPlausibilityTable,
    OwnServeTable,
    PeopleTable,
    PlausibilityTable,
    RetentionTable,
    SecondsTable,
    ServeTable,
)
from pmohub.config.writing import StandingTable, WritebackTable

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TABLES: Sequence[tuple[str, type[BaseModel], str]] = (
    ("[hub]", HubTable, ""),
    ("[departments.NAME]", DepartmentTable, "One for each organisational unit with a PMO mode."),
    ("blackout = [{ … }]", BlackoutTable, ""),
    ("[connectors.NAME]", ConnectorTable, "One for each tool. Every kind has these; further keys belong to the kind."),
    (
        'kind = "spreadsheet"',
        SpreadsheetOptions,
        "Workbooks (.xlsx, .xlsm) and text tables (.csv, .tsv); see [mapping a spreadsheet](../guides/mapping.md).",
    ),
    ("sheets.KIND", SheetOptions, "What every kind of sheet has."),
    ("sheets.projects", ProjectsSheet, ""),
    ("sheets.tasks", TasksSheet, ""),
    ("sheets.time_entries", TimeSheet, ""),
    ("sheets.people", PeopleSheet, ""),
    ("sheets.status_reports", StatusReportsSheet, ""),
    ("sheets.dependencies", DependenciesSheet, ""),
    ("sheets.allocations", AllocationsSheet, ""),
    ("sheets.leave", LeaveSheet, ""),
    ("A column", Column, 'Under `key` or `person`: its heading alone, `key = "No."`, or a table with these keys.'),
    ("A column of a field", MappedColumn, 'Under `columns`: likewise, `due = "Finish"` or a table.'),
    ("A column of a field of your own", OwnColumn, 'Under `fields`: likewise, `site = "Site"` or a table.'),
    ("project = { … }", ProjectOf, "Which project the rows of a sheet belong to: exactly one of the ways."),
    ('kind = "jira"', JiraOptions, "Jira Cloud, Data Center or Server; see [connectors](connectors.md#jira)."),
    (
        "A field of your own",
        OwnField,
        'Under `fields` of a Jira: its name or id alone, `risk = "Risk"`, or a table with these keys.',
    ),
    ("A link type of Jira", LinkType, 'Under `links`: `Blocks = "FS"` or a table.'),
    ("charter = { … }", Charter, ""),
    ('kind = "asana"', AsanaOptions, "Workspaces of Asana; see [connectors](connectors.md#asana)."),
    ("[writeback]", WritebackTable, ""),
    ("[[writeback.standing]]", StandingTable, ""),
    ("[people]", PeopleTable, ""),
    ("[links]", LinksTable, ""),
    ("[plausibility]", PlausibilityTable, ""),
    ("[log]", LogTable, ""),
    (
        "[notifications]",
        NotificationsTable,
        "Who is told what by `pmohub notify` and `pmohub serve`; see [notices](../guides/notices.md).",
    ),
    ("[notifications.channels.NAME]", ChannelTable, "One for each room of a chat or mailbox."),
    ("[retention]", RetentionTable, "See [running it](../guides/running.md)."),
    ("[serve]", ServeTable, "How `pmohub serve` works; see [running it](../guides/running.md)."),
    ("[serve.seconds]", SecondsTable, ""),
    ("serve = { … } of a connector", OwnServeTable, ""),
    ("plausibility = { … } of a connector", OwnPlausibilityTable, ""),
)
"""The tables in the order of the page, each with its model and a sentence before it."""


def configuration() -> str:
    """Give each table with its keys, then the example with every option."""
    lines = [
        "# Configuration",
        "",
        "One TOML file, `config.toml`. `pmohub init` writes a short one; `pmohub check` says what is wrong with it,",
        "with file, line, key and remedy. Unknown keys are refused and the nearest known one is named. Relative paths",
        "start at the file's folder. Each run stores a hash of its configuration (`pmohub runs` shows it).",
        "",
        'Secrets are never written here: where one is needed, write `{ env = "NAME" }`, `{ file = "PATH" }` or',
        '`{ command = ["pass", "show", "NAME"] }`. They are read again at each run.',
        "",
        "The [whole example](#the-whole-example) at the end holds every option with its reason.",
    ]
    for title, model, about in TABLES:
        lines += ["", f"## {title}", ""]
        if about or _sentence(model):
            lines += [about or _sentence(model), ""]
        lines += ["| key | default | meaning |", "| --- | --- | --- |", *_rows(model)]
        if issubclass(model, SheetOptions) and model is not SheetOptions:
            names = ", ".join(f"`{name}`" for name in sorted(model.mappable()))
            lines += ["", f"Fields that `columns` may hold: {names}."]
    lines += ["", "## [precedence]", "", str(Document.model_fields["precedence"].description)]
    lines += ["", "## [template.project.FIELD], [template.task.FIELD]", "", "See [template fields](template.md)."]
    lines += ["", "## The whole example", "", "```toml", EXAMPLE.read_text(encoding="utf-8").rstrip(), "```"]
    return "\n".join(lines) + "\n"


def _sentence(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().split("\n\n")[0]


def _rows(model: type[BaseModel]) -> Iterator[str]:
    shared = set(SheetOptions.model_fields) if issubclass(model, SheetOptions) and model is not SheetOptions else set()
    for name, field in model.model_fields.items():
        if name not in shared:
            cells = (f"`{field.alias or name}`", _default(field), field.description or MEANINGS[model.__name__, name])
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    if shared and not set(model.model_fields) - shared:
        yield "| – | | Nothing besides what every sheet has. |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value: Any = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}) or isinstance(value, BaseModel):
        return "none"
    if isinstance(value, Enum):
        return f"`{value.value}`"
    if isinstance(value, timedelta):
        return f"`{value // timedelta(hours=1)}h`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


MEANINGS = {
    ("SpreadsheetOptions", "sheets"): "The sheets to read, by what their rows are; see below.",
    ("TasksSheet", "project"): "Which project the rows belong to; see below. Without it each workbook is a project, "
    "unless a column `project` is mapped.",
    ("TimeSheet", "project"): "Which project the hours belong to, where no task or column says it; see below.",
    ("AllocationsSheet", "project"): "Which project the rows are about; see below.",
    ("StatusReportsSheet", "project"): "Which project a report is about; see below.",
}
"""What the models leave to their docstrings."""
