"""`pmohub writeback`: what should be written into the tools, approved by a person, sent, taken back."""

from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem, Weight
from pmohub.cli import exits
from pmohub.cli.commands.afterwards import log, release, resume, undo
from pmohub.cli.commands.outcomes import document, show_sent, show_tried
from pmohub.cli.commands.proposals import show_plan
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Output, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.plan import Planned
    from sync.sending import Lifted

app = typer.Typer(no_args_is_help=True, help="Propose, approve and send changes of template fields; take them back.")

APPROVE = "pmohub writeback approve"
PlanArgument = Annotated[str | None, typer.Argument(help="The plan, such as P3; the latest when left out.")]
ConnectorFilter = Annotated[str | None, typer.Option("--connector", help="Only changes of this connector.")]
FieldFilter = Annotated[str | None, typer.Option("--field", help="Only changes of this template field.")]
ItemFilter = Annotated[list[str] | None, typer.Option("--item", help="Only this change (P3-17) or key.")]


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
        wanted = hub.configuration.template
    if as_json:
        output.out.json({"plan": planned.plan.id, "items": [document(item) for item in planned.plan.items]})
        return _planned(planned)
    if planned.plan.items or wanted.project or wanted.task:
        show_plan(output.out, planned.plan, everything=everything)
    else:
        output.out.line("Nothing is to be written: the configuration names no template field.")
        output.out.line("One is a table such as [template.task.pmo_phase]; docs/reference/template.md explains it.")
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
    if not done.items and not done.problems:
        return _nothing_decided(output, chosen.id, "approved", (connector, field, *(item or ())))
    output.out.say("ok" if done.items else "warn", f"{count(len(done.items), 'change')} of {chosen.id} approved.")
    if done.items:
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
    if not done:
        return _nothing_decided(output, chosen.id, "rejected", (connector, field, *(item or ())))
    output.out.say("ok", f"{count(len(done), 'change')} of {chosen.id} rejected.")
    output.out.next("pmohub writeback plan")
    return exits.DONE


def _nothing_decided(output: Output, plan_id: str, verb: str, named: "Sequence[str | None]") -> int:
    """Say that what was typed fits no change that waits for a decision."""
    of_these = ", ".join(name for name in named if name)
    output.err.problem(
        Problem(
            what=f"No change of {plan_id} that waits for a decision fits {of_these}"
            if of_these
            else f"No change of {plan_id} waits for a decision",
            not_done=f"Nothing was {verb}.",
            next_step="See what is planned, and what was decided:",
            commands=("pmohub writeback plan", "pmohub writeback log"),
            weight=Weight.WARNING,
        )
    )
    return exits.FINDINGS


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
    from pmohub.rehearsing import rehearse
    from pmohub.writing import chosen_plan, send

    output = Output.standard()
    lifted = _lifted(during_blackout, on_behalf_of)
    with store_for(config, output.err, strict=True) as hub:
        chosen = chosen_plan(hub, plan_id)
        if dry_run:
            tried = list(rehearse(hub, chosen))
            again = "pmohub writeback apply"
            return show_tried(output, tried, "sent", again if any(one.hurdle is None for one in tried) else APPROVE)
        done = send(hub, chosen.id, lifted=lifted)
    return show_sent(output, done)


def _lifted(reason: str | None, person: str | None) -> "Lifted | None":
    from sync.sending import Lifted

    if (reason is None) == (person is None):
        return Lifted(person, reason) if reason and person else None
    what = "--during-blackout needs the reason, and --for the person on whose word it is"
    step = 'Type both: --during-blackout "the release is broken" --for "Ana Ruiz"'
    raise ConfigurationError(Problem(what, not_done="Nothing was sent.", next_step=step))


for command in (undo, release, resume, log):
    app.command()(command)
