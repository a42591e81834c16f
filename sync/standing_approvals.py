"""Standing approvals: what need not be decided each time, for named fields, under limits, until a day.

They are given by a person and used in the hub's name; each use stands in the journal with id and version.
Where the team accepts, none holds. The automatic one is that of the directive mode: the hub's own values, and defaults
for empty fields (mode table, situations 2 and 4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from canonical.problems import Problem, Weight
from canonical.store.writebacks import State, WriteBack, note
from canonical.vocabulary import PmoMode
from rules.wanted import Wanted
from sync.first_writes import Room, look_first

HUB = "hub"
"""Who approves in the name of a standing approval."""
AUTOMATIC = "directive-automatic"
EVENT = "auto_approved"
Telling = Callable[[str], Problem]
"""Says what waits, given the id of the plan that is kept: planning anew may find the earlier one unchanged."""


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """One standing approval. An empty `fields`, `connectors` or `departments` means all of them.

    `max_changes` of one plan; more of them, and none is approved. `since` and `expires` are its first and last day.
    `automatic`: it is the directive mode's own, and leaves alone what only tidies a team's value.
    """

    id: str
    version: str
    approved_by: str
    max_changes: int
    fields: frozenset[str] = frozenset()
    connectors: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    unwatched: frozenset[str] = frozenset()
    since: date = date.min
    expires: date = date.max
    automatic: bool = False

    @property
    def name(self) -> str:
        """The approval as the journal names it."""
        return f"{self.id}@{self.version}"

    def holds_on(self, day: date) -> bool:
        """Say whether it is in force on a day."""
        return self.since <= day <= self.expires

    def covers(self, item: WriteBack, *, tidies: bool) -> bool:
        """Say whether an item is what it approves; where the team accepts, nothing is."""
        if item.mode is PmoMode.SUPPORTIVE or (self.automatic and (item.mode is not PmoMode.DIRECTIVE or tidies)):
            return False
        return (
            (not self.fields or item.field in self.fields)
            and (not self.connectors or item.connector in self.connectors)
            and (not self.departments or item.department_id in self.departments)
            and item.connector not in self.unwatched
        )


def in_force(standing: Sequence[StandingApproval], now: datetime, zone: ZoneInfo) -> list[StandingApproval]:
    """Give those that hold on this day of the hub."""
    return [one for one in standing if one.holds_on(now.astimezone(zone).date())]


def approved_by_standing(
    items: Sequence[WriteBack],
    wanted: Sequence[Wanted],
    standing: Sequence[StandingApproval],
    room: Room,
    now: datetime,
) -> tuple[list[WriteBack], list[Telling]]:
    """Approve what the standing approvals in force cover; give what tells, once the plan has its number, what waits.

    What is over a limit of the plan, or waits for a look at the first writes, stays only proposed.
    """
    tidied = {(one.connector, one.entity_id, one.field) for one in wanted if one.tidies}
    approved: dict[str, WriteBack] = {}
    waiting: list[Telling] = []
    for one in standing:
        covered = [
            item
            for item in items
            if item.id not in approved
            and item.state is State.PROPOSED
            and item.hold is None
            and one.covers(item, tidies=(item.connector, item.entity_id, item.field) in tidied)
        ]
        if len(covered) > one.max_changes:
            waiting.append(partial(_too_many, one, len(covered)))
            continue
        facts = {"state": State.APPROVED, "approved_by": HUB, "approved_at": now, "policy": one.name}
        free = [item for item in covered if room.take(item)]
        approved |= {item.id: replace(item, **facts) for item in free}  # type: ignore[arg-type]
        rest = [item for item in covered if item.id not in approved]
        of_connector = groupby(rest, key=lambda item: item.connector)
        waiting += [partial(look_first, connector, list(unseen), room.first) for connector, unseen in of_connector]
    return [approved.get(item.id, item) for item in items], waiting


def note_uses(
    connection: Connection, items: Sequence[WriteBack], standing: Sequence[StandingApproval], now: datetime
) -> None:
    """Append to the journal in whose name the hub approved."""
    for one in standing:
        mine = [item for item in items if item.policy == one.name]
        detail = {"policy": one.id, "version": one.version, "approved_by": one.approved_by}
        note(connection, mine, EVENT, at=now, actor=HUB, detail=detail)


def _too_many(one: StandingApproval, number: int, plan_id: str) -> Problem:
    return Problem(
        what=f"The standing approval {one.id} would cover {number:,} changes; it is for {one.max_changes:,} at most",
        not_done="None of them was approved.",
        next_step="Look at a few of them, then approve them yourself:",
        commands=(f"pmohub writeback approve {plan_id}",),
        weight=Weight.WARNING,
    )
