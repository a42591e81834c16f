"""The census of a run: what no longer shows is looked at once more before it is believed, what shows again is read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from canonical.intake import Cursor, Listing
from canonical.problems import Problem, ToolError, Weight
from canonical.store import DeletionLimits, Lease
from canonical.store.census import Difference, Gone, believe, compare, uncounted
from canonical.store.changes import Origin
from canonical.vocabulary import EntityKind
from connectors.base import Census as Counted
from connectors.base import Reader
from sync.reports import RunReport

EVERY = timedelta(hours=24)
"""How often all that is visible is listed, unless the configuration says other."""


@dataclass(frozen=True, slots=True)
class Census:
    """What a census needs: the run it is part of, how to pull once more, and whom to ask whether to stop."""

    engine: Engine
    lease: Lease
    reader: Reader
    report: RunReport
    limits: DeletionLimits | None
    pull: Callable[[Cursor | None], None]
    pause: Callable[[], None]

    def take(self, now: datetime, listings: Sequence[Listing]) -> None:
        """List these scopes, and mark what is gone. A tool that fails meanwhile changes nothing.

        What is missing is believed only after another pull, which tells moves and reported deletions, and another
        listing. What is missing here and visible in another scope has moved. What is visible and not stored, or not as
        what it is now, is read: by that pull, or by one of everything.
        """
        try:
            doubtful, elsewhere, unlisted = self._differing(listings)
            gone = self._looked_at_again(doubtful, elsewhere) if doubtful else []
        except ToolError as error:
            self.report.tell(replace(error.problem, weight=Weight.WARNING))
            return
        report, limits = self.report, self.limits
        before = report.counts.deleted + report.counts.lost_access
        origin = Origin(report.connector, report.run_id, now)
        with report.stage("census"):
            counts = believe(self.engine, self.lease, gone, unlisted, origin, limits and replace(limits, before=before))
        report.tell(*counts.problems)
        report.counts += replace(counts, problems=())

    def _differing(
        self, listings: Sequence[Listing]
    ) -> tuple[dict[Listing, Difference], set[tuple[EntityKind, str]], list[Listing]]:
        """Give what differs by scope, what is visible in another scope than it is stored in, and what is unlisted."""
        doubtful, elsewhere, unlisted = {}, set(), []
        for listing, found, census in self._listed(listings):
            elsewhere |= {(listing.entity, each) for each in found.from_elsewhere}
            if found.missing or found.unread:
                doubtful[listing] = found
            if census.unlisted:
                unlisted.append(listing)
        return doubtful, elsewhere, unlisted

    def _looked_at_again(
        self, doubtful: dict[Listing, Difference], elsewhere: set[tuple[EntityKind, str]]
    ) -> list[Gone]:
        self.pull(self.report.cursor_after)
        gone, unread = [], False
        for listing, difference, census in self._listed(list(doubtful)):
            ids = difference.missing & doubtful[listing].missing
            moved = {each for each in ids if (listing.entity, each) in elsewhere} if census.meant else set()
            out = (ids - moved) & census.left_out if census.meant else ids
            unread = unread or difference.unread or bool(moved)
            if out:
                gone.append(Gone(listing, out, deleted=True, emptied=False))
            left = ids - moved - out
            if left and (left := self.reader.confirm_gone(listing.entity, listing.scope, left)):
                gone.append(Gone(listing, left, census.nothing_hidden, difference.emptied))
        if unread:
            self.pull(None)
        return gone

    def _listed(self, listings: Sequence[Listing]) -> Iterator[tuple[Listing, Difference, Counted]]:
        for listing in listings:
            self.pause()
            with self.report.stage("census"):
                census = self.reader.census(listing.entity, listing.scope)
                if census.unlisted:
                    found = uncounted(self.engine, self.report.connector, listing)
                elif census.complete:
                    found = compare(self.engine, self.report.connector, listing, census.external_ids)
                else:
                    self.report.tell(_incomplete(self.report.connector, listing))
                    continue
            yield listing, found, census


def is_due(census_at: datetime | None, every: timedelta, now: datetime) -> bool:
    """Say whether all that is visible was last listed too long ago, or by a clock that was ahead as far."""
    return census_at is None or abs(now - census_at) >= every


def _incomplete(connector: str, listing: Listing) -> Problem:
    return Problem(
        what=f"Not every {listing.entity.value.replace('_', ' ')} of {listing.scope} could be listed.",
        where=f"{connector}, {listing.scope}",
        not_done="What did not show there is taken neither for deleted nor for hidden.",
        next_step="Give the account permission to see all of it.",
        weight=Weight.WARNING,
    )
