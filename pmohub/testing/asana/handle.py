"""Hands at the keyboard for tests: what people and admins do to a running site, directly on its state."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.values import fields_of
from pmohub.testing.asana.state import Plan, State
from pmohub.testing.asana.world.things import Thing

BY = "Sophie Brandt"


class Hands:
    """Edits the site; things are named by gid, people, projects, sections and fields by name as well."""

    def __init__(self, state: State) -> None:
        self._state, self._world, self._editor, self._desk = state, state.world, state.editor, state.desk

    def thing(self, gid: str) -> Thing:
        """Give a thing.

        Raises:
            LookupError: there is none.
        """
        found = self._world.get(gid)
        if found is None:
            raise LookupError(gid)
        return found

    def project(self, name: str) -> Thing:
        """Give a project by name or gid."""
        return self._named("project", name)

    def field(self, name: str) -> Thing:
        """Give a custom field by name or gid."""
        return self._named("custom_field", name)

    def tasks(self, project: str) -> list[Thing]:
        """Give the tasks that are in a project, in order."""
        return self._world.all(list(self._world.tasks_of(self.project(project).gid)))

    def subtasks(self, task: str) -> list[Thing]:
        """Give the own subtasks of a task."""
        return self._world.all(list(self._world.subtasks(task)))

    def entries(self, task: str) -> list[Thing]:
        """Give the time entries of a task."""
        return self._world.all(list(self._world.entries(task)))

    def edit(self, gid: str, by: str = BY, **values: Any) -> None:
        """Set values of a task, project or whatever else; dates and gids as text, moments in milliseconds."""
        thing = self.thing(gid)
        set_ = self._editor.task if thing.kind == "task" else self._editor.thing
        with self._at_work():
            set_(thing, values, self._person(by))

    def fill(self, gid: str, field: str, value: Any, by: str = BY) -> None:
        """Set a custom field: text, number, an option's name (several: a tuple), a date's text, people's names."""
        self.edit(gid, by, custom={self._field_on(gid, field).gid: self._raw(self._field_on(gid, field), value)})

    def value(self, gid: str, field: str) -> Any:
        """Give what a custom field holds, as it is kept."""
        return self.thing(gid)["custom"].get(self._field_on(gid, field).gid)

    def create(self, project: str, name: str, by: str = BY, section: str | None = None, **values: Any) -> str:
        """Create a task in a project, in its first section unless one is named, and give its gid."""
        found = self.project(project)
        place = found["sections"][0] if section is None else self._section(found, section)
        told = {"name": name, "workspace": found["workspace"], "memberships": ((found.gid, place),), **values}
        with self._at_work():
            return self._editor.create_task(told, self._person(by)).gid

    def create_subtask(self, parent: str, name: str, by: str = BY, **values: Any) -> str:
        """Create a subtask and give its gid."""
        told = {"name": name, "workspace": self.thing(parent)["workspace"], "parent": parent, **values}
        with self._at_work():
            return self._editor.create_task(told, self._person(by)).gid

    def create_project(self, name: str, team: str | None = "Marketing", by: str = BY, **values: Any) -> str:
        """Create a project with one section and give its gid; in the organisation, where it has a team."""
        where = self._world.of("workspace")[0].gid
        found = None if team is None else self._named("team", team).gid
        with self._at_work():
            return self._desk.create_project(name, where, found, self._person(by), values).gid

    def delete(self, gid: str, by: str = BY) -> None:
        """Move a task or project to the trash."""
        with self._at_work():
            self._editor.delete(self.thing(gid), self._person(by))

    def restore(self, gid: str, by: str = BY) -> None:
        """Take something out of the trash."""
        with self._at_work():
            self._editor.restore(self._world.gone[gid], self._person(by))

    def move(self, task: str, section: str, by: str = BY, project: str | None = None) -> None:
        """Move a task to another section of a project that it is in (its first, unless one is named)."""
        inside = self.thing(task)["memberships"][0][0] if project is None else project
        self.add_project(task, inside, by, section)

    def add_project(self, task: str, project: str, by: str = BY, section: str | None = None) -> None:
        """Put a task into a further project, into its first section unless one is named."""
        found = self.project(project)
        place = found["sections"][0] if section is None else self._section(found, section)
        with self._at_work():
            self._desk.place(self.thing(task), found, place, self._person(by))

    def remove_project(self, task: str, project: str, by: str = BY) -> None:
        """Take a task out of a project."""
        with self._at_work():
            self._desk.take_out(self.thing(task), self.project(project), self._person(by))

    def set_parent(self, task: str, parent: str | None, by: str = BY) -> None:
        """Make a task a subtask of another one, or of none."""
        with self._at_work():
            self._desk.set_parent(self.thing(task), parent, self._person(by))

    def depend(self, task: str, on: str, by: str = BY) -> None:
        """Let a task wait for another one."""
        with self._at_work():
            self._desk.link(self.thing(task), (*self.thing(task)["dependencies"], on), self._person(by))

    def comment(self, task: str, text: str = "Seen.", by: str = BY) -> None:
        """Comment on a task."""
        with self._at_work():
            self._editor.comment(self.thing(task), text, self._person(by))

    def log_time(self, task: str, minutes: int, day: str, by: str = BY, **values: Any) -> str:
        """Enter time and give the entry's gid."""
        told = {"duration_minutes": minutes, "entered_on": day, **values}
        with self._at_work():
            return self._desk.log(self.thing(task), told, self._person(by)).gid

    def delete_time(self, entry: str, by: str = BY) -> None:
        """Delete a time entry."""
        with self._at_work():
            self._desk.delete_entry(self.thing(entry), self._person(by))

    def report(self, project: str, status: str, text: str, by: str = BY) -> str:
        """Post a status update and give its gid."""
        told = {"status_type": status, "text": text, "title": status}
        with self._at_work():
            return self._desk.report(self.project(project), told, self._person(by)).gid

    def hide(self, gid: str, *, hidden: bool = True) -> None:
        """Hide a thing from every account, or show it again."""
        (self._state.hidden.add if hidden else self._state.hidden.discard)(gid)

    def lock(self, gid: str, *, locked: bool = True) -> None:
        """Let no account change a project, its tasks, or a task, or let them again."""
        (self._state.locked.add if locked else self._state.locked.discard)(gid)

    def refuse_logins(self, *, refused: bool = True) -> None:
        """Refuse every token from now on, or take them again."""
        self._state.tokens_refused = refused

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self._state.clock.advance(seconds)

    def forget_pages(self) -> None:
        """Let every offset that was given expire."""
        self._state.forget_pages()

    def plan(self, plan: Plan) -> None:
        """Let the organisation pay for another plan."""
        self._state.plans[self._world.of("workspace")[0].gid] = plan

    def mails(self) -> list[dict[str, Any]]:
        """List the notifications that followers got."""
        return self._state.desk.mails

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Do something in the browser, at one moment."""
        with self._state.moment():
            self._editor.source = "web"
            yield

    def _person(self, name: str) -> str:
        return self._state.person(name).gid

    def _named(self, kind: str, name: str) -> Thing:
        found = self._world.get(name)
        return found if found is not None and found.kind == kind else self._world.named(kind, name)

    def _section(self, project: Thing, name: str) -> str:
        found = self._world.all(project["sections"])
        return next(one.gid for one in found if name in {one["name"], one.gid})

    def _field_on(self, gid: str, name: str) -> Thing:
        found = fields_of(self._world, self.thing(gid))
        return next((one for one in found if name in {one["name"], one.gid}), None) or self.field(name)

    def _raw(self, field: Thing, value: Any) -> Any:
        if value is None:
            return None
        if field["type"] == "enum":
            return self._option(field, value)
        if field["type"] == "multi_enum":
            return tuple(self._option(field, one) for one in value)
        if field["type"] == "date":
            return (value[:10], times.read(value) if "T" in value else None)
        if field["type"] == "people":
            return tuple(self._person(one) for one in ((value,) if isinstance(value, str) else value))
        return value

    def _option(self, field: Thing, name: str) -> str:
        found = self._world.all(field["enum_options"])
        return next(one.gid for one in found if name in {one["name"], one.gid})
