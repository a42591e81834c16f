"""What people do: each edit leaves a story with what was before, an event, and a new moment on what was edited."""

from dataclasses import dataclass
from typing import Any

from pmohub.testing.asana.world.telling import stories_of
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World

REFERENCES = {"assignee": "user", "owner": "user", "parent": "task", "completed_by": "user"}
QUIET = {"modified_at", "completed_at", "completed_by", "dependents", "followers_seen"}
"""What changes along with something else and is not told by itself."""


@dataclass(slots=True)
class Habits:
    """What an edit touches besides itself; Asana's documents say so of comments alone, and nothing of time entries.

    Source: `modified_since` of developers.asana.com/reference/gettasks.
    """

    comments_touch: bool = True
    entries_touch: bool = False
    subtasks_touch: bool = False


class Editor:
    """Edits a world; `by` is the gid of whoever does it."""

    def __init__(self, world: World, habits: Habits | None = None) -> None:
        self._world = world
        self.habits = habits or Habits()
        self.source = "web"

    def task(self, task: Thing, values: dict[str, Any], by: str) -> None:
        """Set values of a task, `custom` being those of its custom fields that change; what is as it was is no edit."""
        custom = values.pop("custom", {})
        changed = {name: value for name, value in values.items() if task[name] != value}
        fields = {gid: value for gid, value in custom.items() if task["custom"].get(gid) != value}
        if not changed and not fields:
            return
        self._complete(task, changed, by)
        told = stories_of(self._world, task, changed, fields)
        self._world.keep(task)
        self._world.remember(task)
        task.values.update(changed)
        if fields:
            task.values["custom"] = _held(task["custom"], fields)
        for name in changed.keys() - QUIET:
            self.changed(task, name, by, changed[name])
        for gid in fields:
            self.changed(task, "custom_fields", by, gid)
        for subtype, text, extra in told:
            self.story(task, subtype, text, by, **extra)
        self.touch(task)

    def _complete(self, task: Thing, changed: dict[str, Any], by: str) -> None:
        if "completed" in changed:
            done = changed["completed"]
            changed["completed_at"], changed["completed_by"] = (self._world.now(), by) if done else (None, None)
            if task["resource_subtype"] == "approval":
                changed["approval_status"] = "approved" if done else "pending"

    def thing(self, thing: Thing, values: dict[str, Any], by: str) -> None:
        """Set values of a project, portfolio or whatever else; `custom` as for tasks."""
        custom = values.pop("custom", {})
        changed = {name: value for name, value in values.items() if thing.get(name) != value}
        fields = {gid: value for gid, value in custom.items() if thing["custom"].get(gid) != value}
        if not changed and not fields:
            return
        thing.values.update(changed)
        if fields:
            thing.values["custom"] = _held(thing["custom"], fields)
        self._world.keep(thing)
        for name in changed.keys() - QUIET:
            self.changed(thing, name, by, changed[name])
        for gid in fields:
            self.changed(thing, "custom_fields", by, gid)
        if "modified_at" in thing.values:
            thing.values["modified_at"] = self._world.now()
        self._world.edits += 1

    def create_task(self, values: dict[str, Any], by: str) -> Thing:
        """Make a task; whatever is not told is empty."""
        now = self._world.now()
        told = {
            "name": "", "notes": "", "resource_subtype": "default_task", "assignee": None, "completed": False,
            "completed_at": None, "completed_by": None, "created_at": now, "created_by": by, "modified_at": now,
            "parent": None, "memberships": (), "followers": (by,), "tags": (), "dependencies": (), "dependents": (),
            "approval_status": None, "external": None, "due_on": None, "due_at": None, "start_on": None,
            "start_at": None, "custom": {}, **values,
        }  # fmt: skip
        if told["resource_subtype"] == "approval":
            told["approval_status"] = told["approval_status"] or "pending"
        task = self._world.add("task", told)
        self._world.remember(task, made=True)
        for project, _ in task["memberships"]:
            self._world.tasks_of(project).append(task.gid)
            self.story(task, "added_to_project", "added to a project", by, project=project)
        if task["parent"]:
            self._world.put_below(task.gid, task["parent"])
        self.happened(task, "added", by, parent=told["parent"] or next((one for one, _ in told["memberships"]), None))
        self._world.edits += 1
        return task

    def delete(self, thing: Thing, by: str) -> None:
        """Move a thing to the trash, a task with its subtasks, a project with the tasks that are nowhere else."""
        if thing.kind == "task":
            for one in self._world.all(self._world.subtasks(thing.gid)):
                self.delete(one, by)
        elif thing.kind == "project":
            for task in self._world.all(list(self._world.tasks_of(thing.gid))):
                if [project for project, _ in task["memberships"]] == [thing.gid]:
                    self.delete(task, by)
        self.happened(thing, "deleted", by)
        self._world.keep(thing)
        self._world.gone[thing.gid] = thing
        self._world.edits += 1

    def restore(self, thing: Thing, by: str) -> None:
        """Take a thing out of the trash, a task with its subtasks, a project with its tasks."""
        self._world.gone.pop(thing.gid, None)
        within = {"task": self._world.subtasks, "project": self._world.tasks_of}.get(thing.kind)
        for gid in within(thing.gid) if within else ():
            if gid in self._world.gone:
                self.restore(self._world.gone[gid], by)
        self.happened(thing, "undeleted", by)
        self._world.edits += 1

    def story(self, task: Thing, subtype: str, text: str, by: str, **extra: Any) -> Thing:
        """Let a task tell a story."""
        values = {
            "task": task.gid, "created_at": self._world.now(), "created_by": by, "resource_subtype": subtype,
            "text": text, "source": self.source, **extra,
        }  # fmt: skip
        made = self._world.add("story", values)
        self._world.stories(task.gid).append(made.gid)
        self.happened(made, "added", by, parent=task.gid, above=task)
        self._world.edits += 1
        return made

    def comment(self, task: Thing, text: str, by: str) -> Thing:
        """Comment on a task."""
        made = self.story(task, "comment_added", text, by)
        if self.habits.comments_touch:
            self.touch(task)
        return made

    def touch(self, task: Thing) -> None:
        """Let a task be of this moment, and with a habit all that it is a subtask of."""
        for one in self._world.parents(task) if self.habits.subtasks_touch else [task]:
            self._world.keep(one)
            one.values["modified_at"] = max(self._world.now(), one["modified_at"])
        self._world.edits += 1

    def changed(self, thing: Thing, name: str, by: str, value: Any) -> None:
        """Tell that a field of a thing changed; what it is now only where that is a resource."""
        change: dict[str, Any] = {"field": name, "action": "changed"}
        if name in REFERENCES or name == "custom_fields":
            change["new_value"] = value
        self.happened(thing, "changed", by, change=change)

    def happened(
        self,
        thing: Thing,
        action: str,
        by: str | None,
        *,
        parent: str | None = None,
        above: Thing | None = None,
        change: dict[str, Any] | None = None,
    ) -> None:
        """Tell that something happened to a thing: it and whatever it is in have the event."""
        task = above or (thing if thing.kind == "task" else None)
        scopes = [thing.gid, thing.get("workspace")]
        if task is not None:
            every = self._world.parents(task)
            scopes += [one.gid for one in every] + self._world.projects_of(task) + [task["workspace"]]
        scopes += [parent] if parent else []
        scopes += [thing["project"]] if thing.kind == "section" else []
        what = {
            "user": by,
            "resource": thing.gid,
            "kind": thing.kind,
            "action": action,
            "parent": parent,
            "change": change,
        }
        self._world.feed.tell([one for one in scopes if one], self._world.now(), what)


def _held(before: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {gid: value for gid, value in {**before, **fields}.items() if value is not None and value != ()}
