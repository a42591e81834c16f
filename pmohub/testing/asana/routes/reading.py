"""Workspaces, people, teams, fields, projects and what hangs on them."""

from collections.abc import Iterable

from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import Thing

MOST_USERS = 2000


def me(ask: Asking) -> Json:
    """Answer `/users/me` and `/users/{gid}`, where an e-mail or `me` does as well as a gid."""
    return ask.whole(ask.account)


def user(ask: Asking) -> Json:
    """Answer `/users/{gid}`."""
    return ask.whole(ask.of_path("user"))


def workspaces(ask: Asking) -> Json:
    """Answer `/workspaces`."""
    return ask.listed(ask.world.of("workspace"))


def workspace(ask: Asking) -> Json:
    """Answer `/workspaces/{gid}`."""
    return ask.whole(ask.of_path("workspace"))


def _users_in(ask: Asking, workspace: Thing) -> list[Thing]:
    return [one for one in ask.world.of("user") if workspace.gid in one["workspaces"]]


def workspace_users(ask: Asking) -> Json:
    """Answer `/workspaces/{gid}/users`: by name, the first 2,000, without pages."""
    found = sorted(_users_in(ask, ask.of_path("workspace")), key=lambda one: one["name"])[:MOST_USERS]
    ask.params = ask.params.__class__([("opt_fields", ask.query("opt_fields"))])
    return {"data": ask.listed(found)["data"]}


def users(ask: Asking) -> Json:
    """Answer `/users`: of a workspace, of a team, or of all that the account is in."""
    if ask.query("team"):
        return ask.listed(ask.world.all(ask.of_query("team", "team")["members"]))
    if ask.query("workspace"):
        return ask.listed(_users_in(ask, ask.of_query("workspace", "workspace")))
    return ask.listed(one for one in ask.world.of("user") if set(one["workspaces"]) & set(ask.account["workspaces"]))


def teams(ask: Asking) -> Json:
    """Answer `/workspaces/{gid}/teams`."""
    found = ask.of_path("workspace")
    return ask.listed(one for one in ask.world.of("team") if one["organization"] == found.gid)


def team(ask: Asking) -> Json:
    """Answer `/teams/{gid}`."""
    return ask.whole(ask.of_path("team"))


def team_users(ask: Asking) -> Json:
    """Answer `/teams/{gid}/users`."""
    return ask.listed(ask.world.all(ask.of_path("team")["members"]))


def custom_fields(ask: Asking) -> Json:
    """Answer `/workspaces/{gid}/custom_fields`: those that are everybody's."""
    found = ask.of_path("workspace")
    ask.need(Plan.STARTER, found.gid, "Custom Fields are not available for free users or guests.")
    every = (one for one in ask.world.of("custom_field") if one["workspace"] == found.gid)
    return ask.listed(one for one in every if one["is_global_to_workspace"])


def custom_field(ask: Asking) -> Json:
    """Answer `/custom_fields/{gid}`."""
    return ask.whole(ask.of_path("custom_field"))


def _archived(ask: Asking, projects: Iterable[Thing]) -> list[Thing]:
    wanted = ask.flag("archived")
    return [one for one in projects if wanted is None or one["archived"] == wanted]


def _one_workspace(ask: Asking) -> None:
    """Refuse to list what is in several workspaces at once."""
    named = ask.query("workspace") or ask.query("team") or ask.path_params.get("gid")
    if not named and len(ask.account["workspaces"]) > 1:
        words = "This request accesses data in multiple workspaces. Please specify a workspace or team."
        raise Refusal(400, words)


def projects(ask: Asking) -> Json:
    """Answer `/projects`: of a workspace or a team, or all that the account sees."""
    _one_workspace(ask)
    found = ask.world.of("project")
    if ask.query("workspace"):
        inside = ask.of_query("workspace", "workspace")
        found = [one for one in found if one["workspace"] == inside.gid]
    if ask.query("team"):
        inside = ask.of_query("team", "team")
        found = [one for one in found if one["team"] == inside.gid]
    return ask.listed(_archived(ask, found))


