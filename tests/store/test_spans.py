"""Planned capacity and leave are kept as the tool says them, and refused where they say nothing sensible."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from canonical.records import Allocation, Leave
from canonical.schema.entities import allocation, leave
from canonical.store import Lease, store_batch
from canonical.vocabulary import EntityKind
from tests.store.conftest import NOW, batch_of, rows_of

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def test_an_allocation_keeps_its_days_and_how_much_it_takes(engine: Engine, lease: Lease) -> None:
    booked = Allocation(external_id="1", project="id:p", first_day=MONDAY, last_day=FRIDAY, percent=Decimal("62.5"))
    store_batch(engine, lease, "plan", "run", batch_of(booked), NOW)
    (row,) = rows_of(engine, allocation)
    assert (row["project_ref"], row["person_ref"], row["percent"]) == ("id:p", None, Decimal("62.50"))
    assert (row["first_day"], row["last_day"], row["weekly_effort"]) == (MONDAY, FRIDAY, None)


def test_leave_that_the_tool_no_longer_has_is_gone_and_may_come_back(engine: Engine, lease: Lease) -> None:
    away = Leave(external_id="1", person="id:u", first_day=MONDAY)
    store_batch(engine, lease, "plan", "run", batch_of(away), NOW)
    store_batch(engine, lease, "plan", "run", batch_of(deleted=[(EntityKind.LEAVE, "1")]), NOW)
    assert rows_of(engine, leave)[0]["deleted_at"] == NOW
    store_batch(engine, lease, "plan", "run", batch_of(away), NOW)
    assert rows_of(engine, leave)[0]["deleted_at"] is None


@pytest.mark.parametrize(
    "values",
    [
        {"first_day": FRIDAY, "last_day": MONDAY},
        {"first_day": MONDAY, "percent": Decimal(-1)},
        {"first_day": MONDAY, "weekly_effort": 3600, "percent": Decimal(50)},
    ],
)
def test_what_an_allocation_cannot_mean_is_no_record(values: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Allocation(external_id="1", **values)
