"""How far from an item a rule reads: what `find_scope` follows to all items that a change can touch, or further."""

import re
from collections.abc import Iterator, Mapping

from rules.evaluation.checks import Check
from rules.expressions import Catalogue

NEAR: Mapping[str, frozenset[tuple[str, ...]]] = {
    "project": frozenset(
        {(), ("manager",), ("sponsor",), ("tasks",), ("time_entries",), ("status_updates",), ("allocations",)}
    ),
    "task": frozenset({(), ("project",), ("assignee",), ("reporter",), ("parent",), ("children",), ("time_entries",)}),
    "dependency": frozenset({(), ("predecessor",), ("successor",)}),
    "person": frozenset({(), ("allocations",), ("leave",)}),
    "time_entry": frozenset({(), ("task",), ("project",), ("person",)}),
}
"""How far from an item `find_scope` follows a change; what reads further is evaluated in full."""
FAR = re.compile(r"\bweeks_over\(")
"""Functions that read from what no field of the item leads to."""
CHAIN = re.compile(r"\b([a-z_]\w*)((?:\.[a-z_]\w*)+)(\()?")
LINKS = frozenset({"project", "assignee", "reporter", "parent", "children", "manager", "sponsor", "person", "author"})
LINKS |= {"tasks", "time_entries", "status_updates", "predecessors", "successors", "predecessor", "successor", "task"}
LINKS |= {"allocations"}


def is_near(check: Check, catalogue: Catalogue) -> bool:
    """Whether every change that can touch a verdict lies within the reach of `find_scope`."""
    entity = catalogue.entities[check.entity]
    links = {*entity.parents, *entity.collections}
    for text in conditions(check):
        if FAR.search(text):
            return False
        for owner, chain, _ in CHAIN.findall(text):
            names = [name for name in chain.split(".") if name]
            if owner == "params":
                continue
            if owner != check.entity:
                near = len(names) == 1
            else:
                near = tuple(names[:1] if names[0] in links else ()) in NEAR[check.entity]
                near = near and not (len(names) > 2 and names[0] in links and names[1] in LINKS)
            if not near:
                return False
    return True


def asks_the_moment(check: Check) -> bool:
    """Whether a verdict can change with every moment; told from the words, so that nothing need be compiled."""
    return any(re.search(r"\bnow\b", text) for text in conditions(check))


def conditions(check: Check) -> Iterator[str]:
    """All conditions, without the texts that they quote."""
    texts = [check.when, *(limb.deviates_if for limb in check.limbs), *(check.severity_if or {}).values()]
    for text in [*texts, check.unknown_if or ""]:
        yield re.sub(r"'[^']*'", "''", text)
