"""Tasks as they are read, with their stories, links and time entries."""

from typing import Any

from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.plots import DAYS_ALIVE, Plot
from pmohub.testing.asana.world.things import TASKS, Thing
from pmohub.testing.sandbox.timeline import DAY_MS

ONE_FILTER = "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"


def tasks(ask: Asking) -> Json:
    """Answer `/tasks`."""
    given = [name for name in ("project", "section", "tag") if ask.query(name)]
    if ask.query("assignee") and ask.query("workspace") and not given:
        return _filtered(ask, _assigned(ask))
    if len(given) != 1:
        raise Refusal(400, ONE_FILTER)
    found = ask.of_query(given[0], given[0])
    return _filtered(ask, _inside(ask, found))


def _assigned(ask: Asking) -> list[str]:
    who, where = ask.of_query("assignee", "user"), ask.of_query("workspace", "workspace")
    plots = ask.world.generator.plots
    generated = (str(TASKS + number) for number in range(plots.size))
    made = (one.gid for one in ask.world.of("task") if plots.number(one.gid) is None)
    found = (task for gid in (*generated, *made) if (task := ask.world.get(gid)) is not None)
    return [task.gid for task in found if task["assignee"] == who.gid and task["workspace"] == where.gid]


def _inside(ask: Asking, found: Thing) -> list[str]:
    world = ask.world
    if found.kind == "project":
        gids = world.tasks_of(found.gid)
    elif found.kind == "tag":
        gids = [one.gid for one in world.of("task") if found.gid in one["tags"]]
    else:
        every = world.all(world.tasks_of(found["project"]))
        gids = [one.gid for one in every if (found["project"], found.gid) in one["memberships"]]
    return [gid for gid in gids if gid not in world.gone and gid not in ask.state.hidden]


def _filtered(ask: Asking, gids: list[str]) -> Json:
    modified, completed = ask.moment("modified_since"), ask.moment("completed_since")
    if modified is not None:
        gids = [gid for gid in gids if ask.world.modified(gid) >= modified]
    if completed is not None:
        every = ask.world.all(gids)
        gids = [one.gid for one in every if not one["completed"] or one["completed_at"] >= completed]
    return ask.paged(gids)


def project_tasks(ask: Asking) -> Json:
    """Answer `/projects/{gid}/tasks`."""
    return _filtered(ask, _inside(ask, ask.of_path("project")))


def section_tasks(ask: Asking) -> Json:
    """Answer `/sections/{gid}/tasks`."""
    return _filtered(ask, _inside(ask, ask.of_path("section")))


def tag_tasks(ask: Asking) -> Json:
    """Answer `/tags/{gid}/tasks`."""
    return _filtered(ask, _inside(ask, ask.of_path("tag")))


def task(ask: Asking) -> Json:
    """Answer `/tasks/{gid}`."""
    return ask.whole(ask.of_path("task"))


def subtasks(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/subtasks`."""
    return ask.listed(ask.world.all(ask.world.subtasks(ask.of_path("task").gid)))


def dependencies(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/dependencies` and `/tasks/{gid}/dependents`."""
    found = ask.of_path("task")
    words = "Dependencies are only available to premium users."
    ask.need(Plan.STARTER, found["workspace"], words)
    return ask.listed(ask.world.all(found[ask.path("").rpartition("/")[2]]))


def task_projects(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/projects`."""
    return ask.listed(ask.world.all(project for project, _ in ask.of_path("task")["memberships"]))


def task_tags(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/tags`."""
    return ask.listed(ask.world.all(ask.of_path("task")["tags"]))


def stories(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/stories`, oldest first."""
    return ask.paged([one.gid for one in ask.world.all(ask.world.stories(ask.of_path("task").gid))])


def story(ask: Asking) -> Json:
    """Answer `/stories/{gid}`."""
    return ask.whole(ask.of_path("story"))


def task_entries(ask: Asking) -> Json:
    """Answer `/tasks/{gid}/time_tracking_entries`."""
    found = ask.of_path("task")
    ask.need(Plan.ADVANCED, found["workspace"], "Time tracking is only available to premium users.")
    return ask.paged([one.gid for one in ask.world.all(ask.world.entries(found.gid))])


def entry(ask: Asking) -> Json:
    """Answer `/time_tracking_entries/{gid}`."""
    return ask.whole(ask.of_path("time_tracking_entry"))


def entries(ask: Asking) -> Json:
    """Answer `/time_tracking_entries`: of a task, a project, a portfolio, a person, or of a workspace's days."""
    first, last = ask.query("entered_on_start_date"), ask.query("entered_on_end_date")
    if ask.query("task"):
        found = ask.world.all(ask.world.entries(ask.of_query("task", "task").gid))
    else:
        where = _workspace(ask)
        if ask.query("workspace") and not first and not last:
            raise Refusal(400, "You must specify entered_on_start_date or entered_on_end_date with workspace")
        ask.need(Plan.ADVANCED, where, "Time tracking is only available to premium users.")
        found = [one for one in _entries_of(ask, where, first) if _wanted(ask, one)]
    inside = (
        one for one in found if (not first or one["entered_on"] >= first) and (not last or one["entered_on"] <= last)
    )
    return ask.listed(sorted(inside, key=lambda one: (one["entered_on"], one.gid)))


def _workspace(ask: Asking) -> str:
    for name, kinds in (
        ("workspace", ("workspace",)),
        ("attributable_to", ("project",)),
        ("portfolio", ("portfolio",)),
    ):
        if ask.query(name):
            found = ask.of_query(name, *kinds)
            return str(found.get("workspace") or found.gid)
    if ask.query("user"):
        return str(ask.of_query("user", "user")["workspaces"][0])
    raise Refusal(400, "You must specify one of task, attributable_to, portfolio, user, workspace")


def _entries_of(ask: Asking, workspace: str, first: str) -> list[Thing]:
    """Give a workspace's entries, without most of those that are older than a day."""
    world = ask.world
    since = 0 if not first else (ask.moment("entered_on_start_date") or 0) - (DAYS_ALIVE + 1) * DAY_MS
    plots = [one for one in world.generator.plots.all if one.project["workspace"] == workspace]
    tasks = [gid for plot in plots for gid in _generated(plot, since)]
    edited = [one.gid for one in (*world.of("task"), *world.gone.values()) if one.kind == "task"]
    from_tasks = [entry for gid in dict.fromkeys([*tasks, *edited]) for entry in world.entries(gid)]
    return [one for one in world.all(from_tasks) if one["workspace"] == workspace and world.get(one["task"])]


def _generated(plot: Plot, since: int) -> list[str]:
    return [str(TASKS + plot.first + place) for place in range(plot.first_created_since(since), plot.count)]


def _wanted(ask: Asking, entry: Thing) -> bool:
    asked: dict[str, Any] = {"attributable_to": ask.query("attributable_to"), "created_by": ask.query("user")}
    if asked["created_by"]:
        asked["created_by"] = ask.of_query("user", "user").gid
    if any(value and entry[name] != value for name, value in asked.items()):
        return False
    return not ask.query("portfolio") or entry["attributable_to"] in ask.of_query("portfolio", "portfolio")["items"]
