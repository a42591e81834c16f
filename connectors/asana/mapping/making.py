"""Small records made in one way: a place by its gid, and whatever goes wrong sets the whole aside."""

from collections.abc import Callable
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.reading import in_words
from connectors.mapping.making import Place, aside, make
from connectors.mapping.reading import FAULTS, clean, shown


def made(
    entity: EntityKind, word: str, raw: Any, scope: str | None, values: Callable[[], dict[str, Any]]
) -> Record | Quarantined:
    """Make a record of what `values` reads; its place is called `word` and its gid."""
    gid = raw.get("gid") if isinstance(raw, dict) else None
    named = clean(str(gid)) if isinstance(gid, str | int) and not isinstance(gid, bool) else ""
    place = Place(entity, f"{word} {named or clean(shown(raw))[:80]}", "", named or None, scope)
    try:
        read = values()
    except FAULTS as error:
        return aside(in_words(error), raw, place)
    return make(read, raw, place)
