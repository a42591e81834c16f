"""Changelogs become reported changes, each item once, in the values of records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from canonical.vocabulary import StatusCategory
from connectors.jira.config import Flavour
from connectors.jira.mapping.history import HistoryMapper, statuses_of
from tests.jira_mapping.answers import plan

DC = Flavour.DATA_CENTER
STATUSES = [
    {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
    {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}},
    {"id": "6", "name": "Closed", "statusCategory": {"key": "done"}},
]


def item(name: str, old: Any = None, new: Any = None, *, by: str | None = None, kind: str = "jira") -> dict[str, Any]:
    """Give an item: `old` and `new` as value and how it was shown, or as what was shown alone."""
    (old_value, old_shown), (new_value, new_shown) = (
        each if isinstance(each, tuple) else (None, each) for each in (old, new)
    )
    whole = {"field": name, "fieldtype": kind, "from": old_value, "fromString": old_shown}
    return {**whole, "to": new_value, "toString": new_shown, **({"fieldId": by} if by else {})}


def told(*items: dict[str, Any], flavour: Flavour = Flavour.CLOUD, **more: Any) -> dict[str, tuple[Any, Any]]:
    """Give old and new of each field that an entry of these items tells of."""
    mapper = HistoryMapper(plan(flavour, **more), statuses_of(STATUSES))
    entry = {"id": "900", "created": "2026-01-05T10:00:00.000+0100", "author": {"accountId": "5b"}, "items": [*items]}
    changes = mapper.changes("20005", [entry])
    assert mapper.problems() == []
    return {change.field: (change.old, change.new) for change in changes}


def test_a_change_says_whose_it_is_when_and_which() -> None:
    mapper = HistoryMapper(plan(), {})
    entry = {
        "id": "900",
        "created": 1767603600000,
        "author": {"accountId": "5b"},
        "items": [item("priority", "Low", "High")],
    }
    (change,) = mapper.changes("20005", [entry])
    assert (change.external_id, change.change_id, change.actor) == ("20005", "900", "id:5b")
    assert change.at == datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("items", "field", "expected"),
    [
        ([item("assignee", ("5b", "Ada"), ("5c", "Grace"))], "assignee", ("id:5b", "id:5c")),
        ([item("duedate", None, ("2026-02-13", "2026-02-13 00:00:00.0"))], "due", (None, date(2026, 2, 13))),
        ([item("timeoriginalestimate", None, ("7200", "7200"))], "original_estimate", (None, 7200)),
        ([item("timeestimate", ("7200", "7200"), None)], "remaining_estimate", (7200, None)),
        ([item("Parent", ("1", "ENG-1"), None)], "parent", ("id:1", None)),
        ([item("IssueParentAssociation", None, ("14614", None))], "parent", (None, "id:14614")),
        ([item("labels", "a b", "a b c")], "labels", (["a", "b"], ["a", "b", "c"])),
        ([item("project", ("10000", "Engine"), ("10001", "Cars"))], "project", ("id:10000", "id:10001")),
        ([item("Key", "AB-5", "CD-9")], "key", ("AB-5", "CD-9")),
        ([item("summary", "Old", "New")], "title", ("Old", "New")),
    ],
)
def test_fields_of_jiras_own_are_told_in_canonical_values(items: Any, field: str, expected: Any) -> None:
    assert told(*items)[field] == expected


def test_a_sprint_is_the_last_of_those_listed() -> None:
    one = item("Sprint", ("126", "One"), ("126, 127", "One, Two"), by="customfield_10020", kind="custom")
    assert told(one) == {"iteration_id": ("126", "127"), "iteration_name": ("One", "Two")}
    odd = item("Sprint", None, ("126, 127", "One, or another, Two"), by="customfield_10020", kind="custom")
    assert told(odd) == {"iteration_id": (None, "127")}


def test_an_epic_link_is_a_key_on_data_center_where_the_issue_says_a_key_too() -> None:
    link = item("Epic Link", None, ("1", "ENG-1"), kind="custom")
    assert told(link, flavour=DC) == {"parent": (None, "key:ENG-1")}
    both = (
        item("IssueParentAssociation", None, ("1", None)),
        item("Epic Link", None, ("1", "ENG-1"), by="customfield_10014", kind="custom"),
    )
    assert told(*both) == {"parent": (None, "id:1")}


def test_the_category_follows_status_and_resolution() -> None:
    started = item("status", ("1", "Open"), ("3", "Doing"))
    closed = item("status", ("3", "Doing"), ("6", "Closed"))
    assert told(started)["status_category"] == (StatusCategory.TODO, StatusCategory.IN_PROGRESS)
    assert told(closed)["status_category"] == (StatusCategory.IN_PROGRESS, StatusCategory.DONE)
    dropped = told(closed, item("resolution", None, ("5", "Won't Do")))
    assert dropped["status_category"] == (StatusCategory.IN_PROGRESS, StatusCategory.CANCELLED)
    again = told(item("resolution", ("5", "Won't Do"), ("1", "Done")))
    assert again == {"status_category": (StatusCategory.CANCELLED, StatusCategory.DONE)}


@pytest.mark.parametrize(
    ("field", "old", "new", "expected"),
    [
        ("Story Points", None, "3", (None, 3)),
        ("Story Points", "3", "0.5", (3, Decimal("0.5"))),
        ("Start date", None, ("2026-01-31", "31/Jan/26"), (None, date(2026, 1, 31))),
        (
            "Go-live",
            None,
            ("2026-01-31T10:00:00+0100", "31/Jan/26 10:00 AM"),
            (None, datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ),
        ("Sponsor", ("5b", "Ada"), ("5c", "Grace"), ("Ada", "Grace")),
        ("Risk", ("1", "Low"), ("2", "High"), ("Low", "High")),
        ("Platforms", ("[1]", "iOS"), ("[1, 2]", "iOS,Web"), (["iOS"], ["iOS", "Web"])),
        ("Platforms", ("", ""), ("[1]", "One, or two"), (None, ["One, or two"])),
        (
            "Region",
            "Parent values: Europe(10100)Level 1 values: Germany(10110)",
            "Parent values: Asia(10101)",
            ("Europe - Germany", "Asia"),
        ),
        ("Tags", "a", "a b", (["a"], ["a", "b"])),
        ("Stage", "", "Build", (None, "Build")),
    ],
)
@pytest.mark.parametrize("has_id", [True, False])
def test_mapped_custom_fields_are_told_as_their_values(
    field: str, old: Any, new: Any, expected: Any, has_id: bool
) -> None:
    whole = plan(fields={"own": field})
    by = next(each.field.id for each in whole.own) if has_id else None
    found = told(item(field, old, new, by=by, kind="custom"), fields={"own": field})
    assert found == {"fields.own": expected}


def test_a_localised_name_is_nothing_where_there_is_an_id() -> None:
    found = told(item("Stufe", "A", "B", by="customfield_10114", kind="custom"), fields={"own": "Stage"})
    assert found == {"fields.own": ("A", "B")}


def test_the_name_of_two_fields_tells_of_neither_and_what_is_not_mapped_is_left_out() -> None:
    twice = item("Twice", "1", "2", kind="custom")
    assert told(twice, item("Rank", None, "up", kind="custom"), fields={"own": "customfield_10201"}) == {}


def test_what_cannot_be_read_is_told_once_with_its_number() -> None:
    mapper = HistoryMapper(plan(fields={"story_points": "Story Points"}), {})
    bad = item("Story Points", None, "many", by="customfield_10016", kind="custom")
    entries = [{"id": str(number), "created": 0, "items": [bad, item("priority", "A", "B")]} for number in (1, 2)]
    assert [change.field for change in mapper.changes("20005", entries)] == ["priority", "priority"]
    (problem,) = mapper.problems()
    assert problem.what == "2 changes of story_points in histories could not be read, the first in issue 20005."
