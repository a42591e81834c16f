"""What a connector's test class says of its tool, and what the contract's tests make of it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from canonical.intake import Batch, Cursor, Quarantined
from canonical.problems import Problem
from canonical.records import Record
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.base import CustomField, Reader, Target, Writer

Key = tuple[EntityKind, str]


class ToolHooks(ABC):
    """A fresh tool for each test, and a team's hands on it.

    The tool holds at least three tasks (or projects) of one scope, one of them the target's, and enough for two batches
    if the connector can be told how much a batch holds.
    """

    secrets: ClassVar[Sequence[str]] = ()
    """Every credential that the connector was given; no message may hold it."""
    largest_batch: ClassVar[int] = 50_000
    """How many records and quarantined records a batch may hold, however much the tool holds."""
    target: ClassVar[Target]
    """A field of an existing item that holds text and that the hub may write; it comes with the records' `fields`."""
    values: ClassVar[tuple[str, str, str]] = ("first", "second", "third")
    """Three texts that the target takes."""

    unwatched: ClassVar[Sequence[Target]] = ()
    """Places, if the tool has such, where a team's edit in the moment of a write goes unnoticed.

    Their items may be made up.
    """
    custom_fields: ClassVar[Sequence[CustomField]] = ()
    """What the kind says of the custom fields that the reader's options declare."""

    @abstractmethod
    def reader(self) -> Reader:
        """Make a new reader of the tool, with `target.carrier` among its carriers."""

    @abstractmethod
    def writer(self) -> Writer:
        """Make a new writer to the tool."""

    @abstractmethod
    def team_sets(self, value: str) -> None:
        """Set the target's value as somebody of the team would."""

    @abstractmethod
    def team_deletes(self) -> Key:
        """Delete an item other than the target's; say which."""

    @abstractmethod
    def spoil(self) -> Key:
        """Change an item other than the target's so that it can no longer be mapped; say which."""

    @abstractmethod
    def hide(self) -> None:
        """Let a part that is not the target's become unreadable: a forbidden project, a broken file."""

    @abstractmethod
    def take_down(self) -> None:
        """Let nothing of the tool be readable any more."""

    @abstractmethod
    def state(self) -> object:
        """Give everything that the tool holds, in a form that can be compared."""


def drained(reader: Reader, cursor: Cursor | None = None) -> list[Batch]:
    """Pull to the end."""
    return list(reader.pull(cursor))


def records_of(batches: Iterable[Batch]) -> dict[Key, Record]:
    """Give the last version of each record."""
    return {(record.entity, record.external_id): record for batch in batches for record in batch.records}


def quarantined_of(batches: Iterable[Batch]) -> list[Quarantined]:
    """Give what could not be mapped."""
    return [quarantined for batch in batches for quarantined in batch.quarantined]


def value_of(records: dict[Key, Record], target: Target) -> FieldValue:
    """Give the target's value as the pull gave it."""
    record = records[target.entity, target.external_id]
    return record.fields[target.field] if target.field in record.fields else getattr(record, target.field)


def in_words(problems: Iterable[Problem]) -> str:
    """Give all the words of problems."""
    return "\n".join(
        " ".join((problem.what, problem.where, problem.not_done, problem.next_step, problem.excerpt, *problem.commands))
        for problem in problems
    )
