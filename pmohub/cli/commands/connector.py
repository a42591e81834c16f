"""`pmohub connector`: a tool that moved, one that is used no more, one of which everything is to go."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, count

if TYPE_CHECKING:
    from canonical.vocabulary import EntityKind
    from sync.changing import Moved

app = typer.Typer(no_args_is_help=True, help="Move, retire or erase what is known of a tool.")

ConnectorArgument = Annotated[str, typer.Argument(help="The connector's id.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it. Without, it is only shown what would be done.")]


@app.command()
def move(
    connector: ConnectorArgument,
    yes: YesOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Take ids, history, deviations and waivers along to the place where the connector points now."""
    from pmohub.cli.session import named, store_for
    from pmohub.config import inspect
    from pmohub.syncing import holder, setup_of
    from sync.changing import move as carry
    from sync.runs import Worker

    output = Output.standard()
    with store_for(config, output.err) as hub:
        (chosen,) = named(inspect(config), [connector], config)
        moved = carry(hub.engine, setup_of(hub, chosen), Worker(holder(), hub.now), really=yes)
    if as_json:
        output.out.json(_document(moved, done=yes))
    else:
        _tell(output, connector, moved, done=yes)
    return exits.FINDINGS if moved.movement.left or not moved.complete else exits.DONE


def _tell(output: Output, connector: str, moved: "Moved", *, done: bool) -> None:
    out, found = output.out, moved.movement
    out.line((f"{connector}: from {moved.before} to {moved.now}", "head"))
    out.line()
    columns = ("Kind", "Found by key", "By id", "By name", "By content", "Left behind", "New there")
    parts = (found.by_key, found.by_id, found.by_name, found.by_content, found.left, found.new)
    kinds = list(dict.fromkeys(kind for part in parts for kind in part))
    rows = [(_noun(kind), *(f"{part.get(kind, 0):,}" for part in parts)) for kind in kinds]
    out.table([Column(title, right=bool(number)) for number, title in enumerate(columns)], rows)
    for kind, name in found.named:
        out.line(f"left behind: {_noun(kind)} {name}", indent=2)
    out.line()
    left = sum(found.left.values())
    if left:
        fate = "taken for deleted" if moved.complete else "marked as no longer to be seen"
        out.say("warn", f"{count(left, 'record')} left behind, {'' if done else 'to be '}{fate}.")
    if not moved.complete:
        mended = f" {count(moved.quarantined, 'record')} could not be mapped." if moved.quarantined else ""
        out.say("warn", f"Not all of the new place could be read.{mended}")
    if done:
        out.say("ok", "Moved. Ids, history, deviations and waivers are those of before.")
        out.next(f"pmohub sync {connector}")
    else:
        out.line("Nothing was changed.")
        out.next(f"pmohub connector move {connector} --yes")


@app.command()
def retire(
    connector: ConnectorArgument,
    yes: YesOption = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take it into use again.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Read a connector no more. Its history is kept, its deviations are frozen, its projects are shown as retired."""
    from pmohub.cli.session import store_for
    from pmohub.syncing import holder
    from sync.changing import known_connector, retire_connector
    from sync.runs import Worker

    output = Output.standard()
    with store_for(config, output.err) as hub:
        known_connector(hub.engine, connector)
        if yes:
            retire_connector(hub.engine, connector, Worker(holder(), hub.now), undo=undo)
    if not yes:
        output.out.line(
            f"{connector} would be {'read again' if undo else 'read no more; all that is stored of it stays'}."
        )
        output.out.line("Nothing was changed.")
        output.out.next(f"pmohub connector retire {connector}{' --undo' if undo else ''} --yes")
        return exits.DONE
    output.out.say("ok", f"{connector} is {'in use again' if undo else 'retired'}.")
    output.out.next(f"pmohub sync {connector}" if undo else "pmohub sync")
    return exits.DONE


@app.command()
def purge(
    connector: ConnectorArgument,
    yes: YesOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Erase everything that is stored of a connector, for good, and count it."""
    from pmohub.cli.session import store_for
    from pmohub.syncing import holder
    from sync.changing import purge_connector
    from sync.runs import Worker

    output = Output.standard()
    with store_for(config, output.err) as hub:
        purged = purge_connector(hub.engine, connector, Worker(holder(), hub.now), really=yes)
        configured = connector in hub.configuration.connectors
    for problem in purged.problems:
        output.err.problem(problem)
    if as_json:
        output.out.json({"connector": connector, "erased": yes, "rows": purged.rows})
        return exits.DONE
    _tell_erased(output, connector, purged.rows, done=yes)
    if configured:
        output.out.say("warn", f"{connector} still stands in the configuration: the next sync would read it all again.")
    output.out.next("pmohub sync" if yes else f"pmohub connector purge {connector} --yes")
    return exits.DONE


def _tell_erased(output: Output, connector: str, counts: Mapping[str, int], *, done: bool) -> None:
    columns = (Column("Erased" if done else "Would be erased"), Column("Rows", right=True))
    output.out.table(columns, [(name.replace("_", " "), f"{number:,}") for name, number in counts.items()])
    output.out.line()
    total = count(sum(counts.values()), "row")
    if done:
        output.out.say("ok", f"{total} of {connector} erased. Backups and exports still hold what they held.")
    else:
        output.out.line(f"{total} of {connector}, not to be had again. Nothing was changed.")


def _noun(kind: "EntityKind") -> str:
    return kind.value.replace("_", " ")


def _document(moved: "Moved", *, done: bool) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(moved), "done": done}
