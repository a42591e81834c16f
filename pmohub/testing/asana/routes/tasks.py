"""Tasks as they are read, with their stories, links and time entries."""

from collections.abc import Callable, Iterable, Iterator

from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
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


def _assigned(ask: Asking) -> Iterator[str]:
    who, where = ask.of_query("assignee", "user"), ask.of_query("workspace", "workspace")
    plots = ask.world.generator.plots
    generated = (str(TASKS + number) for number in range(plots.size))
    made = (one.gid for one in ask.world.of("task") if plots.number(one.gid) is None)
    found = (task for gid in (*generated, *made) if (task := ask.world.get(gid)) is not None)
    return (task.gid for task in found if task["assignee"] == who.gid and task["workspace"] == where.gid)


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


def _filtered(ask: Asking, gids: Iterable[str]) -> Json:
    modified, completed = ask.moment("modified_since"), ask.moment("completed_since")
    if modified is not None:
        gids = (gid for gid in gids if ask.world.modified(gid) >= modified)
    if completed is not None:
        every = (one for gid in gids if (one := ask.world.get(gid)) is not None)
        gids = (one.gid for one in every if not one["completed"] or one["completed_at"] >= completed)
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
        found: Iterable[Thing] = ask.world.all(ask.world.entries(ask.of_query("task", "task").gid))
    else:
        where = _workspace(ask)
        if ask.query("workspace") and not first and not last:
            raise Refusal(400, "You must specify entered_on_start_date or entered_on_end_date with workspace")
        ask.need(Plan.ADVANCED, where, "Time tracking is only available to premium users.")
        since = (ask.moment("entered_on_start_date") or 0) - DAY_MS
        found = filter(_wanted(ask), ask.world.entries_since(where, since))
    return ask.listed(one for one in found if first <= one["entered_on"] <= (last or "9999"))


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


def _wanted(ask: Asking) -> Callable[[Thing], bool]:
    user = ask.of_query("user", "user").gid if ask.query("user") else None
    project = ask.query("attributable_to")
    portfolio = ask.of_query("portfolio", "portfolio")["items"] if ask.query("portfolio") else None

    def wanted(entry: Thing) -> bool:
        to = entry["attributable_to"]
        return user in {None, entry["created_by"]} and project in {"", to} and (portfolio is None or to in portfolio)

    return wanted
