"""Wrong pulls."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from canonical.intake import Batch, Cursor, Progress
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.base import Census
from pmohub.testing.contract.pulling import PullingContract
from pmohub.testing.memory import MemoryOptions, MemoryReader
from pmohub.testing.memory.access import ReadAccess

numbers = count()
TARGET = "BETA-2"


def is_last(batch: Batch) -> bool:
    return batch.progress.total is not None


class Amending(MemoryReader):
    """Changes each batch of a right pull."""

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        for batch in super().pull(cursor):
            yield self.amended(batch, cursor)

    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        raise NotImplementedError


def altered(batch: Batch, external_id: str, /, **values: Any) -> Batch:
    def alter(record: Record) -> Record:
        return record.model_copy(update=values) if record.external_id == external_id else record

    return replace(batch, records=[alter(record) for record in batch.records])


def without(batch: Batch, external_id: str) -> Batch:
    return replace(batch, records=[record for record in batch.records if record.external_id != external_id])


def unreported(batch: Batch, field: str) -> Batch:
    return replace(batch, changes=[change for change in batch.changes if change.field != field])


class LeavesAMark(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        self.access._tool.items[EntityKind.PERSON, "u1"].values["read"] = True
        return batch


class SaysSomethingElseEachTime(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return altered(batch, TARGET, source_updated_at=self.access._tool.now + timedelta(next(numbers)))


class UsesAnIdTwice(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        if not is_last(batch) or not batch.records:
            return batch
        twin = batch.records[-1].model_copy(update={"source_created_at": None})
        return replace(batch, records=[*batch.records, twin])


class MakesIdsOfContent(Amending):
    @property
    def edits(self) -> int:
        return sum(entry.actor == "team" and entry.name == "risk note" for entry in self.access._tool.history)

    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return altered(batch, "s1", external_id=f"s1-{self.edits}")

    def census(self, entity: EntityKind, scope: str) -> Census:
        census = super().census(entity, scope)
        ids = frozenset(f"s1-{self.edits}" if found == "s1" else found for found in census.external_ids)
        return replace(census, external_ids=ids)


class RefersToNothing(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return altered(unreported(batch, "person"), "w1", person="id:nowhere")


class GivesNotAll(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return without(batch, "d1")


class DropsWhatDoesNotMap(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, quarantined=())


class LosesOthersForABadRecord(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        batches = list(super().pull(cursor))
        bad = any(batch.quarantined for batch in batches)
        yield from ([replace(batches[0], records=()), *batches[1:]] if bad else batches)


class KnowsNoRemedy(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, quarantined=[replace(found, remedy="") for found in batch.quarantined])


class ForgetsTheId(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, quarantined=[replace(found, external_id=None) for found in batch.quarantined])


class KeepsATupleInItsCursor(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, cursor={**batch.cursor, "pages": (1, 2)})


class RunsAheadOfItself(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        now = self.access._tool.now.isoformat()
        return batch if is_last(batch) else replace(batch, cursor={**batch.cursor, "since": now})


class MissesEdits(Amending):
    actor = "team"

    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        mine = cursor is not None and not cursor["listings"] and self.access._tool.history[-1].actor == self.actor
        return without(batch, TARGET) if mine else batch


class StampsTheEndOfThePull(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        for batch in list(super().pull(cursor)):
            now = self.access._tool.now + timedelta(microseconds=1)
            yield replace(batch, cursor={**batch.cursor, "since": now.isoformat()}) if is_last(batch) else batch


class IsDeafToDeletions(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, deleted=(), complete=())

    def census(self, entity: EntityKind, scope: str) -> Census:
        census = super().census(entity, scope)
        gone = {name for kind, name in self.access._tool.deletions if kind is entity}
        return replace(census, external_ids=census.external_ids | gone)


class BuriesTheLiving(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, deleted=[*batch.deleted, (EntityKind.TASK, "ALPHA-2")])


class TakesForbiddenForAll(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        begun: list[Any] = []
        for batch in super().pull(cursor):
            begun += batch.begins
            yield replace(batch, complete=begun) if is_last(batch) else batch


class CountsForbiddenAsAll(MemoryReader):
    def census(self, entity: EntityKind, scope: str) -> Census:
        return replace(super().census(entity, scope), complete=True)


class CountsWhatNeverWas(MemoryReader):
    def census(self, entity: EntityKind, scope: str) -> Census:
        census = super().census(entity, scope)
        made_up = frozenset({"X-1"} if self.access._tool.withheld else ())
        return replace(census, external_ids=census.external_ids | made_up)


class ClaimsToListEverything(MemoryReader):
    lists_everything = True


class SaysNothing(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, problems=())


class EndsWhatNeverBegan(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, begins=())


class GoesBackwards(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, progress=Progress(100 - batch.progress.done, None, "items"))


class GivesAllAtOnce(MemoryReader):
    def __init__(
        self, access: ReadAccess, options: MemoryOptions, carriers: Mapping[EntityKind, Mapping[str, str]]
    ) -> None:
        super().__init__(access, options.model_copy(update={"page_size": 1000}), carriers)


class KnowsNoZone(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return altered(batch, "ALPHA-1", completed_at=datetime(2026, 1, 5, 8))  # noqa: DTZ001  # the fault


class PassesNulOn(Amending):
    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return altered(unreported(batch, "name"), "u1", name="Ada\x00Byron")


WRONG: dict[type[MemoryReader], str] = {
    LeavesAMark: "test_pulling_changes_nothing",
    SaysSomethingElseEachTime: "test_a_repeated_pull_gives_the_same_records",
    UsesAnIdTwice: "test_an_id_names_one_record_only",
    MakesIdsOfContent: "test_ids_survive_an_edit",
    RefersToNothing: "test_a_reference_by_id_names_a_record_that_is_given",
    GivesNotAll: "test_a_pull_from_nothing_gives_all_that_the_census_shows",
    DropsWhatDoesNotMap: "test_a_bad_record_is_quarantined_and_the_others_go_on",
    LosesOthersForABadRecord: "test_a_bad_record_is_quarantined_and_the_others_go_on",
    KnowsNoRemedy: "test_quarantine_says_place_reason_remedy_and_the_whole_record",
    ForgetsTheId: "test_what_no_longer_maps_keeps_its_id",
    KeepsATupleInItsCursor: "test_a_cursor_is_json",
    RunsAheadOfItself: "test_an_interrupted_pull_resumes_without_loss",
    MissesEdits: "test_an_edit_is_in_the_next_pull",
    StampsTheEndOfThePull: "test_an_edit_during_a_pull_is_not_lost",
    IsDeafToDeletions: "test_a_deletion_shows",
    BuriesTheLiving: "test_what_is_there_is_not_said_to_be_deleted",
    TakesForbiddenForAll: "test_a_listing_is_complete_only_when_all_of_it_was_given",
    CountsForbiddenAsAll: "test_a_census_is_complete_only_when_all_is_visible",
    CountsWhatNeverWas: "test_a_census_is_complete_only_when_all_is_visible",
    ClaimsToListEverything: "test_a_reader_that_says_so_lists_everything_with_each_pull",
    SaysNothing: "test_what_cannot_be_read_is_said",
    EndsWhatNeverBegan: "test_a_listing_ends_after_it_began_and_once",
    GoesBackwards: "test_progress_goes_forward",
    GivesAllAtOnce: "test_a_batch_is_bounded",
    KnowsNoZone: "test_an_instant_is_aware",
    PassesNulOn: "test_text_can_be_stored",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_pull_fails_the_test_named_for_its_fault(
    wrong: type[MemoryReader], failures: Callable[[type[MemoryReader]], list[str]]
) -> None:
    assert failures(wrong) == [WRONG[wrong]]


def test_every_test_of_pulling_can_fail() -> None:
    assert {name for name in vars(PullingContract) if name.startswith("test_")} == set(WRONG.values())
