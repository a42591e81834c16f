"""The one form in which something that went wrong is told to a person."""

from dataclasses import dataclass, field
from enum import StrEnum

from canonical.discretion import harmless


class Weight(StrEnum):
    """How much a problem holds up."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, where, what was not done because of it, and what to do next.

    `where` is exact: file, line and key; workbook, sheet and cell; request and its answer. `excerpt` holds the
    lines of the file around the place, when the place is in a file that a person wrote. `commands` are lines to
    type as they stand. A secret that was read is in none of them, whatever a tool said.
    """

    what: str
    where: str = ""
    not_done: str = ""
    next_step: str = ""
    weight: Weight = Weight.ERROR
    excerpt: str = ""
    commands: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        for name in ("what", "where", "not_done", "next_step", "excerpt", "commands"):
            object.__setattr__(self, name, harmless(getattr(self, name)))


class ProblemError(Exception):
    """Raised with the problem that stops the work in hand; caught where the next connector or command goes on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


class ConfigurationError(ProblemError):
    """The configuration, a standard or a mapping must be mended before anything is read (exit code 2)."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0])
        self.problems = problems


class ToolError(ProblemError):
    """A tool or a file refused, was down or answered garbage (exit code 3)."""


class LimitError(ProblemError):
    """A guard stopped the work before the first step (exit code 4)."""


def problems_of(error: ProblemError) -> tuple[Problem, ...]:
    """Give every problem that an error carries."""
    return error.problems if isinstance(error, ConfigurationError) else (error.problem,)
