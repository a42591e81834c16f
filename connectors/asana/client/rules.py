"""What may be asked of Asana when reading; everything else is refused before it leaves.

Source: https://developers.asana.com/reference. Batches are left out: each action in one counts as a request of its own
against every limit, so that they save nothing, and an allow-list could not look into them.
"""

from connectors.http import Rule

_READ = (
    "users", "users/{}", "workspaces", "workspaces/{}/projects", "workspaces/{}/custom_fields",
    "workspaces/{}/tasks/search", "projects/{}", "projects/{}/tasks", "projects/{}/sections", "tasks", "tasks/{}",
    "tasks/{}/subtasks", "tasks/{}/stories", "tasks/{}/time_tracking_entries", "custom_fields/{}", "events",
    "portfolios", "portfolios/{}/items", "status_updates", "time_tracking_entries", "time_tracking_entries/{}",
    "timesheet_approval_statuses", "budgets", "rates", "allocations", "ooo_entries", "goals",
)  # fmt: skip

READING = tuple(Rule("GET", f"/{path}") for path in _READ)
