"""Decisions of people on a plan: approve, reject, release a veto. What is approved is exactly what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from canonical.database import writing
from canonical.problems import ConfigurationError, LimitError, Problem, Weight
from canonical.schema.entities import department
from canonical.schema.writing import writeback
from canonical.store.stops import Stop, lift
from canonical.store.vetoes import release as release_veto
from canonical.store.writebacks import RELEASED, Plan, State, WriteBack, find, load_plan, move, note
from canonical.vocabulary import PmoMode
from sync.plan import plan_hash


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items of a plan a decision is about; everything when nothing is named."""

    connector: str | None = None
    field: str | None = None
    items: Sequence[str] = ()

    def holds(self, item: WriteBack) -> bool:
        """Say whether an item is meant; `items` are write-back ids or keys of the tool."""
        return (
            self.connector in (None, item.connector)
            and self.field in (None, item.field)
            and (not self.items or item.id in self.items or item.key in self.items)
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """The items that were decided, and in words why others were left."""

    items: list[WriteBack]
    problems: list[Problem]


def trusted_plan(connection: Connection, plan_id: str) -> Plan:
    """Give a plan whose items still add up to its hash.

    Raises:
        ConfigurationError: there is no such plan, or its items are not what was planned.
    """
    plan = load_plan(connection, plan_id)
    if plan is None:
        raise ConfigurationError(
            Problem(
                what=f"There is no plan {plan_id}",
                not_done="Nothing was decided or sent.",
                next_step="See what is planned:",
                commands=("pmohub writeback plan",),
            )
        )
    if plan_hash(plan.items) != plan.hash:
        raise ConfigurationError(
            Problem(
                what=f"Plan {plan_id} is not what was planned",
                where="its items no longer add up to the hash that was stored with it",
                not_done="Nothing was decided or sent.",
                next_step="Find out who changed the database by hand, then plan anew:",
                commands=("pmohub writeback plan",),
            )
        )
    return plan


def approve(
    engine: Engine,
    plan_id: str,
    selection: Selection,
    *,
    actor: str,
    now: datetime,
    on_behalf_of: str | None = None,
    over_limit: bool = False,
) -> Decided:
    """Approve the selected items that are still only proposed.

    Items over the limit stay unless `over_limit`; those of a supportive department need the name of the team's person
    who accepts (`on_behalf_of`), since there the team decides: by the mode of now as by that of the plan.

    Raises:
        LimitError: everything selected is over the limit.
    """
    with writing(engine) as connection:
        chosen = _proposed(connection, plan_id, selection)
        held = [item for item in chosen if item.hold and not over_limit]
        teams = [item for item in team_decides(connection, chosen) if on_behalf_of is None]
        if held and len(held) == len(chosen):
            raise LimitError(_over_limit(plan_id, held))
        waiting = {item.id for item in (*held, *teams)}
        free = [item for item in chosen if item.id not in waiting]
        facts = {"approved_by": actor, "approved_for": on_behalf_of, "approved_at": now}
        facts |= {"hold": None, "outcome_reason": None, "policy": None}
        done = move(connection, free, State.APPROVED, at=now, actor=actor, facts=facts)
    problems = [_over_limit(plan_id, held)] if held else []
    return Decided(done, problems + ([_team_decides(plan_id, teams)] if teams else []))


def reject(
    engine: Engine, plan_id: str, selection: Selection, *, reason: str, actor: str, now: datetime
) -> list[WriteBack]:
    """Reject the selected items; the same value is not proposed again for 90 days."""
    with writing(engine) as connection:
        chosen = [item for item in trusted_plan(connection, plan_id).items if selection.holds(item)]
        undecided = [item for item in chosen if item.state in (State.PROPOSED, State.APPROVED)]
        facts = {"outcome_reason": reason, "ended_at": now}
        return move(connection, undecided, State.REJECTED, at=now, actor=actor, facts=facts)


def team_decides(connection: Connection, items: Sequence[WriteBack]) -> list[WriteBack]:
    """Give the items that are the team's to accept, since their department was supportive when planned, or is now."""
    now = {row.id: row.mode for row in connection.execute(select(department.c.id, department.c.mode))}
    return [item for item in items if PmoMode.SUPPORTIVE in (item.mode, now.get(item.department_id))]


def release(engine: Engine, entity_id: str, field: str, *, actor: str, now: datetime) -> bool:
    """Let the hub write an item's field again after a person had put it back; False when no veto was there.

    What the hub wrote there before counts no longer: the value of now is not taken for an edit after us once more.
    """
    with writing(engine) as connection:
        lifted = release_veto(connection, entity_id, field)
        if lifted:
            ended = writeback.c.ended_at.is_not(None)
            earlier = find(connection, writeback.c.entity_id == entity_id, writeback.c.field == field, ended)
            note(connection, earlier, RELEASED, at=now, actor=actor)
        return lifted


def resume(engine: Engine, connector: str, field: str | None, *, actor: str, now: datetime) -> list[Stop]:
    """Let writing start again that a limit stopped, of a connector or of one of its fields; give what was stopped."""
    with writing(engine) as connection:
        return lift(connection, connector, field, at=now, by=actor)


def _proposed(connection: Connection, plan_id: str, selection: Selection) -> list[WriteBack]:
    plan = trusted_plan(connection, plan_id)
    return [item for item in plan.items if item.state is State.PROPOSED and selection.holds(item)]


def _over_limit(plan_id: str, held: Sequence[WriteBack]) -> Problem:
    connectors = sorted({item.connector for item in held})
    return Problem(
        what=f"{', '.join(connectors)} {'is' if len(connectors) == 1 else 'are'} over the limit",
        where="; ".join(sorted({item.hold or "" for item in held})),
        not_done=f"{len(held):,} changes were not approved.",
        next_step="Look at a few of them, then:",
        commands=tuple(
            f"pmohub writeback approve {plan_id} --connector {connector} --over-limit" for connector in connectors
        ),
    )


def _team_decides(plan_id: str, items: Sequence[WriteBack]) -> Problem:
    names = ", ".join(f"“{name}”" for name in sorted({item.department_id for item in items}))
    return Problem(
        what=f"What is written there is for its own team to decide: {names}",
        where=f"{len(items):,} {'change' if len(items) == 1 else 'changes'}; the PMO mode there is supportive",
        not_done="These changes were not approved.",
        next_step="Ask the team, then name the person who accepts:",
        commands=(f"pmohub writeback approve {plan_id} --for PERSON",),
        weight=Weight.WARNING,
    )
