"""Changes of a connector as a whole: its tool moved, it is used no more, everything of it is to go.

Each is one transaction under the connector's lease and the hub's, and a run of its own. Rehearsing changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from canonical.database import then_writing, writing
from canonical.intake import Listing
from canonical.moving import Movement, carry_over, match, put_beside, staging
from canonical.problems import ConfigurationError, Problem
from canonical.purging import forget_freed_pages, purge
from canonical.store import Lease, RunKind, require
from canonical.store.changes import Origin
from canonical.store.connectors import ConnectorState, point_to, retire, state
from connectors.base import Reader
from sync.hub import HubRun, hub_run
from sync.leases import connector_lease, held
from sync.plan import sound_plans_kept
from sync.runs import ConnectorSetup, Worker

NOTHING = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Moved:
    """From where to where a connector points, what of it was found again there, and what could not be mapped there.

    `complete`: all of the new place was shown.
    """

    before: str
    now: str
    movement: Movement
    complete: bool
    quarantined: int


def move(engine: Engine, setup: ConnectorSetup, worker: Worker, *, really: bool) -> Moved:
    """Read the new place from the beginning and take ids, history, deviations and waivers along.

    Raises:
        ConfigurationError: the connector was never read, or points where it always did.
        ToolError: the new place cannot be read; nothing was changed.
        LeaseHeldError: it is being worked on.
    """
    known = known_connector(engine, setup.id)
    reader = setup.open_reader()
    before, now = known.fingerprint, reader.fingerprint()
    if before is None or before == now:
        raise ConfigurationError(_same_place(setup.id, now))
    with staging(engine) as connection:
        if not really:
            complete, quarantined = _read(connection, reader)
            return Moved(before, now, match(connection, setup.id), complete, quarantined)
        with _change(engine, worker, RunKind.MOVE, setup.id, setup.config_version) as (run, lease):
            with run.stages("read"):
                complete, quarantined = _read(connection, reader)
            with run.stages("carry over"), then_writing(connection):
                require(connection, lease)
                require(connection, run.lease)
                movement = match(connection, setup.id)
                with sound_plans_kept(connection, setup.id):
                    carry_over(connection, Origin(setup.id, run.id, worker.clock()), before, complete=complete)
                point_to(connection, setup.id, now)
            run.outcomes |= outcomes(movement)
    return Moved(before, now, movement, complete, quarantined)


def outcomes(movement: Movement) -> dict[str, int]:
    """Count what was found again and what was not."""
    parts = {
        "found by key": movement.by_key,
        "found by id": movement.by_id,
        "found by name": movement.by_name,
        "found by content": movement.by_content,
        "left behind": movement.left,
        "new there": movement.new,
    }
    return {name: sum(counts.values()) for name, counts in parts.items()}


def retire_connector(engine: Engine, connector_id: str, worker: Worker, *, undo: bool = False) -> None:
    """Read a connector no more: what is stored of it stays as it is, its deviations are frozen. `undo`: read it again.

    Raises:
        ConfigurationError: there is no such connector.
        LeaseHeldError: it is being worked on.
    """
    known_connector(engine, connector_id)
    with _change(engine, worker, RunKind.RETIRE, connector_id) as (run, lease), writing(engine) as connection:
        require(connection, lease)
        require(connection, run.lease)
        retire(connection, connector_id, None if undo else worker.clock())


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows of each table are erased, or would be, and what a person should know of it."""

    rows: Mapping[str, int]
    problems: Sequence[Problem] = ()


def purge_connector(engine: Engine, connector_id: str, worker: Worker, *, really: bool) -> Purged:
    """Erase everything of a connector and count it by table; the run that did it keeps the counts.

    Raises:
        ConfigurationError: there is no such connector.
        LeaseHeldError: it is being worked on.
    """
    known_connector(engine, connector_id)
    if not really:
        return Purged(_counted(engine, connector_id))
    with _change(engine, worker, RunKind.PURGE, connector_id) as (run, lease):
        with writing(engine) as connection:
            require(connection, lease)
            require(connection, run.lease)
            with sound_plans_kept(connection, connector_id):
                counts = purge(connection, connector_id, run.id)
        run.outcomes |= counts
        run.problems += filter(None, [forget_freed_pages(engine)])
        return Purged(counts, tuple(run.problems))


def known_connector(engine: Engine, connector_id: str) -> ConnectorState:
    """Give what is known of a connector.

    Raises:
        ConfigurationError: nothing is.
    """
    known = state(engine, connector_id)
    if known is None:
        raise ConfigurationError(
            Problem(
                what=f"Nothing is stored of a connector “{connector_id}”",
                not_done=NOTHING,
                next_step="See which there are:",
                commands=("pmohub status",),
            )
        )
    return known


def _counted(engine: Engine, connector_id: str) -> dict[str, int]:
    with writing(engine) as connection:
        rehearsal = connection.begin_nested()
        counts = purge(connection, connector_id, "")
        rehearsal.rollback()
    return counts


@contextmanager
def _change(
    engine: Engine, worker: Worker, kind: RunKind, connector_id: str, version: str | None = None
) -> Iterator[tuple[HubRun, Lease]]:
    with (
        held(engine, connector_lease(connector_id), worker.holder, worker.lease_ttl) as lease,
        hub_run(engine, worker, kind, version, connector=connector_id) as run,
    ):
        yield run, lease


def _read(connection: Connection, reader: Reader) -> tuple[bool, int]:
    """Put everything that the place shows beside what is stored; say whether it was all, and how much did not map."""
    under_way = set[Listing]()
    quarantined = 0
    for batch in reader.pull(None):
        under_way |= set(batch.begins)
        under_way -= set(batch.complete)
        quarantined += len(batch.quarantined)
        put_beside(connection, batch.records)
    return not under_way and not quarantined, quarantined


def _same_place(connector_id: str, place: str) -> Problem:
    return Problem(
        what=f"{connector_id} points at {place}, as it did when it was last read",
        where=f"connectors.{connector_id}",
        not_done=NOTHING,
        next_step="Write the new address into the configuration first, then see what is found again there:",
        commands=(f"pmohub connector move {connector_id}",),
    )
