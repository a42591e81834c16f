"""What a reader keeps that reports the tool's own history; one that reports none passes without a word."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from canonical.intake import Batch, ReportedChange
from canonical.records import RECORDS, Record, Ref
from canonical.values import FieldValue, alike
from connectors.base import FieldChange, Outcome
from pmohub.testing.contract.hooks import Key, ToolHooks, drained, records_of

ACTOR: TypeAdapter[str] = TypeAdapter(Ref)


class HistoryContract(ToolHooks):
    """Reported changes are each told once, fit together, and end in what the records say."""

    def test_a_change_has_an_id_of_its_own(self) -> None:
        told = [(one.change_id, one.field) for one in changes_of(drained(self.reader()))]
        assert all(change_id for change_id, _ in told)
        assert len(told) == len(set(told))

    def test_a_change_says_when_and_by_whom(self) -> None:
        for one in changes_of(drained(self.reader())):
            assert one.at.utcoffset() is not None, one
            assert one.actor is None or ACTOR.validate_python(one.actor) == one.actor

    def test_a_change_is_of_a_field_that_records_have(self) -> None:
        reader = self.reader()
        provides = reader.provides()
        for entity, names in reader.reports().items():
            assert not names - provides[entity] - frozenset(Record.model_fields)
        told = {(one.entity, one.field) for one in changes_of(drained(reader))}
        assert not {
            (entity, name)
            for entity, name in told
            if name not in provides[entity] and name not in RECORDS[entity].model_fields
        }

    def test_a_change_changes_something(self) -> None:
        assert not [one for one in changes_of(drained(self.reader())) if one.old == one.new]

    def test_the_changes_of_a_field_follow_each_other(self) -> None:
        for value in self.values:
            self.team_sets(value)
        for line in lines_of(changes_of(drained(self.reader()))).values():
            assert [in_order(one.old) for one in line[1:]] == [in_order(one.new) for one in line[:-1]]

    def test_the_last_change_of_a_field_is_what_the_record_says(self) -> None:
        batches = drained(self.reader())
        records = records_of(batches)
        for (key, name), line in lines_of(changes_of(batches)).items():
            if key in records and is_supplied(records[key], name):
                assert alike(plain(records[key], name), in_order(line[-1].new)), f"{key} {name}"

    def test_an_edit_is_reported_by_the_next_pull(self) -> None:
        cursor = drained(self.reader())[-1].cursor
        self.team_sets(self.values[0])
        reader = self.reader()
        told = [one for one in changes_of(drained(reader, cursor)) if self._is_of_target(one)]
        if self._reports_target():
            assert told[-1].new == self.values[0]
            assert told[-1].actor is None or told[-1].actor != reader.account()

    def test_the_hubs_own_write_is_reported_as_its_own(self) -> None:
        self.team_sets(self.values[0])
        cursor = drained(self.reader())[-1].cursor
        change = FieldChange(self.target, self.values[0], self.values[1])
        (result,) = self.writer().write([change])
        (now,) = self.reader().read([self.target])
        reader = self.reader()
        told = [one for one in changes_of(drained(reader, cursor)) if self._is_of_target(one)]
        written = result.outcome is Outcome.APPLIED and now.value == change.after
        if written and self._reports_target() and reader.account() is not None:
            assert (told[-1].new, told[-1].actor) == (change.after, reader.account())

    def test_history_is_the_same_however_it_is_pulled(self) -> None:
        batches = drained(self.reader())
        for value in self.values:
            self.team_sets(value)
            batches += drained(self.reader(), batches[-1].cursor)
        assert by_id(changes_of(batches)) == by_id(changes_of(drained(self.reader())))

    def _reports_target(self) -> bool:
        return self._field_of_target() in self.reader().reports().get(self.target.entity, ())

    def _field_of_target(self) -> str:
        name = self.target.field
        return name if name in RECORDS[self.target.entity].model_fields else f"fields.{name}"

    def _is_of_target(self, one: ReportedChange) -> bool:
        place = (self.target.entity, self.target.external_id, self._field_of_target())
        return (one.entity, one.external_id, one.field) == place


def changes_of(batches: Iterable[Batch]) -> Iterator[ReportedChange]:
    """Give all reported changes."""
    return (one for batch in batches for one in batch.changes)


def by_id(changes: Iterable[ReportedChange]) -> dict[tuple[str, str], ReportedChange]:
    """Give each change once."""
    return {(one.change_id, one.field): one for one in changes}


def lines_of(changes: Iterable[ReportedChange]) -> dict[tuple[Key, str], list[ReportedChange]]:
    """Give the changes of each field of each item, oldest first; of one instant, by their ids."""
    lines: dict[tuple[Key, str], list[ReportedChange]] = defaultdict(list)
    for one in sorted(changes, key=lambda one: (one.at, len(one.change_id), one.change_id)):
        lines[(one.entity, one.external_id), one.field].append(one)
    return lines


def is_supplied(record: Record, name: str) -> bool:
    """Say whether a record says anything of a field."""
    custom = name.removeprefix("fields.")
    return custom in record.fields if custom != name else name in record.model_fields_set


def plain(record: Record, name: str) -> FieldValue:
    """Give the value of a record's field as history keeps it."""
    custom = name.removeprefix("fields.")
    value = record.fields[custom] if custom != name else getattr(record, name)
    return in_order(list(value) if isinstance(value, tuple) else value)


def in_order(value: FieldValue) -> FieldValue:
    """Give labels and the like in one order, for they have none of their own."""
    return sorted(value) if isinstance(value, list) else value
