"""What reading needs of Asana, each call by the vendor's library; which fields come is the caller's word.

Source: https://developers.asana.com/reference. Nested fields come only where they are named one by one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from connectors.asana.client.connection import JSON, Connection
from connectors.asana.client.paging import Call, Page, page, pages
from connectors.http import CallError

HIDDEN = frozenset({403, 404})
"""Answers that say of one item that this account does not see it, or that it is not there."""
LACKING = frozenset({400, 402, 403, 404})
"""Answers that say of a feature that the plan, the account or the workspace does not have it, or not by these filters:
an Asana may want an owner of portfolios, or a task of logged time."""
MOST_EVENTS = 100
"""Answers of events that are drawn at a time; who has more than that is read by listing."""


@dataclass(frozen=True, slots=True)
class Events:
    """What happened since a token, and the next token. `missed`: the token was no longer good, so nothing is known."""

    rows: Sequence[JSON]
    token: str
    missed: bool = False


class Client:
    """Asks Asana; every method raises `CallError` where it gets no answer."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def me(self) -> JSON:
        """Ask who the token is."""
        return self._one("UsersApi", "get_user", "users/me", "me", fields=("name", "email"))

    def workspaces(self) -> list[JSON]:
        """List the workspaces that the account sees."""
        return self._all(self._call("WorkspacesApi", "get_workspaces"), "workspaces", ("name", "is_organization"))

    def projects(self, workspace: str, fields: Iterable[str]) -> Iterator[list[JSON]]:
        """List the projects of a workspace, archived ones too."""
        call = self._call("ProjectsApi", "get_projects_for_workspace", workspace)
        return pages(self.connection, call, f"workspaces/{workspace}/projects", _asking(fields))

    def users(self, workspace: str, fields: Iterable[str]) -> Iterator[list[JSON]]:
        """List the users of a workspace; not by the list of its own, which has no pages and ends after 2,000."""
        query = {"workspace": workspace, **_asking(fields)}
        return pages(self.connection, self._call("UsersApi", "get_users"), f"users of workspace {workspace}", query)

    def user(self, gid: str) -> JSON | None:
        """Read one user; None where there is none to be seen."""
        return self._seen("UsersApi", "get_user", f"users/{gid}", gid, fields=("name",))

    def custom_fields(self, workspace: str, fields: Iterable[str]) -> Iterator[list[JSON]]:
        """List the custom fields that the whole workspace shares."""
        call = self._call("CustomFieldsApi", "get_custom_fields_for_workspace", workspace)
        return pages(self.connection, call, f"workspaces/{workspace}/custom_fields", _asking(fields))

    def sections(self, project: str) -> list[JSON]:
        """List the sections of a project."""
        return self._all(
            self._call("SectionsApi", "get_sections_for_project", project), f"projects/{project}/sections", ("name",)
        )

    def tasks_page(self, project: str, fields: Iterable[str], offset: str | None) -> Page:
        """List a page of a project's tasks, without their subtasks.

        Raises:
            ExpiredError: the token is no longer good.
        """
        call = self._call("TasksApi", "get_tasks_for_project", project)
        return page(self.connection, call, f"projects/{project}/tasks", _asking(fields), offset)

    def tasks(self, project: str, fields: Iterable[str], since: str | None = None) -> Iterator[list[JSON]]:
        """List a project's tasks, without their subtasks; only those modified since a moment where there is one."""
        query = {"project": project, **({"modified_since": since} if since else {}), **_asking(fields)}
        return pages(self.connection, self._call("TasksApi", "get_tasks"), f"tasks of project {project}", query)

    def subtasks(self, task: str, fields: Iterable[str]) -> list[JSON]:
        """List the direct subtasks of a task; none of one that is gone meanwhile."""
        call = self._call("TasksApi", "get_subtasks_for_task", task)
        try:
            return self._all(call, f"tasks/{task}/subtasks", fields)
        except CallError as error:
            if error.status in HIDDEN:
                return []
            raise

    def task(self, gid: str, fields: Iterable[str]) -> JSON | None:
        """Read one task; None where there is none to be seen."""
        return self._seen("TasksApi", "get_task", f"tasks/{gid}", gid, fields=fields)

    def project(self, gid: str, fields: Iterable[str]) -> JSON | None:
        """Read one project; None where there is none to be seen."""
        return self._seen("ProjectsApi", "get_project", f"projects/{gid}", gid, fields=fields)

    def custom_field(self, gid: str, fields: Iterable[str]) -> JSON | None:
        """Read the definition of one custom field; None where there is none to be seen."""
        return self._seen("CustomFieldsApi", "get_custom_field", f"custom_fields/{gid}", gid, fields=fields)

    def found(self, workspace: str, query: Mapping[str, Any], fields: Iterable[str]) -> list[JSON]:
        """Search tasks: at most a hundred, there is no second page, and what changed a minute ago may be missing."""
        call = self._call("TasksApi", "search_tasks_for_workspace", workspace)
        return page(self.connection, call, f"workspaces/{workspace}/tasks/search", {**query, **_asking(fields)}).rows

    def stories(self, task: str, fields: Iterable[str]) -> list[JSON]:
        """List the stories of a task; none of one that is gone meanwhile."""
        call = self._call("StoriesApi", "get_stories_for_task", task)
        try:
            return self._all(call, f"tasks/{task}/stories", fields)
        except CallError as error:
            if error.status in HIDDEN:
                return []
            raise

    def events(self, resource: str, token: str | None) -> Events:
        """Draw what happened in a project since a token; without one, or with one that ran out, only the next token.

        A 412 is no failure: it is how the first token is given, and a new one in place of one that ran out.
        """
        rows: list[JSON] = []
        call = self._call("EventsApi", "get_events", resource)
        for _ in range(MOST_EVENTS):
            try:
                answer = call({"sync": token} if token else {})
            except CallError as error:
                if error.status == 400 and token:
                    # A token that it does not take for one at all.
                    return replace(self.events(resource, None), missed=True)
                if error.status != 412 or not error.answer.get("sync"):
                    raise
                return Events((), str(error.answer["sync"]), missed=True)
            got, following = answer.get("data"), answer.get("sync")
            if not isinstance(got, list) or not following:
                raise self.connection.strange("events", "there are no events or no token in it")
            rows += [row for row in got if isinstance(row, dict)]
            token = str(following)
            if answer.get("has_more") is not True:
                return Events(rows, token)
        return Events((), token or "", missed=True)

    def entries_page(
        self, workspace: str, fields: Iterable[str], days: tuple[date | None, date], offset: str | None
    ) -> Page:
        """List a page of the time entries of a workspace that are entered from one day to another.

        Raises:
            ExpiredError: the token is no longer good.
        """
        first, last = days
        query = {"workspace": workspace, "entered_on_end_date": last.isoformat(), **_asking(fields)}
        if first is not None:
            query["entered_on_start_date"] = first.isoformat()
        call = self._call("TimeTrackingEntriesApi", "get_time_tracking_entries")
        return page(self.connection, call, f"time entries of workspace {workspace}", query, offset)

    def entry(self, gid: str) -> JSON | None:
        """Read one time entry; None where there is none to be seen."""
        return self._seen(
            "TimeTrackingEntriesApi",
            "get_time_tracking_entry",
            f"time_tracking_entries/{gid}",
            gid,
            fields=("task.gid",),
        )

    def entries_of_task(self, task: str, fields: Iterable[str]) -> list[JSON]:
        """List the time entries of a task; none of one that is gone meanwhile."""
        call = self._call("TimeTrackingEntriesApi", "get_time_tracking_entries_for_task", task)
        try:
            return self._all(call, f"tasks/{task}/time_tracking_entries", fields)
        except CallError as error:
            if error.status == 404:
                return []
            raise

    def portfolios(self, workspace: str, fields: Iterable[str]) -> list[JSON]:
        """List portfolios: those that the account owns, of a service account all."""
        call = self._call("PortfoliosApi", "get_portfolios", workspace)
        return self._all(call, f"portfolios of workspace {workspace}", fields)

    def portfolio_items(self, portfolio: str) -> list[JSON]:
        """List what is in a portfolio: projects, and portfolios."""
        call = self._call("PortfoliosApi", "get_items_for_portfolio", portfolio)
        return self._all(call, f"portfolios/{portfolio}/items", ("name", "resource_type"))

    def status_updates(self, project: str, fields: Iterable[str]) -> list[JSON]:
        """List the status updates of a project."""
        call = self._call("StatusUpdatesApi", "get_statuses_for_object", project)
        return self._all(call, f"status updates of project {project}", fields)

    def budgets(self, project: str, fields: Iterable[str]) -> list[JSON]:
        """Read the budget of a project, none or one; the library cannot name the fields."""
        return self._listed("/budgets", {"parent": project}, fields)

    def rates(self, project: str, fields: Iterable[str]) -> list[JSON]:
        """List the rates of people on a project."""
        query = {"parent": project, **_asking(fields)}
        return _joined(
            pages(self.connection, self._call("RatesApi", "get_rates"), f"rates of project {project}", query)
        )

    def allocations(self, project: str, fields: Iterable[str]) -> list[JSON]:
        """List the allocations of people to a project."""
        query, name = {"parent": project, **_asking(fields)}, f"allocations of project {project}"
        return _joined(pages(self.connection, self._call("AllocationsApi", "get_allocations"), name, query))

    def absences(self, user: str, workspace: str, fields: Iterable[str]) -> list[JSON]:
        """List the days on which a user is out of office."""
        return self._all(self._call("OooEntriesApi", "get_ooo_entries", user, workspace), f"absences of {user}", fields)

    def timesheets(self, workspace: str, fields: Iterable[str]) -> Iterator[list[JSON]]:
        """List how far the approval of timesheets is."""
        call = self._call("TimesheetApprovalStatusesApi", "get_timesheet_approval_statuses", workspace)
        return pages(self.connection, call, f"timesheets of workspace {workspace}", _asking(fields))

    def goals(self, project: str, fields: Iterable[str]) -> list[JSON]:
        """List the goals that a project supports."""
        query = {"project": project, **_asking(fields)}
        return _joined(
            pages(self.connection, self._call("GoalsApi", "get_goals"), f"goals of project {project}", query)
        )

    def _call(self, api: str, method: str, *path: str) -> Call:
        made = getattr(self.connection.library.api(api), method)
        return lambda query: made(*path, query, full_payload=True)

    def _one(self, api: str, method: str, name: str, *path: str, fields: Iterable[str]) -> JSON:
        answer = self._call(api, method, *path)(_asking(fields))
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, dict) or not data.get("gid"):
            raise self.connection.strange(name, "there is no item with a gid in it")
        return data

    def _seen(self, api: str, method: str, name: str, *path: str, fields: Iterable[str]) -> JSON | None:
        try:
            return self._one(api, method, name, *path, fields=fields)
        except CallError as error:
            if error.status in HIDDEN:
                return None
            raise

    def _all(self, call: Call, name: str, fields: Iterable[str]) -> list[JSON]:
        return _joined(pages(self.connection, call, name, _asking(fields)))

    def _listed(self, path: str, query: Mapping[str, Any], fields: Iterable[str]) -> list[JSON]:
        call = partial(self.connection.session.json, "GET", path)
        return _joined(
            pages(self.connection, lambda params: call(params=params), path.strip("/"), {**query, **_asking(fields)})
        )


def _asking(fields: Iterable[str]) -> dict[str, str]:
    named = ",".join(fields)
    return {"opt_fields": named} if named else {}


def _joined(found: Iterator[list[JSON]]) -> list[JSON]:
    return [row for rows in found for row in rows]
