"""Every address that the site answers, by flavour."""

from collections.abc import Iterator

from starlette.routing import Route

from pmohub.testing.jira.routes import admin, edits, history, issues, pages, projects, searching, site, worklogs
from pmohub.testing.jira.routes.asking import Asking, Handler, route
from pmohub.testing.jira.state import State

Entries = tuple[tuple[str, str, Handler], ...]

BOTH: Entries = (
    ("GET", "/serverInfo", site.server_info),
    ("GET", "/myself", site.myself),
    ("GET", "/mypermissions", site.my_permissions),
    ("GET", "/permissions", site.permissions),
    ("GET", "/field", site.fields),
    ("GET", "/status", site.statuses),
    ("GET", "/resolution", site.resolutions),
    ("GET", "/priority", site.priorities),
    ("GET", "/issuetype", site.issue_types),
    ("GET", "/issueLinkType", site.link_types),
    ("GET", "/user", site.user),
    ("GET", "/project", projects.listed),
    ("GET", "/projectCategory", projects.categories),
    ("GET", "/project/{project}/statuses", projects.statuses),
    ("GET", "/project/{project}/components", projects.components),
    ("GET", "/project/{project}/versions", projects.versions),
    ("GET", "/project/{project}/properties", projects.properties),
    ("GET", "/project/{project}/properties/{key}", projects.get_property),
    ("PUT", "/project/{project}/properties/{key}", projects.put_property),
    ("DELETE", "/project/{project}/properties/{key}", projects.delete_property),
    ("GET", "/issue/{issue}/editmeta", issues.meta),
    ("GET", "/issue/{issue}/transitions", edits.transitions),
    ("POST", "/issue/{issue}/transitions", edits.take),
    ("GET", "/issue/{issue}/worklog", worklogs.listed),
    ("POST", "/issue/{issue}/worklog", worklogs.add),
    ("GET", "/issue/{issue}/worklog/{id}", worklogs.one),
    ("PUT", "/issue/{issue}/worklog/{id}", worklogs.change),
    ("DELETE", "/issue/{issue}/worklog/{id}", worklogs.delete),
    ("GET", "/worklog/updated", worklogs.updated),
    ("GET", "/worklog/deleted", worklogs.deleted),
    ("POST", "/worklog/list", worklogs.by_id),
    ("POST", "/issue", edits.create),
    ("POST", "/issueLink", edits.link),
    ("GET", "/issueLink/{id}", edits.get_link),
    ("DELETE", "/issueLink/{id}", edits.unlink),
)
LAST: Entries = (
    ("GET", "/project/{project}", projects.one),
    ("PUT", "/project/{project}", projects.change),
    ("GET", "/issue/{issue}", issues.one),
    ("PUT", "/issue/{issue}", edits.edit),
    ("DELETE", "/issue/{issue}", edits.delete),
)
CLOUD: Entries = (
    ("GET", "/search/jql", searching.cloud_get),
    ("POST", "/search/jql", searching.cloud_post),
    ("GET", "/search", searching.removed),
    ("POST", "/search", searching.removed),
    ("POST", "/search/approximate-count", searching.count),
    ("POST", "/issue/bulkfetch", searching.bulk_fetch),
    ("POST", "/changelog/bulkfetch", history.bulk),
    ("GET", "/issue/{issue}/changelog", history.changelog),
    ("GET", "/project/search", projects.search),
    ("GET", "/statuses/search", site.statuses_search),
    ("GET", "/users/search", site.users),
    ("GET", "/user/search", site.users_of_cloud),
    ("GET", "/user/bulk", site.users_by_id),
    ("GET", "/users", site.users),
)
SERVER: Entries = (
    ("GET", "/search", searching.server_get),
    ("POST", "/search", searching.server_post),
    ("GET", "/user/search", site.users_of_server),
)


ADMIN: Entries = (
    ("POST", "/move", admin.move),
    ("POST", "/status", admin.to_status),
    ("POST", "/hide", admin.hide),
    ("POST", "/project", admin.change_project),
    ("POST", "/permissions", admin.forbid),
    ("POST", "/login", admin.login),
    ("POST", "/clock", admin.clock),
    ("POST", "/lag", admin.lag),
    ("POST", "/pages/forget", admin.forget_pages),
    ("POST", "/worklog/delete", admin.delete_worklog),
    ("GET", "/mails", admin.mails),
)


def routes(state: State) -> Iterator[Route]:
    """Give the routes: Cloud answers as REST v3 and v2, Data Center as v2 alone."""
    own, versions = (CLOUD, ("3", "2")) if state.cloud else (SERVER, ("2", "latest"))
    for version in versions:
        for method, path, handler in own + BOTH + LAST:
            yield route(state, version, method, f"/rest/api/{version}{path}", handler, Asking)
    yield route(state, versions[0], "GET", "/browse/{key}", pages.browse, admin.Acting)
    for method, path, handler in ADMIN:
        yield route(state, versions[0], method, f"/_sandbox{path}", handler, admin.Acting)
    for method, path, handler in own + BOTH + LAST:
        yield route(state, versions[0], method, f"/_sandbox/as/{{person}}{path}", handler, admin.Acting)
