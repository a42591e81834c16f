"""Every address that the site answers."""

from collections.abc import Iterator

from starlette.routing import Route

from pmohub.testing.asana.routes import admin, events, reading, tasks
from pmohub.testing.asana.routes.asking import Asking, Handler, route
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
    for method, path, handler in READING:
        yield route(state, method, f"{BASE}{path}", handler, Asking)
        yield route(state, method, f"/_sandbox/as/{{person}}{path}", handler, admin.Acting)
    for method, path, handler in ADMIN:
        yield route(state, method, f"/_sandbox{path}", handler, admin.Acting)
