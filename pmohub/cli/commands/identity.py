"""`pmohub links` and `pmohub people`: who and what is the same across tools, decided by people, always to be undone."""

import shlex
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, State, count

if TYPE_CHECKING:
    from pathlib import Path

    from canonical.identity.decisions import Link
    from canonical.unresolved import Unresolved

links = typer.Typer(invoke_without_command=True, help="Projects of several tools that are one: see, link, keep apart.")
people = typer.Typer(invoke_without_command=True, help="Accounts that are one person: see, merge, split.")

OneArgument = Annotated[str, typer.Argument(help="Its key, name or e-mail; CONNECTOR:NAME where that is not unique.")]
OtherArgument = Annotated[str, typer.Argument(help="The other one.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why; it is kept.")]
PERSON_FIELDS = {"assignee", "reporter", "person", "manager", "sponsor", "author"}
STATES = {"linked": State("ok", "one"), "proposed": State("warn", "proposed"), "refused": State("plain", "kept apart")}


@links.callback()
def show_links(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """List linked and proposed projects, and references that point nowhere."""
    if context.invoked_subcommand is not None:
        return exits.DONE
    from canonical import projects

    return _shown(projects, "linked", config, as_json=as_json, command="links link")


@people.callback()
def show_people(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """List merged and proposed people, and names that belong to nobody known."""
    if context.invoked_subcommand is not None:
        return exits.DONE
    from canonical import people as persons

    return _shown(persons, "merged", config, as_json=as_json, command="people merge")


@links.command("link")
def link(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two projects are the same undertaking."""
    from canonical import projects

    return _decided(projects, projects.link, (one, other), reason, config, f"{one} and {other} are one project.")


@links.command("refuse")
def refuse_link(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two projects are not the same, whatever their names say."""
    from canonical import projects

    return _decided(projects, projects.refuse, (one, other), reason, config, f"{one} and {other} are two projects.")


@links.command("accept")
def accept_links(reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say yes to every proposal that `pmohub links` shows; each can be taken back by `unlink`."""
    from canonical import projects

    return _accepted(projects, projects.link, reason, config, "links")


@links.command("unlink")
def unlink(one: OneArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say that a project is one of its own."""
    from canonical import projects

    return _decided(projects, projects.unlink, (one,), reason, config, f"{one} is a project of its own.")


@people.command("merge")
def merge(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two accounts are one person."""
    from canonical import people as persons

    return _decided(persons, persons.merge, (one, other), reason, config, f"{one} and {other} are one person.")


@people.command("refuse")
def refuse_merge(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two accounts are two people, whatever their names say."""
    from canonical import people as persons

    return _decided(persons, persons.refuse, (one, other), reason, config, f"{one} and {other} are two people.")


@people.command("accept")
def accept_people(reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say yes to every proposal that `pmohub people` shows; each can be taken back by `split`."""
    from canonical import people as persons

    return _accepted(persons, persons.merge, reason, config, "people")


@people.command("split")
def split(one: OneArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say that an account is a person of its own."""
    from canonical import people as persons

    return _decided(persons, persons.split, (one,), reason, config, f"{one} is a person of their own.")


def _shown(parts: ModuleType, settled: str, config: "Path", *, as_json: bool, command: str) -> int:
    from canonical.unresolved import unresolved
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        proposed: list[Link] = parts.proposals(hub.engine)
        found = [*proposed, *getattr(parts, settled)(hub.engine), *parts.refused(hub.engine)]
        open_ends = [one for one in unresolved(hub.engine) if (one.field in PERSON_FIELDS) is (settled == "merged")]
    if as_json:
        from dataclasses import asdict

        output.out.json({"links": [asdict(one) for one in found], "unresolved": [asdict(one) for one in open_ends]})
        return exits.FINDINGS if proposed else exits.DONE
    _tables(output, found, open_ends)
    if proposed:
        pair = " ".join(shlex.quote(party.to_type) for party in (proposed[0].one, proposed[0].other))
        output.out.next(f"pmohub {command} {pair}", f"pmohub {command.split(maxsplit=1)[0]} accept")
    else:
        output.out.next("pmohub status")
    return exits.FINDINGS if proposed else exits.DONE


def _tables(output: Output, found: Sequence["Link"], open_ends: Sequence["Unresolved"]) -> None:
    out = output.out
    if found:
        columns = (Column("One"), Column("Other"), Column("State"), Column("Because"), Column("By", optional=True))
        out.table(
            columns, [(one.one.label, one.other.label, STATES[one.state], str(one.basis), one.actor) for one in found]
        )
    else:
        out.line("Nothing is linked or proposed across tools.")
    if open_ends:
        out.line()
        ends = (Column("Written as"), Column("In"), Column("Times", right=True), Column("Why it is open"))
        rows = [
            (one.ref.partition(":")[2], f"{one.connector}, {one.entity}.{one.field}", f"{one.count:,}", str(one.reason))
            for one in open_ends
        ]
        out.table(ends, rows)


def _decided(
    parts: ModuleType,
    decide: Callable[..., object],
    names: Sequence[str],
    reason: str | None,
    config: "Path",
    said: str,
) -> int:
    from pmohub.cli.session import store_for
    from pmohub.syncing import settle
    from pmohub.writing import actor

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        parties = [parts.find(hub.engine, name) for name in names]
        decide(hub.engine, *parties, actor=actor(), reason=reason, now=hub.now())
        settle(hub)
    output.out.say("ok", said)
    output.out.next("pmohub links", "pmohub status")
    return exits.DONE


def _accepted(
    parts: ModuleType, decide: Callable[..., object], reason: str | None, config: "Path", command: str
) -> int:
    from pmohub.cli.session import store_for
    from pmohub.syncing import settle
    from pmohub.writing import actor

    output = Output.standard()
    with store_for(config, output.err, strict=True) as hub:
        proposed = parts.proposals(hub.engine)
        for one in proposed:
            decide(hub.engine, one.one, one.other, actor=actor(), reason=reason, now=hub.now())
        if proposed:
            settle(hub)
    output.out.say("ok", f"{count(len(proposed), 'proposal')} accepted.")
    output.out.next(f"pmohub {command}", "pmohub status")
    return exits.DONE
