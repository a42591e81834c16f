"""`pmohub runs`: what was read, changed and refused, run by run."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, State

if TYPE_CHECKING:
    from canonical.store import Run

STATES = {
    "done": State("ok", "done"),
    "in_part": State("warn", "in part"),
    "running": State("plain", "running"),
    "failed": State("bad", "failed"),
    "cancelled": State("warn", "stopped"),
    "lost": State("bad", "lost"),
}


def runs(
    connector: Annotated[str | None, typer.Argument(help="Only of this connector.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many, the newest first.")] = 20,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """List the latest runs with their counts, times and problems."""
    from canonical.store import recent_runs
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found = recent_runs(hub.engine, connector=connector, limit=limit)
        zone = hub.timezone
    if as_json:
        output.out.json([_document(run) for run in found])
        return exits.DONE
    if not found:
        output.out.line("Nothing has been run yet.")
        output.out.next("pmohub sync")
        return exits.DONE
    columns = (
        Column("Begun"),
        Column("What"),
        Column("Ended"),
        Column("Read", right=True),
        Column("Changed", right=True),
        Column("Quarantined", right=True),
        Column("Took", right=True, optional=True),
        Column("Configuration", optional=True),
    )
    output.out.table(columns, [_row(run, zone) for run in found])
    for run in found[:1]:
        for problem in run.note.problems:
            output.out.line()
            output.out.problem(problem)
    output.out.next("pmohub quarantine", "pmohub status")
    return exits.DONE


def _row(run: "Run", zone: ZoneInfo) -> tuple[str | State, ...]:
    counts = run.note.counts
    return (
        when(run.started_at, zone),
        run.connector or run.kind.value,
        STATES[run.state.value],
        f"{counts.seen:,}",
        f"{counts.changed:,}",
        f"{counts.quarantined:,}",
        took(run.started_at, run.ended_at),
        run.config_version or "–",
    )


def when(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment for a list of the last weeks: `Sun 22 Nov, 18:30`."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def took(begun: datetime, ended: datetime | None) -> str:
    """Write how long something took, in seconds."""
    return "–" if ended is None else f"{(ended - begun).total_seconds():,.1f} s"


def _document(run: "Run") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(run)
