"""Every address that the site answers, by flavour."""

from collections.abc import Iterator

from starlette.routing import Route

from pmohub.testing.jira.routes import history, issues, projects, searching, site
from pmohub.testing.jira.routes.asking import Handler, route
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
    ("GET", "/project/{project}/statuses", projects.statuses),
    ("GET", "/project/{project}/components", projects.components),
    ("GET", "/project/{project}/versions", projects.versions),
    ("GET", "/project/{project}/properties", projects.properties),
    ("GET", "/project/{project}/properties/{key}", projects.get_property),
    ("PUT", "/project/{project}/properties/{key}", projects.put_property),
    ("DELETE", "/project/{project}/properties/{key}", projects.delete_property),
    ("GET", "/issue/{issue}/editmeta", issues.meta),
)
LAST: Entries = (
    ("GET", "/project/{project}", projects.one),
    ("GET", "/issue/{issue}", issues.one),
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
    ("GET", "/users", site.users),
)
SERVER: Entries = (
    ("GET", "/search", searching.server_get),
    ("POST", "/search", searching.server_post),
    ("GET", "/user/search", site.users_of_server),
)


def routes(state: State) -> Iterator[Route]:
    """Give the routes: Cloud answers as REST v3 and v2, Data Center as v2 alone."""
    own, versions = (CLOUD, ("3", "2")) if state.cloud else (SERVER, ("2", "latest"))
    for version in versions:
        for method, path, handler in own + BOTH + LAST:
            yield route(state, version, method, f"/rest/api/{version}{path}", handler)
