"""One bad record is kept whole with its reason, and the rest goes on."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from canonical.intake import Quarantined
from canonical.records import Task
from canonical.schema.entities import task
from canonical.schema.operations import quarantine as table
from canonical.store import Counts
from canonical.store.quarantine import quarantined
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW, one_row, rows_of

Store = Callable[..., Counts]


def broken(place: str, reason: str = "The date 02/03/04 could be three days.") -> Quarantined:
    return Quarantined(EntityKind.TASK, place, reason, "Write it as 2004-03-02.", {"Due": "02/03/04", "No.": 7})


def test_a_record_that_does_not_map_is_kept_whole(engine: Engine, store: Store) -> None:
    assert store(Task(external_id="1"), quarantined=[broken("Plan!7")]) == Counts(seen=2, changed=1, quarantined=1)
    (kept,) = quarantined(engine, "plan")
    assert (kept.record, kept.since, kept.run_id) == (broken("Plan!7"), NOW, "run-0")


def test_one_that_is_still_broken_keeps_its_age_and_gets_the_newest_reason(engine: Engine, store: Store) -> None:
    store(quarantined=[broken("Plan!7")])
    store(quarantined=[broken("Plan!7", "The date is empty.")], retried=["Plan!7"], minutes=5)
    (kept,) = quarantined(engine)
    assert (kept.record.reason, kept.since) == ("The date is empty.", NOW)


def test_one_that_was_read_again_and_maps_is_released(engine: Engine, store: Store) -> None:
    store(quarantined=[broken("Plan!7"), broken("Plan!8")])
    store(Task(external_id="7"), retried=["Plan!7"], minutes=5)
    assert [kept.record.place for kept in quarantined(engine)] == ["Plan!8"]


def test_places_are_in_the_order_of_their_numbers(engine: Engine, store: Store) -> None:
    store(quarantined=[broken("Plan, row 10"), broken("Plan, row 2"), broken("Hours, row 3")])
    assert [kept.record.place for kept in quarantined(engine)] == ["Hours, row 3", "Plan, row 2", "Plan, row 10"]


@pytest.mark.parametrize("fields", [{"Note": "NUL \x00"}, {"Count": 10**30}, {"Note": "half \ud800"}], ids=str)
def test_what_no_database_keeps_is_quarantined_and_the_rest_stored(
    engine: Engine, store: Store, fields: dict[str, str]
) -> None:
    counts = store(Task(external_id="1", title="Good"), Task(external_id="2", title="Bad", fields=fields))
    assert counts == Counts(seen=2, changed=1, quarantined=1)
    assert one_row(engine, task)["external_id"] == "1"
    assert quarantined(engine)[0].record.external_id == "2"


def test_a_nul_in_a_title_is_quarantined(engine: Engine, store: Store) -> None:
    assert (
        store(Task(external_id="1", title="a\x00b"), Task(external_id="2", title="\\u0000 is written out")).changed == 1
    )
    assert one_row(engine, task)["title"] == "\\u0000 is written out"


def test_what_a_tool_wrote_with_nul_can_be_kept_in_quarantine(engine: Engine, store: Store) -> None:
    store(
        quarantined=[Quarantined(EntityKind.TASK, "Plan!\x00", "NUL: \x00", "Remove it.", {"a\x00": "b\x00"}, "x\x00")]
    )
    assert "\x00" not in str(rows_of(engine, table))


def test_large_and_small_numbers_of_custom_fields_are_kept(engine: Engine, store: Store) -> None:
    fields = {"Budget": Decimal("1E+30"), "Rate": Decimal("0.123456789"), "Count": 2**63}
    assert store(Task(external_id="1", fields=fields)).changed == 1
    assert store(Task(external_id="1", fields=fields), minutes=5).unchanged == 1
