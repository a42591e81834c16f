"""`pmohub runs`: what was read, changed and refused, run by run, and one run in full."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from canonical.problems import ConfigurationError, Problem
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen, State

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from canonical.store import Counts, Run

app = typer.Typer(invoke_without_command=True, help="What was done, run by run: look, let through, stop.")

RunArgument = Annotated[str, typer.Argument(help="The run's id, or how it begins, as the list shows it.")]
SHOWN = 8
"""How many letters of an id the list shows; they are enough to name a run."""
FEW = 4
"""Kinds of outcomes that the list shows of a run."""
STEPWISE = {"sync", "apply"}
"""Runs that work in steps, between which they can be stopped."""
STATES = {
    "done": State("ok", "done"),
    "in_part": State("warn", "in part"),
    "running": State("plain", "running"),
    "failed": State("bad", "failed"),
    "cancelled": State("warn", "stopped"),
    "lost": State("bad", "lost"),
    "skipped": State("warn", "skipped"),
}
COLUMNS = (
    Column("Run"),
    Column("Begun"),
    Column("What"),
    Column("Ended"),
    Column("Did"),
    Column("Took", right=True, optional=True),
)


@app.callback()
def runs(
    context: typer.Context,
    connector: Annotated[str | None, typer.Option("--connector", help="Only of this connector.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many, the newest first.")] = 20,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """List the latest runs with their counts, times and problems."""
    if context.invoked_subcommand is not None:
        return exits.DONE
    from canonical.store import recent_runs
    from pmohub.cli import known
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        known.connector(hub, connector, "--connector")
        found = recent_runs(hub.engine, connector=connector, limit=limit)
        zone = hub.timezone
    if as_json:
        output.out.json([_document(run) for run in found])
        return exits.DONE
    if not found:
        output.out.line("Nothing has been run yet.")
        output.out.next("pmohub sync")
        return exits.DONE
    output.out.table(COLUMNS, [_row(run, zone) for run in found])
    for run in found[:1]:
        for problem in run.note.problems:
            output.out.line()
            output.out.problem(problem)
    output.out.next(f"pmohub runs show {found[0].id[:SHOWN]}", "pmohub quarantine", "pmohub status")
    return exits.DONE


@app.command()
def show(run: RunArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """Tell one run in full: what it did, what it cost, what it waited for, what was in its way."""
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found, zone = chosen(hub.engine, run), hub.timezone
    if as_json:
        output.out.json(_document(found))
        return exits.DONE
    _tell(output.out, found, zone)
    again = f"pmohub sync {found.connector}" if found.kind.value == "sync" else "pmohub runs"
    output.out.next("pmohub quarantine" if found.note.counts.quarantined else again)
    return exits.DONE


@app.command()
def accept(run: RunArgument, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Let a run's implausible result through, after a look: messages and writes go on."""
    from canonical.store.holds import accept as let_through
    from pmohub.cli.session import store_for
    from pmohub.writing import actor

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found = chosen(hub.engine, run)
        held = let_through(hub.engine, found.id, actor(), hub.now())
    if held:
        output.out.say("ok", "Let through. Messages and writes go on.")
    else:
        output.out.say("warn", f"Nothing is held back because of run {found.id[:SHOWN]}.")
    output.out.next("pmohub writeback plan", "pmohub status")
    return exits.DONE if held else exits.FINDINGS


