"""Wrong histories."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from canonical.intake import Batch, Cursor, ReportedChange
from canonical.vocabulary import EntityKind
from pmohub.testing.contract.history import HistoryContract
from pmohub.testing.memory import MemoryReader
from tests.broken.test_wrong_pulling import Amending


class Retelling(Amending):
    """Changes each reported change of a right pull."""

    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        return replace(batch, changes=[told for change in batch.changes for told in self.told(change, cursor)])

    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        raise NotImplementedError


class UsesAnIdTwice(Retelling):
    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return (
            [change, replace(change, external_id=f"other {change.external_id}")] if change.field == "due" else [change]
        )


class NamesNobody(Retelling):
    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return [replace(change, actor="Ada Byron")] if change.field == "due" else [change]


class UsesTheToolsNames(Retelling):
    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return [replace(change, field="deadline")] if change.field == "due" else [change]


class PromisesMore(MemoryReader):
    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        return {EntityKind.TASK: super().reports()[EntityKind.TASK] | {"colour"}}


class TellsOfNothing(Retelling):
    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        if change.field != "due":
            return [change]
        return [change, replace(change, old=change.new, change_id=f"{change.change_id}000")]


class ForgetsWhatWasBefore(Retelling):
    """A cut history: what came between is not told."""

    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return [replace(change, old="none")] if change.new == "second" else [change]


class StopsAtTheFirst(Retelling):
    """A page of history ends before the newest change of an item."""

    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return [replace(change, new="Task 1, as it was")] if change.new == "Task 1" else [change]


class TellsAnEditLate(Retelling):
    """Only when the item is edited again."""

    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        newest = self.access._tool.history[-1].new
        return [] if cursor is not None and change.new == newest == "first" else [change]


class TakesEverybodyForTheHub(Retelling):
    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return [replace(change, actor="id:hub")] if change.new == "first" else [change]


class KnowsTheHubByAnotherName(Retelling):
    def told(self, change: ReportedChange, cursor: Cursor | None) -> list[ReportedChange]:
        return [replace(change, actor="name:hub")] if change.actor == "id:hub" else [change]


class NumbersAnewEachTime(Amending):
    """The id of a change says when it was asked for."""

    def amended(self, batch: Batch, cursor: Cursor | None) -> Batch:
        edits = len(self.access._tool.history)
        return replace(batch, changes=[self.renumbered(change, edits) for change in batch.changes])

    def renumbered(self, change: ReportedChange, edits: int) -> ReportedChange:
        return replace(change, change_id=f"{change.change_id}-{edits}") if change.external_id == "d1" else change


WRONG: dict[type[MemoryReader], str] = {
    UsesAnIdTwice: "test_a_change_has_an_id_of_its_own",
    NamesNobody: "test_a_change_says_when_and_by_whom",
    PromisesMore: "test_a_change_is_of_a_field_that_records_have",
    UsesTheToolsNames: "test_a_change_is_of_a_field_that_records_have",
    TellsOfNothing: "test_a_change_changes_something",
    ForgetsWhatWasBefore: "test_the_changes_of_a_field_follow_each_other",
    StopsAtTheFirst: "test_the_last_change_of_a_field_is_what_the_record_says",
    TellsAnEditLate: "test_an_edit_is_reported_by_the_next_pull",
    TakesEverybodyForTheHub: "test_an_edit_is_reported_by_the_next_pull",
    KnowsTheHubByAnotherName: "test_the_hubs_own_write_is_reported_as_its_own",
    NumbersAnewEachTime: "test_history_is_the_same_however_it_is_pulled",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_history_fails_the_test_named_for_its_fault(
    wrong: type[MemoryReader], failures: Callable[[type[MemoryReader]], list[str]]
) -> None:
    assert failures(wrong) == [WRONG[wrong]]


def test_every_test_of_history_can_fail() -> None:
    assert {name for name in vars(HistoryContract) if name.startswith("test_")} == set(WRONG.values())
