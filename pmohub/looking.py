"""What the command line asks the store: portfolio, quarantine, people, each as plain rows."""

from datetime import datetime
from typing import NamedTuple

import orjson
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.schema.operations import quarantine


class QuarantinedRow(NamedTuple):
    """A record in quarantine."""

    connector: str
    entity: str
    place: str
    reason: str
    remedy: str
    since: datetime
    raw: object


def quarantined(engine: Engine, connector: str | None = None) -> list[QuarantinedRow]:
    """Give the records in quarantine, by connector and place."""
    query = select(quarantine).order_by(quarantine.c.connector, quarantine.c.place)
    if connector is not None:
        query = query.where(quarantine.c.connector == connector)
    with reading(engine) as connection:
        return [
            QuarantinedRow(
                row.connector, row.entity, row.place, row.reason, row.remedy, row.since, orjson.loads(row.raw)
            )
            for row in connection.execute(query)
        ]
