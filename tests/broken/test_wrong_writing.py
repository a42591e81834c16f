"""Wrong writers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from canonical.intake import Batch, Cursor
from canonical.vocabulary import EntityKind
from connectors.base import CurrentValue, FieldChange, Outcome, Precondition, Target, WriteResult
from pmohub.testing.contract.writing import WritingContract
from pmohub.testing.memory import MemoryReader, MemoryWriter


def send(writer: MemoryWriter, change: FieldChange, value: object) -> None:
    target = change.target
    writer.access.set(target.entity, target.external_id, target.carrier, value)


class Amending(MemoryWriter):
    """Changes each result of a right write, or does something besides."""

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        for result in super().write(changes):
            yield self.amended(result)

    def amended(self, result: WriteResult) -> WriteResult:
        raise NotImplementedError


class KnowsNoPrecondition(MemoryWriter):
    precondition = "as the case may be"  # type: ignore[assignment]  # the fault


class IsWeakerThanItsReaderKnows(MemoryWriter):
    def precondition_for(self, target: Target) -> Precondition:
        return Precondition.NONE


class TakesAllForUnwatched(MemoryReader):
    def is_unwatched(self, target: Target) -> bool:
        return True


class IsNeverSure(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        return replace(result, outcome=Outcome.UNKNOWN) if result.outcome is Outcome.APPLIED else result


class LetsTheToolPutItBack(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        if result.change.after != "third":
            return result
        send(self, result.change, result.change.before)
        return replace(result, read_back=result.change.before)


class NeverLooksBack(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        return replace(result, read_back=None)


class CannotEmpty(MemoryWriter):
    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        for change in changes:
            if change.after is None:
                yield WriteResult(change, Outcome.APPLIED)
            else:
                yield from super().write([change])


class SendsWhatIsAlreadyThere(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        if result.outcome is Outcome.ALREADY_TRUE:
            send(self, result.change, result.change.after)
        return result


class TramplesOnEdits(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        if result.outcome is Outcome.STALE:
            send(self, result.change, result.change.after)
        return result


class TouchesMore(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        if result.outcome is Outcome.APPLIED:
            self.access.set(EntityKind.TASK, "BETA-2", "title", "Touched")
        return result


class GivesNoReason(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        return replace(result, reason="")


class StopsWhenRefused(MemoryWriter):
    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        for result in super().write(changes):
            yield result
            if result.outcome is Outcome.REFUSED:
                return


class KnowsBetter(Amending):
    def amended(self, result: WriteResult) -> WriteResult:
        if str(result.change.after).isdigit():
            send(self, result.change, int(str(result.change.after)))
        return result


class RemembersWrong(MemoryWriter):
    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        found = super().overtaken(changes)
        return [current if current.problem else replace(current, value="made up") for current in found]


class RemembersWhatNeverWas(MemoryWriter):
    def overtaken(self, changes: Sequence[FieldChange]) -> Sequence[CurrentValue]:
        return [CurrentValue(change.target, change.before) for change in changes]


class MissesOurWrites(MemoryReader):
    """Takes every write of the hub for nothing new."""

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        ours = cursor is not None and self.access._tool.history[-1].actor == "hub"
        for batch in super().pull(cursor):
            kept = [record for record in batch.records if not (ours and record.external_id == "BETA-2")]
            yield replace(batch, records=kept)


WRONG: dict[type[MemoryReader] | type[MemoryWriter], str] = {
    KnowsNoPrecondition: "test_the_precondition_is_declared",
    IsWeakerThanItsReaderKnows: "test_where_an_edit_goes_unnoticed_is_known_without_a_writer",
    TakesAllForUnwatched: "test_where_an_edit_goes_unnoticed_is_known_without_a_writer",
    IsNeverSure: "test_a_write_that_went_well_is_called_applied",
    LetsTheToolPutItBack: "test_an_applied_write_is_in_the_tool",
    NeverLooksBack: "test_a_write_is_read_back",
    CannotEmpty: "test_a_field_can_be_emptied_and_filled",
    SendsWhatIsAlreadyThere: "test_what_is_already_true_is_not_sent",
    TramplesOnEdits: "test_a_teams_edit_wins",
    TouchesMore: "test_a_write_changes_its_field_only",
    GivesNoReason: "test_a_refused_write_says_why",
    StopsWhenRefused: "test_a_refused_write_does_not_stop_the_others",
    KnowsBetter: "test_text_stays_the_text_it_is",
    RemembersWrong: "test_what_a_write_replaced_is_known",
    RemembersWhatNeverWas: "test_what_was_never_written_replaced_nothing",
    MissesOurWrites: "test_a_written_value_comes_with_the_next_pull",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_writer_fails_the_test_named_for_its_fault(
    wrong: type[MemoryReader] | type[MemoryWriter],
    failures: Callable[[type[MemoryReader] | type[MemoryWriter]], list[str]],
) -> None:
    assert failures(wrong) == [WRONG[wrong]]


def test_every_test_of_writing_can_fail() -> None:
    assert {name for name in vars(WritingContract) if name.startswith("test_")} == set(WRONG.values())
