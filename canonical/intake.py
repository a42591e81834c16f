"""What a pull hands to the store: batches of records with the cursor that is safe once they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from canonical.discretion import harmless
from canonical.problems import Problem
from canonical.records import Record, Ref
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind

Cursor: TypeAlias = Mapping[str, Any]
"""JSON of the connector's own making, from which a pull can be resumed. The moment in it is the tool's, never ours."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that could not be mapped, whole (`raw`), with the exact place, the reason and the remedy in words.

    A known record that no longer maps names its `external_id`: it keeps its last good version and never counts as gone.
    """

    entity: EntityKind
    place: str
    reason: str
    remedy: str
    raw: Mapping[str, Any]
    external_id: str | None = None
    scope: str | None = None

    def __post_init__(self) -> None:
        for name in ("place", "reason", "remedy", "raw"):
            object.__setattr__(self, name, harmless(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """One field of one item that changed, as the tool's own history tells it.

    `field` is the record's field or `fields.NAME`; `old` and `new` are what a record would have supplied then, so that
    the last `new` is what the record says now. `at` is the tool's instant, aware. `change_id` is the tool's own id of
    the change, no other change of the connector has it for the same field; an entry of the tool's history that tells of
    several fields gives each of them its id. A change may come with its record, before it or after it, and again.
    """

    entity: EntityKind
    external_id: str
    field: str
    old: FieldValue
    new: FieldValue
    at: datetime
    actor: Ref | None
    change_id: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All of `entity` in `scope` has now been given, since the batch that named it in `begins`.

    What the store holds of this scope and was not given is gone. A connector that could not read every item of the
    scope, or may not, never says this; an absence is then unverified and nothing is deleted.
    """

    entity: EntityKind
    scope: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is: `done` of `total` (None: unknown), counted in `unit`, in words that a person knows."""

    done: int
    total: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One step of a pull. Once it is stored, `cursor` is safe to resume from.

    `deleted` are ids that the tool itself reports as deleted. `begins` are listings that start with this batch,
    `complete` listings that end with it, `ended` those of what is no longer read at all, since its file is gone or the
    mapping leaves it out: all that the store holds of them is gone. `problems` are findings that do not stop the pull
    (a file that cannot be read, a mapped column that is missing). `retried` are places of earlier quarantined records
    that this pull read again: those not quarantined anew are released. `changes` are what the tool's history tells.
    `linked` are tasks (`id:10042`) of which this batch gives every dependency: others that name them are gone.
    """

    records: Sequence[Record]
    cursor: Cursor
    progress: Progress
    deleted: Sequence[tuple[EntityKind, str]] = ()
    quarantined: Sequence[Quarantined] = ()
    begins: Sequence[Listing] = ()
    complete: Sequence[Listing] = ()
    ended: Sequence[Listing] = ()
    problems: Sequence[Problem] = ()
    retried: Sequence[str] = ()
    changes: Sequence[ReportedChange] = ()
    linked: Sequence[Ref] = ()
