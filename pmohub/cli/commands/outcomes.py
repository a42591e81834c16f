"""How changes are shown that were tried or sent: what became of each, and why."""

from typing import TYPE_CHECKING

from canonical.problems import Weight
from pmohub.cli import exits
from pmohub.cli.commands.proposals import NAMED, show_items
from pmohub.cli.output import Column, Output, State, count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from canonical.store.writebacks import WriteBack
    from pmohub.rehearsing import Tried
    from sync.sending import Applied

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


def show_tried(output: Output, tried: "Sequence[Tried]", verb: str, following: str) -> int:
    """Print what would be done and what stands in the way of the rest; nothing is."""
    free = [one.item for one in tried if one.hurdle is None]
    show_items(output.out, free)
    for (field, hurdle), names in _hurdles(tried).items():
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        output.out.say("warn", f"{', '.join(names[:NAMED])}{more}, {field}: {hurdle}")
    output.out.line()
    output.out.line(f"{count(len(free), 'change')} would be {verb}. Nothing has been sent.")
    output.out.next(following)
    return exits.FINDINGS if len(free) < len(tried) else exits.DONE


def _hurdles(tried: "Sequence[Tried]") -> "Mapping[tuple[str, str], Sequence[str]]":
    """Name for each field and hurdle the items that it stands before, as they come."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in tried:
        if one.hurdle is not None:
            found.setdefault((one.item.field, one.hurdle), []).append(name_of(one.item))
    return found


def show_sent(output: Output, done: "Applied") -> int:
    """Print how each change ended and what was in the way."""
    columns = (Column("Connector"), Column("Item"), Column("Field"), Column("Ended"), Column("Why", optional=True))
    ended = [*done.settled, *done.ended]
    if ended:
        rows = [(one.connector, name_of(one), one.field, ending(one), one.outcome_reason or "") for one in ended]
        output.out.table(columns, rows)
        output.out.line()
    for problem in done.problems:
        output.err.problem(problem)
        output.err.line()
    applied = sum(one.state.value == "applied" for one in ended)
    nothing = "Nothing was sent." if done.waiting else "Nothing was approved."
    undone = any(one.undo_of for one in ended)
    verb = "put back" if undone else "applied"
    output.out.line(f"{applied:,} of {count(len(ended), 'change')} {verb}." if ended else nothing)
    following = ("pmohub sync",) if undone else ("pmohub sync", "pmohub writeback undo")
    output.out.next(*(following if applied else ("pmohub writeback plan",)))
    failed = any(problem.weight is Weight.ERROR for problem in done.problems)
    if failed or any(one.state.value in {"refused", "unknown"} for one in ended):
        return exits.TOOL_FAILED
    return exits.FINDINGS if done.problems or applied < len(ended) or not ended else exits.DONE


def name_of(item: "WriteBack") -> str:
    """Name an item as its tool does."""
    return item.called


def ending(item: "WriteBack") -> State:
    """Say in words how a change ended; one that takes another back puts a value back."""
    state = item.state.value
    if item.undo_of and state == "applied":
        return State("ok", "put back")
    return OUTCOMES.get(state, State("plain", state))


def document(item: "WriteBack") -> dict[str, object]:
    """Give a change as JSON has it."""
    from dataclasses import asdict

    return asdict(item)
