"""How the configured connectors stand by their schedules, read from the store: for the service, and for `status`."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from canonical.store.attempts import attempts
from canonical.store.connectors import is_retired
from pmohub.composition import Hub, department_zone, timetable
from pmohub.config import Configuration, Connector
from sync.scheduling.standing import Retry, Standing, standing


def retry(configuration: Configuration) -> Retry:
    """Say how long a failing connector is left alone."""
    serve = configuration.serve
    return Retry(timedelta(seconds=serve.retry_seconds), timedelta(seconds=serve.longest_retry_seconds))


def standing_of(hub: Hub, connector: Connector, now: datetime) -> Standing | None:
    """Say how a connector stands at a moment; None for one that is read by hand, or no more.

    Raises:
        StoreError: the database cannot be read.
    """
    table = timetable(hub.configuration, connector)
    if table is None or is_retired(hub.engine, connector.id):
        return None
    return standing(table, attempts(hub.engine, connector.id, now), retry(hub.configuration), now)


def standings(hub: Hub, now: datetime) -> Iterator[tuple[str, Standing | None]]:
    """Give each configured connector with how it stands.

    Raises:
        StoreError: the database cannot be read.
    """
    for connector in hub.configuration.connectors.values():
        yield connector.id, standing_of(hub, connector, now)


def is_still_due(hub: Hub, name: str) -> bool:
    """Say whether a connector that was enqueued is to be read: another process may have been at it meanwhile.

    Raises:
        StoreError: the database cannot be read.
    """
    connector = hub.configuration.connectors.get(name)
    now = hub.now()
    found = standing_of(hub, connector, now) if connector is not None else None
    return found is not None and found.due <= now


def days(configuration: Configuration, moment: datetime) -> dict[str, date]:
    """Give the day that it is for each department, and for the hub."""
    names = ("", *configuration.departments)
    return {name: moment.astimezone(department_zone(configuration, name)).date() for name in names}
