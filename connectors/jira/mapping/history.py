"""Changelogs to reported changes: each item once, in the values that a record would have supplied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from canonical.intake import ReportedChange
from canonical.problems import Problem, Weight
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, StatusCategory
from connectors.jira.mapping.items import (
    Read,
    custom_reader,
    issue,
    issue_by_key,
    labels,
    last_sprint,
    last_sprint_name,
    reference,
    seconds,
    shown_text,
)
from connectors.jira.mapping.meaning import CATEGORIES, category_of, outcome_of
from connectors.jira.mapping.plan import MappedField, Plan
from connectors.jira.mapping.reading import user_ref
from connectors.mapping.reading import FAULTS, UnmappableError, day_of, fold, id_of, instant_of, text_of

SYSTEM_NAMES = {"parent": "parent", "issueparentassociation": "parent", "key": "issuekey"}
"""Ids of system fields whose items bear another name; the others are called by their id."""

STATED = frozenset({"status", "resolution"})
"""Fields that say together what a status means."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an item of a field tells of a field of the record."""

    name: str
    read: Read


def statuses_of(entries: Iterable[Any]) -> dict[str, Any]:
    """Give the keys of the categories of all statuses, as `/status` lists them, by the statuses' ids."""
    known = {}
    for raw in entries:
        category = raw.get("statusCategory") if isinstance(raw, dict) else None
        if isinstance(category, dict) and category.get("key") in CATEGORIES:
            known[str(raw.get("id"))] = category["key"]
    return known


class HistoryMapper:
    """Maps changelogs by a compiled plan. `categories` are the keys of status categories by status id."""

    def __init__(self, plan: Plan, categories: Mapping[str, str]) -> None:
        self._plan = plan
        self._categories = categories
        self._told: dict[str, list[Told]] = _system(plan)
        for each in (*plan.record, *plan.own):
            self._add(each)
        self._names = _unique_names(plan)
        self._skipped: dict[str, tuple[int, str]] = {}

    def _add(self, mapped: MappedField) -> None:
        field, own = mapped.field, mapped in self._plan.own
        if field.id in {"components", "fixVersions", "versions"}:
            # Their items tell what was added or taken away, not what there was.
            return
        name = f"fields.{mapped.name}" if own else mapped.name
        told = self._told.setdefault(field.id, [])
        told[:] = [each for each in told if each.name != name]
        told.append(Told(name, custom_reader(mapped)))

    def changes(self, issue_id: str, histories: Any) -> list[ReportedChange]:
        """Give what the entries of one issue's changelog tell of mapped fields; what cannot be read is counted."""
        found: list[ReportedChange] = []
        for entry in histories if isinstance(histories, list) else ():
            try:
                found += self._entry(issue_id, entry)
            except FAULTS:
                self._skip("an entry", issue_id)
        return found

    def problems(self) -> Sequence[Problem]:
        """Say what could not be read, once for each field."""
        return [
            Problem(
                f"{_changes(number)} of {field} in histories could not be read, the first in issue {first}.",
                f"{self._plan.base}, history of issue {first}",
                "They are missing from the field's history; what the field holds now is known.",
                weight=Weight.WARNING,
            )
            for field, (number, first) in self._skipped.items()
        ]

    def _skip(self, field: str, issue_id: str) -> None:
        number, first = self._skipped.get(field, (0, issue_id))
        self._skipped[field] = (number + 1, first)

    def _entry(self, issue_id: str, entry: Any) -> Iterator[ReportedChange]:
        change_id, at = id_of(entry["id"]), instant_of(entry["created"])
        if at is None:
            message = "It has no instant."
            raise UnmappableError(message)
        sides: dict[str, tuple[FieldValue, FieldValue]] = {}
        for item in entry["items"]:
            field_id = self._field_id(item)
            for told in self._told.get(field_id, ()):
                try:
                    old = told.read(item.get("from"), item.get("fromString"))
                    new = told.read(item.get("to"), item.get("toString"))
                except FAULTS:
                    self._skip(told.name, issue_id)
                    continue
                # A link to an epic is told twice, in the words of before and of today.
                sides[told.name] = (sides[told.name][0] if told.name in sides else old, new)
        categories = self._category(entry["items"])
        if categories is not None:
            sides["status_category"] = categories
        actor = _actor(entry.get("author"))
        for name, (old, new) in sides.items():
            if old != new:
                yield ReportedChange(EntityKind.TASK, issue_id, name, old, new, at, actor, change_id)

    def _field_id(self, item: Any) -> str:
        """Give the id of an item's field: as it says; older servers name the field only, a custom one by its name."""
        field_id = item.get("fieldId")
        name = str(item.get("field") or "")
        if isinstance(field_id, str) and field_id in self._told:
            return field_id
        if item.get("fieldtype") == "custom":
            return field_id or self._names.get(fold(name), "")
        folded = fold(name)
        return SYSTEM_NAMES.get(folded, folded)

    def _category(self, items: Any) -> tuple[StatusCategory, StatusCategory] | None:
        """Give what the status meant before and after, told from status and resolution as they changed together."""
        named = {name: item for item in items if (name := fold(str(item.get("field") or ""))) in STATED}
        if not named:
            return None
        status, resolution = named.get("status"), named.get("resolution")
        sides = ("from", "fromString"), ("to", "toString")
        outcomes = [text_of(resolution.get(shown)) if resolution else None for _, shown in sides]
        if status is None:
            meant = [outcome_of(each, self._plan.meanings) for each in outcomes if each is not None]
            return (meant[0], meant[1]) if len(meant) == 2 else None
        found = [
            category_of(
                text_of(status.get(shown)), self._categories.get(str(status.get(value))), outcome, self._plan.meanings
            )
            for (value, shown), outcome in zip(sides, outcomes, strict=True)
        ]
        before, after = found
        return (before, after) if before is not None and after is not None else None


def _system(plan: Plan) -> dict[str, list[Told]]:
    epic = issue if plan.cloud else issue_by_key
    told: dict[str, list[Told]] = {
        "status": [Told("status", shown_text)],
        "assignee": [Told("assignee", reference)],
        "reporter": [Told("reporter", reference)],
        "priority": [Told("priority", shown_text)],
        "summary": [Told("title", shown_text)],
        "labels": [Told("labels", labels)],
        "duedate": [Told("due", lambda value, shown: _day(value, shown, plan))],
        "timeoriginalestimate": [Told("original_estimate", seconds)],
        "timeestimate": [Told("remaining_estimate", seconds)],
        "timespent": [Told("time_spent", seconds)],
        "project": [Told("project", reference)],
        "issuekey": [Told("key", shown_text)],
        "parent": [Told("parent", issue)],
    }
    if plan.sprint:
        told[plan.sprint] = [Told("iteration_id", last_sprint), Told("iteration_name", last_sprint_name)]
    for name in (plan.epic_link, plan.parent_link):
        if name:
            told[name] = [Told("parent", epic)]
    return told


def _unique_names(plan: Plan) -> Mapping[str, str]:
    """Give the ids of custom fields by name; one that several bear says nothing."""
    names: dict[str, str] = {}
    for field in plan.catalogue.by_id.values():
        name = fold(field.name)
        names[name] = field.id if name not in names else ""
    return names


def _day(value: Any, shown: Any, plan: Plan) -> FieldValue:
    text = text_of(value) or text_of(shown)
    return day_of(text[:10], plan.zone) if text else None


def _changes(number: int) -> str:
    return "1 change" if number == 1 else f"{number:,} changes"


def _actor(author: Any) -> str | None:
    try:
        return user_ref(author)
    except FAULTS:
        return None
