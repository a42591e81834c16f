"""What a writer keeps: only what was approved, only where nobody was faster, and the truth about each write."""

from dataclasses import replace

from canonical.values import FieldValue
from connectors.base import CurrentValue, FieldChange, Outcome, Precondition
from pmohub.testing.contract.hooks import ToolHooks, drained, records_of, value_of

AWKWARD = ("=1+1", "00042", "2026-01-31", "إطلاق", "a, \"b\"; 'c'")
"""Text that a tool likes to take for something else."""


class WritingContract(ToolHooks):
    """A write ends in an outcome that can be believed."""

    def test_the_precondition_is_declared(self) -> None:
        assert isinstance(self.writer().precondition, Precondition)

    def test_where_an_edit_goes_unnoticed_is_known_without_a_writer(self) -> None:
        reader, writer = self.reader(), self.writer()
        for target in (self.target, *self.unwatched):
            goes_unnoticed = writer.precondition_for(target) is Precondition.NONE
            assert goes_unnoticed or target not in self.unwatched
            # What the writer says of all targets may be known by trying only.
            known = goes_unnoticed and writer.precondition is not Precondition.NONE
            assert reader.is_unwatched(target) in {known, goes_unnoticed}

    def test_a_write_that_went_well_is_called_applied(self) -> None:
        change = self.change(self.values[1])
        (result,) = self.writer().write([change])
        assert (result.change, result.outcome) == (change, Outcome.APPLIED)

    def test_an_applied_write_is_in_the_tool(self) -> None:
        (result,) = self.writer().write([self.change(self.values[2])])
        assert result.outcome is not Outcome.APPLIED or self.current().value == self.values[2]

    def test_a_write_is_read_back(self) -> None:
        (result,) = self.writer().write([self.change(self.values[1])])
        assert result.read_back == self.current().value

    def test_a_field_can_be_emptied_and_filled(self) -> None:
        emptying = replace(self.change(self.values[0]), after=None)
        list(self.writer().write([emptying]))
        assert self.current().value is None
        list(self.writer().write([replace(emptying, before=None, after=self.values[1])]))
        assert self.current().value == self.values[1]

    def test_what_is_already_true_is_not_sent(self) -> None:
        change = self.change(self.values[1])
        self.team_sets(self.values[1])
        before = self.state()
        (result,) = self.writer().write([change])
        assert result.outcome is Outcome.ALREADY_TRUE
        assert self.state() == before

    def test_a_teams_edit_wins(self) -> None:
        change = self.change(self.values[1])
        self.team_sets(self.values[2])
        (result,) = self.writer().write([change])
        assert result.outcome is Outcome.STALE
        assert self.current().value == self.values[2]

    def test_a_write_changes_its_field_only(self) -> None:
        change = self.change(self.values[1])
        before = records_of(drained(self.reader()))
        list(self.writer().write([change]))
        after = records_of(drained(self.reader()))
        key = self.target.entity, self.target.external_id
        assert {other: record for other, record in after.items() if other != key} == {
            other: record for other, record in before.items() if other != key
        }
        own, was = dict(after[key]), dict(before[key])
        differing = {name for name in own if own[name] != was[name]} - {"source_updated_at"}
        assert differing <= {self.target.field, "fields"}
        fields = after[key].fields
        assert {name for name in fields if fields[name] != before[key].fields[name]} <= {self.target.field}

    def test_a_refused_write_says_why(self) -> None:
        change = self.change(self.values[1])
        missing = replace(change, target=replace(self.target, external_id="no such item"))
        (result,) = self.writer().write([missing])
        assert result.outcome is Outcome.REFUSED
        assert result.reason

    def test_a_refused_write_does_not_stop_the_others(self) -> None:
        change = self.change(self.values[1])
        missing = replace(change, target=replace(self.target, external_id="no such item"))
        results = list(self.writer().write([missing, change]))
        assert [result.change for result in results] == [missing, change]

    def test_text_stays_the_text_it_is(self) -> None:
        for text in AWKWARD:
            change = replace(self.change(self.values[0]), after=text)
            list(self.writer().write([change]))
            assert self.current().value in {text, change.before}

    def test_what_a_write_replaced_is_known(self) -> None:
        change = self.change(self.values[1])
        list(self.writer().write([change]))
        (replaced,) = self.writer().overtaken([change])
        if self.writer().precondition is Precondition.NONE:
            assert replaced.problem is not None
        else:
            assert (replaced.problem, replaced.value) == (None, change.before)

    def test_what_was_never_written_replaced_nothing(self) -> None:
        (replaced,) = self.writer().overtaken([self.change(self.values[1])])
        assert replaced.problem is not None

    def test_a_written_value_comes_with_the_next_pull(self) -> None:
        change = self.change(self.values[1])
        cursor = drained(self.reader())[-1].cursor
        list(self.writer().write([change]))
        assert value_of(records_of(drained(self.reader(), cursor)), self.target) == self.values[1]

    def change(self, after: FieldValue) -> FieldChange:
        """Plan a change from the first value, which the team has just set."""
        self.team_sets(self.values[0])
        return FieldChange(self.target, self.values[0], after)

    def current(self) -> CurrentValue:
        """Read the target with a new reader."""
        (current,) = self.reader().read([self.target])
        assert current.problem is None
        return current
