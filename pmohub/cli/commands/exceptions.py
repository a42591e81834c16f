"""`pmohub waive` and `pmohub dismiss`: what people decide about a deviation."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem
from pmohub.cli import exits
from pmohub.cli.commands.deviations import project_names
from pmohub.cli.commands.status import day
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output

if TYPE_CHECKING:
    from pmohub.composition import Hub
    from rules.waivers import Request, Waiver

ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why, in a sentence; it is shown in reports.")]


def waive(
    what: Annotated[str | None, typer.Argument(help="A deviation's number, or a project: key, name or PMO id.")] = None,
    rule: Annotated[str | None, typer.Argument(help="The rule, when a project or a department is waived.")] = None,
    department: Annotated[str | None, typer.Option("--department", help="Waive the rule for a department.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="The last day, as 2027-01-31.")] = None,
    reason: ReasonOption = None,
    revoke: Annotated[int | None, typer.Option("--revoke", help="Take this waiver back.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Grant an exception with a reason and an end; without arguments, list those in force.

    Examples: pmohub waive 12 --until 2027-01-31 --reason 'Agreed in the steering group';
    pmohub waive P-001 project-past-finish --until 2027-01-31 --reason '…'.
    """
    from canonical.database import writing
    from pmohub.cli.session import store_for
    from rules.waivers import grant
    from rules.waivers import revoke as take_back

    output = Output.standard()
    with store_for(config, output.err) as hub:
        if revoke is not None:
            with writing(hub.engine) as connection:
                take_back(connection, revoke, hub.now())
            output.out.say("ok", f"Waiver {revoke} is taken back; what it covered is open again.")
        elif what is None and department is None:
            return _listed(output, hub, as_json=as_json)
        else:
            asked = _request(hub, what, rule, department, until=_day(until), reason=reason or "")
            with writing(hub.engine) as connection:
                granted = grant(connection, asked, hub.now())
            output.out.say("ok", f"Waiver {granted.id} is granted until {granted.expires_on}: {granted.rule}.")
    output.out.next("pmohub waive", "pmohub deviations")
    return exits.DONE


def dismiss(
    number: Annotated[int, typer.Argument(help="The deviation's number.")],
    reason: ReasonOption = None,
    take_up: Annotated[bool, typer.Option("--take-up", help="Open a dismissed one again.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Say that a deviation is a false alarm. It stays silent for this item and counts against the rule."""
    from canonical.database import writing
    from pmohub.cli.session import store_for
    from pmohub.writing import actor
    from rules.deviations import dismiss as silence
    from rules.deviations import take_up as open_again

    output = Output.standard()
    with store_for(config, output.err) as hub, writing(hub.engine) as connection:
        if take_up:
            open_again(connection, number)
        else:
            silence(connection, number, reason or "", actor())
    output.out.say("ok", f"Deviation {number} is {'open again' if take_up else 'dismissed'}.")
    output.out.next("pmohub deviations")
    return exits.DONE


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        what = f"“{text}” is no day" if text else "The last day is missing"
        problem = Problem(what, "--until", "No waiver was granted.", "Type it as --until 2027-01-31.")
        raise ConfigurationError(problem) from None


def _request(
    hub: "Hub", what: str | None, rule: str | None, department: str | None, *, until: date, reason: str
) -> "Request":
    from pmohub.cli import known
    from pmohub.writing import actor
    from rules.waivers import Request, scope_of

    department = known.department(hub, department, "--department", "No waiver was granted.")
    if department is not None:
        return Request(_rule(rule or what), "department", department, reason, actor(), until)
    if what is not None and what.isdecimal() and rule is None:
        number_rule, subject, discriminator = _deviation(hub, int(what))
        return Request(number_rule, "deviation", scope_of(subject, discriminator), reason, actor(), until)
    return Request(_rule(rule), "project", _project(hub, what or ""), reason, actor(), until)


def _rule(rule: str | None) -> str:
    if rule is None:
        step = "Name the rule after the project, as pmohub deviations shows it."
        raise ConfigurationError(Problem("Which rule is to be waived?", "", "No waiver was granted.", step))
    return rule


def _deviation(hub: "Hub", number: int) -> tuple[str, str, str]:
    from sqlalchemy import select

    from canonical.database import reading
    from canonical.schema.governance import deviation

    columns = (deviation.c.rule_id, deviation.c.subject_id, deviation.c.discriminator)
    query = select(*columns).where(deviation.c.number == number)
    with reading(hub.engine) as connection:
        row = connection.execute(query).first()
    if row is None:
        raise ConfigurationError(_unknown(f"There is no deviation {number}", "pmohub deviations"))
    return row.rule_id, row.subject_id, row.discriminator


def _project(hub: "Hub", name: str) -> str:
    from sqlalchemy import or_, select

    from canonical.database import reading
    from canonical.schema.entities import project

    columns = (project.c.id, project.c.pmo_id, project.c.key, project.c.name)
    query = select(project.c.id).where(or_(*(column == name for column in columns)), project.c.merged_into.is_(None))
    with reading(hub.engine) as connection:
        found = list(connection.execute(query).scalars())
    if len(found) != 1:
        what = f"There is no project “{name}”" if not found else f"{len(found)} projects are called “{name}”"
        raise ConfigurationError(_unknown(what, "pmohub status"))
    return str(found[0])


def _unknown(what: str, command: str) -> Problem:
    return Problem(what, "", "No waiver was granted.", "See which there are:", commands=(command,))


def _listed(output: Output, hub: "Hub", *, as_json: bool) -> int:
    from canonical.database import reading
    from canonical.departures import departed
    from rules.waivers import in_force, numbers

    with reading(hub.engine) as connection:
        covers = numbers(connection)
        found = in_force(connection, hub.now().astimezone(hub.timezone).date())
        left = departed(connection, {one.author for one in found})
    if as_json:
        output.out.json([_document(one) | {"author_left": one.author in left} for one in found])
        return exits.DONE
    names = project_names(hub)
    columns = (
        Column("No.", right=True),
        Column("Rule"),
        Column("For"),
        Column("Until"),
        Column("By"),
        Column("Reason"),
    )
    rows = [
        (
            str(one.id),
            one.rule,
            f"{one.scope} {covers.get(one.id) or names.get(one.scope_id, one.scope_id)}",
            ends,
            f"{one.author}, who has left" if one.author in left else one.author,
            one.reason,
        )
        for one, ends in ((each, day(each.expires_on)) for each in found)
    ]
    if rows:
        output.out.table(columns, rows)
    else:
        output.out.line("No waiver is in force.")
    if left:
        output.out.say(
            "warn", "Who granted some of them has left: have these looked at, and take back what is not needed."
        )
    output.out.next("pmohub deviations")
    return exits.DONE


def _document(one: "Waiver") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(one)
