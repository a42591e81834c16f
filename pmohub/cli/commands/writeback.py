"""`pmohub writeback`: what should be written into the tools, approved by a person, sent, taken back."""

from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem, Weight
from pmohub.cli import exits
from pmohub.cli.commands.proposals import show_items, show_plan
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, State, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from canonical.store.writebacks import WriteBack
    from pmohub.writing import Tried
    from sync.plan import Planned
    from sync.sending import Applied, Lifted

app = typer.Typer(no_args_is_help=True, help="Propose, approve and send changes of template fields; take them back.")

PlanArgument = Annotated[str | None, typer.Argument(help="The plan, such as P3; the latest when left out.")]
ConnectorFilter = Annotated[str | None, typer.Option("--connector", help="Only changes of this connector.")]
FieldFilter = Annotated[str | None, typer.Option("--field", help="Only changes of this template field.")]
ItemFilter = Annotated[list[str] | None, typer.Option("--item", help="Only this change (P3-17) or key.")]
OUTCOMES = {
    "applied": State("ok", "applied"),
    "already_true": State("ok", "already so"),
    "stale": State("warn", "stale: the team's value stays"),
    "overtook": State("warn", "a team's edit was put back"),
    "refused": State("bad", "refused"),
    "approved": State("warn", "not now; it stays approved"),
    "unknown": State("bad", "not known: no answer"),
    "undone": State("plain", "undone"),
    "rejected": State("plain", "rejected"),
    "withdrawn": State("plain", "withdrawn"),
}


