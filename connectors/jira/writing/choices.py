"""What a field may hold: its allowed values as `editmeta` lists them, and the one that a text means."""

from collections.abc import Sequence

from connectors.jira.client.api import JSON
from connectors.jira.mapping.values import CASCADE
from connectors.jira.writing.refusal import RefusedError
from connectors.mapping.declaring import NO, YES
from connectors.mapping.reading import fold

SHOWN = 8


def named(value: JSON) -> str:
    """Give the name under which people know an allowed value."""
    return str(value.get("value") or value.get("name") or value.get("key") or value.get("id") or "")


def choose(wanted: str, allowed: Sequence[JSON], label: str) -> JSON:
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
    message = f"{label} does not allow {wanted}; {_listed(allowed)}"
    raise RefusedError(message)


def _listed(allowed: Sequence[JSON]) -> str:
    names = [named(value) for value in allowed]
    shown = ", ".join(names[:SHOWN])
    if not names:
        return "no value is allowed"
    return f"allowed are {shown}" + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def choose_cascade(wanted: str, allowed: Sequence[JSON], label: str) -> JSON:
    """Find both levels of a cascading select, as `A - B`; a name of either may hold the sign between them.

    Raises:
        RefusedError: there are no such two.
    """
    for parent in sorted(allowed, key=lambda value: len(named(value)), reverse=True):
        name = named(parent)
        if wanted == name:
            return {"id": parent["id"]}
        if wanted.startswith(f"{name}{CASCADE}"):
            child = choose(wanted[len(name) + len(CASCADE) :], parent.get("children") or (), f"{label}, {name}")
            return {"id": parent["id"], "child": {"id": child["id"]}}
    message = f"{label} does not allow {wanted}; {_listed(allowed)}"
    raise RefusedError(message)


def choose_answer(wanted: bool, allowed: Sequence[JSON], label: str) -> JSON | None:
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
    message = f"{label} has no value that means {'yes' if wanted else 'no'}; {_listed(allowed)}"
    raise RefusedError(message)
