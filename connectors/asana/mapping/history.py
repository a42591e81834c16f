"""The stories of a task to reported changes, in the values that a record would have supplied."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from canonical.intake import ReportedChange
from canonical.problems import Problem, Weight
from canonical.records import Ref
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.meaning import category_of, kind_of, status_of
from connectors.asana.mapping.plan import MappedField, Plan
from connectors.asana.mapping.reading import ABSENT, day_of, gid_of, is_told, name_of, ref_of
from connectors.asana.mapping.stories import (
    CUSTOM,
    DATES,
    MOVED,
    Sides,
    actor_of,
    assignee_after,
    completed_after,
    custom_sides,
    date_sides,
    section_sides,
    subtype_of,
    title_sides,
)
from connectors.asana.mapping.tasks import APPROVAL, projects_of, section_of
from connectors.asana.mapping.values import custom_fields_of, value_of
from connectors.mapping.reading import FAULTS, JSON, UnmappableError, instant_of, text_of

Named: TypeAlias = Iterator[tuple[str, Sides]]
"""Fields of the record, with what they held before and after a story."""


@dataclass(frozen=True, slots=True)
class _Story:
    raw: JSON
    id: str
    at: datetime
    actor: Ref | None


@dataclass(slots=True)
class _Task:
    """A task as it was read, and what is known of it at the moment up to which its stories were followed.

    `entered` are the words of the status that it had on coming (again) into its home project, by story: no story tells
    of the section into which Asana puts it then.
    """

    raw: JSON
    gid: str
    home: str | None
    word: Any
    completed: Any
    assignee: FieldValue
    projects: set[str] | None
    in_scope: Container[str]
    entered: dict[str, Any] = field(default_factory=dict)

    @property
    def begun(self) -> bool:
        """Whether time is booked on it."""
        return bool(self.raw.get("actual_time_minutes"))


class HistoryMapper:
    """Maps stories by a compiled plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        own, record = plan.own[EntityKind.TASK], plan.record[EntityKind.TASK]
        self._mapped: dict[str, list[tuple[str, MappedField]]] = defaultdict(list)
        for name, each in (*((f"fields.{each.name}", each) for each in own), *((each.name, each) for each in record)):
            self._mapped[each.field.id].append((name, each))
        # What the mapping fills from elsewhere, Asana's own stories do not tell of.
        self._taken = {each.name for each in record}
        self._skipped: dict[str, tuple[int, str]] = {}

    def changes(
        self, raw: Any, home: str | None, stories: Iterable[Any], in_scope: Container[str] = ()
    ) -> list[ReportedChange]:
        """Give what all stories of a task, in any order, tell of mapped fields; what cannot be read is counted.

        `raw` is the task as it was read, `home` the gid of the project that it counts towards, `in_scope` the gids of
        the projects that are read.
        """
        try:
            gid = gid_of(raw)
            told = sorted(self._readable(stories, gid), key=lambda one: (one.at, len(one.id), one.id))
            task = self._before(raw, gid, home, told, in_scope)
        except FAULTS:
            self._skip("the task", str(raw.get("gid")) if isinstance(raw, dict) else "without a gid")
            return []
        return [
            ReportedChange(EntityKind.TASK, gid, name, old, new, story.at, story.actor, story.id)
            for story in told
            for name, (old, new) in self._sides(story.raw, task)
            if old != new
        ]

    def problems(self) -> Sequence[Problem]:
        """Say what could not be read, once for each field."""
        return [
            Problem(
                f"{number:,} changes of {what} in stories could not be read, the first in task {first}.",
                f"{self._plan.connector}, stories of task {first}",
                "They are missing from the field's history; what the field holds now is known.",
                weight=Weight.WARNING,
            )
            for what, (number, first) in self._skipped.items()
        ]

    def _skip(self, what: str, gid: str) -> None:
        number, first = self._skipped.get(what, (0, gid))
        self._skipped[what] = (number + 1, first)

    def _readable(self, stories: Iterable[Any], gid: str) -> Iterator[_Story]:
        for raw in stories if isinstance(stories, list | tuple) else ():
            try:
                at = instant_of(raw["created_at"])
                if at is None:
                    message = "It has no instant."
                    raise UnmappableError(message)
                yield _Story(raw, gid_of(raw), at, actor_of(raw))
            except FAULTS:
                self._skip("a story", gid)

    def _before(self, raw: JSON, gid: str, home: str | None, told: Sequence[_Story], in_scope: Container[str]) -> _Task:
        """Give the task as it was before its first story, as far as they tell; what none tells was never changed."""
        projects = projects_of(raw)
        were = None if projects is None else set(projects)
        for story in reversed(told):
            came, project = MOVED.get(subtype_of(story.raw)), story.raw.get("project")
            if came is not None and were is not None and isinstance(project, dict) and project.get("gid"):
                (were.discard if came else were.add)(str(project["gid"]))
        task = _Task(raw, gid, home, self._word_now(raw, home), raw.get("completed"), None, were, in_scope)
        for story in reversed(told):
            after = completed_after(story.raw)
            task.completed = task.completed if after is None else not after
            if self._plan.by_section and _comes_home(story.raw, task):
                task.entered[story.id] = task.word
            try:
                word = self._word_sides(story.raw, task)
            except FAULTS:
                continue
            task.word = task.word if word is None else word[0]
        return task

    def _word_now(self, raw: JSON, home: str | None) -> Any:
        status = self._plan.status
        try:
            if status is not None:
                return value_of(custom_fields_of(raw), status.field, status.decode)
            return section_of(raw, home) if self._plan.by_section else ABSENT
        except FAULTS:
            return ABSENT

    def _word_sides(self, story: JSON, task: _Task) -> Sides | None:
        """Give the words of the status before and after a story; None where it tells of none."""
        status = self._plan.status
        if status is not None:
            return custom_sides(story, status.field, status.decode)
        sides = section_sides(story, task.home) if self._plan.by_section else None
        if sides is None:
            return None
        now = _section_now(task)
        old, new = (_section_name(each, now) for each in sides)
        return old, new

    def _sides(self, story: JSON, task: _Task) -> Named:
        """Give what a story tells; what cannot be read of it is counted and left out."""
        subtype = subtype_of(story)
        for what, read in self._readers(subtype, story):
            for name, sides in self._tried(what, task, partial(read, story, task)):
                if name not in self._taken:
                    yield name, sides
        if not subtype.endswith(CUSTOM):
            return
        for name, each in self._mapped.get(_field_of(story), ()):
            for _, (old, new) in self._tried(each.field.label, task, partial(_custom, story, name, each)):
                yield name, (self._or_plain(name, old, task), self._or_plain(name, new, task))

    def _readers(self, subtype: str, story: JSON) -> Iterator[tuple[str, Callable[[JSON, _Task], Named]]]:
        if subtype == "name_changed":
            yield "title", _titles
        elif subtype in DATES:
            yield "dates", self._dates
        elif subtype in ("assigned", "unassigned"):
            yield "assignee", _assignees
        elif subtype == "resource_subtype_changed":
            yield "kind", self._kinds
        else:
            status = self._plan.status
            if not subtype.endswith(CUSTOM) or (status is not None and _field_of(story) == status.field.id):
                yield "status", self._states
            if subtype in MOVED:
                yield "projects", _projects

    def _or_plain(self, name: str, value: FieldValue, task: _Task) -> FieldValue:
        """Give a value as the record has it: what kind of a task it is, it says itself where its field does not."""
        if name != "kind" or value is not None:
            return value
        has_parent = task.raw.get("parent") is not None
        return kind_of(task.raw.get("resource_subtype"), None, has_parent, self._plan.kinds)

    def _tried(self, what: str, task: _Task, read: Callable[[], Named]) -> list[tuple[str, Sides]]:
        try:
            return list(read())
        except FAULTS:
            self._skip(what, task.gid)
            return []

    def _dates(self, story: JSON, task: _Task) -> Named:
        sides = dict(date_sides(story))
        if "due" in sides or "due_at" in sides:
            days, moments = sides.get("due", (None, None)), sides.get("due_at", (None, None))
            old, new = (self._due(day, moment, task) for day, moment in zip(days, moments, strict=True))
            sides["due"] = (old, new)
        yield from sides.items()

    def _due(self, day: FieldValue, moment: FieldValue, task: _Task) -> FieldValue:
        """Give the day of a moment: as Asana says it of the one that holds now, else in the zone of the department."""
        if day is not None or not isinstance(moment, datetime):
            return day
        if instant_of(task.raw.get("due_at")) == moment and task.raw.get("due_on"):
            return day_of(task.raw["due_on"])
        return moment.astimezone(self._plan.zone).date()

    def _states(self, story: JSON, task: _Task) -> Named:
        """Give what it tells of the status and of what that means."""
        if "new_approval_status" in story and task.raw.get("resource_subtype", "approval") == "approval":
            old, new = (text_of(story.get(f"{side}_approval_status")) for side in ("old", "new"))
            yield f"fields.{APPROVAL}", (old, new)
        word = self._word_sides(story, task)
        if (gid := str(story.get("gid"))) in task.entered:
            word = (task.word, task.entered[gid])
        if word is not None and ABSENT not in word:
            task.word = word[0]
        before = self._stated(task)
        if word is not None and ABSENT not in word:
            task.word = word[1]
        after = completed_after(story)
        if after is not None:
            task.completed = after
        for name, was, now in zip(("status", "status_category"), before, self._stated(task), strict=True):
            if was is not None and now is not None:
                yield name, (was, now)

    def _stated(self, task: _Task) -> Sides:
        """Give the status and what it means; None where it is not known."""
        if not isinstance(task.completed, bool) or (task.word is ABSENT and not task.completed):
            return None, None
        word = None if task.word is ABSENT else task.word
        status = None if task.word is ABSENT else status_of(word, task.completed)
        return status, category_of(word, task.completed, task.begun, self._plan.meanings)

    def _kinds(self, story: JSON, task: _Task) -> Named:
        if subtype_of(story) == "resource_subtype_changed":
            has_parent = task.raw.get("parent") is not None
            old, new = (
                kind_of(story[f"{side}_resource_subtype"], None, has_parent, self._plan.kinds)
                for side in ("old", "new")
            )
            yield "kind", (old, new)


