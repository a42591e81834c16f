"""The border where the tool's errors become ours, and the words for what was found there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from canonical.problems import Problem, ToolError, Weight
from canonical.vocabulary import EntityKind
from connectors.base import Target
from pmohub.testing.memory.mapping import STATUSES
from pmohub.testing.memory.tool import Item, MemoryToolError


@contextmanager
def our_errors(name: str) -> Iterator[None]:
    """The one border where the tool's errors become ours; its text holds the token and stays outside."""
    try:
        yield
    except MemoryToolError as error:
        raise ToolError(
            Problem(
                what=f"{name} does not answer ({error.fault}).",
                where=name,
                not_done="What could not be read stays as it was.",
                next_step="Try again later; if it stays so, ask who runs the tool.",
            )
        ) from None


def absent(target: Target) -> Problem:
    """Say that a target is not there."""
    return Problem(
        what=f"{target.entity} {target.external_id} is not there.",
        where=f"{target.entity} {target.external_id}, {target.carrier}",
        not_done="Its value is not known.",
        next_step="Sync again, so that the hub knows what is gone.",
    )


def unknown_statuses(items: Sequence[Item]) -> list[Problem]:
    """Say which statuses no category is known for."""
    found = sorted(
        {str(item.values["status"]) for item in items if item.kind is EntityKind.TASK and "status" in item.values}
    )
    return [
        Problem(
            what=f"The status {status!r} is not mapped.",
            where="status",
            not_done="Tasks with it have no status category.",
            next_step="Map it to todo, in_progress, done or cancelled.",
            weight=Weight.WARNING,
        )
        for status in found
        if status not in STATUSES
    ]


def withheld(tool: str, scope: str) -> Problem:
    """Say that the account sees only a part of a scope."""
    return Problem(
        what=f"The account may not read all of {scope}.",
        where=f"{tool}, {scope}",
        not_done="What is missing there is not taken for deleted.",
        next_step=f"Give the account permission to read {scope}.",
        weight=Weight.WARNING,
    )
