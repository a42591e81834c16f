"""How fresh each connector is, and what is proposed to be written."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, select

from canonical.problems import Weight
from canonical.schema.entities import department
from canonical.schema.operations import connector, quarantine, run
from canonical.schema.writing import writeback
from canonical.store.connectors import counts_still
from canonical.store.writebacks import OPEN, WriteBack, find
from canonical.values import shown
from pmohub.reports.portfolio.facts import ConnectorFreshness, FreshnessState, WriteGroup
from pmohub.reports.words import counted

IN_PART = "in_part"
ENDED_WELL = ("done", IN_PART)
OUTCOMES = ("applied", "already_true", "stale", "overtook", "refused", "unknown", "undone")


def read_connectors(
    connection: Connection, now: datetime, configured: Collection[str] | None
) -> list[ConnectorFreshness]:
    """Give every connector that is not retired, with its state and the first problem of its last run."""
    counts = select(quarantine.c.connector, func.count().label("number")).group_by(quarantine.c.connector)
    kept: dict[str, int] = {row.connector: row.number for row in connection.execute(counts)}
    last = {row.connector: row for row in connection.execute(_last_runs())}
    query = (
        select(connector, department.c.name.label("department"))
        .outerjoin(department, department.c.id == connector.c.department_id)
        .where(connector.c.retired_at.is_(None))
        .order_by(connector.c.id)
    )
    found = []
    for row in connection.execute(query):
        latest = last.get(row.id)
        problems = orjson.loads(latest.problems) if latest is not None else []
        ended = latest.state if latest is not None else None
        state = _state(ended, fresh=counts_still(row.last_success_at, row.fresh_for, now))
        note = _note(problems)
        if configured is not None and row.id not in configured:
            state, note = FreshnessState.STALE, "No longer in the configuration: kept as it was last read."
        found.append(
            ConnectorFreshness(
                id=row.id,
                kind=row.kind,
                department=row.department or row.department_id,
                state=state,
                read_at=row.last_success_at,
                note=note,
                quarantined=kept.get(row.id, 0),
            )
        )
    return found


def _last_runs() -> Select[Any]:
    columns = run.c
    nth = func.row_number().over(partition_by=columns.connector, order_by=columns.started_at.desc()).label("nth")
    ranked = select(columns.connector, columns.state, columns.problems, nth).where(columns.kind == "sync").subquery()
    return select(ranked).where(ranked.c.nth == 1)


def _state(ended: str | None, *, fresh: bool) -> FreshnessState:
    if ended is not None and ended not in ENDED_WELL:
        return FreshnessState.FAILING
    if not fresh:
        return FreshnessState.STALE
    return FreshnessState.IN_PART if ended == IN_PART else FreshnessState.FRESH


def _note(problems: Sequence[Mapping[str, Any]]) -> str:
    """Tell the gravest problem with its place, and how many there are; a mere note is left to the run."""
    told = [one for weight in (Weight.ERROR, Weight.WARNING) for one in problems if one["weight"] == weight]
    if not told:
        return ""
    first = told[0]
    where = f"{first['where']}: " if first["where"] else ""
    more = f" And {counted(len(told) - 1, 'problem')} more." if len(told) > 1 else ""
    return f"{where}{first['what'].rstrip('.')}.{more}"


def read_writes(connection: Connection) -> list[WriteGroup]:
    """Give what is proposed or approved and not sent, by connector, carrier and reason."""
    items = find(connection, writeback.c.state.in_(OPEN))

    def kind(item: WriteBack) -> tuple[str, str, str, str, str]:
        return (item.connector, item.carrier, item.mode, item.state, item.reason)

    return [
        WriteGroup(
            connector=key[0],
            carrier=key[1],
            mode=key[2],
            state=key[3],
            reason=key[4],
            hold=next((item.hold for item in members if item.hold), None),
            changes=[(item.called, shown(item.before), shown(item.after)) for item in members],
        )
        for key, found in groupby(sorted(items, key=kind), key=kind)
        if (members := list(found))
    ]


def count_outcomes(connection: Connection, since: datetime) -> Mapping[str, int]:
    """Count write-backs that ended after an instant, by outcome."""
    query = (
        select(writeback.c.state, func.count().label("number"))
        .where(writeback.c.ended_at > since, writeback.c.state.in_(OUTCOMES))
        .group_by(writeback.c.state)
    )
    return Counter({row.state: row.number for row in connection.execute(query)})