@app.command()
def plan(
    everything: Annotated[bool, typer.Option("--all", help="Every change, not only the groups.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Show what would be written, as a diff. Sends nothing; it is the dry run of everything that follows."""
    from pmohub.cli.session import store_for
    from pmohub.writing import plan as make

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        planned = make(hub)
    if as_json:
        output.out.json({"plan": planned.plan.id, "items": [_document(item) for item in planned.plan.items]})
        return _planned(planned)
    show_plan(output.out, planned.plan, everything=everything)
    for problem in planned.problems:
        output.err.line()
        output.err.problem(problem)
    if planned.plan.items:
        output.out.next(f"pmohub writeback approve {planned.plan.id}", "pmohub writeback apply --dry-run")
    else:
        output.out.next("pmohub deviations")
    return _planned(planned)


def _planned(planned: "Planned") -> int:
    if any(item.hold and item.state.value == "proposed" for item in planned.plan.items):
        return exits.LIMIT
    return exits.FINDINGS if planned.problems else exits.DONE


@app.command()
def approve(
    plan_id: PlanArgument = None,
    connector: ConnectorFilter = None,
    field: FieldFilter = None,
    item: ItemFilter = None,
    on_behalf_of: Annotated[str | None, typer.Option("--for", help="On whose word; a supportive team must.")] = None,
    over_limit: Annotated[bool, typer.Option("--over-limit", help="Let through what is over a limit.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Approve exactly the values that the plan shows. Sends nothing."""
    from pmohub.cli.session import store_for
    from pmohub.writing import actor, chosen_plan
    from sync.approval import Selection
    from sync.approval import approve as decide

    output = Output.standard()
    with store_for(config, output.err) as hub:
        chosen = chosen_plan(hub, plan_id)
        done = decide(
            hub.engine,
            chosen.id,
            Selection(connector, field, tuple(item or ())),
            actor=actor(),
            now=hub.now(),
            on_behalf_of=on_behalf_of,
            over_limit=over_limit,
        )
    for problem in done.problems:
        output.err.problem(problem)
        output.err.line()
    output.out.say("ok" if done.items else "warn", f"{count(len(done.items), 'change')} of {chosen.id} approved.")
    output.out.next("pmohub writeback apply --dry-run", "pmohub writeback apply")
    return exits.FINDINGS if done.problems or not done.items else exits.DONE


@app.command()
def reject(
    reason: Annotated[str, typer.Option("--reason", help="Why. The value is not proposed again for 90 days.")],
    plan_id: PlanArgument = None,
    connector: ConnectorFilter = None,
    field: FieldFilter = None,
    item: ItemFilter = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Refuse changes; the same value is not proposed again for 90 days."""
    from pmohub.cli.session import store_for
    from pmohub.writing import actor, chosen_plan
    from sync.approval import Selection
    from sync.approval import reject as decide

    output = Output.standard()
    with store_for(config, output.err) as hub:
        chosen = chosen_plan(hub, plan_id)
        selection = Selection(connector, field, tuple(item or ()))
        done = decide(hub.engine, chosen.id, selection, reason=reason, actor=actor(), now=hub.now())
    output.out.say("ok" if done else "warn", f"{count(len(done), 'change')} of {chosen.id} rejected.")
    output.out.next("pmohub writeback plan")
    return exits.DONE if done else exits.FINDINGS


@app.command()
def apply(
    plan_id: PlanArgument = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read what would be replaced, and send nothing.")] = False,
    during_blackout: Annotated[
        str | None, typer.Option("--during-blackout", help="Why it cannot wait for quiet hours or a blackout to end.")
    ] = None,
    on_behalf_of: Annotated[str | None, typer.Option("--for", help="On whose word, with --during-blackout.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Send the approved changes of a plan. A value that a team changed meanwhile stays theirs.

    What is for a department in its quiet hours or a blackout stays approved and waits.
    """
    from pmohub.cli.session import store_for
    from pmohub.writing import chosen_plan, rehearse, send

    output = Output.standard()
    lifted = _lifted(during_blackout, on_behalf_of)
    with store_for(config, output.err, strict=True) as hub:
        chosen = chosen_plan(hub, plan_id)
        if dry_run:
            tried = list(rehearse(hub, chosen.id))
            return _rehearsed(output, tried)
        done = send(hub, chosen.id, lifted=lifted)
    return _sent(output, done)


def _lifted(reason: str | None, person: str | None) -> "Lifted | None":
    from sync.sending import Lifted

    if (reason is None) == (person is None):
        return Lifted(person, reason) if reason and person else None
    what = "--during-blackout needs the reason, and --for the person on whose word it is"
    step = 'Type both: --during-blackout "the release is broken" --for "Ana Ruiz"'
    raise ConfigurationError(Problem(what, not_done="Nothing was sent.", next_step=step))


def _rehearsed(output: Output, tried: "Sequence[Tried]") -> int:
    free = [one.item for one in tried if one.hurdle is None]
    show_items(output.out, free)
    for one in tried:
        if one.hurdle is not None:
            output.out.say("warn", f"{_name(one.item)}, {one.item.field}: {one.hurdle}")
    output.out.line()
    output.out.line(f"{count(len(free), 'change')} would be sent. Nothing has been sent.")
    output.out.next("pmohub writeback apply" if free else "pmohub writeback approve")
    return exits.FINDINGS if len(free) < len(tried) else exits.DONE


def _sent(output: Output, done: "Applied") -> int:
    columns = (Column("Connector"), Column("Item"), Column("Field"), Column("Ended"), Column("Why", optional=True))
    ended = [*done.settled, *done.ended]
    if ended:
        rows = [
            (one.connector, _name(one), one.field, _outcome(one.state.value), one.outcome_reason or "") for one in ended
        ]
        output.out.table(columns, rows)
        output.out.line()
    for problem in done.problems:
        output.err.problem(problem)
        output.err.line()
    applied = sum(one.state.value == "applied" for one in ended)
    nothing = "Nothing was sent." if done.waiting else "Nothing was approved."
    output.out.line(f"{applied:,} of {count(len(ended), 'change')} applied." if ended else nothing)
    output.out.next(*(("pmohub sync", "pmohub writeback undo") if applied else ("pmohub writeback plan",)))
    failed = any(problem.weight is Weight.ERROR for problem in done.problems)
    if failed or any(one.state.value in {"refused", "unknown"} for one in ended):
        return exits.TOOL_FAILED
    return exits.FINDINGS if done.problems or applied < len(ended) or not ended else exits.DONE


def _name(item: "WriteBack") -> str:
    return item.key or item.external_id


def _outcome(state: str) -> State:
    return OUTCOMES.get(state, State("plain", state))


@app.command()
def undo(
    plan_id: PlanArgument = None,
    item: Annotated[str | None, typer.Option("--item", help="Only this change, such as P3-17.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Put back what a plan replaced. What a team has changed since stays theirs."""
    from pmohub.cli.session import store_for
    from pmohub.writing import undo as put_back

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        done = put_back(hub, plan_id=plan_id, item=item)
    return _sent(output, done)


@app.command()
def release(
    item: Annotated[str, typer.Argument(help="A change (P3-17), or the item's key in its tool.")],
    field: Annotated[str, typer.Argument(help="The template field.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Let the hub write a field again that a person had put back after it."""
    from pmohub.cli.session import store_for
    from pmohub.writing import actor, written
    from sync.approval import release as lift

    output = Output.standard()
    with store_for(config, output.err) as hub:
        entities = {one.entity_id for one in written(hub) if item in {one.id, one.key} and one.field == field}
        lifted = [entity for entity in entities if lift(hub.engine, entity, field, actor=actor(), now=hub.now())]
    if not lifted:
        step = "See what was written and put back:"
        what = f"Nothing is held back for {item}, {field}"
        raise ConfigurationError(Problem(what, "", "Nothing was changed.", step, commands=("pmohub writeback log",)))
    output.out.say("ok", f"{field} of {item} may be written again.")
    output.out.next("pmohub writeback plan")
    return exits.DONE


@app.command()
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


@app.command()
def log(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """List what was decided and sent, and how it ended."""
    from pmohub.cli.session import store_for
    from pmohub.writing import written

    output = Output.standard()
    with store_for(config, output.err) as hub:
        found = written(hub)
    if as_json:
        output.out.json([_document(one) for one in found])
        return exits.DONE
    columns = (
        Column("Change"),
        Column("Connector", optional=True),
        Column("Item"),
        Column("Field"),
        Column("Ended"),
        Column("By", optional=True),
    )
    rows = [
        (
            one.id,
            one.connector,
            one.key or one.external_id,
            one.field,
            _outcome(one.state.value),
            one.approved_by or "–",
        )
        for one in found
    ]
    if rows:
        output.out.table(columns, rows)
    else:
        output.out.line("Nothing was written yet.")
    output.out.next("pmohub writeback plan")
    return exits.DONE


def _document(item: "WriteBack") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(item)
