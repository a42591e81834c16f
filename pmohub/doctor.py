"""How the hub itself is: its store, clock and disk, what is late, what waits for a person, what is about to end."""

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from canonical.database import place, reading
from canonical.migrations import is_current
from canonical.problems import Problem, ProblemError, Weight, problems_of
from canonical.schema.operations import quarantine
from canonical.schema.writing import writeback
from canonical.store.connectors import states
from canonical.store.holds import holds
from canonical.store.leases import clock
from canonical.store.stops import stops
from canonical.store.undecided import Waiting, approved, proposed
from canonical.store.writebacks import IN_FLIGHT
from canonical.upkeep.consistency import check as contradictions
from pmohub.composition import Hub, foreign_packages
from pmohub.lateness import late
from pmohub.portfolio import left_behind
from pmohub.serving.standings import standings
from sync.limits import stopped

DATABASE = "Database"
LEAST_FREE = 1 << 30
"""Bytes of free disk under which a store may be unable to grow."""
SKEW = timedelta(seconds=30)
SOON = timedelta(days=14)
LONG = timedelta(days=7)
"""How long proposed changes may wait for a decision before that is told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what is so in a few words, and what is wrong with it."""

    title: str
    found: str
    problems: tuple[Problem, ...] = ()


def examine(hub: Hub, wall: datetime) -> Iterator[Finding]:
    """Look at everything, one after the other; what stands in the store only where it can be read.

    `wall` is this machine's own time, which a shifted calendar does not change.
    """
    yield _program()
    yield _disk(hub)
    try:
        if not is_current(hub.engine):
            old = Problem("Its layout is older than this program", place(hub.engine), commands=("pmohub db upgrade",))
            yield Finding(DATABASE, "not ready", (old,))
            return
        # The clock first: `wall` grows old while a large store is looked through.
        for look in (_clock, _database, _schedules, _credentials, _writing, _waiting):
            yield look(hub, wall)
    except ProblemError as error:
        yield Finding(DATABASE, "cannot be used", problems_of(error))


def _program() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Program", f"Python {version}", tuple(foreign_packages()))


def _database(hub: Hub, _: datetime) -> Finding:
    return Finding(DATABASE, place(hub.engine), tuple(contradictions(hub.engine)))


def _disk(hub: Hub) -> Finding:
    if hub.engine.dialect.name != "sqlite":
        return Finding("Disk", "the database server's own affair")
    folder = Path(hub.engine.url.database or "").resolve().parent
    if not folder.is_dir():  # what is wrong with that is told of the database
        return Finding("Disk", "not known, the database's folder is not there")
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):,.1f} GB free for the database"
    low = Problem("Little room is left", str(folder), next_step="Free some space, or move the database.")
    return Finding("Disk", found, (low,) if free < LEAST_FREE else ())


def _clock(hub: Hub, wall: datetime) -> Finding:
    with reading(hub.engine) as connection:
        skew = abs(clock(connection).astimezone(UTC) - wall)
    if skew <= SKEW:
        return Finding("Clock", "this machine and the database agree")
    step = "Leases go by the database's clock, schedules by this one's. Let both be set by the network (NTP)."
    apart = Problem(f"This machine and the database are {skew.total_seconds():,.0f} s apart", next_step=step)
    return Finding("Clock", f"{skew.total_seconds():,.0f} s apart", (apart,))


def _schedules(hub: Hub, _: datetime) -> Finding:
    now = hub.now()
    scheduled = sum(one is not None for _, one in standings(hub, now))
    left = left_behind(hub.engine, hub.configuration.declared)
    found = f"{scheduled} of {len(hub.configuration.connectors)} connectors have one"
    return Finding("Schedules", found, (*late(hub, now), *left))


def _credentials(hub: Hub, wall: datetime) -> Finding:
    ends = {one.id: one.credential_expires_at for one in states(hub.engine) if one.credential_expires_at is not None}
    step = "Put a new one where the configuration's reference points to."
    soon = [
        Problem(f"The credential of {name} ends on {end:%d %b %Y}", next_step=step)
        for name, end in ends.items()
        if end - wall <= SOON
    ]
    return Finding("Credentials", f"{len(ends)} with a known end" if ends else "none whose end is known", tuple(soon))


def _waiting(hub: Hub, _: datetime) -> Finding:
    held = [one.problem for one in holds(hub.engine)]
    with reading(hub.engine) as connection:
        kept = _number(connection.execute(select(func.count()).select_from(quarantine)).scalar())
    return Finding("Waiting for a person", f"{kept:,} in quarantine" if kept else "nothing in quarantine", tuple(held))


def _writing(hub: Hub, _: datetime) -> Finding:
    now = hub.now()
    with reading(hub.engine) as connection:
        problems = [stopped(one, 0) for one in stops(connection)]
        unsettled = _number(connection.execute(select(func.count()).where(writeback.c.state.in_(IN_FLIGHT))).scalar())
        undecided, unsent = proposed(connection), approved(connection)
    if unsettled:
        begun = f"{unsettled:,} writes were begun and not seen through"
        problems.append(Problem(begun, commands=("pmohub writeback apply",)))
    if undecided.since is not None and now - undecided.since >= LONG:
        problems.append(_undecided(undecided, now))
    found = [
        f"{one.number:,} {what}, the oldest {_since(one.since, now)}"
        for one, what in ((undecided, "to decide on"), (unsent, "approved and not sent"))
        if one.since is not None
    ]
    return Finding("Write-back", "; ".join(found) or "no change waits", tuple(problems))


def _undecided(found: Waiting, now: datetime) -> Problem:
    return Problem(
        what=f"Proposed changes wait for a decision: {found.number:,}, the oldest {_since(found.since, now)}",
        not_done="They are written when somebody has approved them.",
        next_step="Look at them, then approve or reject:",
        commands=("pmohub writeback plan", "pmohub writeback approve"),
        weight=Weight.WARNING,
    )


def _since(moment: datetime | None, now: datetime) -> str:
    days = 0 if moment is None else (now - moment).days
    return f"for {days:,} {'day' if days == 1 else 'days'}" if days > 0 else "since today"


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) else 0


def is_well(found: Iterable[Finding]) -> bool:
    """Say whether nothing was found that somebody must mend."""
    return not any(problem.weight is Weight.ERROR for one in found for problem in one.problems)
