"""What a field may hold: its allowed values as `editmeta` lists them, also at two levels."""

from collections.abc import Sequence

from connectors.jira.client.api import JSON
from connectors.jira.mapping.values import CASCADE
from connectors.writing.choices import choose, listed
from connectors.writing.refusal import RefusedError


def named(value: JSON) -> str:
    """Give the name under which people know an allowed value."""
    return str(value.get("value") or value.get("name") or value.get("key") or value.get("id") or "")


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
            child = choose(wanted[len(name) + len(CASCADE) :], parent.get("children") or (), named, f"{label}, {name}")
            return {"id": parent["id"], "child": {"id": child["id"]}}
    message = f"{label} does not allow {wanted}; {listed([named(value) for value in allowed])}"
    raise RefusedError(message)
