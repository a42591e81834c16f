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

__all__ = ["OURS", "bound", "harmless", "keep_out", "logger", "placed"]

OURS = "pmohub"
"""The name under which all our lines go to the standard library's logging."""
HIDDEN = "[secret]"
bound = bound_contextvars
"""Tie the lines of a block to a run, a connector, a stage."""
_secrets: tuple[str, ...] = ()

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


def keep_out(secret: str) -> None:
    """Never write this text into a line from now on."""
    global _secrets  # noqa: PLW0603  # replaced whole, for another thread may be writing a line
    if secret not in _secrets:
        # The longest first: of one that begins like another, the end would be left.
        _secrets = tuple(sorted((*_secrets, secret), key=len, reverse=True))


def harmless(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take every secret that was read out of a line."""
    return {name: _without_secrets(value) for name, value in event.items()}


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


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        for secret in _secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return {_without_secrets(name): _without_secrets(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(part) for part in value]
    return value if isinstance(value, bool | int | float | None) else _without_secrets(str(value))
