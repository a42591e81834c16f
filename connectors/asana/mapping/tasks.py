"""A task, at any depth, to a record."""

from collections.abc import Container, Mapping
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.meaning import category_of, kind_of, status_of
from connectors.asana.mapping.plan import Plan
from connectors.asana.mapping.reading import ABSENT, day_of, gid_of, in_words, is_told, name_of, ref_of, seconds_in
from connectors.asana.mapping.slots import READ as STANDING
from connectors.asana.mapping.slots import Slot
from connectors.asana.mapping.values import custom_fields_of, held, value_of
from connectors.mapping.making import Mapped, Place, aside, make
from connectors.mapping.reading import FAULTS, JSON, UnmappableError, clean, instant_of, text_of

READ = (
    ("name", "title", text_of),
    ("assignee", "assignee", ref_of),
    ("created_by", "reporter", ref_of),
    ("parent", "parent", ref_of),
    ("permalink_url", "url", text_of),
    ("created_at", "source_created_at", instant_of),
    ("modified_at", "source_updated_at", instant_of),
    ("completed_at", "completed_at", instant_of),
    ("start_on", "planned_start", day_of),
    ("due_on", "due", day_of),
    ("due_at", "due_at", instant_of),
)
APPROVAL = "approval_status"
"""Custom field of a task that is an approval: pending, approved, rejected or changes_requested; None of every other."""


def task_place(gid: str) -> str:
    """Name a task in quarantine."""
    return f"task {gid}"


def projects_of(raw: Any) -> tuple[str, ...] | None:
    """Give the gids of the projects that a task is in, in its own order; None: it was not asked by name."""
    memberships = raw.get("memberships", ABSENT) if isinstance(raw, dict) else ABSENT
    if not is_told(memberships) or not isinstance(memberships, list | None):
        return None
    found = (each.get("project") for each in memberships or () if isinstance(each, dict))
    gids = (each.get("gid") for each in found if isinstance(each, dict))
    return tuple(dict.fromkeys(str(gid) for gid in gids if gid))


def home_of(raw: Any, in_scope: Container[str], inherited: str | None = None) -> str | None:
    """Give the gid of the project that a task counts towards: its own first one that is in scope, in the order in which
    it shows them, else `inherited`, that of its topmost parent."""
    return next((gid for gid in projects_of(raw) or () if gid in in_scope), inherited)


def is_separator(raw: Any) -> bool:
    """Say whether it is a heading among subtasks, and no work."""
    return isinstance(raw, dict) and raw.get("is_rendered_as_separator") is True


