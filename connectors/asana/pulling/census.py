"""The census: ids that can be seen now, and nothing that follows from it.

It costs a request for a hundred tasks and one for each task with subtasks, unless the pull has just listed them all:
that answers first. Time entries, status updates, allocations and days away cost nothing: what pulls list of them is
listed completely, so that they tell what is gone.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from canonical.vocabulary import EntityKind
from connectors.asana.client.api import LACKING
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.projects import workspace_of
from connectors.asana.opening import Opened
from connectors.asana.pulling.locating import Locator
from connectors.asana.pulling.scope import unmatched
from connectors.asana.pulling.units import Families, Start, Units
from connectors.asana.pulling.whereabouts import JustListed, Whereabouts
from connectors.base import Census
from connectors.http import CallError

PLACES = ("num_subtasks", "memberships.project.gid", "parent.gid", "is_rendered_as_separator")


class CensusTaker:
    """One look at everything that is listed; what several scopes need is listed once."""

    def __init__(self, opened: Opened, options: AsanaOptions, listed: JustListed | None = None) -> None:
        """`listed`: what the pull has listed a moment ago, which answers once for each project."""
        self._opened, self._options, self._client = opened, options, opened.client
        self._just = {} if listed is None else listed.ids()

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids of a scope: projects of a workspace, users, tasks of a project.

        That nothing is hidden can never be said: a project may be private, and a task in none that is shared.

        Raises:
            ToolError: they cannot be listed.
        """
        if entity is EntityKind.PERSON:
            users = self._users
            return Census(entity, scope, frozenset(users or ()), complete=users is not None)
        if entity is EntityKind.PROJECT:
            return self._projects(scope)
        if entity is EntityKind.LEAVE:
            return Census(entity, scope, frozenset(), complete=False, unlisted=True)
        shown = {str(raw["gid"]) for raws in self._opened.listed.shown.values() for raw in raws}
        if scope not in self._opened.listed.projects:
            # Left out by the configuration, or hidden.
            return Census(entity, scope, frozenset(), complete=scope in shown, meant=scope not in shown)
        if entity is EntityKind.TASK:
            just = self._just.pop(scope, None)
            tasks = self._tasks[scope] if just is None else just
            return Census(entity, scope, tasks or frozenset(), complete=tasks is not None)
        return Census(entity, scope, frozenset(), complete=False, unlisted=True)

    def confirm_gone(self, entity: EntityKind, scope: str, ids: frozenset[str]) -> frozenset[str]:
        """Ask for tasks, projects and users by gid; give those that cannot be seen in the scope.

        Raises:
            ToolError: they cannot be asked for.
        """
        there: set[str] = set()
        if entity is EntityKind.TASK:
            with self._opened.connection.session.threads() as pool:
                locator = Locator(self._client, pool, PLACES, self._opened.listed.projects, Whereabouts())
                there = {str(task.raw["gid"]) for task in locator.read(sorted(ids)) if task.home == scope}
        if entity is EntityKind.PROJECT:
            there = {gid for gid in ids if workspace_of(self._client.project(gid, ("workspace.gid",))) == scope}
        if entity is EntityKind.PERSON:
            there = {gid for gid in ids if self._client.user(gid) is not None}
        return ids - there

    def _projects(self, workspace: str) -> Census:
        listed = self._opened.listed
        if workspace not in listed.shown:
            seen = {str(raw["gid"]) for raw in self._opened.seen}
            return Census(
                EntityKind.PROJECT, workspace, frozenset(), complete=workspace in seen, meant=workspace not in seen
            )
        shown = frozenset(str(raw["gid"]) for raw in listed.shown[workspace])
        chosen = frozenset(str(raw["gid"]) for raw in listed.meant[workspace])
        every = [raw for raws in listed.shown.values() for raw in raws]
        # One that the configuration names and that does not show may be hidden.
        whole = not unmatched(every, self._options.projects)
        return Census(EntityKind.PROJECT, workspace, chosen, whole, left_out=shown - chosen)

    @cached_property
    def _users(self) -> list[str] | None:
        """List the ids of users; None where this account may not."""
        workspaces = [str(raw["gid"]) for raw in self._opened.workspaces]
        pages = (page for workspace in workspaces for page in self._client.users(workspace, ("name",)))
        try:
            return [str(raw["gid"]) for page in pages for raw in page if raw.get("gid")]
        except CallError as error:
            if error.status not in LACKING:
                raise
            return None

    @cached_property
    def _tasks(self) -> Mapping[str, frozenset[str] | None]:
        """List the ids of tasks by the project that each counts towards, subtasks at any depth too; None where the
        project's were refused."""
        found: dict[str, set[str]] = defaultdict(set)
        refused: set[str] = set()
        projects = self._opened.listed.projects
        with self._opened.connection.session.threads() as pool:
            units = Units(self._client, Families(self._client, pool, PLACES, projects), PLACES, pool)
            starts = [Start(project, token="") for project in projects]
            for unit in units.of(starts, self._options.requests_at_once, lambda _: "", projects):
                if unit.token is None:
                    refused.add(unit.project)
                for task in unit.tasks:
                    if task.raw.get("is_rendered_as_separator") is not True:
                        found[task.home].add(str(task.raw.get("gid")))
        return {project: None if project in refused else frozenset(found[project]) for project in projects}
