"""What a write replaced is judged by the stories of its field, also where Asana has merged some of them into one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.slots import Slot
from connectors.asana.targets import Holding, Place, means
from connectors.asana.writing.replaced import Ours, Told, what_was_there
from connectors.base import FieldChange, Target
from connectors.writing.refusal import RefusedError

READ_AT = datetime(2026, 3, 16, 9, tzinfo=UTC)
PLACE = Place(EntityKind.TASK, "1", Slot.NAME, "name", None)
CHANGE = FieldChange(Target(EntityKind.TASK, "1", "own", "name"), "before", "ours")
OURS = Ours(PLACE, CHANGE, READ_AT)


def told(old: FieldValue, new: FieldValue, seconds: float, by: str = "id:team", **more: Any) -> Told:
    """Give what a story tells, so many seconds after our reading."""
    sides = (Holding(old, {}), Holding(new, {}, **more))
    return Told(READ_AT + timedelta(seconds=seconds), by, *sides)


MINE = told("before", "ours", 1, "id:hub")


def test_nobody_in_between_leaves_what_was_read() -> None:
    assert what_was_there(OURS, MINE, None) == "before"
    assert what_was_there(OURS, MINE, told("x", "before", -900)) == "before"


def test_a_story_between_our_reading_and_our_write_is_a_teams_edit() -> None:
    written = told("theirs", "ours", 2, "id:hub")
    assert what_was_there(OURS, written, told("before", "theirs", 1)) == "theirs"
    assert what_was_there(replace(OURS, read_at=None), written, told("before", "theirs", 1)) == "theirs"


def test_a_merged_story_of_two_writes_of_ours_puts_back_nothing_old() -> None:
    merged = told("long ago", "ours", 1, "id:hub")
    assert what_was_there(OURS, merged, told("x", "long ago", -900)) == "before"
    assert what_was_there(OURS, merged, None) == "before"


def test_a_merged_story_of_there_and_back_replaced_nothing() -> None:
    assert what_was_there(OURS, told("ours", "ours", 1, "id:hub"), told("x", "ours", -900)) == "before"


def test_after_a_crash_what_does_not_fit_together_is_not_known() -> None:
    after_crash = replace(OURS, read_at=None)
    with pytest.raises(RefusedError, match="does not tell what stood there right before"):
        what_was_there(after_crash, told("long ago", "ours", 1, "id:hub"), told("x", "y", -900))


def test_where_only_the_new_value_is_told_the_story_before_it_says_the_old_one() -> None:
    place = replace(PLACE, slot=Slot.ASSIGNEE, name="assignee")
    change = replace(CHANGE, before="Ada", after="Grace")
    grace, clara = ({"gid": "2", "name": "Grace"}, {"gid": "3", "name": "Clara"})
    written = replace(told(None, "Grace", 2, "id:hub", people=[grace]), old=None)
    theirs = replace(told(None, "Clara", 1, people=[clara]), old=None)
    earlier = replace(theirs, at=READ_AT - timedelta(days=1))
    ours = Ours(place, change, READ_AT)
    assert what_was_there(ours, written, theirs) == "Clara"
    assert what_was_there(ours, written, earlier) == "Ada"
    assert what_was_there(ours, written, None) == "Ada"


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (["id:1", "ada@example.com"], False),
        (["Ada Byron", "2"], True),
        (["email:ada@example.com", "name:grace hopper"], True),
        (["Ada Byron"], False),
        (["Ada Byron", "Grace Hopper", "Clara"], False),
    ],
)
def test_people_are_the_same_by_gid_reference_address_or_name(texts: list[str], same: bool) -> None:
    people = [
        {"gid": "1", "name": "Ada Byron", "email": "ada@example.com"},
        {"gid": "2", "name": "Grace Hopper"},
    ]
    holding = Holding(["Ada Byron", "Grace Hopper"], {}, None, people)
    assert means(replace(PLACE, slot=Slot.CUSTOM), holding, texts) is same
