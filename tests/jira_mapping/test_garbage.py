"""Whatever JSON a field holds, mapping never fails: it gives a record, or sets it aside with a reason."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from canonical.records import Record
from connectors.jira.config import Flavour
from connectors.jira.mapping.carriers import ProjectSources, compile_carriers
from connectors.jira.mapping.catalogue import Catalogue
from connectors.jira.mapping.history import HistoryMapper
from connectors.jira.mapping.issues import IssueMapper
from connectors.jira.mapping.links import add_links
from connectors.jira.mapping.people import to_person
from connectors.jira.mapping.plan import ALWAYS
from connectors.jira.mapping.projects import to_project
from connectors.jira.mapping.worklogs import to_time_entry
from connectors.mapping.making import Mapped
from tests.jira_mapping.answers import FIELDS, context, options, plan

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
WORDS = ["id", "key", "name", "value", "type", "content", "attrs", "doc", "accountId", "child", "data", "fields"]
JSON = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
OWN = {f"own {number}": entry["id"] for number, entry in enumerate(FIELDS) if entry["name"] != "Twice"}
PLAN = plan(
    fields={
        **OWN,
        "planned_start": "Start date",
        "story_points": "Story Points",
        "assignee": "Sponsor",
        "labels": "Tags",
    }
)
NAMES = [*ALWAYS, "timetracking", *(entry["id"] for entry in FIELDS)]
DEEP: Any = {"type": "doc"}
for _ in range(5000):
    DEEP = {"type": "doc", "content": [DEEP]}


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4), JSON, st.booleans())
def test_an_issue_of_any_json_is_a_record_or_set_aside(fields: dict[str, Any], other: Any, odd: bool) -> None:
    raw = {"id": other, "key": other, "fields": fields} if odd else {"id": "1", "key": "A-1", "fields": fields}
    result, mapper = Mapped(), IssueMapper(PLAN)
    for each in (raw, other, {"id": "1", "fields": other}):
        mapper.add(each, result)
        add_links(each, PLAN, set(), result)
    tasks = [record for record in result.records if record.entity == "task"]
    aside = [one for one in result.quarantined if one.entity == "task" and not one.place.endswith("sprint")]
    assert len(tasks) + len(aside) == 3
    assert all(one.reason and one.remedy and one.place for one in result.quarantined)


def test_a_text_nested_beyond_measure_is_set_aside() -> None:
    result = Mapped()
    IssueMapper(PLAN).add({"id": "1", "key": "A-1", "fields": {"customfield_10105": DEEP}}, result)
    assert len(result.quarantined) == 1


@given(JSON, JSON, JSON)
def test_so_is_everything_else(one: Any, two: Any, three: Any) -> None:
    carriers = compile_carriers(
        options(project_fields={"sponsor": "charter:Sponsor", "x": "property:x", "budget": "property:b"}),
        context(),
        Catalogue(FIELDS),
    )
    sources = ProjectSources({"fields": {"customfield_10100": two}}, {"x": one, "b": three})
    made = [
        to_person({"accountId": "1", "displayName": one, "emailAddress": two, "active": three, "accountType": one}),
        to_person(one),
        to_time_entry({"id": "1", "started": one, "timeSpentSeconds": two, "author": three, "comment": one}, "1"),
        to_time_entry({"id": one, "started": 0, "timeSpentSeconds": 60, "comment": two}, None),
        to_project({"id": "1", "key": one, "lead": two, "projectCategory": three}, options(), carriers, sources),
        to_project(one, options(), carriers, sources),
    ]
    assert all(isinstance(each, Record) or each.reason for each in made)


@given(JSON, JSON, st.sampled_from([*NAMES, "Sprint", "status", "Region", "Key"]))
def test_a_history_of_any_json_tells_what_it_can(one: Any, two: Any, name: str) -> None:
    mapper = HistoryMapper(plan(Flavour.DATA_CENTER, fields=OWN), {})
    item = {"field": name, "fieldId": name, "from": one, "fromString": two, "to": two, "toString": one}
    for entry in ({"id": "1", "created": 0, "items": [item, one]}, {"id": one, "created": two, "items": [item]}, one):
        mapper.changes("1", [entry])
    mapper.changes("1", one)
    assert all(problem.what for problem in mapper.problems())
