"""What was read, as records, for one batch; no calls here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canonical.intake import ReportedChange
from canonical.vocabulary import EntityKind
from connectors.asana.client.connection import JSON
from connectors.asana.mapping.capacity import allocation_place, leave_place, to_allocation, to_leave
from connectors.asana.mapping.dependencies import add_dependencies, dependency_place
from connectors.asana.mapping.people import Rate, person_place, to_person
from connectors.asana.mapping.plan import Plan
from connectors.asana.mapping.projects import Beside, project_place, to_project
from connectors.asana.mapping.status_updates import to_status_update, update_place
from connectors.asana.mapping.tasks import TaskMapper, projects_of, task_place
from connectors.asana.mapping.time_entries import Timesheets, entry_place, to_time_entry
from connectors.asana.pulling.units import Located
from connectors.mapping.making import Mapped

PEOPLE = ("assignee", "created_by")


@dataclass(slots=True)
class Made(Mapped):
    """What one batch holds so far."""

    changes: list[ReportedChange] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    deleted: list[tuple[EntityKind, str]] = field(default_factory=list)

    def join(self, more: "Made") -> None:
        """Put more beside it."""
        for name in ("records", "quarantined", "problems", "changes", "retried", "linked", "deleted"):
            getattr(self, name).extend(getattr(more, name))


class Maker:
    """Makes records for the batches of one pull; a user is given with the first item that names them."""

    def __init__(self, plan: Plan, projects: Mapping[str, str]) -> None:
        self._projects = projects
        self._plan = plan
        self._tasks = TaskMapper(plan)
        self._met: set[str] = set()
        self._held: dict[str, JSON] | None = None
        self._working: set[tuple[str, str]] = set()
        self._new: list[tuple[str, str]] = []
        self._several: set[str] = set()

    def tasks(self, tasks: Iterable[Located]) -> Made:
        """Make the records of tasks; one that several lists show is given once."""
        made, links = Made(), set[str]()
        for task in tasks:
            gid = str(task.raw.get("gid"))
            if self._given(gid, task.raw):
                continue
            self._tasks.add(task.raw, task.home, made)
            if add_dependencies(task.raw, links, made):
                made.linked.append(f"id:{gid}")
            made.retried += (task_place(gid), dependency_place(gid))
            self.people(made, (task.raw.get(name) for name in PEOPLE))
            self._works(task.raw.get("assignee"), task.home)
        return made

    def project(self, made: Made, raw: JSON, workspace: str, beside: Beside) -> None:
        """Make the record of a project."""
        made.add(to_project(raw, self._plan, workspace, beside))
        made.retried.append(project_place(str(raw.get("gid"))))
        self.people(made, [raw.get("owner")])

    def entries(
        self, made: Made, rows: Iterable[tuple[JSON, str]], timesheets: Timesheets | None, task: str | None = None
    ) -> None:
        """Make time entries, each with the project that its task counts towards."""
        for raw, home in rows:
            made.add(to_time_entry(raw, home, task, timesheets))
            made.retried.append(entry_place(str(raw.get("gid"))))
            self.people(made, [raw.get("created_by")])
            self._works(raw.get("created_by"), home)

    def status_updates(self, made: Made, rows: Sequence[JSON], project: str) -> None:
        """Make the status updates of a project."""
        for raw in rows:
            made.add(to_status_update(raw, project))
            made.retried.append(update_place(str(raw.get("gid"))))
            self.people(made, [raw.get("author"), raw.get("created_by")])

    def allocations(self, made: Made, rows: Sequence[JSON], project: str) -> None:
        """Make the allocations of people to a project."""
        for raw in rows:
            made.add(to_allocation(raw, project))
            made.retried.append(allocation_place(str(raw.get("gid"))))
            self.people(made, [raw.get("assignee")])
            self._works(raw.get("assignee"), project)

    def absences(self, made: Made, rows: Sequence[JSON], scope: str) -> None:
        """Make the days on which a person is away."""
        for raw in rows:
            made.add(to_leave(raw, scope))
            made.retried.append(leave_place(str(raw.get("gid"))))

    def people(self, made: Made, users: Iterable[Any]) -> None:
        """Make people of users that were not met yet, as whatever names them shows them."""
        for raw in users:
            gid = str(raw.get("gid") or "") if isinstance(raw, dict) else ""
            if not gid or gid in self._met or not raw.get("name"):
                continue
            if self._held is not None:
                self._held[gid] = raw
                continue
            self._met.add(gid)
            made.add(to_person(raw))
            made.retried.append(person_place(gid))

    def users(self, made: Made, users: Iterable[JSON], rates: Mapping[str, Rate] | None) -> None:
        """Make people of users as their list shows them; one that several workspaces have is given once."""
        for raw in users:
            gid = str(raw.get("gid") or "")
            if gid in self._met:
                continue
            self._met.add(gid)
            made.add(to_person(raw, rates))
            made.retried.append(person_place(gid))

    def hold(self) -> None:
        """Keep people back until their list has been given: it says more of them."""
        self._held = {}

    def release(self, made: Made) -> None:
        """Make people of those that were kept back and are in no list."""
        held, self._held = self._held or {}, None
        self.people(made, held.values())

    def _works(self, raw: Any, project: str) -> None:
        """Note that somebody works on a project."""
        if isinstance(raw, dict) and raw.get("gid") and raw.get("resource_type", "user") == "user":
            who = str(raw["gid"]), self._projects.get(project, "")
            if who not in self._working:
                self._working.add(who)
                self._new.append(who)

    def newly_working(self) -> list[tuple[str, str]]:
        """Give who works in which workspace, each once: those met since this was last asked."""
        new, self._new = self._new, []
        return new

    def _given(self, gid: str, raw: JSON) -> bool:
        """Say whether a task was given already; only of those that several lists may show is that remembered."""
        places = [each for each in projects_of(raw) or () if each in self._projects]
        if len(places) + (raw.get("parent") is not None) < 2:
            return False
        if gid in self._several:
            return True
        self._several.add(gid)
        return False
