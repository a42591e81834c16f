"""The allowed value that a text means, among those that a tool lists for a field."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from connectors.mapping.declaring import NO, YES
from connectors.mapping.reading import fold
from connectors.writing.refusal import RefusedError

SHOWN = 8
Choice = TypeVar("Choice")
Named = Callable[[Choice], str]
"""Gives the name under which people know an allowed value."""


def choose(wanted: str, allowed: Sequence[Choice], named: Named[Choice], label: str) -> Choice:
    """Find the allowed value that a text means: spelt like it, else alike but for case and blanks.

    Raises:
        RefusedError: none is, or several are.
    """
    for found in (
        [value for value in allowed if named(value) == wanted],
        [value for value in allowed if fold(named(value)) == fold(wanted)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            message = f"{label} has {len(found)} values called {wanted}"
            raise RefusedError(message)
    message = f"{label} does not allow {wanted}; {listed([named(value) for value in allowed])}"
    raise RefusedError(message)


def listed(names: Sequence[str]) -> str:
    """Name what is allowed, the first of many."""
    shown = ", ".join(names[:SHOWN])
    if not names:
        return "no value is allowed"
    return f"allowed are {shown}" + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def choose_answer(wanted: bool, allowed: Sequence[Choice], named: Named[Choice], label: str) -> Choice | None:
    """Find what yes or no is among the allowed values; no is none where the one value is a box to tick.

    Raises:
        RefusedError: the values are neither yes and no nor a single box.
    """
    words = YES if wanted else NO
    found = [value for value in allowed if fold(named(value)) in words]
    if len(found) == 1:
        return found[0]
    if len(allowed) == 1:
        return allowed[0] if wanted else None
    names = listed([named(value) for value in allowed])
    message = f"{label} has no value that means {'yes' if wanted else 'no'}; {names}"
    raise RefusedError(message)
