"""`pmohub discover`: what an admin needs to know of a tool before mapping it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import Weight
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen

if TYPE_CHECKING:
    from connectors.base import Discovery

SHOWN = 12


def discover(
    connector: Annotated[str, typer.Argument(help="The connector's name in the configuration.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Show sheets, columns, statuses and people of a tool, and a mapping to paste. Changes nothing."""
    from pmohub.cli.session import hub_for

    output = Output.standard()
    with hub_for(config, [connector]) as (hub, chosen):
        found = hub.reader(chosen[0]).discover()
    if as_json:
        output.out.json(_document(found))
    else:
        _show(output.out, found)
        for problem in found.problems:
            output.err.line()
            output.err.problem(problem)
        output.out.next(f"pmohub check {connector}")
    return exits.FINDINGS if any(problem.weight is not Weight.INFO for problem in found.problems) else exits.DONE


def _show(out: Screen, found: "Discovery") -> None:
    columns = (Column("Where"), Column("Field"), Column("Holds"), Column("Such as", optional=True), Column("Suggested"))
    rows = [(one.place, one.name, one.type, "; ".join(one.examples[:3]), one.suggestion or "–") for one in found.fields]
    out.table(columns, rows)
    _counted(out, "Status", found.statuses)
    _counted(out, "Person", found.people)
    out.line()
    out.line(("To paste into the connector's table:", "dim"))
    out.line()
    for line in found.mapping.strip().splitlines():
        out.verbatim(line)


def _counted(out: Screen, title: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    out.line()
    out.table((Column(title), Column("Rows", right=True)), [(name, f"{number:,}") for name, number in most[:SHOWN]])
    if len(most) > SHOWN:
        out.line(f"and {len(most) - SHOWN} more")


def _document(found: "Discovery") -> dict[str, object]:
    return {
        "projects": list(found.projects),
        "fields": [
            {
                "entity": one.entity,
                "place": one.place,
                "name": one.name,
                "type": one.type,
                "examples": list(one.examples),
                "allowed": list(one.allowed),
                "suggestion": one.suggestion,
            }
            for one in found.fields
        ],
        "statuses": dict(found.statuses),
        "people": dict(found.people),
        "mapping": found.mapping,
    }
