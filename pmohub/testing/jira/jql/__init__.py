"""JQL, Jira's query language, as far as connectors and ordinary filters use it: pure, for a site of any kind.

`prepare` reads a query, understands it against a `Site` for one `Asker`, and gives a `Search`: a test for each issue,
bounds for an index, and an order. What Jira would refuse is a `JqlError` in Jira's words.

Not here: issue properties, `filter`, `watcher`, `votes`, plug-ins' functions, `issueHistory()` and `linkedIssues()`.
"""

from pmohub.testing.jira.jql.compiling import Search, prepare
from pmohub.testing.jira.jql.errors import UNBOUNDED, JqlError
from pmohub.testing.jira.jql.hints import Hints, Span
from pmohub.testing.jira.jql.ordering import Order
from pmohub.testing.jira.jql.site import Asker, Edit, Field, FieldType, Issue, Site

__all__ = [
    "UNBOUNDED",
    "Asker",
    "Edit",
    "Field",
    "FieldType",
    "Hints",
    "Issue",
    "JqlError",
    "Order",
    "Search",
    "Site",
    "Span",
    "prepare",
]
