"""The loop that somebody writes with the `asana` library: every project, its tasks and what is below each, and time.

`python -m benchmarks.asana.plain URL AUTHORITY`, in any environment that has the library. It knows what saves
requests: only tasks that have subtasks are asked for them, and time is listed by project.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import asana

TASK = (
    "name,notes,resource_subtype,assignee.name,assignee.email,completed,completed_at,created_at,modified_at,due_on,due_at,"
    "start_on,num_subtasks,parent,memberships.project.gid,memberships.section.name,dependencies,custom_fields,"
    "actual_time_minutes,permalink_url"
)
PROJECT = "name,owner.name,start_on,due_on,archived,completed,custom_fields,current_status_update,notes"
TIME = "duration_minutes,entered_on,created_by.name,task.gid,attributable_to.gid,approval_status,billable_status"


def main() -> None:
    url, authority = sys.argv[1:3]
    configuration = asana.Configuration()
    configuration.host, configuration.ssl_ca_cert = f"{url}/api/1.0", authority
    configuration.access_token = os.environ["BENCH_TOKEN"]
    client = asana.ApiClient(configuration)
    tasks, times = asana.TasksApi(client), asana.TimeTrackingEntriesApi(client)
    counts: Counter[str] = Counter()
    for workspace in asana.WorkspacesApi(client).get_workspaces({}):
        counts["person"] += len(list(asana.UsersApi(client).get_users({"workspace": workspace["gid"]})))
        projects = asana.ProjectsApi(client).get_projects({"workspace": workspace["gid"], "opt_fields": PROJECT})
        for project in list(projects):
            counts["project"] += 1
            listed = list(tasks.get_tasks({"project": project["gid"], "opt_fields": TASK}))
            for task in (each for top in listed for each in family(tasks, top)):
                counts.update(task=1, dependency=len(task["dependencies"]))
            counts["time_entry"] += logged(times, project["gid"])
    print(json.dumps(counts))


def family(tasks: Any, task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a task and all below it."""
    yield task
    if task["num_subtasks"]:
        for below in tasks.get_subtasks_for_task(task["gid"], {"opt_fields": TASK}):
            yield from family(tasks, below)


def logged(times: Any, project: str) -> int:
    try:
        return len(list(times.get_time_tracking_entries({"attributable_to": project, "opt_fields": TIME})))
    except asana.rest.ApiException as error:
        if error.status == 402:
            return 0
        raise


if __name__ == "__main__":
    main()
