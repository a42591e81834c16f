"""The site as it is now: what was generated, what people changed since, and what the search index knows of it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from pmohub.testing.jira.world.company import COMPANY, Project, projects
from pmohub.testing.jira.world.generation import FIRST_LINK, Generator
from pmohub.testing.jira.world.history import FIRST_CHANGE, FIRST_WORKLOG, MANY
from pmohub.testing.jira.world.issue import Issue, Link
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.jira.world.people import ENOUGH, User, everybody
from pmohub.testing.jira.world.scheme import SUBTASK

ISSUES_PER_PROJECT, ISSUES_PER_PERSON, MOST_PROJECTS, MOST_PEOPLE = 5000, 2000, 200, 500
Version = tuple[int, Issue | None]


class World:
    """A site of `size` generated issues; one of none is empty. `now` gives the moment in milliseconds since 1970.

    `lag` is how long an edit stays unseen by the search, in milliseconds. Hidden projects and issues are there, but no
    account sees them.
    """

    def __init__(self, seed: int, size: int, today: date, now: Callable[[], int]) -> None:
        self.now = now
        self.today = today
        self.lag = 0
        self.projects = list(projects(min(MOST_PROJECTS, max(len(COMPANY), size // ISSUES_PER_PROJECT))))
        self.people = everybody(min(MOST_PEOPLE, max(ENOUGH, size // ISSUES_PER_PERSON)) if size else 0)
        self.generator = Generator(seed, size, today, self.projects, self.people)
        self.hidden_projects: set[int] = set()
        self.edited: dict[int, list[Version]] = {}
        self.edits = 0
        self.generated = lru_cache(8192)(self.generator.issue)
        self._keys: dict[str, int] = {}
        self._below: dict[int, set[int]] = {}
        self._next = size
        self._places = [self._count(project) for project in self.projects]
        self._next_change = FIRST_CHANGE + size * MANY
        self._next_worklog = FIRST_WORKLOG + size * MANY
        self._users = {name: user for user in self.people for name in (user.id, user.name, user.key, user.email)}

    @property
    def size(self) -> int:
        """Give how many issues were generated."""
        return self.generator.size

    def count(self) -> int:
        """Count the issues that there are."""
        return self.size + sum(
            (versions[-1][1] is not None) - (number < self.size) for number, versions in self.edited.items()
        )

    def issue(self, number: int) -> Issue | None:
        """Give an issue as it is, None where it was deleted or never was."""
        versions = self.edited.get(number)
        if versions:
            return versions[-1][1]
        return self.generated(number) if 0 <= number < self.size else None

    def indexed(self, number: int) -> Issue | None:
        """Give an issue as the search knows it: edits of the last moments are missing."""
        versions = self.edited.get(number)
        if not versions:
            return self.generated(number) if 0 <= number < self.size else None
        known = bisect_right(versions, self.now() - self.lag, key=lambda version: version[0])
        if known:
            return versions[known - 1][1]
        return self.generated(number) if number < self.size else None

    def find(self, name: str) -> Issue | None:
        """Give an issue by its id or by a key that it has or had, in any case."""
        if name.isdigit():
            return self.issue(int(name) - FIRST_ID)
        number = self.number(name)
        return None if number is None else self.issue(number)

    def number(self, key: str) -> int | None:
        """Give the number of the issue that has or had a key."""
        key = key.upper()
        if key in self._keys:
            return self._keys[key]
        short, _, place = key.rpartition("-")
        project = self.project(short)
        if project is None or not place.isdigit():
            return None
        return self.generator.numbering.number(project.place, int(place) - 1)

    def project(self, name: str) -> Project | None:
        """Give a project by its id or by a key that it has or had."""
        key = name.upper()
        for project in self.projects:
            if key in {project.key, project.id} or key in project.old_keys:
                return project
        return None

    def user(self, name: str) -> User | None:
        """Give a user by account id, by name, by key (`JIRAUSER10100`) or by e-mail."""
        return self._users.get(name) or self._users.get(name.casefold())

    def person(self, name: str) -> User | None:
        """Give a user by display name too."""
        return self.user(name) or next((user for user in self.people if user.display_name == name), None)

    def change_project(self, project: Project) -> None:
        """Keep a project as it is from now on; under another key all its issues have other keys, and nothing else."""
        renamed = project.key != self.projects[project.place].key
        self.projects[project.place] = project
        self.generated.cache_clear()
        self.edits += 1
        for issue in [self.issue(number) for number in self.edited] if renamed else ():
            if issue is not None and issue.project == project.place:
                place = issue.key.rpartition("-")[2]
                self.put(issue.changed(key=f"{project.key}-{place}"))

    def put(self, issue: Issue) -> None:
        """Keep an issue as it is from now on."""
        self._keep(issue.number, issue)
        self._keys[issue.key] = issue.number
        if issue.values["parent"] is not None:
            self._below.setdefault(issue.values["parent"], set()).add(issue.number)

    def remove(self, number: int) -> None:
        """Forget an issue; its key leads nowhere from now on."""
        self._keep(number, None)

    def _keep(self, number: int, issue: Issue | None) -> None:
        versions = self.edited.setdefault(number, [])
        versions.append((self.now(), issue))
        self.edits += 1

    def pending(self) -> int:
        """Count the edits that the search does not know yet."""
        if not self.lag:
            return 0
        known = self.now() - self.lag
        return sum(version[0] > known for versions in self.edited.values() for version in versions)

    def new_number(self) -> int:
        """Give the number of the next new issue."""
        self._next += 1
        return self._next - 1

    def new_key(self, project: Project) -> str:
        """Give the next free key of a project."""
        self._places[project.place] += 1
        return f"{project.key}-{self._places[project.place]}"

    def new_change(self) -> int:
        """Give the id of the next change."""
        self._next_change += 1
        return self._next_change - 1

    def new_worklog(self) -> int:
        """Give the id of the next worklog."""
        self._next_worklog += 1
        return self._next_worklog - 1

    def untouched(self) -> Iterator[int]:
        """List the generated issues that nobody edited, by number."""
        return (number for number in range(self.size) if number not in self.edited)

    def children(self, issue: Issue) -> list[Issue]:
        """Give the sub-tasks of an issue, by number."""
        found = self.generator.subtasks(issue.number) if issue.number < self.size else []
        numbers = dict.fromkeys([*found, *sorted(self._below.get(issue.number, ()))])
        every = (self.issue(number) for number in numbers)
        return [one for one in every if one is not None and _below(one, issue.number)]

    def link(self, identity: str) -> tuple[Issue, Link] | None:
        """Give a link by its id, and the issue at one of its ends."""
        if not identity.isdigit():
            return None
        generated = (int(identity) - FIRST_LINK) // 2
        for number in (generated, *self.edited):
            issue = self.issue(number)
            for one in issue.links if issue else ():
                if one.id == identity and issue:
                    return issue, one
        return None

    def _count(self, project: Project) -> int:
        cycle = self.generator.numbering.cycle
        rounds, rest = divmod(self.size, len(cycle))
        return rounds * cycle.count(project.place) + cycle[:rest].count(project.place)


def _below(issue: Issue, parent: int) -> bool:
    return bool(issue.values["parent"] == parent and issue.values["issuetype"] == SUBTASK)
