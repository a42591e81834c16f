"""What may be asked of Jira when reading; everything else is refused before it leaves.

Sources: https://developer.atlassian.com/cloud/jira/platform/rest/v3/ and the REST API v2 of Jira Server 7.6 and later.
"""

from connectors.http import Rule

_READ = (
    "myself", "serverInfo", "mypermissions", "field", "status", "resolution", "issuetype", "issueLinkType", "project",
    "project/search", "project/{}", "project/{}/properties/{}", "user", "users/search", "user/search", "search",
    "issue/{}", "issue/{}/editmeta", "issue/{}/worklog", "worklog/updated", "worklog/deleted",
)  # fmt: skip
_READ_BY_POST = (
    "search", "search/jql", "search/approximate-count", "issue/bulkfetch", "changelog/bulkfetch", "worklog/list",
)  # fmt: skip

READING = tuple(
    Rule(method, f"/rest/api/{version}/{path}")
    for version in (2, 3)
    for method, paths in (("GET", _READ), ("POST", _READ_BY_POST))
    for path in paths
)
