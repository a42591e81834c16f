"""`pmohub links` and `pmohub people`: who and what is the same across tools, decided by people, always to be undone."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, State, count

if TYPE_CHECKING:
    from pathlib import Path

    from canonical.identities import Identities, Link
    from canonical.unresolved import Unresolved

links = typer.Typer(invoke_without_command=True, help="Projects of several tools that are one: see, link, keep apart.")
people = typer.Typer(invoke_without_command=True, help="Accounts that are one person: see, merge, split.")

OneArgument = Annotated[str, typer.Argument(help="Its key, name or e-mail; CONNECTOR:NAME where that is not unique.")]
OtherArgument = Annotated[str, typer.Argument(help="The other one.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why; it is kept.")]
PERSON_FIELDS = {"assignee", "reporter", "person", "manager", "sponsor", "author"}
Kind = Literal["links", "people"]
"""Whose identities a command is about: projects' or people's."""
STATES = {"linked": State("ok", "one"), "proposed": State("warn", "proposed"), "refused": State("plain", "kept apart")}

WHY_OPEN = {"missing": "nothing is called so", "ambiguous": "several are called so"}


@links.callback()
def show_links(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """List linked and proposed projects, and references that point nowhere."""
    if context.invoked_subcommand is not None:
        return exits.DONE
    return _shown("links", config, as_json=as_json)


@people.callback()
def show_people(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """List merged and proposed people, and names that belong to nobody known."""
    if context.invoked_subcommand is not None:
        return exits.DONE
    return _shown("people", config, as_json=as_json)


@links.command("link")
def link(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two projects are the same undertaking."""
    return _decided("links", "join", (one, other), reason, config, f"{one} and {other} are one project.")


@links.command("refuse")
def refuse_link(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two projects are not the same, whatever their names say."""
    return _decided("links", "refuse", (one, other), reason, config, f"{one} and {other} are two projects.")


@links.command("accept")
def accept_links(reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say yes to every proposal that `pmohub links` shows; each can be taken back by `unlink`."""
    return _accepted("links", reason, config)


@links.command("unlink")
def unlink(one: OneArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say that a project is one of its own."""
    return _decided("links", "split", (one,), reason, config, f"{one} is a project of its own.")


@people.command("merge")
def merge(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two accounts are one person."""
    return _decided("people", "join", (one, other), reason, config, f"{one} and {other} are one person.")


@people.command("refuse")
def refuse_merge(
    one: OneArgument, other: OtherArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """Say that two accounts are two people, whatever their names say."""
    return _decided("people", "refuse", (one, other), reason, config, f"{one} and {other} are two people.")


@people.command("accept")
def accept_people(reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say yes to every proposal that `pmohub people` shows; each can be taken back by `split`."""
    return _accepted("people", reason, config)


@people.command("split")
def split(one: OneArgument, reason: ReasonOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Say that an account is a person of its own."""
    return _decided("people", "split", (one,), reason, config, f"{one} is a person of their own.")


def _identities(kind: Kind) -> "Identities":
    from canonical.identities import PEOPLE, PROJECTS

    return PROJECTS if kind == "links" else PEOPLE


def _shown(kind: Kind, config: "Path", *, as_json: bool) -> int:
    from canonical.unresolved import unresolved
    from pmohub.cli.session import store_for

    output, of = Output.standard(), _identities(kind)
    with store_for(config, output.err) as hub:
        proposed = of.proposals(hub.engine)
        decided = sorted([*of.joined(hub.engine), *of.refused(hub.engine)], key=_by_name)
        found = [*proposed, *decided]
        open_ends = [one for one in unresolved(hub.engine) if (one.field in PERSON_FIELDS) is (kind == "people")]
    if as_json:
        from dataclasses import asdict

        output.out.json({"links": [asdict(one) for one in found], "unresolved": [asdict(one) for one in open_ends]})
        return exits.FINDINGS if proposed else exits.DONE
    _tables(output, found, open_ends)
    if proposed:
        pair = " ".join(shlex.quote(party.to_type) for party in (proposed[0].one, proposed[0].other))
        output.out.next(f"pmohub {kind} {'link' if kind == 'links' else 'merge'} {pair}", f"pmohub {kind} accept")
    else:
        output.out.next("pmohub status")
    return exits.FINDINGS if proposed else exits.DONE


def _by_name(link: "Link") -> tuple[str, str]:
    """Put together what is one, so that a person's or a project's other names stand below each other."""
    return link.other.label.casefold(), link.one.label.casefold()


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
        ends = (Column("Written as"), Column("Why it is open"), Column("In"), Column("Times", right=True))
        rows = [(*_open_end(one), f"{one.connector}, {one.entity}.{one.field}", f"{one.count:,}") for one in open_ends]
        out.table(ends, rows)


def _open_end(one: "Unresolved") -> tuple[str, str]:
    """Give what was written, and why it leads nowhere. An id of the connector's own ends in the key of its row."""
    scheme, _, written = one.ref.partition(":")
    if scheme == "id" and one.reason == "missing":
        return written.rpartition("#")[2], "its row is in quarantine or gone"
    return written, WHY_OPEN.get(str(one.reason), str(one.reason))


def _decided(
    kind: Kind,
    decision: Literal["join", "refuse", "split"],
    names: Sequence[str],
    reason: str | None,
    config: "Path",
    said: str,
) -> int:
    from pmohub.cli.session import store_for
    from pmohub.syncing import settle
    from pmohub.writing import actor

    output, of = Output.standard(), _identities(kind)
    ways: Mapping[str, Callable[..., object]] = {"join": of.join, "refuse": of.refuse, "split": of.split}
    with store_for(config, output.err, strict=True) as hub:
        parties = [of.find(hub.engine, name) for name in names]
        ways[decision](hub.engine, *parties, actor=actor(), reason=reason, now=hub.now())
        settle(hub)
    output.out.say("ok", said)
    output.out.next(f"pmohub {kind}", "pmohub status")
    return exits.DONE


def _accepted(kind: Kind, reason: str | None, config: "Path") -> int:
    from pmohub.cli.session import store_for
    from pmohub.syncing import settle
    from pmohub.writing import actor

    output, of = Output.standard(), _identities(kind)
    with store_for(config, output.err, strict=True) as hub:
        proposed = of.proposals(hub.engine)
        for one in proposed:
            of.join(hub.engine, one.one, one.other, actor=actor(), reason=reason, now=hub.now())
        if proposed:
            settle(hub)
    output.out.say("ok", f"{count(len(proposed), 'proposal')} accepted.")
    output.out.next(f"pmohub {kind}", "pmohub status")
    return exits.DONE
