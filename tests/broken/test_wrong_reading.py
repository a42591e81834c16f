"""Wrong readers, as far as it is not about pulling."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest

from canonical.intake import Batch, Cursor
from canonical.problems import Problem, ToolError
from canonical.vocabulary import EntityKind
from connectors.base import CurrentValue, Discovery, Target
from pmohub.testing.contract.reading import ReadingContract
from pmohub.testing.memory import MemoryReader

numbers = count()


def edit(reader: MemoryReader) -> None:
    reader.access._tool.put(EntityKind.PERSON, "u1", visited=True)


class NamedAnew(MemoryReader):
    def fingerprint(self) -> str:
        return f"memory:{next(numbers)}"


class TellsANaiveMoment(MemoryReader):
    def credential_expires_at(self) -> datetime | None:
        return datetime(2026, 12, 1)  # noqa: DTZ001  # the fault


class AsksForItsName(MemoryReader):
    def fingerprint(self) -> str:
        self.describe()
        return super().fingerprint()


class PromisesTooLittle(MemoryReader):
    def provides(self) -> Mapping[EntityKind, frozenset[str]]:
        return {kind: fields - {"due"} for kind, fields in super().provides().items()}

    def reports(self) -> Mapping[EntityKind, frozenset[str]]:
        return {}


class TellsAnotherType(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        for batch in super().pull(cursor):
            records = [
                record.model_copy(update={"fields": {"risk": 3}}) if record.external_id == "ALPHA-1" else record
                for record in batch.records
            ]
            yield replace(batch, records=records)


class CanWrite(MemoryReader):
    def write(self) -> None:
        """A reader has no such method."""


class ProbesByWriting(MemoryReader):
    def check(self) -> Iterable[Problem]:
        edit(self)
        return super().check()


class CriesWolf(MemoryReader):
    def check(self) -> Iterable[Problem]:
        return [Problem("All is lost.", next_step="Run.")]


class SeesNoTrouble(MemoryReader):
    def check(self) -> Iterable[Problem]:
        return []


class Rambles(MemoryReader):
    def describe(self) -> str:
        return "13 items\nand more"


class DiscoversByWriting(MemoryReader):
    def discover(self) -> Discovery:
        edit(self)
        return super().discover()


class SuggestsNonsense(MemoryReader):
    def discover(self) -> Discovery:
        return replace(super().discover(), mapping="tool = ")


class ShowsItsToken(MemoryReader):
    def __repr__(self) -> str:
        return f"MemoryReader(token={self.access._tool.token!r})"


class RepeatsTheToolsWords(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        try:
            yield from super().pull(cursor)
        except ToolError as error:
            raise ToolError(replace(error.problem, where=f"GET /?token={self.access._tool.token}")) from error


class CallsAnOutageTheEnd(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        try:
            yield from super().pull(cursor)
        except ToolError:
            return


class AnswersInItsOwnOrder(MemoryReader):
    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        return sorted(super().read(targets), key=lambda current: current.target.external_id)


class ReadsFromMemory(MemoryReader):
    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        if not hasattr(self, "remembered"):
            self.remembered = super().read(targets)
        return self.remembered


class MarksWhatItRead(MemoryReader):
    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        edit(self)
        return super().read(targets)


class TakesAbsentForEmpty(MemoryReader):
    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        return [CurrentValue(current.target, current.value) for current in super().read(targets)]


WRONG: dict[type[MemoryReader], str] = {
    NamedAnew: "test_the_fingerprint_is_the_same_each_time",
    AsksForItsName: "test_the_fingerprint_asks_for_no_data",
    TellsANaiveMoment: "test_the_end_of_the_credential_is_an_aware_moment_where_it_is_known",
    PromisesTooLittle: "test_provides_covers_what_records_supply",
    TellsAnotherType: "test_custom_fields_come_as_the_type_that_is_told",
    CanWrite: "test_the_reader_cannot_write",
    ProbesByWriting: "test_checking_changes_nothing",
    CriesWolf: "test_check_finds_no_error_where_there_is_none",
    SeesNoTrouble: "test_check_says_that_the_tool_is_down",
    Rambles: "test_a_reader_is_described_in_one_line",
    DiscoversByWriting: "test_discovering_changes_nothing",
    SuggestsNonsense: "test_discovery_suggests_a_mapping_that_can_be_pasted",
    ShowsItsToken: "test_no_secret_is_told",
    RepeatsTheToolsWords: "test_no_secret_is_told",
    CallsAnOutageTheEnd: "test_a_tool_that_is_down_ends_in_a_tool_error",
    AnswersInItsOwnOrder: "test_reading_answers_each_target_in_its_order",
    ReadsFromMemory: "test_reading_gives_what_the_tool_holds_now",
    MarksWhatItRead: "test_reading_changes_nothing",
    TakesAbsentForEmpty: "test_reading_what_is_not_there_is_a_problem_not_an_empty_value",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_reader_fails_the_test_named_for_its_fault(
    wrong: type[MemoryReader], failures: Callable[[type[MemoryReader]], list[str]]
) -> None:
    assert failures(wrong) == [WRONG[wrong]]


def test_every_test_of_reading_can_fail() -> None:
    assert {name for name in vars(ReadingContract) if name.startswith("test_")} == set(WRONG.values())
