"""The contract that every connector keeps, small enough to implement in a day.

Reading and writing are two objects. Whoever only reads, plans or tries a dry run is never given the one that can write.
The contract suite in `pmohub.testing` holds a connector to every sentence below.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from canonical.discretion import harmless
from canonical.intake import Batch, Cursor
from canonical.problems import Problem
from canonical.records import Ref
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType


@dataclass(frozen=True, slots=True)
class Census:
    """Ids that can be seen now, and whether that is all of them.

    `complete`: the listing was neither cut short nor refused. `nothing_hidden`: the tool shows this account everything
    there is in the scope, so that what is missing has been deleted; without it, it may only be hidden from the account.
    `left_out`: ids that are there and that the configuration leaves out, `meant` without which that is the whole scope:
    what is stored of them is no part of the hub any more, as if it were deleted.

    `unlisted`: no ids are given, and that is as it should be, so that nothing is missing: pulls report each deletion,
    or the tool lists nothing of what it has put away, such as an archived project. Time entries that are unlisted are
    gone when their task is (`TimeEntry.task` names it by `id:`), in the same way.
    """

    entity: EntityKind
    scope: str
    external_ids: frozenset[str]
    complete: bool
    nothing_hidden: bool = False
    left_out: frozenset[str] = frozenset()
    meant: bool = True
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class DiscoveredField:
    """A field of the tool: its name, id and type there, allowed values, an example, and what it might be mapped to."""

    entity: EntityKind
    name: str
    id: str
    type: str
    place: str = ""
    allowed: Sequence[str] = ()
    examples: Sequence[str] = ()
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an admin needs to write a mapping: `mapping` is TOML to paste into the connector's table."""

    projects: Sequence[str]
    fields: Sequence[DiscoveredField]
    statuses: Mapping[str, int]
    people: Mapping[str, int]
    mapping: str
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field of the admin's own and its type. `option` is the key of the connector's table that declares it."""

    entity: EntityKind
    name: str
    type: FieldType
    option: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One field of one entity in the tool. `carrier` is where the field lives there: a column, a custom field."""

    entity: EntityKind
    external_id: str
    field: str
    carrier: str


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """What a target holds now. With a `problem` the value could not be read and nothing is known of it."""

    target: Target
    value: FieldValue
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field change to send: from the value last read to the approved one.

    `placeholder`: what an undo brings back where `after` is None, though the place was not empty: a word such as TBD
    that counts as empty.
    """

    target: Target
    before: FieldValue
    after: FieldValue
    placeholder: str = ""


class Outcome(StrEnum):
    """How a write ended."""

    APPLIED = "applied"
    ALREADY_TRUE = "already_true"
    STALE = "stale"
    OVERTOOK = "overtook"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The outcome of one change, the value read back after it where there is one, and the tool's reason in words.

    `later` says of a refusal that nothing was sent and that the reason passes by itself, as when somebody has the file
    open: the change stays approved and is tried at the next apply.
    """

    change: FieldChange
    outcome: Outcome
    read_back: FieldValue = None
    reason: str = ""
    later: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", harmless(self.reason))


