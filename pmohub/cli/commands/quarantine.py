"""`pmohub quarantine`: records that could not be mapped, with the reason and what to do."""

from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Output, count

if TYPE_CHECKING:
    from canonical.store.quarantine import Kept

SHOWN = 20


def quarantine(
    connector: Annotated[str | None, typer.Argument(help="Only of this connector.")] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"More than {SHOWN}.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """List records that were read and could not be understood. They are kept whole and tried again at each run."""
    from canonical.store.quarantine import quarantined
    from pmohub.cli import known
    from pmohub.cli.session import store_for

    output = Output.standard()
    with store_for(config, output.err) as hub:
        known.connector(hub, connector, "pmohub quarantine")
        found = quarantined(hub.engine, connector)
    if as_json:
        output.out.json([_document(one) for one in found])
        return exits.FINDINGS if found else exits.DONE
    if not found:
        output.out.say("ok", "Nothing is in quarantine.")
        output.out.next("pmohub status")
        return exits.DONE
    shown = found if everything else found[:SHOWN]
    for one in shown:
        output.out.say("warn", one.record.reason)
        output.out.facts(where=f"{one.connector}: {one.record.place}", next=one.record.remedy)
    output.out.line()
    shown_of = f"{len(shown)} of {count(len(found), 'record')} shown."
    output.out.line(f"{shown_of} Each is kept whole and tried again at each sync.")
    output.out.next(*(() if everything or len(shown) == len(found) else ("pmohub quarantine --all",)), "pmohub sync")
    return exits.FINDINGS


def _document(kept: "Kept") -> dict[str, object]:
    return {
        "connector": kept.connector,
        "entity": kept.record.entity.value,
        "place": kept.record.place,
        "reason": kept.record.reason,
        "remedy": kept.record.remedy,
        "since": kept.since,
        "raw": kept.record.raw,
    }
