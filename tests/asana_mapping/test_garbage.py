"""Whatever JSON a field holds, mapping never fails: it gives a record, or sets it aside with a reason."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from canonical.intake import Quarantined
from canonical.records import Record
from connectors.asana.mapping.catalogue import Catalogue
from connectors.asana.mapping.dependencies import add_dependencies
from connectors.asana.mapping.history import HistoryMapper
from connectors.asana.mapping.people import agreed_rates, to_person
from connectors.asana.mapping.plan import compile_plan
from connectors.asana.mapping.projects import Beside, to_project
from connectors.asana.mapping.status_updates import to_status_update
from connectors.asana.mapping.tasks import TaskMapper, home_of
from connectors.asana.mapping.time_entries import Timesheets, to_time_entry
from connectors.asana.mapping.values import HELD
from connectors.mapping.making import Mapped
from tests.asana_mapping.answers import ADA, FIELDS, P1, context, membership, options, plan, task

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
WORDS = [
    "gid",
    "name",
    "resource_type",
    "date",
    "date_time",
    "due_on",
    "project",
    "section",
    "enabled",
    "value",
    "text",
]
JSON = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
OWN = {f"own {number}": each["gid"] for number, each in enumerate(FIELDS)}
FILLED = {
    "planned_start": "104",
    "story_points": "106",
    "assignee": "101",
    "labels": "103",
    "remaining_estimate": "109",
}
PLAN = plan(
    fields={**OWN, **FILLED, "completed_at": "104", "parent": "114", "percent_complete": "107", "time_spent": "109"},
    project_fields={**OWN, "sponsor": "101", "budget": "108", "percent_complete": "107", "same_as": "105"},
    kinds={"milestone": "epic"},
)
KEYS = [*task(), "custom_type", "approval_status", "actual_time_minutes", "created_by", "is_rendered_as_separator"]
PROJECT_KEYS = ["owner", "team", "completed", "archived", "completed_at", "current_status_update", "project_brief"]


@settings(max_examples=150)
@given(st.sampled_from(KEYS), JSON, JSON, st.sampled_from(FIELDS), st.sampled_from(list(HELD.values())))
def test_a_task_of_any_json_is_mapped_or_set_aside(key: str, one: Any, two: Any, field: Any, held: str) -> None:
    result, mapper = Mapped(), TaskMapper(PLAN)
    raws = [one, {**task(), key: one}, task(custom_fields=[{**field, held: one, "display_value": two}]), {"gid": one}]
    for raw in raws:
        mapper.add(raw, home_of(raw, {P1}), result)
        add_dependencies(raw, set(), result)
    add_dependencies({"gid": "1", "dependencies": one}, set(), result)
    whole = [each for each in result.quarantined if each.entity == "task"]
    assert sum(each.entity == "task" for each in result.records) + len(whole) >= len(raws) - 1
    assert all(each.reason and each.remedy and each.place for each in result.quarantined)


@given(st.sampled_from(PROJECT_KEYS), JSON, JSON, JSON, st.sampled_from(FIELDS))
def test_so_is_everything_else(key: str, one: Any, two: Any, three: Any, field: Any) -> None:
    value = {**field, **dict.fromkeys(HELD.values(), one), "display_value": two}
    budget = {"budget_type": one, "total": {"enabled": two, "value": three, "units": one}}
    beside = Beside(None, [two], budget)
    entry = {"gid": "1", "duration_minutes": one, "entered_on": two, "created_by": three, "categories": [one]}
    made = [
        to_person({"gid": "1", "name": one, "email": two}),
        to_person(one, {}),
        to_time_entry({**entry, "task": one, "approval_status": two}, None, None, Timesheets([one, two])),
        to_time_entry({"gid": "1", "duration_minutes": 5, "entered_on": "2026-01-01", "created_by": one}, P1),
        to_status_update({"gid": "1", "created_at": one, "author": two, "title": three, "status_type": two}, P1),
        to_status_update({"gid": "1", "created_at": "2026-03-01T08:00:00Z", "title": three, "status_type": two}, P1),
        to_project({"gid": P1, "name": "x", key: one, "custom_fields": [value]}, PLAN, "12", beside),
        to_project(one, PLAN, "12"),
    ]
    assert all(isinstance(each, Record | Quarantined) for each in made)
    agreed_rates([one, {"resource": one, "rate": two}, {"resource": ADA, "rate": three}], "here")


@given(st.lists(JSON, max_size=4), JSON, JSON)
def test_a_catalogue_of_any_json_gives_a_plan(entries: list[Any], one: Any, two: Any) -> None:
    fields = [{"gid": "101", "name": one, "resource_subtype": two, "enum_options": one, "precision": two}]
    compiled = compile_plan(options(fields={"x": "101"}), context(), Catalogue([*entries, *fields]))
    assert compiled.ask.task


SUBTYPES = [
    *("assigned", "name_changed", "due_date_changed", "section_changed", "marked_complete", "added_to_project"),
    *("resource_subtype_changed", "approved", "enum_custom_field_changed", "date_custom_field_changed"),
]
SIDES = ["name", "dates", "section", "enum_value", "date_value", "approval_status", "resource_subtype"]


@given(st.sampled_from(SUBTYPES), JSON, JSON, JSON, st.sampled_from(SIDES))
def test_stories_of_any_json_tell_what_they_can(subtype: str, one: Any, two: Any, three: Any, side: str) -> None:
    sides = {f"old_{side}": one, f"new_{side}": two, "assignee": one, "project": two, "custom_field": {"gid": "102"}}
    raw = {"gid": "7", "created_at": "2026-03-01T08:00:00Z", "resource_subtype": subtype, "created_by": three, **sides}
    mapper = HistoryMapper(PLAN)
    for stories in ([raw, one, {**raw, "gid": one, "created_at": two}], one):
        mapper.changes(task(memberships=[membership(P1, "x")]), P1, stories, {P1})
        mapper.changes(task(memberships=three, due_at=one), P1, stories)
        mapper.changes(one, None, stories)
    assert all(problem.what for problem in mapper.problems())
