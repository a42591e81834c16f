"""Plans: what should be written, as one stored object. Making one sends nothing and holds nothing that could."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

import orjson
from sqlalchemy import Connection, Engine, func, select

from canonical.database import writing
from canonical.problems import Problem, Weight
from canonical.schema.writing import plan as plan_table
from canonical.schema.writing import writeback
from canonical.store.leases import Lease, require
from canonical.store.vetoes import add_vetoes, vetoes
from canonical.store.writebacks import (
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
)
from canonical.values import encode, shown
from rules.wanted import Wanted
from sync.proposals import Dispute, Limits, Memory, decide, held_back


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, whether it is new, and what a person should know before approving it."""

    plan: Plan
    is_new: bool
    problems: tuple[Problem, ...]


def make_plan(  # a plan is made of what is wanted, under limits, by somebody, at a moment, under a lease
    engine: Engine,
    lease: Lease,
    wanted: Iterable[Wanted],
    limits: Limits,
    *,
    actor: str,
    now: datetime,
) -> Planned:
    """Store the plan of everything that should change now, in place of what was proposed and not decided before.

    Approved write-backs that still hold are taken over with their approval. Planning twice with nothing changed gives
    the same plan.
    """
    with writing(engine) as connection:
        require(connection, lease)
        proposals, disputes, filled = _decided(wanted, _memory(connection), now=now)
        add_vetoes(connection, ((one.entity_id, one.field, one.reason) for one in disputes), since=now)
        earlier = [item for item in find(connection, writeback.c.state.in_(OPEN)) if item.undo_of is None]
        number = connection.execute(select(func.count()).select_from(plan_table)).scalar_one() + 1
        items = _with_holds(list(_items(proposals, f"P{number}")), filled, limits)
        plan = _plan(f"P{number}", _with_approvals(items, earlier), actor=actor, now=now)
        latest = load_plan(connection, latest_plan_id(connection) or "")
        if latest is not None and latest.hash == plan.hash and _same_decisions(latest, plan):
            return Planned(latest, is_new=False, problems=_problems(latest))
        move(connection, earlier, State.WITHDRAWN, at=now, actor=actor, facts={"outcome_reason": "planned anew"})
        insert_plan(connection, plan)
        return Planned(plan, is_new=True, problems=_problems(plan))


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


def _memory(connection: Connection) -> Memory:
    rejected = find(connection, writeback.c.state == State.REJECTED)
    return Memory(
        ours=last_ours(connection),
        vetoes=vetoes(connection),
        rejected={(one.entity_id, one.field, shown(one.after)): one.ended_at for one in rejected if one.ended_at},
    )


def _items(proposals: list[Wanted], plan_id: str) -> Iterator[WriteBack]:
    ordered = sorted(proposals, key=lambda one: (one.connector, one.field, one.key or "", one.external_id))
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


def _with_approvals(items: list[WriteBack], earlier: list[WriteBack]) -> list[WriteBack]:
    approved = {
        (one.entity_id, one.field, encode(one.before), encode(one.after)): one
        for one in earlier
        if one.state is State.APPROVED
    }
    return [_approved_like(item, approved) for item in items]


def _approved_like(item: WriteBack, approved: dict[tuple[str, str, str, str], WriteBack]) -> WriteBack:
    before = approved.get((item.entity_id, item.field, encode(item.before), encode(item.after)))
    if before is None:
        return item
    return replace(
        item,
        state=State.APPROVED,
        approved_by=before.approved_by,
        approved_for=before.approved_for,
        approved_at=before.approved_at,
    )


def _plan(plan_id: str, items: list[WriteBack], *, actor: str, now: datetime) -> Plan:
    return Plan(id=plan_id, hash=plan_hash(items), made_at=now, actor=actor, items=tuple(items))


def _same_decisions(latest: Plan, plan: Plan) -> bool:
    def open_ones(one: Plan) -> set[tuple[str, str, State]]:
        return {(item.entity_id, item.field, item.state) for item in one.items}

    return open_ones(latest) == open_ones(plan)


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
