"""When two values mean the same: the question on which every write turns."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from canonical.values import FieldValue, alike, spelt_alike

MOMENT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, Decimal("3.0")),
        (date(2026, 3, 16), "2026-03-16"),
        (["a", "b"], "a; b"),
        (["a", "b"], ["b", "a"]),
        (True, "yes"),
        (None, None),
    ],
)
def test_a_value_and_another_form_of_it_are_alike(one: FieldValue, other: FieldValue) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (None, ""),
        (None, 0),
        ("A", "a"),
        (["a; b"], ["a", "b"]),
        (["a", "b"], ["a"]),
        (MOMENT, MOMENT.replace(second=30)),
        (date(2026, 3, 16), MOMENT.replace(hour=0, minute=0)),
    ],
)
def test_what_a_person_tells_apart_is_not_alike(one: FieldValue, other: FieldValue) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


def test_a_list_is_spelt_alike_whatever_its_order_and_its_capitals() -> None:
    assert spelt_alike(["Cost", "law "], ["Law", "cost"])
    assert not spelt_alike(["Cost"], ["Cost", "Law"])
