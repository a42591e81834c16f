"""Plans: what should be written, as one stored object. Making one sends nothing and holds nothing that could."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import TypeAlias

import orjson
from sqlalchemy import Connection, Engine, select, update

from canonical.database import reading, writing
from canonical.ordering import natural
from canonical.problems import Problem, Weight
from canonical.schema.writing import plan as plan_table
from canonical.schema.writing import writeback
from canonical.store.leases import Lease, require
from canonical.store.stops import stops
from canonical.store.vetoes import add_vetoes, vetoes
from canonical.store.writebacks import (
    IN_FLIGHT,
    OPEN,
    Plan,
    State,
    WriteBack,
    find,
    insert_plan,
    last_ours,
    latest_plan_id,
    load_plan,
    move,
    next_plan_id,
    plan_number,
)
from canonical.values import encode, shown
from rules.wanted import Wanted
from sync.first_writes import Room
from sync.limits import Limits, held_back, stopped
from sync.proposals import Dispute, Memory, decide, still_approved
from sync.standing_approvals import StandingApproval, approved_by_standing, in_force, note_uses
from sync.unwatched import without_unwatched

Wish: TypeAlias = Callable[[Connection], Iterable[Wanted]]
"""What template fields should hold, worked out from what the connection sees."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, whether it is new, and what a person should know before approving it."""

    plan: Plan
    is_new: bool
    problems: tuple[Problem, ...]


def make_plan(  # a plan is made of what is wanted, under limits, by somebody, at a moment, under a lease
    engine: Engine,
    lease: Lease,
    wish: Wish,
    limits: Limits,
    *,
    actor: str,
    now: datetime,
    standing: Sequence[StandingApproval] = (),
) -> Planned:
    """Store the plan of everything that should change now, in place of what was proposed and not decided before.

    Write-backs that a person approved are taken over with the approval; what a standing approval covers is approved in
    its name. Planning twice with nothing changed gives
    the same plan. What a killed apply began waits until it is seen through, and so does what was written, taken back or
    read again since the values were looked at: an old value beside a new memory would look like a team's edit.
    """
    with reading(engine) as connection:
        remembered = _memory(connection, find(connection, writeback.c.state.in_(IN_FLIGHT)))
        wanted = list(wish(connection))
    with writing(engine) as connection:
        require(connection, lease)
        begun = find(connection, writeback.c.state.in_(IN_FLIGHT))
        memory = _memory(connection, begun).leaving_out_what_moved_since(remembered)
        decided, disputes, filled = _decided(wanted, memory, now=now)
        proposals, barred = without_unwatched(decided)
        add_vetoes(connection, ((one.entity_id, one.field, one.reason) for one in disputes), since=now)
        earlier = [item for item in find(connection, writeback.c.state.in_(OPEN)) if item.undo_of is None]
        plan_id = next_plan_id(connection)
        held = _with_approvals(_with_holds(list(_items(proposals, plan_id)), filled, limits), earlier, limits, now)
        in_use, room = in_force(standing, now, limits.zone), Room(connection, limits.first_writes)
        items, waiting = approved_by_standing(held, proposals, in_use, room, now)
        plan = _plan(plan_id, items, actor=actor, now=now)
        latest = load_plan(connection, latest_plan_id(connection) or "")
        is_new = latest is None or _what_counts(latest) != _what_counts(plan)
        kept = plan if is_new or latest is None else latest
        left = [item for item in earlier if item.plan_id != kept.id]
        move(connection, left, State.WITHDRAWN, at=now, actor=actor, facts={"outcome_reason": "planned anew"})
        if is_new:
            insert_plan(connection, plan)
            note_uses(connection, items, in_use, now)
            kept = load_plan(connection, plan_id) or plan
        halted = [stopped(stop, 0) for stop in stops(connection)]
        told = (*_problems(kept), *(tell(kept.id) for tell in waiting), *barred, *halted, *_not_seen_through(begun))
        return Planned(kept, is_new=is_new, problems=told)


@contextmanager
def sound_plans_kept(connection: Connection, connector: str) -> Iterator[None]:
    """Let plans that add up to their hash do so after the block too, in which the hub renames or erases their items."""
    named = select(writeback.c.plan_id).where(writeback.c.connector == connector).distinct()
    before = [load_plan(connection, plan_id) for plan_id in connection.execute(named).scalars().all()]
    sound = [plan.id for plan in before if plan is not None and plan.hash == plan_hash(plan.items)]
    yield
    for plan_id in sound:
        after = load_plan(connection, plan_id)
        if after is not None:
            anew = update(plan_table).where(plan_table.c.id == plan_id)
            connection.execute(anew.values(hash=plan_hash(after.items)))


