"""`pmohub demo`: a sample company from its files and tools to what is written back, in a folder of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.output import Column, Output, count

if TYPE_CHECKING:
    from datetime import date

    from canonical.identities import Party
    from canonical.store.writebacks import WriteBack
    from pmohub.composition import Hub
    from pmohub.reports.portfolio.facts import LoadRow, LoadWeek
    from sync.plan import Planned

DEVIATIONS, JOINED = 5, 4
TEAM = "Sophie Brandt"
"""In a supportive department the team accepts; in the demo its manager does."""
NAMED = ["engineering"]
"""Departments whose people the demo's report names."""


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it; made anew each time.")] = Path("pmohub-demo"),
) -> int:
    """Show all of it on a sample company: workbooks, a Jira and an Asana read, deviations found, fields written.

    Takes seconds. Nothing leaves the machine, and nothing outside the folder is touched. The Jira and the Asana are
    made up, and run as long as the demo does.
    """
    from pmohub.cli.session import ready
    from pmohub.clock import now
    from pmohub.composition import composed
    from pmohub.config import load
    from pmohub.demo.company import running

    output = Output.standard()
    with running(folder, now()) as (config, addresses):
        output.out.line(("A sample company, each department with its own tool", "head"))
        output.out.line(
            "Engineering and Legal plan in Jira, Marketing in Asana, Operations and the PMO in spreadsheets."
        )
        output.out.line((f"All of it is made up and on this machine, under {folder}; nothing leaves it.", "dim"))
        with composed(load(config)) as hub:
            ready(hub, output.err)
            told = [_read(output, hub), _portfolio(output, hub), _one(output, hub), _over_booked(output, hub)]
            told += [_deviations(output, hub), _write_back(output, hub)]
            report = _report(hub, folder)
            hub.engine.dispose()
    _heading(output, "What you saw")
    output.out.table((Column("pmohub"), Column("here")), [(verb, what) for verb, what in told if what])
    output.out.line()
    output.out.line(("The same as a page: ", "head"), str(report))
    _go_on(output, folder, addresses)
    return exits.DONE


def _read(output: Output, hub: "Hub") -> tuple[str, str]:
    from pmohub.cli.commands.sync import Watch, show
    from pmohub.syncing import sync

    _heading(output, "1. Every tool is read")
    chosen = list(hub.configuration.connectors.values())
    with output.err.progress("Connectors", len(chosen)) as at:
        done = sync(hub, chosen, observer=Watch(at, len(chosen)))
    show(output, done)
    kinds = {one.kind for one in chosen}
    records = sum(report.counts.seen for report in done.reports)
    return (
        "reads",
        f"{count(records, 'record')} from {len(chosen)} sources of {len(kinds)} kinds: Jira, Asana, spreadsheets",
    )


def _portfolio(output: Output, hub: "Hub") -> tuple[str, str]:
    from pmohub.cli.commands.status import show
    from pmohub.portfolio import projects

    _heading(output, "2. One portfolio")
    found = projects(hub.engine)
    show(output.out, found)
    departments = len({one.department for one in found})
    return "shows", f"one portfolio: {count(len(found), 'project')} of {count(departments, 'department')}"


def _one(output: Output, hub: "Hub") -> tuple[str, str]:
    from canonical.identities import PEOPLE, PROJECTS

    _heading(output, "3. What is the same across the tools is one")
    order = list(hub.configuration.connectors)
    shown, said = [], []
    for identities, noun in ((PEOPLE, "people"), (PROJECTS, "projects")):
        records: dict[str, list[Party]] = {}
        for record in sorted(identities.records(hub.engine), key=lambda one: (order.index(one.connector), one.label)):
            records.setdefault(record.merged_id, []).append(record)
        several = [one for one in records.values() if len({record.connector for record in one}) > 1]
        several.sort(key=lambda one: (-len({record.connector for record in one}), one[0].label))
        shown += [(one[0].name or one[0].label, ", ".join(dict.fromkeys(map(_told, one)))) for one in several[:JOINED]]
        said.append(f"{len(several)} of {len(records)} {noun}")
    output.out.table((Column("One"), Column("Is in")), shown)
    return "joins", f"{' and '.join(said)}, which are in several tools: each is one here"


def _told(record: "Party") -> str:
    named = f" ({record.key})" if record.key else ""
    return f"{record.connector}{named}"


