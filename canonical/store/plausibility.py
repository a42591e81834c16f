"""More deletions than anybody makes at once are a question, not a result: often the tool or the mapping changed."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from canonical.problems import LimitError, Problem
from canonical.store.layout import TABLES


@dataclass(frozen=True, slots=True)
class DeletionLimits:
    """How many rows of a connector one run may take for deleted: `number`, and at most `share` of what it holds.

    The share counts beyond `few` only: three of five tasks gone is an ordinary day. `before` were deleted earlier in
    this run.
    """

    number: int = 1000
    share: float = 0.3
    few: int = 20
    before: int = 0


def check_deletions(connection: Connection, connector: str, deleted: int, limits: DeletionLimits) -> None:
    """Hold what this transaction has tombstoned against the limits.

    Raises:
        LimitError: it is too much; the transaction is not kept.
    """
    total = deleted + limits.before
    if deleted == 0 or total <= min(limits.few, limits.number):
        return
    held = live_rows(connection, connector) + total
    if total > limits.number or (total > limits.few and total > limits.share * held):
        raise LimitError(_too_many(connector, total, held, limits))


def live_rows(connection: Connection, connector: str, *, listed: bool = False) -> int:
    """Count the rows of a connector that are not deleted; only those that some listing shows, where `listed`."""
    number = 0
    for table in TABLES.values():
        live = select(func.count()).where(table.c.connector == connector, table.c.deleted_at.is_(None))
        live = live.where(table.c.scope.is_not(None)) if listed else live
        number += connection.execute(live.select_from(table)).scalar_one()
    return number


def _too_many(connector: str, total: int, held: int, limits: DeletionLimits) -> Problem:
    return Problem(
        what=f"{total} of {held} items would be taken for deleted, more than a sync may on its own.",
        where=connector,
        not_done="None of them was marked as deleted, and the last step was not stored.",
        next_step=(
            f"Look whether the tool or the mapping changed. The limits are {limits.number} items and "
            f"{limits.share:.0%} of what is stored. If the deletions are right, let them through:"
        ),
        commands=(f"pmohub sync {connector} --allow-deletions",),
    )
