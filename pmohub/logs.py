"""Where lines about what the program does go: a file, standard error, or nowhere; as `[log]` says."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import WatchedFileHandler

import orjson
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level
from structlog.typing import EventDict, Processor, WrappedLogger

from canonical.logs import OURS, harmless, placed
from canonical.problems import ConfigurationError, Problem
from pmohub.config import Configuration
from pmohub.config.model import LogFormat, LogTable

HEAD = ("timestamp", "level", "event")
PLACE = ("connector", "run", "stage")


@contextmanager
def lines(configuration: Configuration, *, service: bool = False) -> Iterator[None]:
    """Write lines while the block runs.

    They go to the file that is configured; without one to standard error, and there only if the configuration gives a
    level or a `service` runs, for a command says what happened on the screen already. Other libraries' lines come along
    from warnings on.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    table = configuration.log
    if table.file is None and not service and "level" not in table.model_fields_set:
        yield
        return
    handler = _handler(configuration)
    handler.setFormatter(_formatter(table))
    ours, everything = logging.getLogger(OURS), logging.getLogger()
    before = ours.level
    ours.setLevel(table.level.upper())
    everything.addHandler(handler)
    try:
        yield
    finally:
        everything.removeHandler(handler)
        ours.setLevel(before)
        handler.close()


def _handler(configuration: Configuration) -> logging.Handler:
    if configuration.log.file is None:
        return logging.StreamHandler(sys.stderr)
    path = configuration.folder / configuration.log.file
    try:
        return WatchedFileHandler(path, encoding="utf-8")  # another program may rotate it meanwhile
    except OSError as error:
        raise ConfigurationError(
            Problem(
                what=f"The log cannot be written to {path}: {(error.strerror or 'it failed').lower()}",
                where=configuration.source.where(("log", "file")),
                not_done="Nothing was read or written.",
                next_step="Make its folder, let this user write there, or name another file.",
            )
        ) from error


def _formatter(table: LogTable) -> logging.Formatter:
    shared: list[Processor] = [add_log_level, TimeStamper(fmt="iso", utc=True), placed, harmless]
    last: Processor = JSONRenderer(serializer=_json) if table.format is LogFormat.JSON else plain
    return ProcessorFormatter(processors=[*shared, ProcessorFormatter.remove_processors_meta, last])


def _json(event: EventDict, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()


def plain(_: WrappedLogger, __: str, event: EventDict) -> str:
    """Write a line for people and grep: when, how grave, what, then each fact that is known as name=value."""
    known = {name: value for name, value in event.items() if value is not None and value != ""}
    order = [name for name in PLACE if name in known] + [name for name in known if name not in (*PLACE, *HEAD)]
    facts = " ".join(f"{name}={_shown(event[name])}" for name in order)
    head = f"{event['timestamp']} {event['level']:<7} {_one_line(str(event['event']))}"
    return f"{head} {facts}" if facts else head


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return _one_line(text) if text and " " not in text else orjson.dumps(text).decode()


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
