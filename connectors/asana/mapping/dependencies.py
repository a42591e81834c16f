"""What tasks wait for, to dependencies."""

from typing import Any

from canonical.vocabulary import DependencyType, EntityKind
from connectors.asana.mapping.reading import ABSENT, gid_of, in_words, is_told
from connectors.mapping.making import Mapped, Place, aside, make
from connectors.mapping.reading import FAULTS


def dependency_place(task: str) -> str:
    """Name the dependencies of a task in quarantine."""
    return f"task {task}, dependencies"


def add_dependencies(raw: Any, seen: set[str], to: Mapped) -> bool:
    """Map what a task waits for, and what waits for it, into `to`; say whether that is known to be all of it.

    Asana knows that a task is blocked by another until that is done: finish to start, without a lag. A dependency has
    no gid of its own; both ends name it, and one that is in `seen` is left out. One with a task that is not read stays,
    with an end that is not known.
    """
    given = raw if isinstance(raw, dict) else {}
    whole = True
    for name, waits in (("dependencies", True), ("dependents", False)):
        listed = given.get(name, ABSENT)
        whole = is_told(listed) and _added(raw, name, listed, waits, seen, to) and whole
    return whole


def _added(raw: Any, name: str, listed: Any, waits: bool, seen: set[str], to: Mapped) -> bool:
    """Map one side of a task's dependencies: it `waits`, or others wait for it; say whether that went well."""
    task = ""
    try:
        task = gid_of(raw)
        others = dict.fromkeys(gid_of(each) for each in listed or ())
    except FAULTS as error:
        place = Place(EntityKind.DEPENDENCY, dependency_place(task or "without a gid"))
        to.quarantined.append(aside(in_words(error), {"gid": task, name: listed}, place))
        return False
    for other in others:
        blocker, waiting = (other, task) if waits else (task, other)
        both = f"{blocker}-{waiting}"
        if both in seen:
            continue
        seen.add(both)
        values = {
            "external_id": both,
            "predecessor": f"id:{blocker}",
            "successor": f"id:{waiting}",
            "type": DependencyType.FINISH_TO_START,
        }
        place = Place(EntityKind.DEPENDENCY, dependency_place(task))
        to.add(make(values, {"gid": task, name: [other]}, place))
    return True
