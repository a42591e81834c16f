"""Undo: the old values return as a plan of their own, under the same rules. What a team changed since stays theirs."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, func, select

from canonical.database import writing
from canonical.problems import ConfigurationError, Problem
from canonical.schema.writing import plan as plan_table
from canonical.schema.writing import writeback
from canonical.store.writebacks import Plan, State, WriteBack, find, insert_plan
from sync.plan import plan_hash


def plan_undo(
    engine: Engine,
    *,
    actor: str,
    now: datetime,
    writeback_id: str | None = None,
    plan_id: str | None = None,
    since: datetime | None = None,
) -> Plan:
    """Store an approved plan that takes back one write, one plan's, or all since an instant, newest first.

    Whoever undoes decides; no second approval is asked for putting back what the team had.

    Raises:
        ConfigurationError: nothing of what was named was applied, or it was undone already.
    """
    with writing(engine) as connection:
        chosen = [writeback.c.state == State.APPLIED, writeback.c.undo_of.is_(None)]
        if writeback_id is not None:
            chosen.append(writeback.c.id == writeback_id)
        if plan_id is not None:
            chosen.append(writeback.c.plan_id == plan_id)
        if since is not None:
            chosen.append(writeback.c.ended_at >= since)
        applied = sorted(find(connection, *chosen), key=lambda item: (item.ended_at, item.id), reverse=True)
        if not applied:
            raise ConfigurationError(_nothing_to_undo(writeback_id or plan_id or f"since {since}"))
        number = connection.execute(select(func.count()).select_from(plan_table)).scalar_one() + 1
        items = tuple(_inverse(item, f"P{number}", n, actor, now) for n, item in enumerate(applied, start=1))
        plan = Plan(id=f"P{number}", hash=plan_hash(items), made_at=now, actor=actor, items=items)
        insert_plan(connection, plan)
        return plan


def _inverse(item: WriteBack, plan_id: str, number: int, actor: str, now: datetime) -> WriteBack:
    return replace(
        item,
        id=f"{plan_id}-{number}",
        plan_id=plan_id,
        before=item.after,
        after=item.before,
        reason=f"undo of {item.id}",
        state=State.APPROVED,
        hold=None,
        approved_by=actor,
        approved_for=None,
        approved_at=now,
        journaled_at=None,
        ended_at=None,
        outcome_reason=None,
        undo_of=item.id,
    )


def _nothing_to_undo(what: str) -> Problem:
    return Problem(
        what=f"Nothing to undo: {what}",
        where="only what was applied and is not undone yet can be taken back",
        not_done="Nothing was sent.",
        next_step="See what was written:",
        commands=("pmohub writeback log",),
    )
