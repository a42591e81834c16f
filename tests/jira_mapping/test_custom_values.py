"""Custom fields of every type become values, as they are or as the type that was declared."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.jira_mapping.answers import issue, mapped, own, plan

DOCUMENT = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}


@pytest.mark.parametrize(
    ("field", "raw", "expected"),
    [
        ("Sponsor", {"accountId": "5b", "displayName": "Ada Byron"}, "Ada Byron"),
        ("Sponsor", {"accountId": "5b"}, "id:5b"),
        ("Risk", {"id": "1", "value": "High"}, "High"),
        ("Risk", {"id": "1"}, "1"),
        ("Platforms", [{"value": "iOS"}, {"value": "Web"}], ["iOS", "Web"]),
        ("Platforms", [], None),
        ("Region", {"value": "Europe", "child": {"value": "Germany"}}, "Europe - Germany"),
        ("Region", {"value": "Europe"}, "Europe"),
        ("Go-live", "2026-01-31T10:00:00.000+0100", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("Start date", "2026-01-31", date(2026, 1, 31)),
        ("Notes", DOCUMENT, "x"),
        ("Notes", "h1. wiki *text*", "h1. wiki *text*"),
        ("Notes", "   ", None),
        ("Approved", [{"value": "Yes"}], ["Yes"]),
        ("Site", "https://example.com", "https://example.com"),
        ("Team size", 3.0, 3),
        ("Team size", 0.12345, Decimal("0.1234")),
        ("Fixed in", [{"name": "1.0"}], ["1.0"]),
        (
            "Reviewers",
            [{"accountId": "a", "displayName": "Ada"}, {"accountId": "b", "displayName": "Grace"}],
            ["Ada", "Grace"],
        ),
        ("Owners", {"name": "jira-users"}, "jira-users"),
        ("Tags", ["a", "b"], ["a", "b"]),
        ("Assets", [{"label": "Laptop", "objectKey": "A-1"}], ['{"label":"Laptop","objectKey":"A-1"}']),
        ("Sprint", [{"id": 1, "name": "One"}], ["One"]),
        ("Epic Link", "ENG-1", "ENG-1"),
        ("Risk", None, None),
    ],
)
def test_a_value_is_what_jira_says_that_its_field_holds(field: str, raw: Any, expected: Any) -> None:
    identifier = named(field)
    value = own(identifier, raw)
    assert (value, value.__class__) == (expected, expected.__class__)


@pytest.mark.parametrize(
    ("field", "raw", "kind", "expected"),
    [
        ("Platforms", [{"value": "iOS"}, {"value": "Web"}], "text", "iOS; Web"),
        ("Team size", 3.0, "text", "3"),
        ("Go-live", "2026-01-31T23:30:00.000+0000", "date", date(2026, 2, 1)),
        ("Risk", {"value": "2.5"}, "number", Decimal("2.5")),
        ("Stage", "2026-01-31", "date", date(2026, 1, 31)),
        ("Stage", "yes", "yes_no", True),
        ("Risk", {"value": "No"}, "yes_no", False),
        ("Approved", [{"value": "Budget approved"}], "yes_no", True),
        ("Approved", None, "yes_no", None),
    ],
)
def test_a_declared_type_is_kept(field: str, raw: Any, kind: str, expected: Any) -> None:
    value = own(named(field), raw, kind)
    assert (value, value.__class__) == (expected, expected.__class__)


@pytest.mark.parametrize(
    ("field", "raw", "kind"),
    [
        ("Stage", "soon", "date"),
        ("Stage", "many", "number"),
        ("Team size", 3, "date"),
        ("Start date", "2026-01-31", "number"),
        ("Risk", {"value": "Perhaps"}, "yes_no"),
        ("Platforms", [{"value": "1"}, {"value": "2"}], "number"),
        ("Team size", 1e18, "number"),
    ],
)
def test_what_is_not_of_the_declared_type_sets_its_issue_aside(field: str, raw: Any, kind: str) -> None:
    identifier = named(field)
    result = mapped(issue(**{identifier: raw}), fields={"own": {"name": identifier, "type": kind}})
    (aside,) = result.quarantined
    assert field in aside.reason


def test_a_type_that_is_not_known_is_one_finding_for_the_admin() -> None:
    (problem,) = plan(fields={"assets": "Assets"}).problems
    assert problem.what == "Assets (customfield_10113) is of the type any, which is read as the text of what it holds."


def test_what_a_jira_field_cannot_fill_is_said() -> None:
    (problem,) = plan(fields={"status": "Stage"}).problems
    assert "cannot fill status" in problem.what


def named(name: str) -> str:
    """Give the id of the field of this name."""
    return next(field.id for field in plan().catalogue.by_id.values() if field.name == name)
