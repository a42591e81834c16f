"""The object that can read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from canonical.intake import Batch, Cursor, Listing, Progress, Quarantined, ReportedChange
from canonical.problems import Problem, ToolError
from canonical.records import RECORDS, Record, Ref
from canonical.vocabulary import EntityKind
from connectors.base import Census, CurrentValue, DiscoveredField, Discovery, Reader, Target, Traffic
from pmohub.testing.memory.access import HUB, Page, ReadAccess
from pmohub.testing.memory.border import absent, our_errors, unknown_statuses, withheld
from pmohub.testing.memory.changes import reported_fields, to_changes
from pmohub.testing.memory.mapping import place, to_record
from pmohub.testing.memory.options import MemoryOptions
from pmohub.testing.memory.tool import HistoryEntry, Item

Carriers = Mapping[EntityKind, Mapping[str, str]]


class MemoryReader(Reader):
    """Reads the tool by the time of the last edit, in pages; deletions come from its feed."""

    def __init__(self, access: ReadAccess, options: MemoryOptions, carriers: Carriers) -> None:
        self.access = access
        self.options = options
        self.carriers = carriers

    def traffic(self) -> Traffic:
        """Count the calls that the tool has had."""
        return Traffic(self.access.calls)

    def credential_expires_at(self) -> datetime | None:
        """Say what the tool says of the token."""
        return self.access.credential_expires_at

    def account(self) -> Ref | None:
        """Say as whom the hub writes, where the tool's history is read."""
        return f"id:{HUB}" if self.options.history else None

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        """Every field, where the tool's history is read."""
        if not self.options.history:
            return {}
        return {
            kind: reported_fields(kind) | {f"fields.{name}" for name in self.carriers.get(kind, {})} for kind in RECORDS
        }

    def fingerprint(self) -> str:
        """Name the tool."""
        return f"memory:{self.access.name}"

    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        """Every field of every record, for the tool's names are the canonical ones, and the carriers."""
        shared = frozenset(Record.model_fields)
        return {
            kind: frozenset(record.model_fields) - shared | {f"fields.{name}" for name in self.carriers.get(kind, {})}
            for kind, record in RECORDS.items()
        }

    def check(self) -> Iterable[Problem]:
        """Ask the tool for a page, and say what it withholds."""
        try:
            page = self._page(None, None)
        except ToolError as error:
            return [error.problem]
        return [withheld(self.access.name, scope) for scope in sorted(page.withheld)]

    def describe(self) -> str:
        """Count what is there."""
        with our_errors(self.access.name):
            scopes, _ = self.access.scopes()
            count = sum(len(self.access.ids(kind, scope)[0]) for kind, scope in scopes)
        return f"{count} items"

    def discover(self) -> Discovery:
        """List projects, names in use, statuses and people."""
        items = [item for page in self._pages(None) for item in page.items]
        names = sorted({(item.kind, name) for item in items for name in item.values})
        return Discovery(
            projects=[item.id for item in items if item.kind is EntityKind.PROJECT],
            fields=[DiscoveredField(kind, name, name, "text", suggestion=name) for kind, name in names],
            statuses=counted(item.values.get("status") for item in items if item.kind is EntityKind.TASK),
            people=counted(item.values.get("name") for item in items if item.kind is EntityKind.PERSON),
            mapping=f'tool = "{self.access.name}"\n',
        )

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Give what was edited at the cursor's moment or later, then what was deleted.

        The cursor never passes the last edit that was given, so that later edits in the same instant are read again.
        A pull from nothing is a listing of everything; an interrupted one is continued.
        """
        position = self._resumed(cursor) if cursor else self._begun()
        begins: Sequence[Listing] = () if cursor else position.listings
        done = 0
        for page in self._pages(position.since):
            done += len(page.items)
            position.passed(page)
            if page.more:
                yield self._batch(page.items, position.cursor(), Progress(done, None, "items"), begins=begins)
            else:
                yield self._last_batch(page.items, position, Progress(done, done, "items"), begins=begins)
            begins = ()

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids in a scope."""
        if scope in self.options.without:
            return Census(entity, scope, frozenset(), complete=True, meant=False)
        with our_errors(self.access.name):
            ids, complete, nothing_hidden = self.access.ids(entity, scope)
            others = [self.access.ids(entity, other)[0] for other in sorted(self.options.without)]
        left_out = self.options.without.union(*others)
        return Census(entity, scope, ids - left_out, complete, nothing_hidden, left_out)

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read each target's item."""
        with our_errors(self.access.name):
            items = [self.access.get(target.entity, target.external_id) for target in targets]
        return [
            CurrentValue(target, None, absent(target))
            if item is None
            else CurrentValue(target, item.values.get(target.carrier))
            for target, item in zip(targets, items, strict=True)
        ]

    def _begun(self) -> "Position":
        with our_errors(self.access.name):
            scopes, deletions = self.access.scopes()
        listings = [Listing(kind, scope) for kind, scope in scopes if scope not in self.options.without]
        return Position(None, deletions, listings, frozenset())

    def _resumed(self, cursor: Cursor) -> "Position":
        position = Position.of(cursor)
        if position.since is not None:
            position.since -= self.options.lag
        return position

    def _pages(self, since: datetime | None) -> Iterator[Page]:
        after = None
        while True:
            page = self._page(since, after)
            yield page
            if not page.more:
                return
            after = page.items[-1]

    def _page(self, since: datetime | None, after: Item | None) -> Page:
        with our_errors(self.access.name):
            return self.access.page(since, after, self.options.page_size)

    def _last_batch(
        self, items: Sequence[Item], position: "Position", progress: Progress, *, begins: Sequence[Listing]
    ) -> Batch:
        with our_errors(self.access.name):
            deleted = self.access.deletions(position.deletions)
        complete = [listing for listing in position.listings if listing.scope not in position.withheld]
        batch = self._batch(items, position.ended(len(deleted)).cursor(), progress, begins=begins)
        problems = [*batch.problems, *(withheld(self.access.name, scope) for scope in sorted(position.withheld))]
        return replace(batch, deleted=deleted, complete=complete, problems=problems)

    def _batch(self, found: Sequence[Item], cursor: Cursor, progress: Progress, *, begins: Sequence[Listing]) -> Batch:
        without = self.options.without
        items = [item for item in found if item.scope not in without and item.id not in without]
        mapped = [to_record(item, self.carriers.get(item.kind, {})) for item in items]
        return Batch(
            records=[record for record in mapped if isinstance(record, Record)],
            cursor=cursor,
            progress=progress,
            quarantined=[record for record in mapped if isinstance(record, Quarantined)],
            begins=begins,
            problems=unknown_statuses(items),
            retried=[place(item) for item in items],
            changes=self._changes(items) if self.options.history else (),
        )

    def _changes(self, items: Sequence[Item]) -> list[ReportedChange]:
        with our_errors(self.access.name):
            entries = self.access.history(items)
        by_item: dict[tuple[EntityKind, str], list[tuple[int, HistoryEntry]]] = {
            (item.kind, item.id): [] for item in items
        }
        for number, entry in entries:
            by_item[entry.kind, entry.id].append((number, entry))
        return [
            change
            for item in items
            for change in to_changes(item, by_item[item.kind, item.id], self.carriers.get(item.kind, {}))
        ]


