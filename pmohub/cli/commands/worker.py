"""`pmohub worker`: one of many processes that share the work over PostgreSQL."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption
from pmohub.cli.output import Output

if TYPE_CHECKING:
    from pmohub.serving.signals import Asked


def worker(
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Jobs at a time in this process.", show_default="serve.workers"),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Do what serve does, on as many machines as you start it on: they share the work over one PostgreSQL database.

    A connector is read by one worker at a time; what a killed worker had in hand, another one takes up. Signals as for
    serve: SIGTERM and SIGINT end the runs in hand at their next batch, SIGHUP reads the configuration anew.
    """
    from pmohub.serving.signals import heard

    with heard() as asked:
        return _worked(config, workers, asked)


def _worked(config: Path, workers: int | None, asked: "Asked") -> int:
    from canonical.logs import logger
    from canonical.problems import ConfigurationError, Problem
    from pmohub.cli.session import ready
    from pmohub.composition import composed
    from pmohub.config import inspect
    from pmohub.logs import lines

    output = Output.standard()
    reading = inspect(config)
    configuration = reading.configuration
    if configuration is None or reading.problems:
        raise ConfigurationError(*reading.problems)
    with lines(configuration, service=True), composed(configuration) as hub:
        if hub.engine.dialect.name != "postgresql":
            problem = Problem(
                what="Workers share their work over PostgreSQL, and the store is SQLite.",
                where=configuration.source.where(("hub", "database")),
                not_done="No worker was started.",
                next_step="On one machine serve does all of it. For many, give hub.database a PostgreSQL address "
                "(postgresql://USER@HOST/DATABASE).",
                commands=("pmohub serve",),
            )
            raise ConfigurationError(problem)
        from pmohub.serving.jobs_schema import prepare
        from pmohub.serving.many import Workers
        from pmohub.serving.reaching import comes

        number = workers or configuration.serve.workers
        log = logger()
        with asked.stops():
            if comes(hub.engine, asked):
                ready(hub, output.err)
                prepare(hub.engine)
                known = len(configuration.connectors)
                log.info("worker begun", config=configuration.version, connectors=known, jobs=number)
                Workers(hub, number, asked).run()
        log.info("worker ended")
        hub.engine.dispose()
    return exits.DONE
