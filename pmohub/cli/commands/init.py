"""`pmohub init`: a commented configuration to start from."""

from pathlib import Path
from typing import Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption
from pmohub.cli.output import Output


def init(
    config: ConfigOption = DEFAULT_CONFIG,
    workbook: Annotated[
        list[Path] | None,
        typer.Option(
            "--workbook",
            "-w",
            help="A workbook, CSV file or folder of them to read: its mapping is found and written in.",
        ),
    ] = None,
) -> int:
    """Write a commented config.toml. Asks nothing; an existing file is never changed."""
    from pmohub.starter import write_starter

    output = Output.standard()
    started = write_starter(config, workbook or [])
    output.out.say("ok", f"{config} is written. Every line in it may be changed.")
    for found in started.found:
        output.out.line(found, indent=2)
    for problem in started.problems:
        output.err.line()
        output.err.problem(problem)
    if started.unmapped:
        # What follows a sync is no help before something is mapped.
        output.out.next(*(f"pmohub discover {name}" for name in started.unmapped), "pmohub check")
    elif workbook:
        output.out.next("pmohub sync", "pmohub deviations")
    else:
        output.out.next("pmohub init --help", "pmohub check")
    return exits.FINDINGS if started.problems or started.unmapped else exits.DONE
