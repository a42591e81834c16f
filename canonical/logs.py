"""Lines about what the program does, each with the run, connector and stage in which it happened.

Silent until the application says where they go (`pmohub.logs`). What an error says in its own words is never written,
it may hold anything: an error is its type and the places it came through. A secret that was read is never written.
"""

import logging
import sys
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import EventDict, WrappedLogger

from canonical import discretion

__all__ = ["OURS", "bound", "harmless", "logger", "placed"]

OURS = "pmohub"
"""The name under which all our lines go to the standard library's logging."""
bound = bound_contextvars
"""Tie the lines of a block to a run, a connector, a stage."""

logging.getLogger(OURS).addHandler(logging.NullHandler())


def logger() -> structlog.stdlib.BoundLogger:
    """Give what to write lines with; an event is a few words, its facts are named."""
    wrapped: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(OURS),
        processors=[
            structlog.stdlib.filter_by_level,
            merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return wrapped


def harmless(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take every secret that was read out of a line."""
    return {name: _told(value) for name, value in event.items()}


def placed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Tell an error by its type and the places it came through, without its words."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["fault"] = type(error).__name__
        event["through"] = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)
        ]
    return event


def _told(value: Any) -> Any:
    """Give a fact without secrets; what is no text is made one first, for it will be."""
    if isinstance(value, dict):
        return {_told(name): _told(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_told(part) for part in value]
    return discretion.harmless(value if isinstance(value, str | bool | int | float | None) else str(value))