@app.command()
def cancel(run: RunArgument, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Ask a run of any process to stop after the step in hand. What is stored is kept; the next run goes on."""
    from canonical.store import ask_cancel, mark_lost
    from pmohub.cli.session import store_for
    from pmohub.writing import actor

    output = Output.standard()
    with store_for(config, output.err) as hub:
        mark_lost(hub.engine, hub.now())
        found = chosen(hub.engine, run)
        stoppable = found.kind.value in STEPWISE
        asked = stoppable and ask_cancel(hub.engine, found.id, actor(), hub.now())
    if found.state.value == "running" and not stoppable:
        output.out.say("warn", f"Run {found.id[:SHOWN]} does its work in one step and ends by itself.")
    elif asked:
        output.out.say("ok", f"Run {found.id[:SHOWN]} was asked to stop; it does so after the step in hand.")
    else:
        output.out.say("warn", f"Run {found.id[:SHOWN]} is not running: {STATES[found.state.value].word}.")
    output.out.next(f"pmohub runs show {found.id[:SHOWN]}")
    return exits.DONE if asked else exits.FINDINGS


def chosen(engine: "Engine", named: str) -> "Run":
    """Give the one run whose id begins so.

    Raises:
        ConfigurationError: there is none, or more than one.
    """
    from canonical.store import find_runs

    found = find_runs(engine, named.lower()) if named else []
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} runs begin with “{named}”" if found else f"There is no run “{named}”"
    more = "Type more of its id." if found else "See which there are:"
    raise ConfigurationError(Problem(what, "", "Nothing was done.", more, commands=("pmohub runs",)))


def _tell(out: Screen, run: "Run", zone: ZoneInfo) -> None:
    state = STATES[run.state.value]
    what = f"{run.kind.value} {run.connector}" if run.connector else run.kind.value
    out.say(state.style, f"{what}: {state.word}", strong=True)
    note = run.note
    out.facts(
        run=run.id,
        begun=when(run.started_at, zone),
        took=took(run.started_at, run.ended_at),
        config=run.config_version or "",
        stop=f"asked for by {run.cancel_asked_by}" if run.cancel_asked_by else "",
    )
    counted = list(_counted(note.counts)) if run.kind.value == "sync" else []
    _section(out, "What it did", [*counted, *_outcomes(note.outcomes)])
    cost = [("requests", f"{note.requests:,}")] if run.connector else []
    cost += [(f"waited: {reason}", seconds(spent)) for reason, spent in _largest(note.waits)]
    cost += [(f"stage {name}", seconds(spent)) for name, spent in _largest(note.stages)]
    cost += [("peak memory", f"{note.peak_memory / 1_000_000:,.0f} MB")] if note.peak_memory else []
    _section(out, "What it cost", cost)
    for problem in note.problems:
        out.line()
        out.problem(problem)


def _section(out: Screen, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        out.line()
        out.table((Column(title), Column("", right=True)), rows)


def _counted(counts: "Counts") -> Iterator[tuple[str, str]]:
    yield "records read", f"{counts.seen:,}"
    yield "stored, new or changed", f"{counts.changed:,}"
    yield "unchanged", f"{counts.unchanged:,}"
    yield "in quarantine", f"{counts.quarantined:,}"
    yield "found deleted", f"{counts.deleted:,}"
    yield "no longer to be seen", f"{counts.lost_access:,}"


def _outcomes(outcomes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for name, number in outcomes.items():
        yield name.replace("_", " "), f"{number:,}"


def _largest(spent: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(spent.items(), key=lambda one: (-one[1], one[0]))


def _row(run: "Run", zone: ZoneInfo) -> tuple[str | State, ...]:
    return (
        run.id[:SHOWN],
        when(run.started_at, zone),
        f"{run.kind.value} {run.connector}" if run.connector else run.kind.value,
        STATES[run.state.value],
        _did(run),
        took(run.started_at, run.ended_at),
    )


def _did(run: "Run") -> str:
    """Say in a few words what a run did: what was read and what became of it, or the outcomes that it counts."""
    counts = run.note.counts
    done = {"read": counts.seen, "changed": counts.changed, "deleted": counts.deleted}
    done |= {"quarantined": counts.quarantined, **run.note.outcomes}
    found = [(name.replace("_", " "), number) for name, number in done.items() if number]
    shown = found if len(found) <= FEW else sorted(found, key=lambda one: -one[1])[:FEW]
    told = ", ".join(f"{number:,} {name}" for name, number in shown)
    return (f"{told} and more" if len(found) > FEW else told) or "–"


def when(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment for a list of the last weeks: `Sun 22 Nov, 18:30`."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def took(begun: datetime, ended: datetime | None) -> str:
    """Write how long something took, in seconds."""
    return "–" if ended is None else seconds((ended - begun).total_seconds())


def seconds(spent: float) -> str:
    """Write seconds; what is less than a tenth too."""
    return f"{spent:,.1f} s" if spent >= 0.1 or spent == 0 else f"{spent:.3f} s"


def _document(run: "Run") -> dict[str, object]:
    from dataclasses import asdict

    document = asdict(run)
    document["note"]["waited"] = run.note.waited
    return document