class Precondition(StrEnum):
    """How surely a team's edit between our reading and our sending is kept.

    `hard`: the tool compares for us. `noticed`: what we replaced can be known afterwards and put back. `none`: neither;
    such a connector is never written under a directive mode.
    """

    HARD = "hard"
    NOTICED = "noticed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ConnectorContext:
    """What the hub tells a connector besides its own options.

    `folder` is that of the configuration file: relative paths start there. `carriers` are the template fields to read
    along (`Record.fields` holds them by name) and perhaps to write, by entity and field name; `carrier_types` says what
    those hold that have one type everywhere, the others come as the tool has them. `scratch` is a folder for temporary
    files.
    """

    id: str
    folder: Path
    timezone: ZoneInfo
    scratch: Path
    carriers: Mapping[EntityKind, Mapping[str, str]] = field(default_factory=dict)
    carrier_types: Mapping[EntityKind, Mapping[str, FieldType]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What reading has cost so far: requests (or files opened), and the seconds waited, by reason in words."""

    requests: int = 0
    waited: Mapping[str, float] = field(default_factory=dict)


class Known(Protocol):
    """What the hub holds of this connector, for a tool that names less than a reader has to know."""

    def tasks_of(self, time_entries: Collection[str]) -> Mapping[str, Ref]:
        """Give the task that each of these time entries was last stored with, as the entry named it (`id:10042`).

        Of entries that are gone, too; one that was never stored, or names no task, is left out.
        """

    def written(self) -> Collection[str]:
        """Give the tasks that the hub wrote since the last complete reading, the newest first.

        A tool's listings may lag behind; what is read too early would look as if a team had put the old value back.
        """


class NothingKnown:
    """What a reader knows outside a run of the hub."""

    def tasks_of(self, time_entries: Collection[str]) -> Mapping[str, Ref]:  # noqa: ARG002  # the protocol's shape
        """Know none."""
        return {}

    def written(self) -> Collection[str]:
        """Know none."""
        return ()


class Reader(ABC):
    """What can be read of a tool. Holds nothing that could change it.

    `lists_everything`: each pull lists completely what it read, so that no census is ever taken. `known`: what the hub
    holds; it sets this before it pulls, and a reader that never looks there loses nothing but what its tool leaves out.
    """

    lists_everything: ClassVar[bool] = False
    known: Known = NothingKnown()

    def stopping(self) -> bool:
        """Say whether somebody asked the run to stop, so that nothing is waited for any more; the hub replaces this."""
        return False

    def traffic(self) -> Traffic:
        """Say what this reader has cost the tool since it was made; nothing, if it does not count."""
        return Traffic()

    def credential_expires_at(self) -> datetime | None:
        """Say when the credential ends, an aware moment; None where the tool does not say, or there is none."""
        return None

    def account(self) -> Ref | None:
        """Say who this reader's credential is in the tool, as the actor of a reported change names it (`id:5b10...`).

        Asked once in each run, where the tool must be asked itself. None where nothing says so; the hub then knows its
        own writes in the tool's history by their value.

        Raises:
            ToolError: the tool cannot be asked.
        """
        return None

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the fields of which pulls report every change since the item was made (`Batch.changes`), by entity.

        What such a field was is then known also for the time before the hub first saw the item.
        """
        return {}

    @abstractmethod
    def fingerprint(self) -> str:
        """Name the instance (base URL and server id, workspace, folder) without asking for any data.

        Another fingerprint than last time stops a run before it reads.
        """

    @abstractmethod
    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Name the record fields that this connector can supply with its mapping, by entity; carriers as `fields.NAME`.

        Rules on others are not evaluable; that is one finding for the admin, not a deviation for each item. What it
        leaves out is forgotten of what was read before, so it follows from the mapping alone, never from what a tool
        happens to answer.
        """

    @abstractmethod
    def check(self) -> Iterable[Problem]:
        """Try credentials, mapping and carriers without changing anything; say each finding with its fix.

        An error means that nothing can be read; what stops a part while the rest is read is a warning.
        """

    @abstractmethod
    def describe(self) -> str:
        """Say in one line what was found ("5 workbooks, 1,204 rows"), for the table of `pmohub check`."""

    @abstractmethod
    def discover(self) -> Discovery:
        """List what an admin needs for a mapping, and suggest one."""

    @abstractmethod
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give everything that may have changed since `cursor` (None: everything), in bounded memory.

        Raises:
            ToolError: the tool cannot be read at all; what was given before stays valid.
        """

    def continues(self, fingerprint: str) -> bool:
        """Say whether what was stored under another fingerprint is part of what this reader reads, too."""
        return fingerprint == self.fingerprint()

    @abstractmethod
    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids visible now, cheaply; asked once a day for each scope, twice when something is missing.

        Raises:
            ToolError: the listing may not be read, or the tool is down; nothing follows from it.
        """

    def listed_anew(self) -> bool:
        """Say whether the last pull has just listed all that a census asks for, so that one costs next to nothing.

        Then a census is taken after it, however long ago the last one was.
        """
        return False

    def confirm_gone(self, entity: EntityKind, scope: str, external_ids: frozenset[str]) -> frozenset[str]:  # noqa: ARG002
        """Ask for each of what two listings did not show, by its id, and give those that cannot be seen in the scope.

        A listing may lag behind or lack something that is there. Where the tool cannot be asked so, all of them.

        Raises:
            ToolError: it cannot be asked; nothing follows from it.
        """
        return external_ids

    def is_unwatched(self, target: Target) -> bool:  # noqa: ARG002  # for those whose carriers differ
        """Say whether a team's edit of this target in the moment of a write would go unnoticed (`Precondition.NONE`).

        So that planning knows it, which never holds a writer. Nothing is asked or tried for it: what only trying
        tells, and only for all targets at once, the writer alone says (`Writer.precondition`).
        """
        return False

    @abstractmethod
    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read the current values of the targets from the tool itself, in their order."""


class Writer(ABC):
    """What can be written to a tool: approved changes of named fields, nothing else; nothing is ever deleted."""

    precondition: ClassVar[Precondition]

    def precondition_for(self, target: Target) -> Precondition:  # noqa: ARG002  # for those whose carriers differ
        """Say how surely a team's edit of this target is kept, where that is less than `precondition` says of all.

        Where it is `none`, the reader's `is_unwatched` says so, too.
        """
        return self.precondition

    def before_replacing(self, keep: Callable[[Mapping[Target, str]], None]) -> None:  # noqa: B027  # see below
        """Take what is to be called before words are replaced that count as empty, such as TBD; "" takes one back.

        They are no values, so an undo would not bring them back, and after a kill nobody could know them any more. A
        writer whose tool has no such words need not do anything here.
        """

    @abstractmethod
    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        """Send each change whose `before` is still what the tool holds; give its outcome as soon as it is known.

        A value that differs from `before` is left alone: stale. The value is read back after sending.
        """

    @abstractmethod
    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        """Say what each write replaced, by the tool's own history; with a problem where that cannot be known."""


Options = TypeVar("Options", bound=BaseModel)


class ConnectorKind(Protocol, Generic[Options]):
    """What the entry point group `pmohub.connectors` names: how to make a reader and a writer from their options."""

    name: str
    options: type[Options]

    def custom_fields(self, options: Options) -> Sequence[CustomField]:
        """Name the custom fields that the options declare, so that rules may read them; the tool is not asked.

        Every record of the entity that supplies `fields.NAME` supplies it as that type: a `str`, an `int` or `Decimal`,
        a `date` that is no `datetime`, a `bool`, or None. A value that does not fit puts its record into quarantine.
        """

    def reader(self, options: Options, context: ConnectorContext) -> Reader:
        """Make the object that can read."""

    def writer(self, options: Options, context: ConnectorContext) -> Writer:
        """Make the object that can write; called by `pmohub writeback apply` and `undo` alone."""
