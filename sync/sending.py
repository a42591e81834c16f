"""What a sending works with: the two objects of one connector, its lease and limits, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Engine

from canonical.problems import Problem
from canonical.store.leases import Lease
from canonical.store.writebacks import WriteBack
from connectors.base import FieldChange, Reader, Target, Writer
from sync.limits import Limits, Peaces, Tally
from sync.scheduling.quiet import may_write
from sync.standing_approvals import StandingApproval

Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Hand:
    """The two objects with which one connector is written, the lease under which it happens, and what it respects.

    `lifted`: on whose word, and why, something is sent although its department is to be left in peace; it stands in
    the journal. `standing`: the standing approvals, of which some may have ended since the plan was made. `run`: the
    run as which it happens, which somebody may ask to stop.
    """

    connector: str
    reader: Reader
    writer: Writer
    lease: Lease
    limits: Limits = field(default_factory=Limits)
    lifted: "Lifted | None" = None
    standing: Sequence[StandingApproval] = ()
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Lifted:
    """A person who lets something be sent although its department is to be left in peace, and the reason."""

    by: str
    reason: str


@dataclass(slots=True)
class Applied:
    """What an apply did: each item with its outcome, what was settled of earlier runs, and problems in words.

    `waiting`: what stays approved because its department is left in peace.
    """

    ended: list[WriteBack] = field(default_factory=list)
    settled: list[WriteBack] = field(default_factory=list)
    waiting: list[WriteBack] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sending:
    """One run for one connector: by whom, by which clock, what it did so far and what went wrong in it."""

    engine: Engine
    hand: Hand
    clock: Clock
    actor: str
    tally: Tally
    done: Applied = field(default_factory=Applied)

    @property
    def connector(self) -> str:
        """The connector that is written."""
        return self.hand.connector


def target_of(item: WriteBack) -> Target:
    """Name the place of a write-back as connectors know it."""
    return Target(item.entity, item.external_id, item.field, item.carrier)


def change_of(item: WriteBack) -> FieldChange:
    """Give what a connector is asked to do."""
    return FieldChange(target_of(item), before=item.before, after=item.after)


def asleep(item: WriteBack, peaces: Peaces, now: datetime) -> bool:
    """Say whether a change is for a department that is left in peace now."""
    return item.department_id in peaces and not may_write(peaces[item.department_id], now)
