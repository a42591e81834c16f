"""`/workspaces/{gid}/tasks/search`: for who pays, at most 100 tasks, without pages, and a little late.

Source: developers.asana.com/reference/searchtasksforworkspace: results are not stable and have no offsets; unknown
parameters are ignored (said by an engineer of Asana).
"""

from collections.abc import Callable, Iterator
from typing import Any

from pmohub.testing.asana.answers.shapes import RENDERER
from pmohub.testing.asana.routes.asking import MOST_A_PAGE, Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.timeline import day_of

Test = Callable[[Thing], bool]
ONLY_PREMIUM = "Search is only available to premium users."
SORTS = {"due_date": "due_on", "created_at": "created_at", "completed_at": "completed_at", "modified_at": "modified_at"}
GIDS: dict[str, Callable[[Asking, Thing], set[str | None]]] = {
    "assignee": lambda _ask, task: {task["assignee"]},
    "projects": lambda _ask, task: {project for project, _ in task["memberships"]},
    "sections": lambda _ask, task: {section for _, section in task["memberships"]},
    "tags": lambda _ask, task: set(task["tags"]),
    "followers": lambda _ask, task: set(task["followers"]),
    "created_by": lambda _ask, task: {task["created_by"]},
    "teams": lambda ask, task: {one["team"] for one in ask.world.all(ask.world.projects_of(task))},
    "portfolios": lambda ask, task: {
        one.gid for one in ask.world.of("portfolio") if {*one["items"]} & {*ask.world.projects_of(task)}
    },
}  # fmt: skip


def search(ask: Asking) -> Json:
    """Answer it."""
    where = ask.of_path("workspace")
    ask.need(Plan.STARTER, where.gid, ONLY_PREMIUM)
    limit = ask.query("limit") or str(MOST_A_PAGE)
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST_A_PAGE:
        raise Refusal(400, f"limit: Must be between 1 and {MOST_A_PAGE}: {limit}")
    tests = list(_tests(ask))
    known = (one for one in _known(ask) if one["workspace"] == where.gid and all(test(one) for test in tests))
    found = [one for one in known if ask.sight.sees(one)]
    name = SORTS.get(ask.query("sort_by") or "modified_at", "modified_at")
    found.sort(key=lambda one: (one[name] is not None, one[name] or 0), reverse=not ask.flag("sort_ascending"))
    return {"data": [RENDERER.listed(ask.view, one, ask.tree) for one in _now(ask, found[: int(limit)])]}


def _now(ask: Asking, found: list[Thing]) -> list[Thing]:
    """Give the tasks as they are: the search is late, what it leads to is not."""
    return ask.world.all(one.gid for one in found)


def _known(ask: Asking) -> Iterator[Thing]:
    """Give the tasks as the search knows them: edits of the last moments are missing."""
    world = ask.world
    late = world.now() - ask.state.lag_ms
    for one in world.modified_since(ask.moment("modified_at.after") or 0):
        found = world.known(one.gid, late) if one["modified_at"] > late else one
        if found is not None:
            yield found


def _tests(ask: Asking) -> Iterator[Test]:
    for name, given in ask.params.multi_items():
        field, _, how = name.rpartition(".")
        if field in GIDS and how in {"any", "not", "all"}:
            yield _of_gids(ask, field, how, given)
        elif field in {"modified_at", "created_at", "completed_at", "due_at"} and how in {"after", "before"}:
            yield _of_moment(ask, name, field, after=how == "after")
        elif field.endswith("_on") and how in {"after", "before"}:
            yield _of_day(field, given, after=how == "after")
        elif name in _PLAIN and given:
            yield _PLAIN[name](ask, given)
        elif name.startswith("custom_fields."):
            yield _of_field(name, given)


def _of_gids(ask: Asking, field: str, how: str, given: str) -> Test:
    words: dict[str, str | None] = {"me": ask.account.gid, "null": None}
    wanted = {words.get(one, one) for one in given.split(",")}
    held = GIDS[field]
    if how == "all":
        return lambda task: wanted <= held(ask, task)
    return lambda task: bool(wanted & held(ask, task)) == (how == "any")


def _of_moment(ask: Asking, name: str, field: str, *, after: bool) -> Test:
    at = ask.moment(name) or 0
    return lambda task: task[field] is not None and (task[field] > at if after else task[field] < at)


def _of_day(field: str, given: str, *, after: bool) -> Test:
    def test(task: Thing) -> bool:
        held = _day(task, field)
        return held is not None and (held > given if after else held < given)

    return test


def _day(task: Thing, field: str) -> str | None:
    if field in {"due_on", "start_on"}:
        return None if task[field] is None else str(task[field])
    at = task[field.replace("_on", "_at")]
    return None if at is None else day_of(at).isoformat()


def _of_field(name: str, given: str) -> Test:
    _, gid, how = name.split(".", 2)

    def test(task: Thing) -> bool:
        held: Any = task["custom"].get(gid)
        if how == "is_set":
            return (held is not None) == (given == "true")
        if how == "value":
            many = held if isinstance(held, tuple) else (held,)
            return given in map(str, many)
        return how == "contains" and given in str(held)

    return test


def _flag(read: Callable[[Asking, Thing], bool]) -> Callable[[Asking, str], Test]:
    return lambda ask, given: lambda task: read(ask, task) == (given == "true")


_PLAIN: dict[str, Callable[[Asking, str], Test]] = {
    "completed": _flag(lambda _ask, task: bool(task["completed"])),
    "is_subtask": _flag(lambda _ask, task: task["parent"] is not None),
    "is_blocking": _flag(lambda _ask, task: bool(task["dependents"]) and not task["completed"]),
    "is_blocked": _flag(lambda ask, task: any(not one["completed"] for one in ask.world.all(task["dependencies"]))),
    "resource_subtype": lambda _ask, given: lambda task: task["resource_subtype"] == given,
    "text": lambda _ask, given: lambda task: given.casefold() in f"{task['name']} {task['notes']}".casefold(),
    "due_on": lambda _ask, given: lambda task: (task["due_on"] or "null") == given,
    "start_on": lambda _ask, given: lambda task: (task["start_on"] or "null") == given,
    "modified_on": lambda _ask, given: lambda task: _day(task, "modified_on") == given,
    "created_on": lambda _ask, given: lambda task: _day(task, "created_on") == given,
    "completed_on": lambda _ask, given: lambda task: (_day(task, "completed_on") or "null") == given,
}
