"""Undo from the configuration's side: what is meant, what would be put back, and doing it."""

from datetime import datetime

from canonical.database import reading
from canonical.problems import ConfigurationError, Problem
from canonical.schema.writing import writeback
from canonical.store import RunKind
from canonical.store.writebacks import Plan, State, find
from pmohub.composition import Hub
from pmohub.syncing import holder
from pmohub.writing import actor, chosen_plan, send
from sync.hub import hub_run
from sync.runs import Worker
from sync.sending import Applied
from sync.undo import ToUndo, plan_undo, would_undo


def meant(hub: Hub, plan_id: str | None, item: str | None, since: str | None) -> ToUndo:
    """Say what is to be taken back; without a plan, a change or an instant, what was applied last.

    An instant without an offset is one of the hub's time zone; without a time, that day's beginning.

    Raises:
        ConfigurationError: `since` is no instant, or more than one was named.
    """
    if sum(one is not None for one in (plan_id, item, since)) > 1:
        raise ConfigurationError(
            Problem(
                what="A plan, --item and --since cannot be undone together",
                not_done="Nothing was sent.",
                next_step="Name one of them.",
            )
        )
    if since is not None:
        return ToUndo(since=_instant(hub, since))
    return ToUndo(writeback_id=item, plan_id=None if item else plan_id or _applied_last(hub))


def _instant(hub: Hub, written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ConfigurationError(
            Problem(
                what=f"“{written}” is no instant",
                where="--since",
                not_done="Nothing was sent.",
                next_step="Write the day and the time, such as 2026-11-24T10:00 or 2026-11-24T10:00+01:00.",
            )
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=hub.timezone)


def preview(hub: Hub, what: ToUndo) -> Plan:
    """Give the plan that would put it back; it is not stored.

    Raises:
        ConfigurationError: nothing of it can be taken back.
    """
    with reading(hub.engine) as connection:
        return would_undo(connection, what, actor=actor(), now=hub.now())


def undo(hub: Hub, what: ToUndo) -> Applied:
    """Put back what was replaced.

    Raises:
        ConfigurationError: nothing of it can be taken back.
        LeaseHeldError: another process is planning.
    """
    with hub_run(hub.engine, Worker(holder(), hub.now), RunKind.PLAN, hub.configuration.version) as run:
        with run.stages("plan"):
            back = plan_undo(hub.engine, run.lease, what, actor=actor(), now=hub.now())
        run.outcomes |= {"to undo": len(back.items)}
    return send(hub, back.id)


def _applied_last(hub: Hub) -> str:
    with reading(hub.engine) as connection:
        applied = find(connection, writeback.c.state == State.APPLIED, writeback.c.undo_of.is_(None))
    latest = max(applied, key=lambda one: (one.ended_at is not None, one.ended_at), default=None)
    return chosen_plan(hub, None).id if latest is None else latest.plan_id
