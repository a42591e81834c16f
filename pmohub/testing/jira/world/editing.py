"""What people do to issues: each edit makes another issue, with its change in the history and a new moment."""

from typing import Any

from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.issue import Change, Issue, Item, Link, Worklogs
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.scheme import Transition
from pmohub.testing.jira.world.telling import items
from pmohub.testing.jira.world.world import World

FIRST_NEW_LINK = 900_000_000
NEW = {
    "labels": (), "components": (), "fixVersions": (), "resolution": None, "priority": "3", "assignee": None,
    "description": None, "parent": None, "duedate": None, "timeoriginalestimate": None, "timeestimate": None,
    "timespent": None, "resolutiondate": None,
}  # fmt: skip
"""What a new issue holds where nothing was said."""


class Editor:
    """Edits the issues of a world; `by` is whoever does it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._links = FIRST_NEW_LINK

    def edit(self, issue: Issue, values: dict[str, Any], by: User, *extra: Item, **parts: Any) -> Issue:
        """Set values; what is as it was leaves neither a change nor a new moment.

        `extra` are items of the history that no value tells; `parts` other parts of the issue, such as its key.
        """
        world = self._world
        project = world.projects[issue.project]
        found = (*items(world, project, issue.values, values), *extra)
        if not found and not parts:
            return issue
        now = max(world.now(), issue.updated)
        change = Change(world.new_change(), by.id, now, found) if found else None
        made = issue.changed(change, updated=now, values={**issue.values, **values}, **parts)
        world.put(made)
        return made

    def create(self, project: Project, values: dict[str, Any], by: User) -> Issue:
        """Make a new issue; `values` has at least a summary and an issue type."""
        world, now = self._world, self._world.now()
        first = project.workflow.statuses[0]
        told = {**NEW, "status": first, "reporter": by.id, "creator": by.id, "statuscategorychangedate": now, **values}
        issue = Issue(
            world.new_number(), world.new_key(project), project.place, now, now, told, (), _no_worklogs, lambda _: ()
        )
        world.put(issue)
        return issue

    def transition(self, issue: Issue, step: Transition, values: dict[str, Any], by: User) -> Issue:
        """Take a step of the workflow; reaching a done status notes when, leaving it forgets the resolution."""
        now, told = self._world.now(), {"status": step.target, **values}
        before, after = (scheme.STATUSES[one].category for one in (issue.values["status"], step.target))
        if before != after:
            told["statuscategorychangedate"] = now
        if after == "done":
            told["resolutiondate"] = now
        elif issue.values["resolution"] is not None:
            told |= {"resolution": None, "resolutiondate": None}
        return self.edit(issue, told, by)

    def move(self, issue: Issue, project: Project, by: User) -> Issue:
        """Move an issue, with its sub-tasks, to another project: its id stays, its old key leads on."""
        world = self._world
        below = world.children(issue)
        key, old = world.new_key(project), world.projects[issue.project]
        status = issue.values["status"]
        values: dict[str, Any] = {"components": (), "fixVersions": ()}
        if status not in project.workflow.statuses:
            values["status"] = _alike(project, status)
        moved = self.edit(
            issue,
            values,
            by,
            Item("project", "project", False, old.id, old.name, project.id, project.name),
            Item("Key", "key", False, None, issue.key, None, key),
            key=key,
            project=project.place,
        )
        for one in below:
            self.move(one, project, by)
        return moved

    def delete(self, issue: Issue) -> None:
        """Delete an issue and its sub-tasks."""
        for one in self._world.children(issue):
            self._world.remove(one.number)
        self._world.remove(issue.number)

    def link(self, kind: str, outward: Issue, inward: Issue, by: User) -> str:
        """Link two issues, the first of which is worded outward (`blocks`); give the link's id."""
        self._links += 1
        identity = str(self._links)
        type_ = scheme.LINKS[kind]
        ends = ((outward, inward, type_.outward, True), (inward, outward, type_.inward, False))
        for issue, other, words, is_out in ends:
            item = Item("Link", "issuelinks", False, None, None, other.key, f"This issue {words} {other.key}")
            links = (*issue.links, Link(identity, kind, other.number, is_out))
            self.edit(issue, {}, by, item, links=links)
        return identity

    def unlink(self, issue: Issue, link: Link, by: User) -> None:
        """Remove a link at both of its ends."""
        other = self._world.issue(link.other)
        for one, away in ((issue, other), (other, issue)):
            if one is not None:
                key = away.key if away else None
                item = Item("Link", "issuelinks", False, key, f"This issue is linked to {key}", None, None)
                self.edit(one, {}, by, item, links=tuple(left for left in one.links if left.id != link.id))


def _no_worklogs(_issue: Issue) -> Worklogs:
    return ()


def _alike(project: Project, status: str) -> str:
    """Give the first status of a project's workflow of the same category, as the move dialogue proposes."""
    category = scheme.STATUSES[status].category
    alike = (one for one in project.workflow.statuses if scheme.STATUSES[one].category == category)
    return next(alike, project.workflow.statuses[0])
