"""What people do besides setting values: enter time, report, start projects, put tasks in order."""

from typing import Any

from pmohub.testing.asana.world.editing import Editor
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World

FIRST_SECTION = "Untitled section"


class Desk:
    """Where that is done; `by` is the gid of whoever does it. `mails` gets what followers are told."""

    def __init__(self, world: World, editor: Editor) -> None:
        self._world, self._editor = world, editor
        self.mails: list[dict[str, Any]] = []

    def log(self, task: Thing, values: dict[str, Any], by: str) -> Thing:
        """Enter time on a task."""
        world, projects = self._world, self._world.projects_of(task)
        told = {
            "task": task.gid, "created_by": by, "created_at": world.now(), "approval_status": "DRAFT",
            "attributable_to": projects[0] if projects else None, "billable_status": "notApplicable", "description": "",
            "categories": (), "workspace": task["workspace"], **values,
        }  # fmt: skip
        entries = world.entries(task.gid)
        entry = world.add("time_tracking_entry", told)
        entries.append(entry.gid)
        self._entered(task, by)
        return entry

    def change_entry(self, entry: Thing, values: dict[str, Any], by: str) -> None:
        """Change an entry."""
        entry.values.update(values)
        self._world.keep(entry)
        self._entered(self._world.get(entry["task"]), by)

    def delete_entry(self, entry: Thing, by: str) -> None:
        """Delete an entry."""
        self._world.keep(entry)
        self._world.gone[entry.gid] = entry
        self._entered(self._world.get(entry["task"]), by)

    def _entered(self, task: Thing | None, by: str) -> None:
        self._world.edits += 1
        if task is not None and self._editor.habits.entries_touch:
            self._editor.changed(task, "actual_time_minutes", by, None)
            self._editor.touch(task)

    def report(self, parent: Thing, values: dict[str, Any], by: str) -> Thing:
        """Post a status update, which all followers get by mail."""
        world, now = self._world, self._world.now()
        told = {"parent": parent.gid, "author": by, "created_by": by, "created_at": now, "modified_at": now, **values}
        update = world.add("status_update", {"title": "", **told})
        world.updates(parent.gid).append(update.gid)
        followers = parent.get("followers") or parent.get("members") or ()
        self.mails += [{"to": one, "about": update.gid, "at": now} for one in followers if one != by]
        self._editor.happened(update, "added", by, parent=parent.gid)
        world.edits += 1
        return update

    def create_project(self, name: str, workspace: str, team: str | None, by: str, values: dict[str, Any]) -> Thing:
        """Start a project, with one section and no custom fields."""
        world, now = self._world, self._world.now()
        told = {
            "name": name, "notes": "", "team": team, "owner": by, "archived": False, "completed": False,
            "completed_at": None, "completed_by": None, "created_at": now, "modified_at": now, "start_on": None,
            "due_on": None, "color": None, "icon": "list", "default_view": "list", "workspace": workspace,
            "members": (by,),
            "privacy_setting": "public_to_workspace", "followers": (by,), "settings": (), "sections": (), "custom": {},
            "brief": None, **values,
        }  # fmt: skip
        project = world.add("project", told)
        self.create_section(project, FIRST_SECTION, by)
        self._editor.happened(project, "added", by, parent=workspace)
        return project

    def create_section(self, project: Thing, name: str, by: str) -> Thing:
        """Add a section at the end of a project."""
        values = {"name": name, "project": project.gid, "created_at": self._world.now()}
        section = self._world.add("section", values)
        self._world.keep(project)
        project.values["sections"] = (*project["sections"], section.gid)
        self._editor.happened(section, "added", by, parent=project.gid)
        self._world.edits += 1
        return section

    def place(self, task: Thing, project: Thing, section: str, by: str, at: int | None = None) -> None:
        """Put a task into a section of a project, at a place among the project's tasks or at their end."""
        order = self._world.tasks_of(project.gid)
        if task.gid in order:
            order.remove(task.gid)
        order.insert(len(order) if at is None else at, task.gid)
        was = dict(task["memberships"])
        now = {**was, project.gid: section}
        self._editor.task(task, {"memberships": tuple(now.items())}, by)
        if project.gid not in was:
            self._editor.happened(task, "added", by, parent=project.gid)
        self._world.edits += 1

    def take_out(self, task: Thing, project: Thing, by: str) -> None:
        """Take a task out of a project."""
        order = self._world.tasks_of(project.gid)
        if task.gid in order:
            order.remove(task.gid)
        self._editor.happened(task, "removed", by, parent=project.gid)
        left = tuple(one for one in task["memberships"] if one[0] != project.gid)
        self._editor.task(task, {"memberships": left}, by)

    def set_parent(self, task: Thing, parent: str | None, by: str) -> None:
        """Make a task a subtask of another one, or of none."""
        if task["parent"] is not None:
            self._world.take_from(task.gid, task["parent"])
        if parent is not None:
            self._world.put_below(task.gid, parent)
        self._editor.task(task, {"parent": parent}, by)

    def link(self, task: Thing, on: tuple[str, ...], by: str) -> None:
        """Let a task wait for these and no others; they know of it."""
        before = set(task["dependencies"])
        self._editor.task(task, {"dependencies": tuple(dict.fromkeys(on))}, by)
        for other in self._world.all(before ^ set(on)):
            waiting = [one for one in other["dependents"] if one != task.gid]
            if other.gid in on:
                waiting.append(task.gid)
            self._editor.task(other, {"dependents": tuple(waiting)}, by)