class TaskMapper:
    """Maps tasks by a compiled plan. A task with one value that cannot be read is quarantined whole."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._at = ""
        self._own = plan.own[EntityKind.TASK]
        self._record = plan.record[EntityKind.TASK]

    def add(self, raw: Any, home: str | None, to: Mapped) -> Record | None:
        """Map one task into `to`; give its record, None where it was quarantined or is a separator.

        `home` is the gid of the project that it counts towards (`home_of`); None: not known, and not supplied.
        """
        if is_separator(raw):
            return None
        self._at = ""
        try:
            values = self._values(raw, home)
        except FAULTS as error:
            to.quarantined.append(self._aside(error, raw, home))
            return None
        made = make(values, raw, _place(raw, home))
        if isinstance(made, Quarantined):
            to.quarantined.append(made)
            return None
        to.records.append(made)
        return made

    def _aside(self, error: BaseException, raw: Any, home: str | None) -> Quarantined:
        known = in_words(error)
        if self._at:
            known = UnmappableError(f"{self._at}: {known.reason}", known.remedy)
        return aside(known, raw, _place(raw, home))

    def _values(self, raw: JSON, home: str | None) -> dict[str, Any]:
        values: dict[str, Any] = {"external_id": gid_of(raw)}
        for name, target, read in READ:
            value = raw.get(name, ABSENT)
            if is_told(value):
                self._at = name
                values[target] = read(value)
        if home is not None:
            values |= {"project": f"id:{home}", "scope": home}
        self._further(raw, home, values)
        self._at = "actual_time_minutes"
        if self._at in raw:
            values["time_spent"] = seconds_in(raw[self._at], 60)
        self._at = "tags"
        if is_told(raw.get("tags", ABSENT)):
            values["labels"] = tuple(filter(None, map(name_of, raw["tags"] or ())))
        self._at = "custom_fields"
        entries = custom_fields_of(raw)
        self._nature(raw, values)
        self._state(raw, home, entries, values)
        self._chosen(raw, home, entries, values)
        self._at = ""
        return values

    def _further(self, raw: JSON, home: str | None, values: dict[str, Any]) -> None:
        self._at = "memberships"
        projects = projects_of(raw)
        if projects is not None:
            values["further_projects"] = tuple(f"id:{gid}" for gid in projects if gid != home)

    def _nature(self, raw: JSON, values: dict[str, Any]) -> None:
        """Read what kind of a thing it is."""
        self._at = "resource_subtype"
        subtype = raw.get("resource_subtype", ABSENT)
        if subtype is not ABSENT:
            kind = raw.get("custom_type")
            type_name = text_of(kind.get("name")) if isinstance(kind, dict) else None
            values["kind"] = kind_of(subtype, type_name, raw.get("parent") is not None, self._plan.kinds)
        values["fields"] = {}
        self._at = "approval_status"
        if subtype not in (ABSENT, "approval"):
            values["fields"][APPROVAL] = None
        elif self._at in raw:
            values["fields"][APPROVAL] = text_of(raw[self._at])

    def _state(self, raw: JSON, home: str | None, entries: Mapping[str, JSON] | None, values: dict[str, Any]) -> None:
        plan = self._plan
        word: Any = ABSENT
        if plan.status is not None:
            self._at = plan.status.field.label
            word = value_of(entries, plan.status.field, plan.status.decode)
        elif plan.by_section:
            self._at = "memberships"
            word = section_of(raw, home)
        self._at = "completed"
        completed = raw.get("completed", ABSENT)
        if completed is ABSENT:
            if word not in (ABSENT, None):
                values["status"] = word
            return
        if not isinstance(completed, bool):
            message = "it is neither true nor false."
            raise UnmappableError(message)
        if word is not ABSENT:
            values["status"] = status_of(word, completed)
        if word is not ABSENT or completed:
            begun = bool(values.get("time_spent"))
            values["status_category"] = category_of(None if word is ABSENT else word, completed, begun, plan.meanings)

    def _chosen(self, raw: JSON, home: str | None, entries: Mapping[str, JSON] | None, values: dict[str, Any]) -> None:
        """Read what the mapping names: custom fields, carriers, and fields of a task."""
        own = values["fields"]
        for each in self._own:
            self._at = each.field.label
            if each.carried and entries is not None and each.field.id not in entries and not self._may_get(raw):
                continue
            if (value := value_of(entries, each.field, each.decode)) is not ABSENT:
                own[each.name] = value
        for slot in self._plan.slots[EntityKind.TASK]:
            self._at = slot.slot
            # A subtask of no project is in no section, and cannot be moved to one.
            value = (section_of(raw, home) or ABSENT) if slot.slot is Slot.SECTION else STANDING[slot.slot](raw)
            if value is not ABSENT:
                own[slot.name] = None if value is None else slot.decode(value)
        chosen: dict[str, Any] = {}
        for each in self._record:
            self._at = each.field.label
            value = value_of(entries, each.field, each.decode)
            if value is not ABSENT and chosen.get(each.name) is None:
                chosen[each.name] = value
        if chosen.get("kind", ABSENT) is None:
            # What kind of a task it is, it says itself as well.
            del chosen["kind"]
        values |= chosen
        if values.get("labels", ()) is None:
            values["labels"] = ()
        self._key(entries, values)

    def _may_get(self, raw: JSON) -> bool:
        """Say whether a task may get a field that it lacks: its project may, and a subtask without one has none."""
        return self._plan.adds_fields and bool(projects_of(raw))

    def _key(self, entries: Mapping[str, JSON] | None, values: dict[str, Any]) -> None:
        """Give the task's ID where its project numbers tasks; a gid tells a person nothing."""
        if entries is None and self._plan.keys:
            return
        values["key"] = None
        for field in self._plan.keys:
            if entries and field.id in entries and isinstance(key := held(entries[field.id], field), str):
                self._at = field.label
                values["key"] = text_of(key)


def section_of(raw: JSON, home: str | None) -> Any:
    """Give the name of the section of its home project that a task is in, None where it is in none; ABSENT: not known.

    A subtask that is in no project of its own is in no section either.

    Raises:
        UnmappableError: the section has no name.
    """
    memberships = raw.get("memberships", ABSENT)
    if home is None or not is_told(memberships):
        return ABSENT
    for each in memberships or ():
        project = each.get("project")
        if not isinstance(project, dict) or str(project.get("gid")) != home:
            continue
        section = each.get("section", ABSENT)
        return name_of(section) if is_told(section) else ABSENT
    return None


def _place(raw: Any, home: str | None) -> Place:
    known = raw if isinstance(raw, dict) else {}
    gid, name = known.get("gid"), known.get("name")
    named = clean(str(gid)) if isinstance(gid, str | int) else ""
    shown = clean(name)[:80] if isinstance(name, str) else ""
    return Place(EntityKind.TASK, task_place(named or shown or "without a gid"), shown, named or None, home)
