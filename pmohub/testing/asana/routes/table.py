"""Every address that the site answers."""

from collections.abc import Iterator

from starlette.routing import Route

from pmohub.testing.asana.routes import (
    admin,
    companions,
    events,
    pages,
    reading,
    searching,
    tasks,
    writing,
    writing_tasks,
)
from pmohub.testing.asana.routes.asking import Asking, Handler, route
from pmohub.testing.asana.routes.batch import Batch
from pmohub.testing.asana.state import State

Entries = tuple[tuple[str, str, Handler], ...]
BASE = "/api/1.0"

READING: Entries = (
    ("GET", "/users/me", reading.me),
    ("GET", "/users/{gid}", reading.user),
    ("GET", "/users", reading.users),
    ("GET", "/workspaces", reading.workspaces),
    ("GET", "/workspaces/{gid}", reading.workspace),
    ("GET", "/workspaces/{gid}/users", reading.workspace_users),
    ("GET", "/workspaces/{gid}/teams", reading.teams),
    ("GET", "/workspaces/{gid}/projects", reading.workspace_projects),
    ("GET", "/workspaces/{gid}/custom_fields", reading.custom_fields),
    ("GET", "/workspaces/{gid}/tags", reading.tags),
    ("GET", "/workspaces/{gid}/events", events.workspace_events),
    ("GET", "/teams/{gid}", reading.team),
    ("GET", "/teams/{gid}/users", reading.team_users),
    ("GET", "/teams/{gid}/projects", reading.team_projects),
    ("GET", "/custom_fields/{gid}", reading.custom_field),
    ("GET", "/projects", reading.projects),
    ("GET", "/projects/{gid}", reading.project),
    ("GET", "/projects/{gid}/custom_field_settings", reading.settings),
    ("GET", "/projects/{gid}/sections", reading.sections),
    ("GET", "/projects/{gid}/task_counts", reading.task_counts),
    ("GET", "/projects/{gid}/tasks", tasks.project_tasks),
    ("GET", "/project_briefs/{gid}", reading.brief),
    ("GET", "/sections/{gid}", reading.section),
    ("GET", "/sections/{gid}/tasks", tasks.section_tasks),
    ("GET", "/tags", reading.tags),
    ("GET", "/tags/{gid}", reading.tag),
    ("GET", "/tags/{gid}/tasks", tasks.tag_tasks),
    ("GET", "/portfolios", reading.portfolios),
    ("GET", "/portfolios/{gid}", reading.portfolio),
    ("GET", "/portfolios/{gid}/items", reading.items),
    ("GET", "/portfolios/{gid}/custom_field_settings", reading.settings),
    ("GET", "/status_updates", reading.updates),
    ("GET", "/status_updates/{gid}", reading.update),
    ("GET", "/tasks", tasks.tasks),
    ("GET", "/tasks/{gid}", tasks.task),
    ("GET", "/tasks/{gid}/subtasks", tasks.subtasks),
    ("GET", "/tasks/{gid}/dependencies", tasks.dependencies),
    ("GET", "/tasks/{gid}/dependents", tasks.dependencies),
    ("GET", "/tasks/{gid}/projects", tasks.task_projects),
    ("GET", "/tasks/{gid}/tags", tasks.task_tags),
    ("GET", "/tasks/{gid}/stories", tasks.stories),
    ("GET", "/tasks/{gid}/time_tracking_entries", tasks.task_entries),
    ("GET", "/stories/{gid}", tasks.story),
    ("GET", "/time_tracking_entries", tasks.entries),
    ("GET", "/time_tracking_entries/{gid}", tasks.entry),
    ("GET", "/events", events.events),
)
BESIDE: Entries = (
    ("GET", "/workspaces/{gid}/tasks/search", searching.search),
    ("GET", "/budgets", companions.listing("budget", "parent", required=("parent",))),
    ("GET", "/rates", companions.listing("rate", "parent", "resource")),
    ("GET", "/allocations", companions.listing("allocation", "workspace", "parent", "assignee")),
    ("POST", "/allocations", companions.create("allocation", "assignee")),
    ("GET", "/ooo_entries", companions.absences),
    ("POST", "/ooo_entries", companions.create("ooo_entry", "user")),
    ("GET", "/timesheet_approval_statuses", companions.timesheets),
    ("PUT", "/timesheet_approval_statuses/{gid}", companions.decide),
    ("GET", "/time_tracking_categories", companions.listing("time_tracking_category", "workspace")),
    ("GET", "/goals", companions.goals),
    ("GET", "/goal_relationships", companions.relationships),
    ("GET", "/time_periods", companions.listing("time_period", "workspace", required=("workspace",))),
    ("GET", "/roles", companions.listing("role", "workspace")),
    ("GET", "/memberships", companions.memberships),
    ("DELETE", "/allocations/{gid}", companions.delete),
    ("DELETE", "/ooo_entries/{gid}", companions.delete),
    ("DELETE", "/rates/{gid}", companions.delete),
    ("DELETE", "/budgets/{gid}", companions.delete),
)  # fmt: skip
BY_GID = (
    "budgets", "rates", "allocations", "ooo_entries", "timesheet_approval_statuses", "goals",
    "time_tracking_categories", "goal_relationships", "time_periods", "roles",
)  # fmt: skip
WRITING: Entries = (
    ("POST", "/tasks", writing_tasks.create),
    ("PUT", "/tasks/{gid}", writing_tasks.change),
    ("DELETE", "/tasks/{gid}", writing_tasks.delete),
    ("POST", "/tasks/{gid}/subtasks", writing_tasks.create_subtask),
    ("POST", "/tasks/{gid}/addProject", writing_tasks.add_project),
    ("POST", "/tasks/{gid}/removeProject", writing_tasks.remove_project),
    ("POST", "/tasks/{gid}/setParent", writing_tasks.set_parent),
    ("POST", "/tasks/{gid}/addDependencies", writing_tasks.link),
    ("POST", "/tasks/{gid}/removeDependencies", writing_tasks.link),
    ("POST", "/tasks/{gid}/addDependents", writing_tasks.link),
    ("POST", "/tasks/{gid}/removeDependents", writing_tasks.link),
    ("POST", "/tasks/{gid}/addTag", writing_tasks.tag),
    ("POST", "/tasks/{gid}/removeTag", writing_tasks.tag),
    ("POST", "/tasks/{gid}/addFollowers", writing_tasks.follow),
    ("POST", "/tasks/{gid}/removeFollowers", writing_tasks.follow),
    ("POST", "/tasks/{gid}/stories", writing_tasks.comment),
    ("POST", "/tasks/{gid}/time_tracking_entries", writing_tasks.log),
    ("PUT", "/time_tracking_entries/{gid}", writing_tasks.change_entry),
    ("DELETE", "/time_tracking_entries/{gid}", writing_tasks.delete_entry),
    ("POST", "/sections/{gid}/addTask", writing_tasks.into_section),
    ("PUT", "/sections/{gid}", writing.change_section),
    ("DELETE", "/sections/{gid}", writing.delete),
    ("POST", "/projects", writing.create_project),
    ("POST", "/workspaces/{gid}/projects", writing.create_project),
    ("POST", "/teams/{gid}/projects", writing.create_project),
    ("PUT", "/projects/{gid}", writing.change_project),
    ("DELETE", "/projects/{gid}", writing.delete),
    ("POST", "/projects/{gid}/sections", writing.create_section),
    ("POST", "/projects/{gid}/addCustomFieldSetting", writing.add_setting),
    ("POST", "/projects/{gid}/removeCustomFieldSetting", writing.remove_setting),
    ("PUT", "/project_briefs/{gid}", writing.change_brief),
    ("PUT", "/portfolios/{gid}", writing.change_portfolio),
    ("DELETE", "/portfolios/{gid}", writing.delete),
    ("POST", "/portfolios/{gid}/addItem", writing.change_items),
    ("POST", "/portfolios/{gid}/removeItem", writing.change_items),
    ("POST", "/portfolios/{gid}/addCustomFieldSetting", writing.add_setting),
    ("POST", "/portfolios/{gid}/removeCustomFieldSetting", writing.remove_setting),
    ("POST", "/custom_fields", writing.create_field),
    ("DELETE", "/custom_fields/{gid}", writing.delete),
    ("POST", "/custom_fields/{gid}/enum_options", writing.create_option),
    ("PUT", "/enum_options/{gid}", writing.change_option),
    ("POST", "/tags", writing.create_tag),
    ("POST", "/workspaces/{gid}/tags", writing.create_tag),
    ("DELETE", "/tags/{gid}", writing.delete),
    ("POST", "/status_updates", writing.report),
    ("DELETE", "/status_updates/{gid}", writing.delete),
)
ADMIN: Entries = (
    ("POST", "/hide", admin.hide),
    ("POST", "/login", admin.login),
    ("POST", "/clock", admin.clock),
    ("POST", "/knobs", admin.knobs),
    ("POST", "/pages/forget", admin.forget_pages),
    ("POST", "/restore", admin.restore),
    ("GET", "/mails", admin.mails),
)


def routes(state: State) -> Iterator[Route]:
    """Give the routes: the API, the same as a person, and what only tests ask for."""
    single: Entries = tuple(("GET", f"/{name}/{{gid}}", companions.one) for name in BY_GID)
    entries = READING + BESIDE + single + WRITING
    batch: Entries = (("POST", "/batch", Batch(entries)),)
    for method, path, handler in entries + batch:
        yield route(state, method, f"{BASE}{path}", handler, Asking)
        yield route(state, method, f"/_sandbox/as/{{person}}{path}", handler, admin.Acting)
    yield route(state, "GET", "/1/{workspace}/{kind}/{gid}", pages.browse, admin.Acting)
    for method, path, handler in ADMIN:
        yield route(state, method, f"/_sandbox{path}", handler, admin.Acting)
