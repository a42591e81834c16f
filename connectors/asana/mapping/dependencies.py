"""What tasks wait for, to dependencies."""

from typing import Any

from canonical.vocabulary import DependencyType, EntityKind
from connectors.asana.mapping.reading import ABSENT, gid_of, in_words, is_told
from connectors.mapping.making import Mapped, Place, aside, make
from connectors.mapping.reading import FAULTS


def dependency_place(task: str) -> str:
    """Name the dependencies of a task in quarantine."""
    return f"task {task}, dependencies"


def add_dependencies(raw: Any, to: Mapped) -> bool:
    """Map what a task waits for into `to`; say whether that is known to be all of it.

    Asana knows that a task is blocked by another until that is done: finish to start, without a lag. A dependency has
    no gid of its own; both ends name it. One on a task that is not read stays, with an end that is not known.
    """
    listed = raw.get("dependencies", ABSENT) if isinstance(raw, dict) else ABSENT
    if not is_told(listed):
        return False
    task = ""
    try:
        task = gid_of(raw)
        blockers = dict.fromkeys(gid_of(each) for each in listed or ())
    except FAULTS as error:
        place = Place(EntityKind.DEPENDENCY, dependency_place(task or "without a gid"))
        to.quarantined.append(aside(in_words(error), {"gid": task, "dependencies": listed}, place))
        return False
    for blocker in blockers:
        values = {
            "external_id": f"{blocker}-{task}",
            "predecessor": f"id:{blocker}",
            "successor": f"id:{task}",
            "type": DependencyType.FINISH_TO_START,
        }
        place = Place(EntityKind.DEPENDENCY, dependency_place(task))
        to.add(make(values, {"gid": task, "dependencies": [blocker]}, place))
    return True
