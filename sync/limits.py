"""Limits that keep writing safe: how much one run may write, what stops it, and what waits for somebody's look.

The numbers are those of the PMO's mode table: 200 changes and 20% a run, one write an item and day, the first five
writes of what is new, a stop at three refusals or two disputes; three refusals of a field pause that field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from zoneinfo import ZoneInfo

from canonical.problems import Problem
from canonical.store.stops import Stop
from canonical.store.writebacks import State, WriteBack
from sync.scheduling.quiet import Peace

UTC = ZoneInfo("UTC")
Peaces: TypeAlias = Mapping[str, Peace]
"""By department: when it is left in peace. One that is not named may be written to at any time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be written before a person must let it through, and in whose day days begin.

    `max_changes_per_run` and `max_overwrite_share` hold a plan's part for one connector. `stop_after_refusals` and
    `stop_after_disputes` stop a run for a connector, `pause_field_after_refusals` one field of it. `first_writes` of a
    new field or connector are sent before somebody looks (0: no look is asked for). `peaces`: what is approved for a
    department that is left in peace stays approved, and does not age in its blackouts.
    """

    max_changes_per_run: int = 200
    max_overwrite_share: float = 0.2
    stop_after_refusals: int = 3
    stop_after_disputes: int = 2
    pause_field_after_refusals: int = 3
    first_writes: int = 5
    writes_per_item_and_day: int = 1
    zone: ZoneInfo = UTC
    peaces: Peaces = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What went wrong in one run for one connector. Undoing what a team changed since is no dispute: it asks."""

    limits: Limits
    refused: int = 0
    disputed: int = 0
    reached: str | None = None

    def count(self, item: WriteBack, state: State) -> str | None:
        """Count how a write ended; give in words the limit that is reached with it."""
        self.refused += state is State.REFUSED
        self.disputed += state in (State.STALE, State.OVERTOOK) and item.undo_of is None
        if self.reached is not None:
            return self.reached
        if self.refused >= self.limits.stop_after_refusals:
            self.reached = f"{self.refused} writes were refused in one run (writeback.stop_after_refusals)"
        elif self.disputed >= self.limits.stop_after_disputes:
            self.reached = f"{self.disputed} writes met a team's edit in one run (writeback.stop_after_disputes)"
        return self.reached


def held_back(items: Sequence[WriteBack], filled: Mapping[tuple[str, str], int], limits: Limits) -> dict[str, str]:
    """Give by connector why its items wait: more changes, or a larger share of values replaced, than one run may make.

    `filled` counts the items that hold a value, by connector and field, so that the share has its denominator.
    """
    reasons: dict[str, str] = {}
    for connector in sorted({item.connector for item in items}):
        mine = [item for item in items if item.connector == connector]
        if len(mine) > limits.max_changes_per_run:
            most = limits.max_changes_per_run
            reasons[connector] = f"{len(mine):,} changes; writeback.max_changes_per_run is {most:,}"
        for name in sorted({item.field for item in mine}):
            replaced = sum(item.field == name and item.before is not None for item in mine)
            of = filled.get((connector, name), 0)
            if replaced and replaced > limits.max_overwrite_share * of:
                share = f"{replaced:,} of {of:,} values of {name} would be replaced, {replaced / of:.0%}"
                reasons[connector] = f"{share}; writeback.max_overwrite_share is {limits.max_overwrite_share:.0%}"
    return reasons


def stopped(stop: Stop, left: int) -> Problem:
    """Say that writing is stopped, why, what was left unsent, and how a person lets it start again."""
    name, field = stop.connector, stop.field
    changes = (
        "1 approved change was not sent; it stays"
        if left == 1
        else f"{left:,} approved changes were not sent; they stay"
    )
    return Problem(
        what=f"Writing to {name} is stopped" if field is None else f"{field} is no longer written to {name}",
        where=stop.reason,
        not_done=f"{changes} approved." if left else "Nothing more of it is sent.",
        next_step="Find out why; then let it start again:",
        commands=(f"pmohub writeback resume {name}{f' {field}' if field else ''}", "pmohub writeback apply"),
    )
