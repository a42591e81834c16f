"""`pmohub export`: the documented views, for spreadsheets, BI tools and scripts."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption
from pmohub.cli.output import Output, count

if TYPE_CHECKING:
    from pmohub.composition import Hub

TEXT_FORMATS = {"jsonl", "csv"}
SUFFIXES = {".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}


def export(
    what: Annotated[
        str,
        typer.Argument(
            help="projects, tasks, time-entries, people, dependencies, status-updates, allocations, leave, "
            "source-projects, deviations, writebacks, identities, quarantine or changes."
        ),
    ],
    form: Annotated[
        str | None,
        typer.Option("--format", "-f", help="jsonl, csv, xlsx or parquet; by the file's name when left out."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; JSON lines and CSV go to the screen without."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Write projects, tasks, hours, deviations and more to a file, with documented columns."""
    from pmohub.cli.session import store_for

    screens = Output.standard()
    chosen = form or SUFFIXES.get(output.suffix.lower() if output else "", "jsonl")
    _must_be_known(what, chosen)
    if output is None and chosen not in TEXT_FORMATS:
        output = Path(f"{what}.{chosen}")
    with store_for(config, screens.err) as hub:
        number = _write(hub, what, chosen, output)
    if output is not None:
        screens.out.say("ok", f"{count(number, 'row')} written to {output}")
    return exits.DONE


def _must_be_known(what: str, form: str) -> None:
    from pmohub.exports.formats import FORMATS
    from pmohub.exports.rows import WHAT

    for value, known, name in ((what, WHAT, "export"), (form, FORMATS, "format")):
        if value not in known:
            step = f"Type one of: {', '.join(known)}."
            what_is_wrong = f"There is no {name} “{value}”"
            raise ConfigurationError(Problem(what_is_wrong, "pmohub export", "Nothing was written.", step))


def _write(hub: "Hub", what: str, form: str, path: Path | None) -> int:
    from canonical.database import reading
    from pmohub.exports.formats import FORMATS
    from pmohub.exports.rows import WHAT, rows

    view = WHAT[what]
    with reading(hub.engine) as connection:
        found = rows(connection, view)
        if path is None:
            return FORMATS[form](sys.stdout.buffer, view.columns, found)
        try:
            part = path.with_name(f"{path.name}.part")
            with part.open("wb") as file:
                number = FORMATS[form](file, view.columns, found)
            part.replace(path)
        except OSError as error:
            reason = (error.strerror or "no reason given").lower()
            step = "Name a place that may be written, with --output."
            problem = Problem(f"The file cannot be written: {reason}", str(path), "Nothing was exported.", step)
            raise ConfigurationError(problem) from None
        finally:
            part.unlink(missing_ok=True)
    return number
