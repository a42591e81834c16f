"""`pmohub serve`: everything by its schedule, until somebody stops it."""

from pathlib import Path
from typing import TYPE_CHECKING

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption
from pmohub.cli.output import Output

if TYPE_CHECKING:
    from pmohub.serving.signals import Asked


def serve(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Read every connector by its schedule, apply the standards, send what is approved; until it is stopped.

    Each run has a process of its own: a tool that hangs delays nobody else. SIGTERM and SIGINT let the runs in hand end
    at their next batch; SIGHUP reads the configuration anew, and a wrong one is refused. A database server that is
    not there is waited for.
    """
    from pmohub.serving.signals import heard

    with heard() as asked:
        return _served(config, asked)


def _served(config: Path, asked: "Asked") -> int:
    from canonical.logs import logger
    from canonical.problems import ConfigurationError
    from pmohub.cli.session import ready
    from pmohub.composition import composed
    from pmohub.config import inspect
    from pmohub.logs import lines
    from pmohub.serving.http import answering
    from pmohub.serving.reaching import comes
    from pmohub.serving.service import Service

    output = Output.standard()
    reading = inspect(config)
    if reading.configuration is None or reading.problems:
        raise ConfigurationError(*reading.problems)
    log = logger()
    with lines(reading.configuration, service=True), composed(reading.configuration) as hub:
        service = Service(hub, asked)
        with asked.stops(), answering(service) as address:
            if comes(hub.engine, asked):
                ready(hub, output.err)
                service.begin()
                number = len(hub.configuration.connectors)
                version = hub.configuration.version
                log.info("service begun", config=version, connectors=number, address=address or "none")
                service.wait()
        log.info("service ended")
        hub.engine.dispose()
    return exits.DONE
