"""`pmohub sync`: read the tools, store what changed, apply the standards."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.commands.runs import STATES, took
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen, State, count

if TYPE_CHECKING:
    from canonical.intake import Progress
    from canonical.store import Counts
    from pmohub.syncing import Synced
    from sync.reports import RunReport

FAILED = {"failed", "lost"}
COLUMNS = (
    Column("Connector"),
    Column("Ended"),
    Column("Read", right=True),
    Column("Changed", right=True),
    Column("Quarantined", right=True),
    Column("Requests", right=True, optional=True),
    Column("Took", right=True),
)


def sync(
    connectors: Annotated[list[str] | None, typer.Argument(help="Connectors to read; all when none is named.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, not only what changed.")] = False,
    any_deletions: Annotated[
        bool, typer.Option("--allow-deletions", help="Let through more deletions at once than are plausible.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Read the tools, store what changed, and hold everything against the standards. Writes to no tool.

    Open deviations are no failure: it ends with 0. It ends with 1 when a part could not be read, or another process is
    reading it, with 3 when a tool failed; the other tools are read all the same.
    """
    from dataclasses import asdict

    from canonical.store.connectors import states
    from canonical.store.holds import holds
    from pmohub.cli.session import named, store_for
    from pmohub.config import inspect
    from pmohub.portfolio import connectors as sources
    from pmohub.syncing import sync as run
    from sync.stopping import stop_on_signals

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        chosen = named(inspect(config), connectors or [], config)
        retired = {one.id for one in states(hub.engine) if one.retired_at is not None} if not connectors else set()
        left_out = [one.id for one in chosen if one.id in retired]
        chosen = [one for one in chosen if one.id not in retired]
        with output.err.progress("Connectors", len(chosen)) as at, stop_on_signals() as stop:
            watch = Watch(at, len(chosen))
            done = run(hub, chosen, observer=watch, stop=stop, full=full, any_deletions=any_deletions)
        waiting = sum(one.quarantined for one in sources(hub.engine, hub.now()))
        held = [one.problem for one in holds(hub.engine)]
    if as_json:
        output.out.json({**document(done), "in_quarantine": waiting, "held_back": [asdict(one) for one in held]})
    else:
        show(output, done)
        for connector in left_out:
            output.err.say("plain", f"{connector} is retired and was not read.")
        for problem in held:
            output.err.line()
            output.err.problem(problem)
        if waiting > sum(report.counts.quarantined for report in done.reports):
            output.out.line(f"{count(waiting, 'record')} in quarantine in all, from this sync and earlier ones.")
        output.out.next(*_next(done, waiting))
    ended = code(done.reports)
    return exits.FINDINGS if held and ended == exits.DONE else ended


class Watch:
    """Shows how far a sync is."""

    def __init__(self, at: Callable[..., None], total: int) -> None:
        self.at = at
        self.total = total
        self.done = 0

    def begun(self, connector: str) -> None:
        """Name the connector whose turn it is."""
        self.at(self.done, self.total, connector)

    def progressed(self, connector: str, progress: "Progress", counts: "Counts") -> None:  # noqa: ARG002  # the observer's form
        """Name what is read of it so far."""
        of = f" of {progress.total:,}" if progress.total is not None else ""
        self.at(self.done, self.total, f"{connector}: {progress.done:,}{of} {progress.unit}")

    def ended(self, report: "RunReport") -> None:  # noqa: ARG002  # the observer's form
        """Count it."""
        self.done += 1
        self.at(self.done, self.total, "Connectors")


def show(output: Output, done: "Synced") -> None:
    """Print the table of connectors, their problems, and what the standards say."""
    out = output.out
    if done.reports:
        output.err.line()
        out.table(COLUMNS, [_row(report) for report in done.reports])
    else:
        out.line("There is no connector to read yet.")
    for report in done.reports:
        for problem in report.problems:
            output.err.line()
            output.err.problem(problem)
    for problem in done.evaluation.problems if done.evaluation else ():
        output.err.line()
        output.err.problem(problem)
    out.line()
    _sentence(out, done)


def _row(report: "RunReport") -> tuple[str | State, ...]:
    counts = report.counts
    begun = report.started_at
    return (
        report.connector,
        STATES[report.state.value],
        f"{counts.seen:,}",
        f"{counts.changed:,}",
        f"{counts.quarantined:,}",
        f"{report.requests:,}",
        took(begun, report.ended_at) if begun else "–",
    )


def _sentence(out: Screen, done: "Synced") -> None:
    counts = [report.counts for report in done.reports]
    seen, changed = sum(one.seen for one in counts), sum(one.changed for one in counts)
    unchanged, kept = sum(one.unchanged for one in counts), sum(one.quarantined for one in counts)
    gone = sum(one.deleted for one in counts)
    deleted = f"{gone:,} found deleted, " if gone else ""
    read = f"{changed:,} stored, {unchanged:,} unchanged, {deleted}{kept:,} in quarantine"
    out.line(f"{count(seen, 'record')} read: {read}.")
    found = done.evaluation
    if found is None:
        out.say("warn", "Stopped before the standards were applied. What was read is stored.")
        return
    opened = found.opened + found.reopened
    out.line(f"Deviations: {opened:,} opened, {found.closed:,} closed, {found.open:,} open.")


def code(reports: Sequence["RunReport"]) -> int:
    """Give the exit code of a sync."""
    states = {report.state.value for report in reports}
    if any(report.state.value in FAILED and not report.over_limit for report in reports):
        return exits.TOOL_FAILED
    if states & FAILED:
        return exits.LIMIT
    return exits.FINDINGS if states & {"in_part", "cancelled", "skipped"} else exits.DONE


def _next(done: "Synced", waiting: int) -> list[str]:
    if not done.reports:
        return ["pmohub init --help"]
    if done.evaluation is None:
        return ["pmohub sync"]
    failed = [f"pmohub check {report.connector}" for report in done.reports if report.state.value in FAILED]
    kept = ["pmohub quarantine"] if waiting else []
    return [*failed[:2], *kept, "pmohub deviations", "pmohub status"][:3]


def document(done: "Synced") -> dict[str, object]:
    """Give what `--json` prints."""
    from dataclasses import asdict

    found = done.evaluation
    return {
        "connectors": [
            {
                "connector": report.connector,
                "run": report.run_id,
                "state": report.state.value,
                **asdict(report.counts),
                "requests": report.requests,
                "waited": sum(report.waits.values()),
                "waits": report.waits,
                "stages": report.stages,
                "problems": [asdict(problem) for problem in report.problems],
            }
            for report in done.reports
        ],
        "deviations": found
        and {"opened": found.opened, "reopened": found.reopened, "closed": found.closed, "open": found.open},
    }