def workspace_projects(ask: Asking) -> Json:
    """Answer `/workspaces/{gid}/projects`."""
    inside = ask.of_path("workspace")
    return ask.listed(_archived(ask, (one for one in ask.world.of("project") if one["workspace"] == inside.gid)))


def team_projects(ask: Asking) -> Json:
    """Answer `/teams/{gid}/projects`."""
    inside = ask.of_path("team")
    return ask.listed(_archived(ask, (one for one in ask.world.of("project") if one["team"] == inside.gid)))


def project(ask: Asking) -> Json:
    """Answer `/projects/{gid}`."""
    return ask.whole(ask.of_path("project"))


def settings(ask: Asking) -> Json:
    """Answer `/projects/{gid}/custom_field_settings`, and the same of portfolios."""
    found = ask.of_path("project", "portfolio")
    return ask.listed(ask.world.all(found["settings"]))


def sections(ask: Asking) -> Json:
    """Answer `/projects/{gid}/sections`."""
    return ask.listed(ask.world.all(ask.of_path("project")["sections"]))


def section(ask: Asking) -> Json:
    """Answer `/sections/{gid}`."""
    return ask.whole(ask.of_path("section"))


def task_counts(ask: Asking) -> Json:
    """Answer `/projects/{gid}/task_counts`: nothing but what `opt_fields` names."""
    found = ask.of_path("project")
    named = list(ask.tree or ())
    tasks = ask.world.all(ask.world.tasks_of(found.gid)) if named else []
    counts: dict[str, int] = {}
    for what, some in (
        ("tasks", tasks),
        ("milestones", [one for one in tasks if one["resource_subtype"] == "milestone"]),
    ):
        done = sum(one["completed"] for one in some)
        counts |= {f"num_{what}": len(some), f"num_completed_{what}": done, f"num_incomplete_{what}": len(some) - done}
    return {"data": {name: counts[name] for name in named if name in counts}}


def brief(ask: Asking) -> Json:
    """Answer `/project_briefs/{gid}`."""
    return ask.whole(ask.of_path("project_brief"))


def portfolios(ask: Asking) -> Json:
    """Answer `/portfolios`: of a workspace, only those that are the account's own; a service account has them all."""
    inside = ask.of_query("workspace", "workspace")
    ask.need(Plan.ADVANCED, inside.gid, "Portfolios are only available to premium users.")
    owner = ask.of_query("owner", "user") if ask.query("owner") else ask.account
    found = (one for one in ask.world.of("portfolio") if one["workspace"] == inside.gid)
    if ask.serves:
        return ask.listed(one for one in found if not ask.query("owner") or one["owner"] == owner.gid)
    return ask.listed(one for one in found if one["owner"] == owner.gid == ask.account.gid)


def portfolio(ask: Asking) -> Json:
    """Answer `/portfolios/{gid}`."""
    return ask.whole(ask.of_path("portfolio"))


def items(ask: Asking) -> Json:
    """Answer `/portfolios/{gid}/items`."""
    return ask.listed(ask.world.all(ask.of_path("portfolio")["items"]))


def updates(ask: Asking) -> Json:
    """Answer `/status_updates`: newest first."""
    parent, since = ask.of_query("parent", "project", "portfolio", "goal"), ask.moment("created_since")
    found = ask.world.all(reversed(ask.world.updates(parent.gid)))
    return ask.listed(one for one in found if since is None or one["created_at"] >= since)


def update(ask: Asking) -> Json:
    """Answer `/status_updates/{gid}`."""
    return ask.whole(ask.of_path("status_update"))


def tags(ask: Asking) -> Json:
    """Answer `/tags` and `/workspaces/{gid}/tags`."""
    _one_workspace(ask)
    inside = ask.query("workspace") or ask.path_params.get("gid")
    return ask.listed(one for one in ask.world.of("tag") if inside in {None, one["workspace"]})


def tag(ask: Asking) -> Json:
    """Answer `/tags/{gid}`."""
    return ask.whole(ask.of_path("tag"))
