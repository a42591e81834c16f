"""What may be asked of Jira when writing, beside what may be read: edits of issues and projects, and nothing else.

None of it is repeatable: sent again after an answer was lost, it could take away what somebody typed meanwhile.
"""

from connectors.http import Rule
from connectors.jira.client.rules import READING

_PUT = ("issue/{}", "project/{}/properties/{}", "project/{}")

WRITING = (
    *READING,
    *(
        Rule(method, f"/rest/api/{version}/{path}", repeatable=False)
        for version in (2, 3)
        for method, paths in (("PUT", _PUT), ("POST", ("issue/{}/transitions",)))
        for path in paths
    ),
    *(
        Rule("GET", f"/rest/api/{version}/{path}")
        for version in (2, 3)
        for path in ("projectCategory", "issue/{}/transitions", "issue/{}/changelog")
    ),
)
