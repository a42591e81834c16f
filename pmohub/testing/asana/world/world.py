"""The site as it is now: what was generated, and whatever people made, changed and deleted since."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from pmohub.testing.asana.world.events import Feed
from pmohub.testing.asana.world.generation import Generator
from pmohub.testing.asana.world.history import stories
from pmohub.testing.asana.world.plots import DAYS_ALIVE, DAYS_WORKED
from pmohub.testing.asana.world.things import (
    ENTRIES,
    ENTRIES_OF_ONE,
    FIXED,
    NEW,
    STORIES,
    STORIES_OF_ONE,
    TASKS,
    Thing,
    number_of,
)
from pmohub.testing.sandbox.timeline import DAY_MS


class World:
    """Everything by gid; nothing generated is there before `start`. `now` gives milliseconds since 1970."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.feed = Feed()
        self.edits = 0
        self.gone: dict[str, Thing] = {}
        self.generator: Generator
        self._next = FIXED
        self._things: dict[str, Thing] = {}
        self._by_kind: dict[str, dict[str, Thing]] = {}
        self._of_project: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._stories: dict[str, list[str]] = {}
        self._entries: dict[str, list[str]] = {}
        self._updates: dict[str, list[str]] = {}
        self._versions: dict[str, list[tuple[int, Thing | None]]] = {}

    def start(self, generator: Generator) -> None:
        """Let the generated tasks be there; what is made from now on is new."""
        self.generator = generator
        self._next = NEW
        self._task = lru_cache(8192)(generator.task)
        # From the task as it was made: the one at hand may have been edited.
        self._made_entries = lru_cache(4096)(lambda number: generator.entries(generator.task(number), number))
        self._made_stories = lru_cache(1024)(
            lambda number: stories(generator.seed, generator.plots, generator.task(number), number)
        )

    def add(self, kind: str, values: dict[str, Any]) -> Thing:
        """Make a thing."""
        thing = Thing(str(self._next), kind, values)
        self._next += 1
        self.keep(thing)
        return thing

    def keep(self, thing: Thing) -> None:
        """Keep a thing as it is, and whatever is done to it: what was generated would be made anew."""
        self._things[thing.gid] = thing
        self._by_kind.setdefault(thing.kind, {})[thing.gid] = thing
        if thing.kind == "time_tracking_entry":
            self.entries(thing["task"])

    def of(self, kind: str) -> list[Thing]:
        """List the things of a kind; of tasks, stories and time entries only those that people made or changed."""
        return list(self._by_kind.get(kind, {}).values())

    def named(self, kind: str, name: str) -> Thing:
        """Give the first thing of a kind that is called so.

        Raises:
            LookupError: nothing is.
        """
        found = next((one for one in self.of(kind) if name in {one["name"], one.get("email")}), None)
        if found is None:
            message = f"no {kind} is called {name}"
            raise LookupError(message)
        return found

    def get(self, gid: str) -> Thing | None:
        """Give a thing; None where there is none, or none any more."""
        if gid in self.gone:
            return None
        return self._things.get(gid) or self._generated(gid)

    def _generated(self, gid: str) -> Thing | None:
        number = self.generator.plots.number(gid)
        if number is not None:
            return self._task(number)
        size = self.generator.plots.size
        number = number_of(gid, ENTRIES, size * ENTRIES_OF_ONE)
        if number is not None:
            made = self._made_entries(number // ENTRIES_OF_ONE)
            return next((one for one in made if one.gid == gid), None)
        number = number_of(gid, STORIES, size * STORIES_OF_ONE)
        if number is not None:
            return next((one for one in self._made_stories(number // STORIES_OF_ONE) if one.gid == gid), None)
        return None

    def remember(self, thing: Thing, *, made: bool = False) -> None:
        """Keep what a task was like until now, for whoever learns of edits late; one just `made` was not there."""
        was = None if made else Thing(thing.gid, thing.kind, dict(thing.values))
        self._versions.setdefault(thing.gid, []).append((self.now(), was))

    def known(self, gid: str, at: int) -> Thing | None:
        """Give a task as it was at a moment; None where it was not there yet, or is gone."""
        for until, was in self._versions.get(gid, ()):
            if until > at:
                return was
        return self.get(gid)

    def all(self, gids: Iterable[str]) -> list[Thing]:
        """Give those of the things that there still are."""
        return [thing for thing in map(self.get, gids) if thing is not None]

    def modified(self, gid: str) -> int:
        """Give when a task was last changed, without making it where nobody changed it."""
        kept = self._things.get(gid)
        if kept is not None:
            return int(kept["modified_at"])
        number = self.generator.plots.number(gid)
        return 0 if number is None else self.generator.modified(number)

    def tasks_of(self, project: str) -> list[str]:
        """Give the gids of the tasks that are in a project, in its order; to be changed in place."""
        found = self._of_project.get(project)
        if found is None:
            found = self._of_project[project] = self.generator.plots.listed(project)
        return found

    def subtasks(self, gid: str) -> list[str]:
        """Give the gids of a task's own subtasks, in order; to be changed in place."""
        found = self._below.get(gid)
        if found is None:
            found = self.generator.plots.subtasks(gid)
            if found:
                self._below[gid] = found
        return found

    def put_below(self, gid: str, parent: str) -> None:
        """Make a task the last subtask of another one."""
        self._below[parent] = [*(one for one in self.subtasks(parent) if one != gid), gid]

    def take_from(self, gid: str, parent: str) -> None:
        """Let a task no longer be a subtask of another one."""
        self._below[parent] = [one for one in self.subtasks(parent) if one != gid]

    def stories(self, gid: str) -> list[str]:
        """Give the gids of a task's stories, oldest first; to be changed in place."""
        found = self._stories.get(gid)
        if found is None:
            number = self.generator.plots.number(gid)
            made = [] if number is None else [story.gid for story in self._made_stories(number)]
            found = self._stories[gid] = made
        return found

    def entries(self, gid: str) -> list[str]:
        """Give the gids of a task's time entries; to be changed in place."""
        found = self._entries.get(gid)
        if found is None:
            number = self.generator.plots.number(gid)
            made = [] if number is None else [entry.gid for entry in self._made_entries(number)]
            found = self._entries[gid] = made
        return found

    def entries_since(self, workspace: str, moment: int) -> Iterator[Thing]:
        """Give a workspace's time entries: every one for a day of a moment or later, and some older ones."""
        generator, told = self.generator, set[str]()
        for number in generator.plots.created_since(moment - DAYS_WORKED * DAY_MS):
            gid = str(TASKS + number)
            if gid not in self._entries and gid not in self.gone and generator.modified(number) >= moment:
                told.add(gid)
                made = generator.entries(generator.task(number), number)
                yield from (one for one in made if one["workspace"] == workspace)
        asked = [gid for gid in self._entries if gid not in told and self.get(gid) is not None]
        every = self.all(entry for gid in asked for entry in self._entries[gid])
        yield from (one for one in every if one["workspace"] == workspace)

    def modified_since(self, moment: int) -> Iterator[Thing]:
        """Give the tasks that were changed at a moment or later, in no order; edited ones whenever that was."""
        generator = self.generator
        for number in generator.plots.created_since(moment - DAYS_ALIVE * DAY_MS):
            gid = str(TASKS + number)
            if gid not in self._things and gid not in self.gone and generator.modified(number) >= moment:
                yield generator.task(number)
        yield from self.of("task")

    def updates(self, gid: str) -> list[str]:
        """Give the gids of the status updates of a project or portfolio, oldest first; to be changed in place."""
        return self._updates.setdefault(gid, [])

    def parents(self, task: Thing) -> list[Thing]:
        """Give a task and all that it is a subtask of, itself first."""
        found = [task]
        while (gid := found[-1]["parent"]) is not None:
            above = self.get(gid)
            if above is None or above in found:
                break
            found.append(above)
        return found

    def projects_of(self, task: Thing) -> list[str]:
        """Give the gids of the projects that a task, or whatever it is a subtask of, is in."""
        return [project for one in self.parents(task) for project, _ in one["memberships"]]

    def minutes(self, task: Thing) -> int:
        """Add up a task's time entries."""
        return sum(entry["duration_minutes"] for entry in self.all(self.entries(task.gid)))