def plan_hash(items: Iterable[WriteBack]) -> str:
    """Give the digest of what the items would do: where, from which value, to which value."""
    lines = sorted(
        [one.connector, one.entity, one.external_id, one.field, one.carrier, encode(one.before), encode(one.after)]
        for one in items
    )
    return blake2b(orjson.dumps(lines), digest_size=16).hexdigest()


def _decided(
    wanted: Iterable[Wanted], memory: Memory, *, now: datetime
) -> tuple[list[Wanted], list[Dispute], Counter[tuple[str, str]]]:
    proposals: list[Wanted] = []
    disputes: list[Dispute] = []
    filled: Counter[tuple[str, str]] = Counter()
    for one in wanted:
        filled[one.connector, one.field] += one.current is not None
        match decide(one, memory, now=now):
            case Wanted() as proposal:
                proposals.append(proposal)
            case Dispute() as dispute:
                disputes.append(dispute)
            case None:
                pass
    return proposals, disputes, filled


def _memory(connection: Connection, begun: list[WriteBack]) -> Memory:
    rejected = sorted(find(connection, writeback.c.state == State.REJECTED), key=plan_number)
    ours = last_ours(connection)
    unread = {at for at, last in ours.items() if not last.is_read} | {(one.entity_id, one.field) for one in begun}
    return Memory(
        ours={at: last.value for at, last in ours.items()},
        unread=frozenset(unread),
        vetoes=vetoes(connection),
        rejected={(one.entity_id, one.field, shown(one.after)): one.ended_at for one in rejected if one.ended_at},
    )


def _items(proposals: list[Wanted], plan_id: str) -> Iterator[WriteBack]:
    ordered = sorted(proposals, key=lambda one: (one.connector, one.field, natural(one.key or ""), one.external_id))
    for number, one in enumerate(ordered, start=1):
        yield WriteBack(
            id=f"{plan_id}-{number}",
            plan_id=plan_id,
            connector=one.connector,
            department_id=one.department_id,
            mode=one.mode,
            entity=one.entity,
            entity_id=one.entity_id,
            external_id=one.external_id,
            key=one.key,
            field=one.field,
            carrier=one.carrier,
            before=one.current,
            after=one.value,
            reason=one.reason,
        )


def _with_holds(items: list[WriteBack], filled: Counter[tuple[str, str]], limits: Limits) -> list[WriteBack]:
    reasons = held_back(items, filled, limits)
    return [replace(item, hold=reasons.get(item.connector)) for item in items]


def _with_approvals(items: list[WriteBack], earlier: list[WriteBack], limits: Limits, now: datetime) -> list[WriteBack]:
    by_people = [one for one in earlier if one.state is State.APPROVED and one.policy is None]
    approved = {_approved_as(one): one for one in by_people if still_approved(one, limits.peaces, now)}
    return [_approved_like(item, approved.get(_approved_as(item))) for item in items]


def _approved_as(item: WriteBack) -> tuple[str, ...]:
    """Give all that a person saw when approving: another column, department or mode is another decision."""
    place = (item.connector, item.entity, item.external_id, item.entity_id, item.field, item.carrier)
    return (*place, item.department_id, item.mode, encode(item.before), encode(item.after))


def _approved_like(item: WriteBack, before: WriteBack | None) -> WriteBack:
    if before is None:
        return item
    return replace(
        item,
        state=State.APPROVED,
        hold=None,
        approved_by=before.approved_by,
        approved_for=before.approved_for,
        approved_at=before.approved_at,
    )


def _plan(plan_id: str, items: list[WriteBack], *, actor: str, now: datetime) -> Plan:
    return Plan(id=plan_id, hash=plan_hash(items), made_at=now, actor=actor, items=tuple(items))


def _what_counts(plan: Plan) -> set[tuple[tuple[str, ...], State, str | None, str | None]]:
    return {(_approved_as(item), item.state, item.hold, item.policy) for item in plan.items}


def _not_seen_through(begun: list[WriteBack]) -> Iterator[Problem]:
    """Say what waits because nobody knows yet how an earlier write of it ended."""
    for connector, number in sorted(Counter(item.connector for item in begun).items()):
        yield Problem(
            what=f"{number} earlier {'write' if number == 1 else 'writes'} to {connector} did not come to an end",
            not_done="What they are about is not planned anew.",
            next_step="Find out how they ended:",
            commands=("pmohub writeback apply",),
            weight=Weight.WARNING,
        )


def _problems(plan: Plan) -> tuple[Problem, ...]:
    holds = {item.connector: item.hold for item in plan.items if item.hold and item.state is State.PROPOSED}
    return tuple(
        Problem(
            what=f"{connector} is over the limit",
            where=hold,
            not_done=f"No change of {connector} will be applied. The other groups are not affected.",
            next_step="Look at a few of them, then:",
            commands=(f"pmohub writeback approve {plan.id} --connector {connector} --over-limit",),
            weight=Weight.WARNING,
        )
        for connector, hold in sorted(holds.items())
    )