def counted(values: Iterable[Any]) -> dict[str, int]:
    """Count how often each value occurs; absent ones are left out."""
    counts: dict[str, int] = {}
    for value in values:
        if value is not None:
            counts[str(value)] = counts.get(str(value), 0) + 1
    return counts


@dataclass(slots=True)
class Position:
    """Where a pull stands, which is all that its cursor says.

    `since`: the last edit given. `deletions`: place in the feed. `listings`: begun and not complete. `withheld`: scopes
    that the tool has admitted not to show whole.
    """

    since: datetime | None
    deletions: int
    listings: Sequence[Listing]
    withheld: frozenset[str]

    @classmethod
    def of(cls, cursor: Cursor) -> "Position":
        """Read a cursor."""
        return cls(
            datetime.fromisoformat(cursor["since"]) if cursor["since"] else None,
            cursor["deletions"],
            [Listing(EntityKind(kind), scope) for kind, scope in cursor["listings"]],
            frozenset(cursor["withheld"]),
        )

    def passed(self, page: Page) -> None:
        """Move on to the end of a page."""
        self.withheld |= page.withheld
        if page.items:
            self.since = page.items[-1].updated_at

    def ended(self, deleted: int) -> "Position":
        """Give the position behind the whole pull."""
        return Position(self.since, self.deletions + deleted, (), frozenset())

    def cursor(self) -> Cursor:
        """Write the cursor."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "deletions": self.deletions,
            "listings": [[str(listing.entity), listing.scope] for listing in self.listings],
            "withheld": sorted(self.withheld),
        }
