"""Writing what was found: deviations open, reopen and close by set difference; what stays open is not touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from canonical.schema.entities import project
from canonical.schema.governance import deviation, rule_state, verdict_count
from canonical.vocabulary import CloseReason, DeviationState, Verdict
from rules.evaluation.filling import GONE
from rules.evaluation.prepared import FROZEN
from rules.evaluation.scope import COUNTED
from rules.evaluation.staging import counted, fresh, scope_id, settled, take_stock

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
TOLD = ("severity", "limb", "item_count", "message", "evidence")
PLACED = ("project_id", "department_id", "connector", "mode", "rule_version", "due_on")


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
    take_stock(connection, deviation, opened)
    closed = sum(close(connection, verdict, reason, now) for verdict, reason in CLOSING.items())
    doubt(connection)
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
    """Give living deviations their new severity and words."""
    change = (
        update(deviation)
        .where(SAME, deviation.c.state != DeviationState.CLOSED)
        .values(unverified=False, **{name: fresh.c[name] for name in TOLD})
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


def write_counts(connection: Connection, full: Sequence[str], scoped_rules: Sequence[str]) -> None:
    """Carry `counted` over into `verdict_count`; projects with frozen items keep what was counted before.

    `full` names the rules that were counted everywhere, `scoped_rules` those counted in the projects in scope only.
    """
    held = select(counted.c.rule_id, counted.c.project_id).where(counted.c.verdict == FROZEN)
    words = [verdict.value for verdict in Verdict]
    sums = [
        func.coalesce(func.sum(case((counted.c.verdict == word, counted.c.number))), 0).label(word) for word in words
    ]
    query = (
        select(
            counted.c.rule_id,
            func.coalesce(project.c.department_id, "").label("department_id"),
            counted.c.project_id,
            *sums,
            func.max(counted.c.reason).label("reason"),
        )
        .select_from(counted.outerjoin(project, project.c.id == counted.c.project_id))
        .where(tuple_(counted.c.rule_id, counted.c.project_id).not_in(held))
        .group_by(counted.c.rule_id, project.c.department_id, counted.c.project_id)
    )
    again = select(scope_id.c.id).where(scope_id.c.entity == COUNTED).union_all(select(literal("")))
    own = verdict_count.c.rule_id
    within = or_(own.in_(full), and_(own.in_(scoped_rules), verdict_count.c.project_id.in_(again)))
    kept = tuple_(verdict_count.c.rule_id, verdict_count.c.project_id).in_(held)
    carry(connection, verdict_count, query, and_(within, ~kept))
    gone = verdict_count.c.rule_id.not_in([*full, *scoped_rules])
    connection.execute(delete(verdict_count).where(gone, own.not_in(select(rule_state.c.rule_id))))


def carry(connection: Connection, table: Table, query: Select[Any], within: ColumnElement[bool]) -> None:
    """Make the rows of a table that lie `within` equal to a query's; a row that is equal already is not touched."""
    new = query.subquery("new")
    key = and_(*(table.c[column.name] == new.c[column.name] for column in table.primary_key))
    others = [column for column in new.c if column.name not in table.primary_key.columns]
    # The key by plain equality: PostgreSQL joins by hash on that only, and else compares every row with every other.
    same = and_(key, *(table.c[column.name].is_not_distinct_from(column) for column in others))
    connection.execute(delete(table).where(within, ~exists().where(same)))
    connection.execute(insert(table).from_select(new.c.keys(), select(new).where(~exists().where(key))))


def open_number(connection: Connection) -> int:
    """How many deviations are open."""
    query = select(func.count()).select_from(deviation).where(deviation.c.state == DeviationState.OPEN)
    return connection.execute(query).scalar_one()
