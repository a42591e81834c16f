"""Custom fields of every type become values, as they are or as the type that was declared."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from canonical.vocabulary import EntityKind
from tests.asana_mapping.answers import ADA, GRACE, HIGH, LOW, mapped, own, plan, record, task, value

MOMENT = {"date": "2026-02-13", "date_time": "2026-02-13T23:30:00.000Z"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (value("101", people_value=[ADA, GRACE]), ["Ada Byron", "Grace Hopper"]),
        (value("101", people_value=[{"gid": "33"}]), ["id:33"]),
        (value("101", people_value=[]), None),
        (value("102", enum_value=HIGH), "High"),
        (value("102", enum_value=None), None),
        (value("102", enum_value={"gid": "503", "name": "Old", "enabled": False}), "Old"),
        (value("103", multi_enum_values=[LOW, HIGH]), ["Low", "High"]),
        (value("103", multi_enum_values=[]), None),
        (value("104", date_value={"date": "2026-02-13", "date_time": None}), date(2026, 2, 13)),
        (value("104", date_value=MOMENT), datetime(2026, 2, 13, 23, 30, tzinfo=UTC)),
        (value("104", date_value=None), None),
        (value("105", text_value="  two\r\nlines "), "two\nlines"),
        (value("105", text_value=""), None),
        (value("106", number_value=3.0), 3),
        (value("106", number_value=0), 0),
        (value("106", number_value=None), None),
        (value("107", number_value=0.6), 60),
        (value("107", number_value=0.12345), Decimal("12.345")),
        (value("108", number_value=1234.56), Decimal("1234.56")),
        (value("112", number_value=5.2, display_value="5,2"), Decimal("5.2")),
        (value("112", number_value=None, display_value="over budget"), "over budget"),
        (value("113", text_value=None, display_value="ENG-12"), "ENG-12"),
        (value("114", reference_value=[{"gid": "1", "name": "Website"}]), ["Website"]),
        (value("115", emoji_value={"shape": "smile"}, display_value=":-)"), ":-)"),
        (value("115", emoji_value={"shape": "smile"}), '{"shape":"smile"}'),
    ],
)
def test_a_value_is_what_asana_says_that_its_field_holds(entry: Any, expected: Any) -> None:
    read = own(entry)
    assert (read, read.__class__) == (expected, expected.__class__)


@pytest.mark.parametrize(
    ("entry", "kind", "expected"),
    [
        (value("103", multi_enum_values=[LOW, HIGH]), "text", "Low; High"),
        (value("101", people_value=[ADA]), "text", "Ada Byron"),
        (value("104", date_value=MOMENT), "date", date(2026, 2, 13)),
        (value("105", text_value="2026-02-13"), "date", date(2026, 2, 13)),
        (value("105", text_value="2.50"), "number", Decimal("2.50")),
        (value("102", enum_value={"gid": "1", "name": "Yes"}), "yes_no", True),
        (value("106", number_value=3), "text", "3"),
    ],
)
def test_a_value_is_read_as_the_type_that_was_declared(entry: Any, kind: str, expected: Any) -> None:
    read = own(entry, kind)
    assert (read, read.__class__) == (expected, expected.__class__)


@pytest.mark.parametrize(
    "entry",
    [
        value("106", number_value="many"),
        value("106", number_value=1e30),
        value("104", date_value={"date": "2026-02-31"}),
        value("104", date_value="2026-02-13"),
        value("104", date_value={"date": "2026-02-13T00:00:00Z"}),
        value("103", multi_enum_values="Low"),
        value("102", enum_value="High"),
        value("105", text_value=["a"]),
    ],
)
def test_a_value_that_its_field_cannot_hold_sets_the_task_aside_and_names_the_field(entry: Any) -> None:
    result = mapped(task(custom_fields=[entry]), fields={"own": entry["gid"]})
    (aside,) = result.quarantined
    assert (result.records, aside.external_id, aside.place) == ([], "9001", "task 9001")
    assert f"{entry['name']} ({entry['gid']})" in aside.reason


def test_what_was_not_asked_for_by_name_is_not_known() -> None:
    bare = {"gid": "102", "name": "Risk", "resource_subtype": "enum"}
    for raw in (
        task(custom_fields=[{}]),
        task(custom_fields=[bare]),
        task(custom_fields=[value("102", enum_value={})]),
    ):
        assert "own" not in record(raw, fields={"own": "Risk"}).fields
    without = task()
    del without["custom_fields"]
    assert "own" not in record(without, fields={"own": "Risk"}).fields


def test_a_field_that_is_not_in_use_on_the_project_is_empty() -> None:
    assert record(task(custom_fields=[value("105", text_value="x")]), fields={"own": "Risk"}).fields["own"] is None


@pytest.mark.parametrize(
    ("name", "entry", "expected"),
    [
        ("planned_start", value("104", date_value=MOMENT), date(2026, 2, 13)),
        ("completed_at", value("104", date_value=MOMENT), datetime(2026, 2, 13, 23, 30, tzinfo=UTC)),
        ("original_estimate", value("109", number_value=1.5), 5400),
        ("remaining_estimate", value("110", number_value=90), 5400),
        ("percent_complete", value("107", number_value=0.333333), Decimal("33.33")),
        ("story_points", value("106", number_value=5), Decimal(5)),
        ("assignee", value("101", people_value=[ADA]), "id:31"),
        ("reporter", value("105", text_value="ada@example.com"), "email:ada@example.com"),
        ("priority", value("102", enum_value=HIGH), "High"),
        ("labels", value("103", multi_enum_values=[LOW, HIGH]), ("Low", "High")),
        ("labels", value("103", multi_enum_values=[]), ()),
        ("title", value("105", text_value="Another"), "Another"),
    ],
)
def test_a_custom_field_fills_a_field_of_a_task(name: str, entry: Any, expected: Any) -> None:
    assert getattr(record(task(custom_fields=[entry]), fields={name: entry["gid"]}), name) == expected


def test_two_people_where_one_is_asked_for_set_the_task_aside() -> None:
    result = mapped(task(custom_fields=[value("101", people_value=[ADA, GRACE])]), fields={"assignee": "Sponsor"})
    assert "several where one is asked for" in result.quarantined[0].reason


def test_the_ready_made_fields_are_read_without_being_mapped() -> None:
    entries = [value("110", number_value=90), value("111", enum_value=HIGH), value("113", display_value="ENG-12")]
    made = record(task(custom_fields=entries))
    assert (made.original_estimate, made.priority, made.key) == (5400, "High", "ENG-12")


def test_a_duration_without_a_unit_is_not_guessed() -> None:
    compiled = plan(fields={"original_estimate": "Size"})
    assert "hours or minutes" in compiled.problems[0].what
    assert not [each for each in compiled.record[EntityKind.TASK] if each.name == "original_estimate"]
