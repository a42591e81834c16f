"""Faults of the program, told without the error's own words, which may hold anything."""

from collections.abc import Sequence
from pathlib import Path
from traceback import extract_tb

from canonical.problems import Problem


def fault_of(subject: str, error: Exception, *, not_done: str, next_step: str, commands: Sequence[str] = ()) -> Problem:
    """Tell what failed by a fault of the program, of which kind, and in which line of which file."""
    frames = extract_tb(error.__traceback__)
    return Problem(
        what=f"{subject} failed by a fault of the program ({type(error).__name__}).",
        where=f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "",
        not_done=not_done,
        next_step=next_step,
        commands=tuple(commands),
    )
