"""Work out who is who after every sync: people, projects, departments, references, and what follows from them.

The result depends on what is stored and configured, not on the order in which it came: a reference is found when
either side arrives, and lost again when it becomes ambiguous. Only rows whose result differs are written, and only
rows that something touched are looked at, with all that these may concern; other settings make it look at everything.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from canonical import unevaluated
from canonical.database import writing
from canonical.identity import scope
from canonical.identity.departments import keep_calendars, keep_departments
from canonical.identity.handing_on import hand_on
from canonical.identity.passes import Pass
from canonical.identity.settings import ConnectorDepartments, DepartmentSettings, ResolutionSettings
from canonical.identity.working_tables import create_working_tables, drop_working_tables
from canonical.schema.operations import resolution, unresolved
from canonical.store import Lease, require

__all__ = ["ConnectorDepartments", "DepartmentSettings", "ResolutionSettings", "Resolved", "resolve"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a resolution did: whether it looked at all rows, how many it wrote, and what is not resolved now."""

    everything: bool
    written: int
    unresolved: int


def resolve(engine: Engine, lease: Lease, settings: ResolutionSettings, run_id: str, now: datetime) -> Resolved:
    """Bring everything derived up to date, in one transaction; a second time it writes nothing.

    Raises:
        LeaseLostError: the lease expired or was taken over; nothing was stored.
        ConfigurationError: a department's holiday region is not known; nothing was stored.
    """
    fingerprint = settings.fingerprint()
    with writing(engine) as connection:
        require(connection, lease)
        keep_departments(connection, settings)
        everything = scope.concerns_everything(connection, fingerprint)
        since = scope.resolved_at(connection)
        another_day = since is not None and since.date() != now.date()
        looking = everything or another_day or scope.anything_touched(connection)
        create_working_tables(connection)
        written = 0
        if looking:
            scope.take_touched(connection, everything=everything)
            if since is not None and not everything:
                scope.widen_to_past(connection, since, now)
            written = Pass(connection, settings, now, everything=everything).run()
        grew = keep_calendars(connection, settings, now, everything=everything)
        if everything or grew:
            unevaluated.look_at_everything(connection)
        elif looking:
            hand_on(connection)
        drop_working_tables(connection)
        if looking:
            connection.execute(delete(resolution))
            connection.execute(insert(resolution).values(id=1, settings=fingerprint, run_id=run_id, at=now))
        left = connection.execute(select(func.count()).select_from(unresolved)).scalar_one()
    return Resolved(everything, written, left)
