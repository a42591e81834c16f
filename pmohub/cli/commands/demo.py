"""`pmohub demo`: a sample company from its workbooks and its Jira to what is written back, in a folder of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.output import Column, Output, count

if TYPE_CHECKING:
    from canonical.identities import Party
    from pmohub.composition import Hub
    from sync.plan import Planned

DEVIATIONS, PEOPLE_SHOWN = 8, 4
TEAM = "Sophie Brandt"
"""In a supportive department the team accepts; in the demo its manager does."""


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it; made anew each time.")] = Path("pmohub-demo"),
) -> int:
    """Show all of it on a sample company: workbooks and a Jira read, deviations found, fields written.

    Takes seconds. Nothing leaves the machine, and nothing outside the folder is touched. The Jira is made up, and
    runs as long as the demo does.
    """
    from pmohub.cli.session import ready
    from pmohub.clock import now
    from pmohub.composition import composed
    from pmohub.config import load
    from pmohub.demo.company import JIRA, running

    output = Output.standard()
    with running(folder, now()) as (config, address):
        configuration = load(config)
        departments = count(len(configuration.departments) - 1, "department")
        told = f" on this machine: {departments}, the PMO, their files and their Jira."
        output.out.line(("A sample company", "head"), told)
        output.out.line((f"Nothing leaves the machine; everything is under {folder}.", "dim"))
        output.out.line()
        with composed(configuration) as hub:
            ready(hub, output.err)
            _read(output, hub)
            _portfolio(output, hub)
            _identities(output, hub)
            _deviations(output, hub)
            _write_back(output, hub)
            _report(hub, folder)
            _places(output, folder)
            hub.engine.dispose()
    output.out.line()
    output.out.line("The made-up Jira ended with the demo. To go on with it as it is now, in a terminal of its own:")
    output.out.verbatim(f"cd {folder} && pmohub sandbox jira --keep {JIRA}")
    output.out.line(f"Then its issues are at {address}/browse/IAM, and every command reads and writes it again.")
    output.out.next(
        f"cd {folder}",
        "pmohub report --open",
        "pmohub deviations --severity critical",
        "pmohub people",
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


def _identities(output: Output, hub: "Hub") -> None:
    from canonical.identities import PEOPLE, PROJECTS

    _heading(output, "What is one across the tools")
    order = list(hub.configuration.connectors)
    shown = []
    for identities, most in ((PROJECTS, len(order)), (PEOPLE, PEOPLE_SHOWN)):
        records: dict[str, list[Party]] = {}
        for record in sorted(identities.records(hub.engine), key=lambda one: (order.index(one.connector), one.label)):
            records.setdefault(record.merged_id, []).append(record)
        several = [one for one in records.values() if len({record.connector for record in one}) > 1]
        several.sort(key=lambda one: (-len(one), one[0].label))
        shown += [(one[0].name or one[0].label, ", ".join(map(_told, one))) for one in several[:most]]
        every = f"{len(records)} people" if identities is PEOPLE else count(len(records), "project")
        output.out.line(f"{len(several)} of {every} are in more than one tool, and are one each.")
    output.out.line()
    output.out.table((Column("One"), Column("Is in")), shown)


def _told(record: "Party") -> str:
    named = f" ({record.key})" if record.key else ""
    return f"{record.connector}{named}"


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

    _heading(output, "What the hub would write into the files and into Jira")
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
    out.say(
        "ok",
        f"{applied:,} of {count(len(done.ended), 'change')} written into the copies and into Jira, each read back.",
    )
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
