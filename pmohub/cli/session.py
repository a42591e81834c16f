"""What many commands begin with: the configuration, the connectors that were named, the hub with its store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from canonical.problems import ConfigurationError, Problem
from pmohub.cli.output import Screen
from pmohub.composition import Hub, composed
from pmohub.config import Connector, Reading, inspect
from pmohub.config.complaints import nearest
from pmohub.logs import lines


@contextmanager
def hub_for(config: Path, names: Sequence[str]) -> Iterator[tuple[Hub, list[Connector]]]:
    """Give the hub and the named connectors, all when none is named; other connectors may be wrong."""
    reading = inspect(config)
    connectors = named(reading, names, config)
    if reading.configuration is not None:
        with lines(reading.configuration), composed(reading.configuration) as hub:
            yield hub, connectors


@contextmanager
def store_for(config: Path, err: Screen, *, strict: bool = False) -> Iterator[Hub]:
    """Give the hub with its store ready to use; `strict` asks that the configuration be right as a whole.

    Raises:
        ConfigurationError: the configuration, or as much of it as is needed, is wrong.
        StoreError: the database cannot be used.
    """
    reading = inspect(config)
    if reading.configuration is None or (strict and reading.problems):
        raise ConfigurationError(*reading.problems)
    with lines(reading.configuration), composed(reading.configuration) as hub:
        ready(hub, err)
        try:
            yield hub
        finally:
            hub.engine.dispose()


def ready(hub: Hub, err: Screen) -> None:
    """Bring the database to this program's layout, and say so when there was something to do."""
    from canonical.migrations import is_current, upgrade

    if not is_current(hub.engine):
        upgrade(hub.engine)
        err.line(("The database is set up.", "dim"))


def named(reading: Reading, names: Sequence[str], config: Path) -> list[Connector]:
    """Give the connectors that were named, all when none was.

    Raises:
        ConfigurationError: the configuration is wrong, or a name is not in it.
    """
    configuration = reading.configuration
    if configuration is None:
        raise ConfigurationError(*reading.problems)
    for name in names:
        if name in reading.left_out:
            raise ConfigurationError(
                *(problem for problem in reading.problems if f"connectors.{name}" in problem.where)
            )
        if name not in configuration.connectors:
            raise ConfigurationError(_unknown(name, list(configuration.connectors), config))
    return [configuration.connectors[name] for name in names or configuration.connectors]


def _unknown(name: str, known: Sequence[str], config: Path) -> Problem:
    meant = nearest(name, known)
    return Problem(
        what=f"There is no connector “{name}”",
        where=f"{config}, connectors",
        not_done="Nothing was read or written.",
        next_step=f"{f'Type {meant} instead. ' if meant else ''}Connectors: {', '.join(known) or 'none yet'}.",
    )
