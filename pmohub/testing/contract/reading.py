"""What a reader keeps besides pulling: naming itself, checking, discovering, reading targets."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from canonical.problems import ToolError, Weight
from canonical.records import Record
from canonical.vocabulary import FieldType
from connectors.base import Target, Writer
from pmohub.testing.contract.hooks import ToolHooks, drained, in_words, records_of

TYPES: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.TEXT: (str,),
    FieldType.NUMBER: (int, Decimal),
    FieldType.DATE: (date,),
    FieldType.YES_NO: (bool,),
}


class ReadingContract(ToolHooks):
    """A reader changes nothing, tells no secret, and says what is wrong in words."""

    def test_the_fingerprint_is_the_same_each_time(self) -> None:
        assert self.reader().fingerprint() == self.reader().fingerprint() != ""

    def test_the_fingerprint_asks_for_no_data(self) -> None:
        self.take_down()
        self.reader().fingerprint()

    def test_the_end_of_the_credential_is_an_aware_moment_where_it_is_known(self) -> None:
        ends = self.reader().credential_expires_at()
        assert ends is None or ends.utcoffset() is not None

    def test_provides_covers_what_records_supply(self) -> None:
        reader = self.reader()
        provides = reader.provides()
        for record in records_of(drained(reader)).values():
            supplied = frozenset(record.model_fields_set) - frozenset(Record.model_fields)
            supplied |= {f"fields.{name}" for name in record.fields}
            assert supplied <= provides.get(record.entity, frozenset()), record.external_id

    def test_custom_fields_come_as_the_type_that_is_told(self) -> None:
        reader = self.reader()
        told = {(field.entity, field.name): field.type for field in self.custom_fields}
        assert all(f"fields.{name}" in reader.provides()[entity] for entity, name in told)
        for record in records_of(drained(reader)).values():
            for name, value in record.fields.items():
                if value is not None and (record.entity, name) in told:
                    assert isinstance(value, TYPES[told[record.entity, name]]), (record.external_id, name, value)
                    assert isinstance(value, bool) == (told[record.entity, name] is FieldType.YES_NO)
                    assert not isinstance(value, datetime)

    def test_the_reader_cannot_write(self) -> None:
        reader = self.reader()
        held = [reader, *getattr(reader, "__dict__", {}).values()]
        assert not any(isinstance(part, Writer) for part in held)
        assert not {"write", "overtaken"} & set(dir(reader))

    def test_checking_changes_nothing(self) -> None:
        before = self.state()
        list(self.reader().check())
        assert self.state() == before

    def test_check_finds_no_error_where_there_is_none(self) -> None:
        assert not [found for found in self.reader().check() if found.weight is Weight.ERROR]

    def test_check_says_that_the_tool_is_down(self) -> None:
        self.take_down()
        errors = [found for found in self.reader().check() if found.weight is Weight.ERROR]
        assert errors
        assert all(found.what and found.next_step for found in errors)

    def test_a_reader_is_described_in_one_line(self) -> None:
        described = self.reader().describe()
        assert described.strip()
        assert len(described.splitlines()) == 1

    def test_discovering_changes_nothing(self) -> None:
        before = self.state()
        self.reader().discover()
        assert self.state() == before

    def test_discovery_suggests_a_mapping_that_can_be_pasted(self) -> None:
        discovery = self.reader().discover()
        assert discovery.fields
        assert tomllib.loads(discovery.mapping)

    def test_no_secret_is_told(self) -> None:
        reader = self.reader()
        told = [repr(reader), str(reader), reader.fingerprint(), repr(self.writer())]
        told += [str(batch.cursor) + in_words(batch.problems) for batch in reader.pull(None)]
        self.take_down()
        told.append(in_words(reader.check()))
        error = self.failure()
        told += [repr(error), str(error), in_words([error.problem] if error else [])]
        assert not [secret for secret in self.secrets if secret in "\n".join(told)]

    def test_a_tool_that_is_down_ends_in_a_tool_error(self) -> None:
        self.take_down()
        error = self.failure()
        assert error is not None, "the pull ended as if all were well"
        assert error.problem.what
        assert error.problem.next_step

    def test_reading_answers_each_target_in_its_order(self) -> None:
        targets = self.targets()
        assert [current.target for current in self.reader().read(targets)] == targets

    def test_reading_gives_what_the_tool_holds_now(self) -> None:
        reader = self.reader()
        for value in self.values[:2]:
            self.team_sets(value)
            assert [current.value for current in reader.read([self.target])] == [value]

    def test_reading_changes_nothing(self) -> None:
        before = self.state()
        self.reader().read([self.target])
        assert self.state() == before

    def test_reading_what_is_not_there_is_a_problem_not_an_empty_value(self) -> None:
        (current,) = self.reader().read([replace(self.target, external_id="no such item")])
        assert current.problem is not None
        assert current.problem.what

    def targets(self) -> list[Target]:
        """Give the target's carrier in three items, the target's own in the middle."""
        others = [
            replace(self.target, external_id=key[1])
            for key in records_of(drained(self.reader()))
            if key[0] is self.target.entity and key[1] != self.target.external_id
        ]
        return [others[0], self.target, others[1]]

    def failure(self) -> ToolError | None:
        """Pull from a tool that is down; any other error than ours is a fault of its own."""
        try:
            drained(self.reader())
        except ToolError as error:
            return error
        return None
