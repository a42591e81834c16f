"""`pmohub deviations`: where the standards are not kept, worst first, with what to do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem
from canonical.vocabulary import DeviationState, Severity
from pmohub.cli import exits
from pmohub.cli.commands.status import NOT_JUDGED, day, deviations_sentence
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen, State, count

if TYPE_CHECKING:
    from pmohub.composition import Hub
    from rules.deviations import Deviation, Filters
    from rules.waivers import Waiver

NOT_SUPPLIED = "field-not-supplied"
"""The admin's findings about what a connector lacks: gathered in one line, so that they do not bury what is wrong."""
SHOWN = 20
SEVERITIES = {"critical": "bad", "major": "warn", "minor": "plain", "info": "plain"}
COLUMNS = (
    Column("Severity"),
    Column("No.", right=True),
    Column("Where"),
    Column("Deviation"),
    Column("Remedy", optional=True),
    Column("Open", right=True),
)


def deviations(
    number: Annotated[int | None, typer.Argument(help="Show this one alone, with the values it rests on.")] = None,
    severity: Annotated[Severity, typer.Option("--severity", help="This and graver ones.")] = Severity.INFO,
    department: Annotated[str | None, typer.Option("--department", help="Only of this department.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="Only of this project: key, name or PMO id.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only of this rule.")] = None,
    connector: Annotated[str | None, typer.Option("--connector", help="Only of this connector.")] = None,
    state: Annotated[DeviationState, typer.Option("--state", help="Open ones, or those in another state.")] = (
        DeviationState.OPEN
    ),
    new: Annotated[bool, typer.Option("--new", help="Only those that the last evaluation opened.")] = False,
    everything: Annotated[bool, typer.Option("--all", help=f"More than {SHOWN}.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """List where the standards are not kept, worst first, with what to do. Ends with 1 when there are any."""
    from pmohub.cli import known
    from pmohub.cli.session import store_for
    from pmohub.portfolio import is_judged
    from rules.deviations import Filters

    output = Output.standard()
    with store_for(config, output.err) as hub:
        since = _last_evaluation(hub) if new else None
        filters = Filters(
            states=(state,),
            at_least=severity,
            rule=rule,
            department=known.department(hub, department, "--department"),
            project=project,
            connector=connector,
            opened_since=since,
        )
        if number is not None:
            filters = Filters(states=tuple(DeviationState))
        found = _asked(hub, filters)
        if number is not None:
            return _one(output, hub, [one for one in found if one.number == number], number, as_json=as_json)
        names, now, judged = project_names(hub), hub.now(), is_judged(hub.engine)
        if judged and not found:
            known.project(hub, project, "--project")
            known.rule(hub, rule, "--rule")
            known.connector(hub, connector, "--connector")
    if as_json:
        output.out.json([_document(one) for one in found])
    elif not judged:
        output.out.line(NOT_JUDGED)
        output.out.next("pmohub sync")
    else:
        show(output.out, found, names, now, state=state, everything=everything)
    return exits.FINDINGS if found else exits.DONE


def _asked(hub: "Hub", filters: "Filters") -> list["Deviation"]:
    from canonical.database import reading
    from rules.deviations import query

    with reading(hub.engine) as connection:
        return query(connection, filters)


def _last_evaluation(hub: "Hub") -> datetime | None:
    from sqlalchemy import func, select

    from canonical.database import reading
    from canonical.schema.governance import evaluation

    with reading(hub.engine) as connection:
        last: datetime | None = connection.execute(select(func.max(evaluation.c.at))).scalar()
        return last


def project_names(hub: "Hub") -> dict[str, str]:
    """Give the short name of each project by its id: its key, else what it is called."""
    from sqlalchemy import select

    from canonical.database import reading
    from canonical.schema.entities import project

    with reading(hub.engine) as connection:
        rows = connection.execute(select(project.c.id, project.c.key, project.c.name))
        return {row.id: row.key or row.name or "–" for row in rows}


def show(
    out: Screen,
    found: Sequence["Deviation"],
    names: Mapping[str, str],
    now: datetime,
    *,
    state: DeviationState = DeviationState.OPEN,
    everything: bool = False,
) -> None:
    """Print the table of deviations, how many there are, and what to type next."""
    if not found:
        out.say("ok", f"No deviation is {state.value} here.")
        out.next("pmohub status")
        return
    gaps = [] if everything else [one for one in found if one.rule == NOT_SUPPLIED]
    listed = [one for one in found if everything or one.rule != NOT_SUPPLIED] or found
    shown = listed if everything else listed[:SHOWN]
    table(out, shown, names, now)
    counts = {name.value: sum(one.severity is name for one in found) for name in Severity}
    out.line()
    if gaps and listed is not found:
        are, them = ("is", "it") if len(gaps) == 1 else ("are", "them")
        by = ", ".join(sorted({one.connector or "–" for one in gaps}))
        told = f"{count(len(gaps), 'field')} that rules need {are} not supplied by {by}"
        out.line(f"{told}; --all lists {them}.")
    out.line(f"{len(shown):,} shown. {deviations_sentence(counts, state.value)}")
    first = found[0]
    more = () if len(shown) == len(found) else ("pmohub deviations --all",)
    decide = (waive_command(first.number, now),) if state is DeviationState.OPEN else ()
    out.next(*more, f"pmohub deviations {first.number}", *decide)


def table(out: Screen, found: Sequence["Deviation"], names: Mapping[str, str], now: datetime) -> None:
    """Print deviations as a table."""
    out.table(COLUMNS, [_row(one, names, now) for one in found])


def waive_command(number: int, now: datetime) -> str:
    """Give the command that waives a deviation for two months."""
    return f"pmohub waive {number} --until {now.date() + timedelta(days=60)} --reason '…'"


def _row(one: "Deviation", names: Mapping[str, str], now: datetime) -> tuple[str | State, ...]:
    where = names.get(one.project_id or "") or one.department or one.connector or "–"
    return (
        State(SEVERITIES[one.severity.value], one.severity.value),
        str(one.number),
        where,
        one.message.rstrip("."),
        one.remedy,
        f"{(now - one.first_seen_at).days:,} d",
    )


def _one(output: Output, hub: "Hub", found: Sequence["Deviation"], number: int, *, as_json: bool) -> int:
    if not found:
        step = "See which there are:"
        problem = Problem(f"There is no deviation {number}", "", "Nothing.", step, commands=("pmohub deviations",))
        raise ConfigurationError(problem)
    (one,) = found
    waivers = _waivers(hub, one)
    if as_json:
        output.out.json(_document(one) | {"waivers": [_document(each) for each in waivers]})
        return exits.FINDINGS
    out = output.out
    out.say(SEVERITIES[one.severity.value], one.message, strong=True)
    flags = [name for name in ("legacy", "unverified") if getattr(one, name)]
    out.facts(
        state=", ".join([one.state.value, *flags]),
        why=_why(one, waivers),
        due=day(one.due_on) if one.due_on else "",
        rule=f"{one.rule}: {one.title}",
        source=one.source,
        next=one.remedy,
    )
    for name, value in _flat(one.evidence):
        out.line((f"{name} = ", "dim"), value, indent=4)
    out.next(*_decisions(one, hub.now(), waivers))
    return exits.FINDINGS


def _waivers(hub: "Hub", one: "Deviation") -> list["Waiver"]:
    from canonical.database import reading
    from rules.waivers import covering

    if one.state is not DeviationState.WAIVED:
        return []
    with reading(hub.engine) as connection:
        return covering(connection, one.number, hub.now().astimezone(hub.timezone).date())


def _why(one: "Deviation", waivers: Sequence["Waiver"]) -> str:
    """Say who decided that a deviation is not brought up, why, and until when."""
    if one.state is DeviationState.DISMISSED:
        return f"{one.dismissed_reason} ({one.dismissed_by or 'nobody named'}, until it is taken up again)"
    told = [f"{each.reason} ({each.author}, until {day(each.expires_on)}, waiver {each.id})" for each in waivers]
    return "; ".join(told)


def _decisions(one: "Deviation", now: datetime, waivers: Sequence["Waiver"]) -> tuple[str, ...]:
    match one.state:
        case DeviationState.OPEN:
            return (waive_command(one.number, now), f"pmohub dismiss {one.number} --reason '…'")
        case DeviationState.WAIVED:
            return (*(f"pmohub waive --revoke {each.id}" for each in waivers), "pmohub deviations")
        case DeviationState.DISMISSED:
            return (f"pmohub dismiss {one.number} --take-up", "pmohub deviations")
        case _:
            return ("pmohub deviations",)


def _flat(evidence: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """Give the values that were read, one a line; a date or a number stands in a table of its own type."""
    for name, value in sorted(evidence.items()):
        match value:
            case {"date": written} | {"instant": written} | {"decimal": written}:
                yield name, str(written)
            case dict():
                yield from _flat(value, f"{name}.")
            case list():
                yield name, "; ".join(str(each) for each in value)
            case _:
                yield f"{before}{name}" if before == "params." else name, "–" if value is None else str(value)


def _document(one: "Deviation | Waiver") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(one)
