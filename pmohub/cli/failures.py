"""Tells what stopped a command, and gives its exit code. A person's mistake never ends in a traceback."""

import tempfile
import traceback
from importlib.metadata import version
from pathlib import Path

from canonical.discretion import harmless
from canonical.problems import ConfigurationError, LimitError, Problem, ProblemError, ToolError
from pmohub.cli import exits
from pmohub.cli.output import Output


def told(error: BaseException) -> int:
    """Print the problem on standard error."""
    err = Output.standard().err
    for number, problem in enumerate(_problems(error)):
        if number:
            err.line()
        err.problem(problem)
    return _code(error)


def _code(error: BaseException) -> int:
    match error:
        case ConfigurationError():
            return exits.CONFIGURATION
        case LimitError():
            return exits.LIMIT
        case KeyboardInterrupt():
            return exits.INTERRUPTED
        case ProblemError() if not _is_failure(error):
            return exits.CONFIGURATION
        case _ if hasattr(error, "exit_code"):
            return int(error.exit_code)
        case _:
            return exits.TOOL_FAILED


def _is_failure(error: ProblemError) -> bool:
    """Say whether a tool or the database failed; any other problem is something that a person asked for in vain."""
    from canonical.database import StoreError
    from canonical.store import LeaseLostError
    from sync.leases import LeaseHeldError

    return isinstance(error, ToolError | StoreError | LeaseLostError | LeaseHeldError)


def _problems(error: BaseException) -> tuple[Problem, ...]:
    if isinstance(error, ConfigurationError):
        return error.problems
    if isinstance(error, ProblemError):
        return (error.problem,)
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "Abort":
        return (Problem("Stopped", not_done="What was stored is kept.", next_step="Run the command again to go on."),)
    if hasattr(error, "format_message"):
        return (_usage(error),)
    if type(error).__module__.startswith("sqlalchemy"):
        return (_database(error),)
    return (_unexpected(error),)


def _usage(error: BaseException) -> Problem:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "pmohub"
    message = str(error.format_message()).replace("Value error, ", "").rstrip(".")  # type: ignore[attr-defined]  # asked for by the caller
    return Problem(
        message,
        where=command,
        not_done="Nothing was done.",
        next_step="See what can be typed:",
        commands=(f"{command} --help",),
    )


def _database(error: BaseException) -> Problem:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines() or ["no reason given"]
    return Problem(
        what=f"The database did not answer as it should: {lines[0]}",
        where="hub.database in the configuration",
        not_done="What was stored before is kept.",
        next_step="See that the server runs, or that the file may be written and its disk has room. Then type again.",
    )


def _unexpected(error: BaseException) -> Problem:
    with tempfile.NamedTemporaryFile(
        "w", prefix="pmohub-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"pmohub {version('pmohub')}\n")
        file.write(harmless("".join(traceback.format_exception(error))))
    return Problem(
        what=f"pmohub met something that it was not made for ({type(error).__name__})",
        where=str(Path(file.name)),
        not_done="The command stopped here. What was stored before is kept.",
        next_step="Report it with the file named above; look through it first, it may hold values of yours.",
    )