def _field_of(story: JSON) -> str:
    """Give the gid of the custom field that a story tells of."""
    told = story.get("custom_field")
    return str(told.get("gid")) if isinstance(told, dict) else ""


def _custom(story: JSON, name: str, each: MappedField) -> Named:
    sides = custom_sides(story, each.field, each.decode)
    if sides is not None:
        yield name, sides


def _titles(story: JSON, _task: _Task) -> Named:
    sides = title_sides(story)
    if sides is not None:
        yield "title", sides


def _assignees(story: JSON, task: _Task) -> Named:
    after = assignee_after(story)
    if after is not ABSENT:
        before, task.assignee = task.assignee, after
        if before is None and after is None and is_told(lost := story.get("assignee", ABSENT)):
            before = ref_of(lost)
        yield "assignee", (before, after)


def _projects(story: JSON, task: _Task) -> Named:
    came = MOVED.get(subtype_of(story))
    if came is None or task.projects is None:
        return
    gid = gid_of(story["project"])
    now = set(projects_of(task.raw) or ())
    before = _homes(task.projects, task.home, now, task.in_scope)
    (task.projects.add if came else task.projects.discard)(gid)
    after = _homes(task.projects, task.home, now, task.in_scope)
    yield "project", (before[0], after[0])
    yield "further_projects", (before[1], after[1])


def _homes(
    projects: set[str], home: str | None, now: set[str], in_scope: Container[str]
) -> tuple[FieldValue, list[str]]:
    """Give the project and the further ones that a record would have named while it was in these."""
    counted = (
        home if home in projects or home not in now else min(filter(in_scope.__contains__, projects), default=None)
    )
    return f"id:{counted}" if counted else None, sorted(f"id:{gid}" for gid in projects if gid != counted)


def _comes_home(story: JSON, task: _Task) -> bool:
    project = story.get("project")
    return MOVED.get(subtype_of(story)) is True and isinstance(project, dict) and str(project.get("gid")) == task.home


def _section_now(task: _Task) -> Any:
    """Give the section in which it is now, as Asana shows it."""
    for each in task.raw.get("memberships") or ():
        project = each.get("project") if isinstance(each, dict) else None
        if isinstance(project, dict) and str(project.get("gid")) == task.home:
            return each.get("section")
    return None


def _section_name(section: Any, now: Any) -> FieldValue:
    """Give the name of a section; of the one in which the task is, as it is called now."""
    if not is_told(section):
        return None
    same = isinstance(section, dict) and isinstance(now, dict) and section.get("gid") == now.get("gid")
    return name_of(now if same and now.get("name") else section)
