"""What follows a write-back: taking it back, letting it begin anew, letting what stopped start again, the log."""

from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem
from pmohub.cli import exits
from pmohub.cli.commands.outcomes import document, ending, show_sent, show_tried
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, count

if TYPE_CHECKING:
    from canonical.store.writebacks import WriteBack

LOGGED = 50


def undo(
    plan_id: Annotated[str | None, typer.Argument(help="The plan, such as P3; what was applied last without.")] = None,
    item: Annotated[str | None, typer.Option("--item", help="Only this change, such as P3-17.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="All since then: 2026-11-24T10:00, in the hub's time zone.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be put back; send nothing.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Put back what a plan, a change, or all since an instant replaced. What a team has changed since stays theirs."""
    from pmohub.cli.session import store_for
    from pmohub.rehearsing import rehearse
    from pmohub.undoing import meant, preview
    from pmohub.undoing import undo as put_back

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        what = meant(hub, plan_id, item, since)
        if not dry_run:
            return show_sent(output, put_back(hub, what))
        tried = list(rehearse(hub, preview(hub, what)))
    named = plan_id or (f"--item {item}" if item else f"--since {since}" if since else "")
    return show_tried(output, tried, "put back", f"pmohub writeback undo {named}".rstrip())


def release(
    item: Annotated[str, typer.Argument(help="A change (P3-17), or the item's key in its tool.")],
    field: Annotated[str, typer.Argument(help="The template field.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Let the hub write a field again that a person had put back after it."""
    from sqlalchemy import or_

    from canonical.schema.writing import writeback
    from pmohub.cli.session import store_for
    from pmohub.writing import actor, written
    from sync.approval import release as lift

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found, _ = written(hub, writeback.c.field == field, or_(writeback.c.id == item, writeback.c.key == item))
        entities = {one.entity_id for one in found}
        lifted = [entity for entity in entities if lift(hub.engine, entity, field, actor=actor(), now=hub.now())]
    if not lifted:
        step = "See what was written and put back:"
        what = f"Nothing is held back for {item}, {field}"
        raise ConfigurationError(Problem(what, "", "Nothing was changed.", step, commands=("pmohub writeback log",)))
    output.out.say("ok", f"{field} of {item} may be written again.")
    output.out.next("pmohub writeback plan")
    return exits.DONE


def resume(
    connector: Annotated[str, typer.Argument(help="The connector that is stopped.")],
    field: Annotated[str | None, typer.Argument(help="Only this paused field; everything when left out.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Let writing start again that a limit had stopped. Sends nothing."""
    from pmohub.cli.session import store_for
    from pmohub.writing import actor
    from sync.approval import resume as lift

    output = Output.standard()
    with store_for(config, output.err) as hub:
        lifted = lift(hub.engine, connector, field, actor=actor(), now=hub.now())
    for stop in lifted:
        output.out.say("ok", f"{stop.field or 'Everything'} may be written to {connector} again. ({stop.reason})")
    if not lifted:
        output.out.say("warn", f"Nothing of {connector} was stopped.")
    output.out.next("pmohub writeback apply")
    return exits.DONE if lifted else exits.FINDINGS


def log(
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help=f"How many, the latest first; {LOGGED} unless --json.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """List what was decided and sent, and how it ended."""
    from pmohub.cli.session import store_for
    from pmohub.writing import written

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found, number = written(hub, limit=limit if as_json else limit or LOGGED)
    if as_json:
        output.out.json([document(one) for one in found])
        return exits.DONE
    columns = (
        Column("Change"),
        Column("Connector", optional=True),
        Column("Item"),
        Column("Field"),
        Column("Ended"),
        Column("By", optional=True),
        Column("Why", optional=True),
    )
    rows = [
        (
            one.id,
            one.connector,
            one.called,
            one.field,
            ending(one),
            _whose(one),
            one.outcome_reason or "",
        )
        for one in found
    ]
    if rows:
        output.out.table(columns, rows)
        if number > len(rows):
            output.out.line(f"{len(rows)} of {count(number, 'change')} shown.")
    else:
        output.out.line("Nothing was written yet.")
    output.out.next("pmohub writeback plan")
    return exits.DONE


def _whose(item: "WriteBack") -> str:
    """Name who approved a change and on whose word."""
    by = item.approved_by or "–"
    return f"{by} for {item.approved_for}" if item.approved_for else by
