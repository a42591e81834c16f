"""Writing what was found: deviations open, reopen and close by set difference; what stays open is not touched."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, insert, literal, select, update

from canonical.schema.entities import project, task, time_entry
from canonical.schema.governance import deviation
from canonical.vocabulary import CloseReason, DeviationState, Verdict
from rules.evaluation.filling import GONE
from rules.evaluation.prepared import FROZEN
from rules.evaluation.staging import fresh, settled, take_stock

SAME = and_(
    fresh.c.rule_id == deviation.c.rule_id,
    fresh.c.subject_id == deviation.c.subject_id,
    fresh.c.discriminator == deviation.c.discriminator,
)
CLOSING = {
    Verdict.PASSES.value: CloseReason.RESOLVED,
    Verdict.NOT_APPLICABLE.value: CloseReason.NO_LONGER_REQUIRED,
    GONE: CloseReason.ITEM_GONE,
}
GROWN = 10
"""What share of the open deviations must be new before they are worth another count: a tenth."""
TOLD = ("severity", "limb", "item_count", "message", "evidence")
BELONGING = ("project_id", "department_id", "connector", "mode")
PLACED = (*BELONGING, "rule_version", "due_on")


@dataclass(frozen=True, slots=True)
class Written:
    """How many deviations an evaluation opened, reopened and closed."""

    opened: int
    reopened: int
    closed: int


def write_deviations(connection: Connection, now: datetime) -> Written:
    """Carry the temporary tables over into `deviation`."""
    reopened = reopen(connection, now)
    told_anew(connection)
    opened = open_new(connection, now)
    if opened * GROWN > open_number(connection):
        take_stock(connection, deviation, opened)
    closed = sum(close(connection, verdict, reason, now) for verdict, reason in CLOSING.items())
    doubt(connection)
    follow(connection)
    return Written(opened, reopened, closed)


def reopen(connection: Connection, now: datetime) -> int:
    """Open what was closed and is found again; number and first-seen date stay."""
    change = (
        update(deviation)
        .where(SAME, deviation.c.state == DeviationState.CLOSED)
        .values(
            state=DeviationState.OPEN,
            close_reason=None,
            closed_at=None,
            opened_at=now,
            unverified=False,
            reopened=deviation.c.reopened + 1,
            **{name: fresh.c[name] for name in (*TOLD, *PLACED)},
        )
    )
    return connection.execute(change).rowcount


def told_anew(connection: Connection) -> None:
    """Give living deviations their new severity and words, and the project that their item belongs to now."""
    change = (
        update(deviation)
        .where(SAME, deviation.c.state != DeviationState.CLOSED)
        .values(unverified=False, **{name: fresh.c[name] for name in (*TOLD, *BELONGING)})
    )
    connection.execute(change)


def open_new(connection: Connection, now: datetime) -> int:
    """Open what was never seen before."""
    copied = ("rule_id", "subject", "subject_id", "discriminator", "legacy", *TOLD, *PLACED)
    query = select(
        *(fresh.c[name] for name in copied),
        literal(DeviationState.OPEN.value),
        literal(now, deviation.c.first_seen_at.type),
        literal(now, deviation.c.opened_at.type),
    ).where(~exists().where(SAME))
    columns = [*copied, "state", "first_seen_at", "opened_at"]
    ordered = query.order_by(fresh.c.rule_id, fresh.c.subject_id, fresh.c.discriminator)
    statement = insert(deviation).from_select(columns, ordered).execution_options(preserve_rowcount=True)
    return connection.execute(statement).rowcount


def close(connection: Connection, verdict: str, reason: CloseReason, now: datetime) -> int:
    """Close what has the verdict now."""
    numbers = select(settled.c.number).where(settled.c.verdict == verdict)
    change = (
        update(deviation)
        .where(deviation.c.number.in_(numbers))
        .values(state=DeviationState.CLOSED, close_reason=reason, closed_at=now, unverified=False)
    )
    return connection.execute(change).rowcount


def doubt(connection: Connection) -> None:
    """Mark what can no longer be judged; it stays open."""
    numbers = select(settled.c.number).where(settled.c.verdict == Verdict.UNKNOWN)
    connection.execute(
        update(deviation).where(deviation.c.number.in_(numbers), ~deviation.c.unverified).values(unverified=True)
    )


def follow(connection: Connection) -> None:
    """Let deviations that cannot be judged now go with their items into another project."""
    numbers = select(settled.c.number).where(settled.c.verdict.in_([Verdict.UNKNOWN, FROZEN]))
    for entity, table in (("task", task), ("time_entry", time_entry)):
        owner = select(table.c.project_id).where(table.c.id == deviation.c.subject_id).scalar_subquery()
        department = select(project.c.department_id).where(project.c.id == owner).scalar_subquery()
        moved = (deviation.c.subject == entity, deviation.c.project_id.is_distinct_from(owner))
        change = update(deviation).where(deviation.c.number.in_(numbers), *moved)
        connection.execute(change.values(project_id=owner, department_id=department))


def open_number(connection: Connection) -> int:
    """How many deviations are open."""
    query = select(func.count()).select_from(deviation).where(deviation.c.state == DeviationState.OPEN)
    return connection.execute(query).scalar_one()
