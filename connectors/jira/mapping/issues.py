"""An issue to a task."""

from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind, StatusCategory, TaskKind
from connectors.jira.mapping.meaning import category_of, kind_of
from connectors.jira.mapping.plan import LISTS, Plan
from connectors.jira.mapping.reading import name_of, user_ref
from connectors.jira.mapping.sprints import Sprint, current, read_sprint
from connectors.jira.mapping.values import key_ref, parent_link
from connectors.mapping.making import Mapped, Place, aside, make
from connectors.mapping.reading import (
    FAULTS,
    UnmappableError,
    clean,
    day_of,
    id_of,
    instant_of,
    seconds_of,
    shown,
    text_of,
)

ABSENT: Any = object()
"""Of a field that was not in the answer: nothing is known of it, which is not the same as empty."""
READ = (
    ("summary", "title", text_of),
    ("priority", "priority", name_of),
    ("assignee", "assignee", user_ref),
    ("reporter", "reporter", user_ref),
    ("created", "source_created_at", instant_of),
    ("updated", "source_updated_at", instant_of),
    ("resolutiondate", "completed_at", instant_of),
)
ESTIMATES = (
    ("timeoriginalestimate", "originalEstimateSeconds", "original_estimate"),
    ("timeestimate", "remainingEstimateSeconds", "remaining_estimate"),
    ("timespent", "timeSpentSeconds", "time_spent"),
)


def issue_place(issue_id: str) -> str:
    """Name an issue in quarantine: by its id, for its key changes when it is moved."""
    return f"issue {issue_id}"


def sprint_place(issue_id: str) -> str:
    """Name the sprints of an issue in quarantine."""
    return f"issue {issue_id}, sprint"


