"""What names in a query mean at this site, for the account that asks."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from pmohub.testing.jira.jql.site import Field, FieldType
from pmohub.testing.jira.world import catalogue, scheme
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.sprints import FORTNIGHT, Sprint, sprint_id, sprint_of
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.timeline import DAY_MS

TYPES: dict[catalogue.Kind, FieldType] = {
    catalogue.LINE: FieldType.TEXT,
    catalogue.AREA: FieldType.TEXT,
    catalogue.LINK: FieldType.TEXT,
    catalogue.EPIC_NAME_KIND: FieldType.TEXT,
    catalogue.FLOAT: FieldType.NUMBER,
    catalogue.DAY: FieldType.DATE,
    catalogue.MOMENT: FieldType.INSTANT,
    catalogue.PERSON: FieldType.PERSON,
    catalogue.PEOPLE: FieldType.PERSON,
    catalogue.ONE: FieldType.CHOICE,
    catalogue.BUTTONS: FieldType.CHOICE,
    catalogue.SEVERAL: FieldType.CHOICE,
    catalogue.CASCADE: FieldType.CHOICE,
    catalogue.TAGS: FieldType.LABEL,
    catalogue.EPIC_LINK_KIND: FieldType.ISSUE,
    catalogue.SPRINT_KIND: FieldType.CHOICE,
}
PERSONS = {"assignee", "reporter", "creator", "worklogAuthor"} | {
    one.id for one in catalogue.CUSTOM if one.kind in {catalogue.PERSON, catalogue.PEOPLE}
}
NAMED: dict[str, Iterable[tuple[str, str]]] = {
    "issuetype": [(one.id, one.name) for one in scheme.TYPES.values()],
    "status": [(one.id, one.name) for one in scheme.STATUSES.values()],
    "resolution": [(one.id, one.name) for one in scheme.RESOLUTIONS.values()],
    "priority": [(one.id, one.name) for one in scheme.PRIORITIES.values()],
    "statusCategory": [
        (key, str(name)) for key, told in scheme.CATEGORIES.items() for name in (told["name"], told["id"])
    ],
}
GROUPS: dict[str, Callable[[User], bool]] = {
    "jira-users": lambda user: not user.app,
    "administrators": lambda user: user.number == 0,
}


class SandboxSite:
    """Answers a query's questions; what is hidden from everybody does not exist for it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def custom_fields(self) -> Iterator[Field]:
        """List the custom fields that can be searched."""
        for one in catalogue.CUSTOM:
            if one.kind in TYPES:
                yield Field(one.id, TYPES[one.kind], (one.name,))

    def ids(self, field: str, name: str) -> Collection[str]:
        """Give the ids of all that is called so."""
        if field == "issue":
            return self._issue(name)
        wanted = name.casefold()
        return {
            identity for identity, called in self._names(field) if wanted in {identity.casefold(), called.casefold()}
        }

    def _issue(self, name: str) -> Collection[str]:
        found = self._world.find(name)
        if found is None or found.project in self._world.hidden_projects or found.values.get("security"):
            return ()
        return (str(FIRST_ID + found.number),)

    def _names(self, field: str) -> Iterator[tuple[str, str]]:
        if field in NAMED:
            yield from NAMED[field]
        elif field in PERSONS:
            for user in self._world.people:
                yield from ((user.id, name) for name in (user.name, user.email, user.display_name, user.key))
        elif field == catalogue.SPRINT:
            yield from ((str(sprint.id), sprint.name) for sprint in self._sprints())
        elif field.startswith("customfield_"):
            yield from _options(field)
        else:
            yield from self._of_projects(field)

    def _of_projects(self, field: str) -> Iterator[tuple[str, str]]:
        for project in self._world.projects:
            if project.place in self._world.hidden_projects or project.archived:
                continue
            if field == "project":
                yield from ((project.id, name) for name in (project.key, project.name, *project.old_keys))
            elif field == "category" and project.category:
                yield project.category
            elif field == "component":
                yield from project.components
            elif field in {"fixVersion", "affectedVersion"}:
                yield from ((one.id, one.name) for one in project.releases)

    def rank(self, field: str, id_: str) -> tuple[object, ...]:
        """Say where a choice stands among the others: people and choices by name, issues by key."""
        if field == "issue":
            issue = self._world.issue(int(id_) - FIRST_ID)
            key, _, number = issue.key.rpartition("-") if issue else ("", "", "0")
            return (key, int(number))
        if field in {"priority", "fixVersion", "affectedVersion", "status"}:
            return (-int(id_),) if field == "priority" else (int(id_),)
        return (next((name.casefold() for identity, name in self._names(field) if identity == id_), ""), id_)

    def members(self, group: str) -> Collection[str] | None:
        """Give the accounts in a group."""
        member = GROUPS.get(group.casefold())
        return None if member is None else {user.id for user in self._world.people if member(user)}

    def sprints(self, state: str) -> Collection[str]:
        """Give the sprints in a state."""
        return {str(sprint.id) for sprint in self._sprints() if sprint.state == state}

    def versions(self, *, released: bool) -> Collection[str]:
        """Give the versions that have been released, or have not."""
        return {one.id for project in self._world.projects for one in project.releases if one.released == released}

    def _sprints(self) -> Iterator[Sprint]:
        for project in self._world.projects:
            if not project.legal:
                yield from sprints_of(self._world, project)


def _options(field: str) -> Iterator[tuple[str, str]]:
    for option in catalogue.FIELDS[field].options:
        yield option.id, option.value
        yield from option.children


def sprints_of(world: World, project: Project) -> list[Sprint]:
    """Give a project's sprints, oldest first; the last is in the future."""
    generator = world.generator
    first, today = generator.first_day, generator.first_day.fromordinal(719_163 + world.now() // DAY_MS)
    last: Any = (world.today - first).days // FORTNIGHT + 1
    return [sprint_of(sprint_id(project.place, turn), first, today) for turn in range(last + 1)]
