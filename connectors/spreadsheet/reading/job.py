"""What the parent asks of the child for one file, and what the child answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from canonical.intake import Listing, Quarantined
from canonical.problems import Problem
from canonical.vocabulary import EntityKind
from connectors.spreadsheet.config import Column, SpreadsheetOptions

IDLE_SECONDS = 10
"""A child without work ends itself after so long; it also ends with its parent, whose end closes its input."""


class Task(StrEnum):
    """What to do with a file: read all that is mapped, find some cells, or look at all sheets for a mapping."""

    READ = "read"
    LOCATE = "locate"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One cell to find: the record that its row is, the field's name, and the heading of its column."""

    entity: EntityKind
    external_id: str
    field: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with one file. `place` is its path as people see it; `workbook` its id; `url` its link.

    `before` counts the rows of each listing at the last sync. `wanted` are the cells to find.
    """

    path: str
    place: str
    workbook: str
    url: str
    options: SpreadsheetOptions
    timezone: str
    carriers: Mapping[EntityKind, Mapping[str, Column]]
    before: Mapping[str, int] = field(default_factory=dict)
    task: Task = Task.READ
    wanted: Sequence[Wanted] = ()


@dataclass(slots=True)
class Chunk:
    """A step of a file. The last one says which listings the mapping means here (`meant`, by name), and of which
    entities it names a sheet that is not there or was not read (`missing`), so that what was read before may still be
    somewhere. `sure`: all rows that it means were read."""

    records: Sequence[tuple[EntityKind, dict[str, Any]]] = ()
    quarantined: Sequence[Quarantined] = ()
    begins: Sequence[Listing] = ()
    complete: Sequence[Listing] = ()
    problems: Sequence[Problem] = ()
    derived: Sequence[tuple[EntityKind, dict[str, Any]]] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    meant: Sequence[str] = ()
    missing: Sequence[str] = ()
    sure: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a task other than reading gave."""

    found: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The file cannot be read, or not to its end. `passes`: see `UnreadableFileError`."""

    problem: Problem
    passes: bool = False


def listing_name(listing: Listing) -> str:
    """Name a listing in a cursor."""
    return f"{listing.entity.value}:{listing.scope}"
