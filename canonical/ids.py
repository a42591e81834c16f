"""Our own ids: made from the first identity of an entity, then frozen, whatever the tool calls it later."""

from collections.abc import Iterable
from hashlib import blake2b

from canonical.vocabulary import EntityKind

PREFIXES = {
    EntityKind.PROJECT: "s",
    EntityKind.TASK: "t",
    EntityKind.TIME_ENTRY: "e",
    EntityKind.PERSON: "a",
    EntityKind.DEPENDENCY: "d",
    EntityKind.STATUS_UPDATE: "u",
    EntityKind.ALLOCATION: "b",
    EntityKind.LEAVE: "l",
}
"""First letters by what a tool's record describes: `s` a source project, `a` an account (a source person)."""
MERGED_PREFIXES = {"s": "p", "a": "h"}
"""The project of a source project, the human of an account."""


def entity_id(kind: EntityKind, connector: str, external_id: str) -> str:
    """Make the id of a tool's record: a letter and 20 hexadecimal digits (80 bits)."""
    return entity_ids(kind, connector, [external_id])[0]


def entity_ids(kind: EntityKind, connector: str, external_ids: Iterable[str]) -> list[str]:
    """Make the ids of many records at once."""
    prefix, start = PREFIXES[kind], blake2b(f"{kind.value}\x1f{connector}\x1f".encode(), digest_size=10)
    ids = []
    for external_id in external_ids:
        identity = start.copy()
        identity.update(external_id.encode())
        ids.append(prefix + identity.hexdigest())
    return ids


def merged_id(source_id: str) -> str:
    """Make the id under which the PMO sees a new source project or source person: same digits, other letter."""
    return MERGED_PREFIXES[source_id[0]] + source_id[1:]
