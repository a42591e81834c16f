"""Values become what Asana takes for a field, and are refused in words before anything is sent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from canonical.values import FieldValue
from connectors.asana.mapping.catalogue import AsanaField, read_field
from connectors.asana.writing.codec import Dialect, custom_value
from connectors.writing.refusal import RefusedError

BERLIN = ZoneInfo("Europe/Berlin")
RISKS = [
    {"gid": "1", "name": "Low", "enabled": True},
    {"gid": "2", "name": "High", "enabled": True},
    {"gid": "3", "name": "Extreme", "enabled": False},
    {"gid": "4", "name": "Law; order", "enabled": True},
]
ANSWERS = [{"gid": "8", "name": "Yes"}, {"gid": "9", "name": "No"}]
BOX = [{"gid": "5", "name": "Budget approved"}]
STRICT = Dialect(user=lambda text: f"user-{text}")
MAKING = Dialect(user=lambda text: text, option=lambda field, name: f"{field.name}: {name}")


def field(kind: str, **more: Any) -> AsanaField:
    """Give a field as a task's answer shows it."""
    found = read_field({"gid": "77", "name": "The field", "resource_subtype": kind, "type": kind, **more})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("target", "after", "expected"),
    [
        (field("text"), "=1+1", "=1+1"),
        (field("text"), date(2026, 1, 31), "2026-01-31"),
        (field("number"), Decimal("3.50"), 3.5),
        (field("number"), "3", 3),
        (field("number", precision=2, format="currency", currency_code="EUR"), Decimal("1500.25"), 1500.25),
        (field("number", precision=0, format="percentage"), 25, 0.25),
        (field("number", precision=0), Decimal("3.00"), 3),
        (field("enum", enum_options=RISKS), "High", "2"),
        (field("enum", enum_options=RISKS), " high", "2"),
        (field("enum", enum_options=ANSWERS), True, "8"),
        (field("enum", enum_options=ANSWERS), False, "9"),
        (field("enum", enum_options=BOX), False, None),
        (field("multi_enum", enum_options=RISKS), ["High", "Law; order"], ["2", "4"]),
        (field("multi_enum", enum_options=RISKS), "High; Low", ["2", "1"]),
        (field("multi_enum", enum_options=BOX), True, ["5"]),
        (field("date"), date(2026, 1, 31), {"date": "2026-01-31"}),
        (field("date"), "2026-01-31", {"date": "2026-01-31"}),
        (field("date"), datetime(2026, 1, 31, 11, tzinfo=BERLIN), {"date_time": "2026-01-31T10:00:00.000Z"}),
        (field("date"), "2026-01-31T10:00:00+00:00", {"date_time": "2026-01-31T10:00:00.000Z"}),
        (field("people"), "ada@example.com", ["user-ada@example.com"]),
        (field("people"), ["id:1", "id:2", "id:1"], ["user-id:1", "user-id:2"]),
        (field("text"), None, None),
        (field("enum", enum_options=RISKS), None, None),
        (field("multi_enum", enum_options=RISKS), None, []),
        (field("people"), [], []),
    ],
)
def test_a_value_is_sent_in_the_form_of_its_field(target: AsanaField, after: FieldValue, expected: Any) -> None:
    assert custom_value(target, after, STRICT) == expected


@pytest.mark.parametrize(
    ("target", "after", "words"),
    [
        (field("enum", enum_options=RISKS), "Huge", "does not allow Huge; allowed are Low, High, Law; order"),
        (field("enum", enum_options=RISKS), "extreme", "the option extreme of The field is disabled; allowed are Low"),
        (field("enum", enum_options=[*RISKS, {"gid": "6", "name": "Low"}]), "Low", "has 2 values called Low"),
        (field("enum", enum_options=RISKS), True, "no value that means yes"),
        (field("multi_enum", enum_options=RISKS), ["Low", "Huge"], "does not allow Huge"),
        (field("number"), "many", "The field holds a number, and “many” is none"),
        (field("number"), True, "The field holds a number"),
        (field("number"), date(2026, 1, 31), "The field holds a number"),
        (field("number", precision=2), Decimal("1.234"), "The field keeps 2 decimal places, and 1.234 has more"),
        (field("number", precision=0, format="percentage"), Decimal("25.5"), "keeps 0 decimal places"),
        (field("date"), "soon", "The field holds a day, and “soon” is none"),
        (field("date"), "2026-01-31T10:00:00", "The field holds an instant"),
        (field("text"), "x" * 1025, "holds 1,024 letters at most, and this are 1,025"),
        (field("text", is_value_read_only=True), "x", "The field is read-only in Asana"),
        (field("number", is_formula_field=True), 3, "The field is calculated by Asana from other fields"),
        (field("number", representation_type="formula"), None, "calculated by Asana"),
        (field("text", representation_type="custom_id"), "x", "an id that Asana gives itself"),
        (field("reference"), "x", "refers to other items of Asana"),
        (field("rollup"), "x", "of the type rollup, which pmohub does not write"),
    ],
)
def test_what_a_field_does_not_take_is_refused_by_its_name(target: AsanaField, after: FieldValue, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        custom_value(target, after, STRICT)


def test_a_missing_option_is_made_only_where_that_is_allowed_and_a_disabled_one_never() -> None:
    risks = field("multi_enum", enum_options=RISKS)
    assert custom_value(risks, ["low", "Huge"], MAKING) == ["1", "The field: Huge"]
    with pytest.raises(RefusedError, match="disabled"):
        custom_value(risks, ["Extreme"], MAKING)


def test_a_value_whose_field_left_the_project_can_only_be_emptied() -> None:
    left = field("text")
    assert custom_value(left, None, STRICT, enabled=False) is None
    with pytest.raises(RefusedError, match="does not belong to the item's projects any more"):
        custom_value(left, "x", STRICT, enabled=False)


def test_an_instant_keeps_its_milliseconds() -> None:
    moment = datetime(2026, 1, 31, 10, 0, 0, 123_000, tzinfo=UTC)
    assert custom_value(field("date"), moment, STRICT) == {"date_time": "2026-01-31T10:00:00.123Z"}
