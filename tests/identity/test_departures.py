"""Somebody has left when a tool says so and none says otherwise; what is not known is no departure."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from canonical.database import reading, writing
from canonical.departures import departed
from rules.planting import Garden

NOW = datetime(2026, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["no"], True),
        (["no", "unknown"], True),
        (["no", "yes"], False),
        (["unknown"], False),
        ([], False),
    ],
)
def test_a_name_counts_as_gone_only_when_nobody_of_it_is_here(engine: Engine, words: list[str], left: bool) -> None:
    with writing(engine) as connection:
        garden = Garden(connection, first_seen=NOW, number=1)
        for word in words:
            garden.plant("person", {"name": "Ana Ruiz", "email": "Ana@example.com", "active": word})
    with reading(engine) as connection:
        asked = ["Ana Ruiz", "ana@example.com", "Bo Lund", None]
        assert departed(connection, asked) == ({"Ana Ruiz", "ana@example.com"} if left else frozenset())