class IssueMapper:
    """Maps issues by a compiled plan. An issue with one value that cannot be read is quarantined whole."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._at = ""
        self._types: dict[tuple[Any, Any, Any], TaskKind] = {}
        self._categories: dict[tuple[Any, Any, Any], StatusCategory | None] = {}
        # What is mapped comes last: it fills the same field as one of Jira's own.
        self._mapped = {each.name for each in plan.record}

    def add(self, raw: Any, to: Mapped) -> Record | None:
        """Map one issue into `to`; give its task, None where it was quarantined."""
        self._at = ""
        aside_sprints: list[Quarantined] = []
        try:
            values = self._values(raw, aside_sprints)
        except FAULTS as error:
            to.quarantined.append(self._aside(error, raw))
            return None
        to.quarantined += aside_sprints
        made = make(values, raw, _place(values["external_id"], values.get("key"), values.get("scope")))
        if isinstance(made, Quarantined):
            to.quarantined.append(made)
            return None
        to.records.append(made)
        return made

    def _aside(self, error: BaseException, raw: Any) -> Quarantined:
        if not isinstance(error, UnmappableError):
            error = UnmappableError(f"It is not in the form that Jira documents ({type(error).__name__}).")
        if self._at:
            field = self._plan.catalogue.by_id.get(self._at)
            error = UnmappableError(f"{field.label if field else self._at}: {error.reason}", error.remedy)
        known = raw if isinstance(raw, dict) else {}
        issue_id, key = known.get("id"), known.get("key")
        fields = known.get("fields")
        project = fields.get("project") if isinstance(fields, dict) else None
        scope = project.get("id") if isinstance(project, dict) else None
        named = clean(str(issue_id)) if isinstance(issue_id, str | int) else ""
        place = _place(named, key if isinstance(key, str) else None, str(scope) if scope else None)
        return aside(error, raw, place)

    def _values(self, raw: Any, aside_sprints: list[Quarantined]) -> dict[str, Any]:
        plan = self._plan
        issue_id, fields = id_of(raw["id"]), raw["fields"]
        key = text_of(raw.get("key"))
        values: dict[str, Any] = {"external_id": issue_id, "key": key}
        if key:
            values["url"] = f"{plan.base}/browse/{key}"
        for name, target, read in READ:
            value = fields.get(name, ABSENT)
            if value is not ABSENT:
                self._at = name
                values[target] = read(value)
        self._own_nature(fields, values)
        self._parent(fields, values)
        self._sizes(fields, values)
        self._lists(fields, values)
        self._at = plan.sprint or ""
        if plan.sprint is not None and (sprints := fields.get(plan.sprint, ABSENT)) is not ABSENT:
            self._iteration(sprints, values, aside_sprints)
        self._chosen(fields, values)
        self._at = ""
        return values

    def _own_nature(self, fields: Any, values: dict[str, Any]) -> None:
        """Read project, kind and status."""
        self._at = "project"
        if (project := fields.get("project")) is not None:
            scope = id_of(project["id"])
            values["project"], values["scope"] = f"id:{scope}", scope
        self._at = "issuetype"
        if (kind := fields.get("issuetype")) is not None:
            seen = (kind.get("name"), kind.get("hierarchyLevel"), kind.get("subtask"))
            if seen not in self._types:
                self._types[seen] = kind_of(text_of(seen[0]), seen[1], seen[2], self._plan.kinds)
            values["kind"] = self._types[seen]
        self._at = "status"
        status, resolution = fields.get("status"), fields.get("resolution")
        if status is not None:
            name, category = status.get("name"), status.get("statusCategory")
            known = (name, category.get("key") if category else None, resolution and resolution.get("name"))
            if known not in self._categories:
                self._categories[known] = category_of(
                    text_of(name), known[1], text_of(known[2]) if known[2] else None, self._plan.meanings
                )
            values["status"], values["status_category"] = text_of(name), self._categories[known]

    def _parent(self, fields: Any, values: dict[str, Any]) -> None:
        """Read the parent: as Jira gives it, else the epic by its key, else the parent link; never dropped."""
        plan = self._plan
        self._at = "parent"
        asked = False
        if (parent := fields.get("parent", ABSENT)) is not ABSENT:
            asked = True
            if parent is not None:
                values["parent"] = f"id:{id_of(parent['id'])}" if parent.get("id") else f"key:{id_of(parent['key'])}"
                return
        for name in (plan.epic_link, plan.parent_link):
            if name is not None and (link := fields.get(name, ABSENT)) is not ABSENT:
                asked, self._at = True, name
                if link is not None and (ref := key_ref(parent_link(link))) is not None:
                    values["parent"] = ref
                    return
        # Jira leaves the parent of an issue without one out of the answer, though it was asked for.
        if asked or "issuetype" in fields:
            values["parent"] = None

    def _sizes(self, fields: Any, values: dict[str, Any]) -> None:
        self._at = "duedate"
        if (due := fields.get("duedate", ABSENT)) is not ABSENT:
            values["due"] = day_of(due, self._plan.zone)
        tracking = fields.get("timetracking")
        for name, inside, target in ESTIMATES:
            self._at = name
            if (seconds := fields.get(name, ABSENT)) is not ABSENT:
                values[target] = seconds_of(seconds)
            elif isinstance(tracking, dict):
                values[target] = seconds_of(tracking.get(inside))

    def _lists(self, fields: Any, values: dict[str, Any]) -> None:
        self._at = "labels"
        if (labels := fields.get("labels", ABSENT)) is not ABSENT:
            values["labels"] = tuple(label for each in labels or () if (label := text_of(each)))
        own: dict[str, Any] = {}
        for name, target in LISTS.items():
            if (listed := fields.get(name, ABSENT)) is not ABSENT:
                self._at = name
                own[target] = "; ".join(filter(None, map(name_of, listed))) or None if listed else None
        values["fields"] = own

    def _iteration(self, raw: Any, values: dict[str, Any], aside_sprints: list[Quarantined]) -> None:
        """Read the sprints; one that cannot be read is set aside alone, and hides nothing of the issue."""
        found: list[Sprint] = []
        faults: list[tuple[Any, UnmappableError]] = []
        for each in raw if isinstance(raw, list) else [raw]:
            if each is None:
                continue
            try:
                found.append(read_sprint(each))
            except UnmappableError as error:
                faults.append((each, error))
        if faults:
            issue_id, key = values["external_id"], values["key"]
            whole = UnmappableError(" ".join(error.reason for _, error in faults), faults[0][1].remedy)
            place = Place(EntityKind.TASK, sprint_place(issue_id), key or "", scope=values.get("scope"))
            aside_sprints.append(aside(whole, {"issue": key, "sprints": [each for each, _ in faults]}, place))
        sprint = current(found)
        if sprint is None and faults:
            return
        zone = self._plan.zone
        values["iteration_id"] = sprint.id if sprint else None
        values["iteration_name"] = sprint.name if sprint else None
        values["iteration_state"] = sprint.state if sprint else None
        values["iteration_start"] = sprint.start.astimezone(zone).date() if sprint and sprint.start else None
        values["iteration_end"] = sprint.end.astimezone(zone).date() if sprint and sprint.end else None

    def _chosen(self, fields: Any, values: dict[str, Any]) -> None:
        """Read what the mapping names: custom fields, carriers, and fields of a task."""
        own = values["fields"]
        for each in self._plan.own:
            self._at = each.field.id
            value = fields.get(self._at, ABSENT)
            if value is not ABSENT:
                own[each.name] = None if value is None else each.decode(value)
        for each in self._plan.record:
            self._at = each.field.id
            value = fields.get(self._at, ABSENT)
            if value is not ABSENT:
                values[each.name] = None if value is None else each.decode(value)
        if "labels" in self._mapped and values.get("labels", ()) is None:
            values["labels"] = ()


def _place(issue_id: str, key: str | None, scope: str | None) -> Place:
    # An issue of which not even the id can be read is named by its key, so that two of them are not taken for one.
    name = issue_place(issue_id) if issue_id else issue_place(clean(shown(key)))
    return Place(EntityKind.TASK, name, clean(key or ""), issue_id or None, scope)