def _over_booked(output: Output, hub: "Hub") -> tuple[str, str]:
    from canonical.database import reading
    from pmohub.reports.portfolio.facts import JUDGED_WEEKS
    from pmohub.reports.portfolio.load import read_load

    with reading(hub.engine) as connection:
        load = read_load(connection, hub.now().date(), NAMED)
    _heading(output, "4. Who is over-booked, by all tools together")
    weeks = load.weeks[:JUDGED_WEEKS]
    columns = (Column("Who"), *(Column(_week(week), right=True) for week in weeks), Column("Planned in"))
    over = load.over_booked
    output.out.table(columns, [(row.person, *map(_of, row.by_week[: len(weeks)]), _tools(row)) for row in over])
    if not over:
        return "warns", "nobody is over-booked"
    one = over[0]
    at = _week(load.weeks[one.worst])
    said = f"{one.person} is over-booked: {_of(one.by_week[one.worst])} in {at}, in {len(one.connectors)} tools"
    return "warns", f"{said} of which each sees a part"


def _week(monday: "date") -> str:
    return f"W{monday.isocalendar().week}"


def _of(week: "LoadWeek") -> str:
    return f"{week.planned or 0:.0f} of {week.available or 0:.0f} h"


def _tools(row: "LoadRow") -> str:
    return ", ".join(f"{connector} {hours:.0f} h" for connector, hours in row.connectors.items())


def _deviations(output: Output, hub: "Hub") -> tuple[str, str]:
    from canonical.database import reading
    from pmohub.cli.commands.deviations import project_names, table
    from pmohub.cli.commands.status import deviations_sentence
    from pmohub.portfolio import open_by_severity
    from rules.deviations import Filters, query

    _heading(output, "5. Where the PMO's standards are not kept")
    with reading(hub.engine) as connection:
        worst = query(connection, Filters(), limit=DEVIATIONS)
    table(output.out, worst, project_names(hub), hub.now())
    found = open_by_severity(hub.engine)
    output.out.line()
    output.out.line(f"{len(worst)} shown. {deviations_sentence(found)}")
    return "finds", deviations_sentence(found).rstrip(".") + ", each with its remedy"


def _write_back(output: Output, hub: "Hub") -> tuple[str, str]:
    from pmohub.writing import plan

    _heading(output, "6. The PMO's fields are written into all of them, after approval")
    planned = plan(hub)
    heads = ("Where", "Field", "Of", "Value", "Who decides")
    output.out.table([Column(head) for head in heads], _groups(planned.plan.items))
    return _send(output, hub, planned)


def _groups(items: Sequence["WriteBack"]) -> list[tuple[str, ...]]:
    from canonical.values import shown
    from pmohub.cli.commands.proposals import MODES

    groups: dict[tuple[str, str, str, str], list[WriteBack]] = {}
    for item in items:
        if item.state.value == "proposed":
            decides = MODES[item.mode.value].partition(": ")[2]
            groups.setdefault((item.connector, item.carrier, item.entity.value, decides), []).append(item)
    return [
        (connector, carrier, count(len(group), noun), _values([shown(item.after) for item in group]), decides)
        for (connector, carrier, noun, decides), group in sorted(groups.items())
    ]


def _values(after: Sequence[str]) -> str:
    different = list(dict.fromkeys(after))
    return f"{different[0]}, …" if len(different) > 2 else ", ".join(different)


def _send(output: Output, hub: "Hub", planned: "Planned") -> tuple[str, str]:
    from pmohub.portfolio import open_by_severity
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
    written = (
        f"{applied:,} of {count(len(done.ended), 'change')} written into the files, Jira and Asana, each read back"
    )
    out.say("ok", f"{written}.")
    before = sum(open_by_severity(hub.engine).values())
    sync(hub, list(hub.configuration.connectors.values()))
    after = sum(open_by_severity(hub.engine).values())
    left = [item for item in plan(hub).plan.items if item.state.value == "proposed"]
    out.say("ok" if not left else "warn", f"Read and planned again: {count(len(left), 'change')} left to write.")
    out.say("ok", f"What was written closed {count(before - after, 'deviation')}; {after:,} are open now.")
    return "writes", written


def _report(hub: "Hub", folder: Path) -> Path:
    from pmohub.cli.commands.report import DEFAULT_FILE, write

    return write(hub, folder / DEFAULT_FILE, NAMED)


def _go_on(output: Output, folder: Path, addresses: Sequence[str]) -> None:
    out = output.out
    out.line()
    out.line("The made-up Jira and Asana ended with the demo. To go on with them, each in a terminal of its own:")
    out.verbatim(f"cd {folder} && pmohub sandbox jira --keep jira/site.jsonl")
    out.verbatim(f"cd {folder} && pmohub sandbox asana --keep asana/site.jsonl")
    out.line(f"Then every command reads and writes them again; Jira's issues are at {addresses[0]}/browse/IAM.")
    out.next(
        f"cd {folder}",
        "pmohub report --open --people engineering",
        "pmohub deviations --severity critical",
        "pmohub people",
        "pmohub writeback log",
        "pmohub init --workbook YOUR-OWN.xlsx --config mine.toml",
    )


def _heading(output: Output, text: str) -> None:
    output.out.line()
    output.out.line((text, "head"))
    output.out.line()
