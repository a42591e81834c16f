"""`pmohub demo`: a sample company from its workbooks to what is written back, in a folder of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.output import Output, count

if TYPE_CHECKING:
    from pmohub.composition import Hub
    from sync.plan import Planned

DEVIATIONS = 8
TEAM = "Sophie Brandt"
"""In a supportive department the team accepts; in the demo its manager does."""


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it; made anew each time.")] = Path("pmohub-demo"),
) -> int:
    """Show all of it on a sample company: workbooks read, deviations found, fields written back. Takes seconds.

    Nothing leaves the machine, and nothing outside the folder is touched.
    """
    from pmohub.cli.session import ready
    from pmohub.clock import now
    from pmohub.composition import composed
    from pmohub.config import load
    from pmohub.demo.company import set_up

    output = Output.standard()
    configuration = load(set_up(folder, now().date()))
    departments = count(len(configuration.departments) - 1, "department")
    output.out.line(("A sample company", "head"), f" on this machine: {departments}, the PMO, and the files they keep.")
    output.out.line((f"Nothing leaves the machine; everything is under {folder}.", "dim"))
    output.out.line()
    with composed(configuration) as hub:
        ready(hub, output.err)
        _read(output, hub)
        _portfolio(output, hub)
        _deviations(output, hub)
        _write_back(output, hub)
        _report(hub, folder)
        _places(output, folder)
        hub.engine.dispose()
    output.out.next(
        f"cd {folder}",
        "pmohub report --open",
        "pmohub deviations --severity critical",
        "pmohub quarantine",
        "pmohub writeback log",
        "pmohub init --workbook YOUR-OWN.xlsx --config mine.toml",
    )
    return exits.DONE


def _read(output: Output, hub: "Hub") -> None:
    from pmohub.cli.commands.sync import Watch, show
    from pmohub.syncing import sync

    chosen = list(hub.configuration.connectors.values())
    with output.err.progress("Connectors", len(chosen)) as at:
        done = sync(hub, chosen, observer=Watch(at, len(chosen)))
    show(output, done)


def _portfolio(output: Output, hub: "Hub") -> None:
    from pmohub.cli.commands.status import show
    from pmohub.portfolio import projects

    _heading(output, "The portfolio")
    show(output.out, projects(hub.engine))


def _deviations(output: Output, hub: "Hub") -> None:
    from canonical.database import reading
    from pmohub.cli.commands.deviations import project_names, table
    from pmohub.cli.commands.status import deviations_sentence
    from pmohub.portfolio import open_by_severity
    from rules.deviations import Filters, query

    _heading(output, "Where the standards are not kept")
    with reading(hub.engine) as connection:
        worst = query(connection, Filters(), limit=DEVIATIONS)
    table(output.out, worst, project_names(hub), hub.now())
    output.out.line()
    output.out.line(f"{len(worst)} shown. {deviations_sentence(open_by_severity(hub.engine))}")


def _write_back(output: Output, hub: "Hub") -> None:
    from pmohub.cli.commands.proposals import show_plan
    from pmohub.writing import plan

    _heading(output, "What the hub would write into the files")
    planned = plan(hub)
    show_plan(output.out, planned.plan)
    _send(output, hub, planned)


def _send(output: Output, hub: "Hub", planned: "Planned") -> None:
    from pmohub.syncing import sync
    from pmohub.writing import actor, plan, send
    from sync.approval import Selection, approve

    out = output.out
    approve(hub.engine, planned.plan.id, Selection(), actor=actor(), now=hub.now(), on_behalf_of=TEAM, over_limit=True)
    done = send(hub, planned.plan.id)
    for problem in done.problems:
        output.err.problem(problem)
    applied = sum(one.state.value == "applied" for one in done.ended)
    out.line()
    out.line("Your approval is taken for granted here; at work nothing is sent without it.")
    out.say("ok", f"{applied:,} of {count(len(done.ended), 'change')} written into the copies, each read back.")
    sync(hub, list(hub.configuration.connectors.values()))
    left = [item for item in plan(hub).plan.items if item.state.value == "proposed"]
    out.say("ok" if not left else "warn", f"Read and planned again: {count(len(left), 'change')} left to write.")


def _report(hub: "Hub", folder: Path) -> None:
    from pmohub.cli.commands.report import DEFAULT_FILE, write

    write(hub, folder / DEFAULT_FILE, [])


def _places(output: Output, folder: Path) -> None:
    _heading(output, "Where to look")
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".xlsx", ".csv", ".toml", ".html"}):
        output.out.line(str(path), indent=2)


def _heading(output: Output, text: str) -> None:
    output.out.line()
    output.out.line((text, "head"))
    output.out.line()
