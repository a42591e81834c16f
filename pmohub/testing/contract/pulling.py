"""What a pull keeps: nothing lost, nothing invented, resumable after every batch."""

from datetime import datetime

import orjson

from canonical.problems import ToolError
from canonical.vocabulary import EntityKind
from pmohub.testing.contract.history import by_id, changes_of
from pmohub.testing.contract.hooks import Key, ToolHooks, drained, quarantined_of, records_of, value_of

REFERS_TO = {
    "project": EntityKind.PROJECT,
    "parent": EntityKind.TASK,
    "task": EntityKind.TASK,
    "predecessor": EntityKind.TASK,
    "successor": EntityKind.TASK,
    "person": EntityKind.PERSON,
    "assignee": EntityKind.PERSON,
    "reporter": EntityKind.PERSON,
    "manager": EntityKind.PERSON,
    "sponsor": EntityKind.PERSON,
    "author": EntityKind.PERSON,
}
"""What each reference names; only one by `id` must be in the same tool."""


class PullingContract(ToolHooks):
    """A pull can be stopped anywhere and repeated at will."""

    def test_pulling_changes_nothing(self) -> None:
        before = self.state()
        drained(self.reader())
        assert self.state() == before

    def test_a_repeated_pull_gives_the_same_records(self) -> None:
        assert records_of(drained(self.reader())) == records_of(drained(self.reader()))

    def test_an_id_names_one_record_only(self) -> None:
        given = [record for batch in self.reader().pull(None) for record in batch.records]
        last = {(record.entity, record.external_id): record for record in given}
        assert [last[record.entity, record.external_id] for record in given] == given

    def test_ids_survive_an_edit(self) -> None:
        before = set(records_of(drained(self.reader())))
        self.team_sets(self.values[0])
        assert set(records_of(drained(self.reader()))) == before

    def test_a_reference_by_id_names_a_record_that_is_given(self) -> None:
        records = records_of(drained(self.reader()))
        for record in records.values():
            for name, kind in REFERS_TO.items():
                scheme, _, value = str(getattr(record, name, None) or "").partition(":")
                assert scheme != "id" or (kind, value) in records, f"{record.external_id} {name}"

    def test_a_pull_from_nothing_gives_all_that_the_census_shows(self) -> None:
        batches = drained(self.reader())
        given = records_of(batches).values()
        listed = {(listing.entity, listing.scope) for batch in batches for listing in batch.complete}
        for entity, scope in listed | {(record.entity, record.scope) for record in given if record.scope}:
            census = self.reader().census(entity, scope)
            ids = {record.external_id for record in given if (record.entity, record.scope) == (entity, scope)}
            assert census.unlisted or census.external_ids == ids
            assert census.unlisted or census.complete

    def test_a_bad_record_is_quarantined_and_the_others_go_on(self) -> None:
        before = set(records_of(drained(self.reader())))
        spoilt = self.spoil()
        batches = drained(self.reader())
        assert before - set(records_of(batches)) <= {spoilt}
        assert [found for found in quarantined_of(batches) if found.entity is spoilt[0]]

    def test_quarantine_says_place_reason_remedy_and_the_whole_record(self) -> None:
        self.spoil()
        for found in quarantined_of(drained(self.reader())):
            assert found.place
            assert found.reason
            assert found.remedy
            assert found.raw

    def test_what_no_longer_maps_keeps_its_id(self) -> None:
        entity, external_id = self.spoil()
        quarantined = quarantined_of(drained(self.reader()))
        ids = [found.external_id for found in quarantined if found.entity is entity]
        assert not ids or external_id in ids, "it would be taken for deleted"

    def test_a_cursor_is_json(self) -> None:
        for batch in self.reader().pull(None):
            assert orjson.loads(orjson.dumps(batch.cursor)) == batch.cursor

    def test_an_interrupted_pull_resumes_without_loss(self) -> None:
        batches = drained(self.reader())
        for number, batch in enumerate(batches, 1):
            resumed = drained(self.reader(), batch.cursor)
            whole = [*batches[:number], *resumed]
            assert set(records_of(whole)) == set(records_of(batches))
            assert by_id(changes_of(whole)) == by_id(changes_of(batches))

    def test_an_edit_is_in_the_next_pull(self) -> None:
        cursor = drained(self.reader())[-1].cursor
        for value in self.values[:2]:
            self.team_sets(value)
            batches = drained(self.reader(), cursor)
            assert value_of(records_of(batches), self.target) == value
            cursor = batches[-1].cursor

    def test_an_edit_during_a_pull_is_not_lost(self) -> None:
        batches = []
        for number, batch in enumerate(self.reader().pull(None)):
            batches.append(batch)
            if number == 0:
                self.team_sets(self.values[0])
        batches += drained(self.reader(), batches[-1].cursor)
        assert value_of(records_of(batches), self.target) == self.values[0]

    def test_a_deletion_shows(self) -> None:
        records = records_of(drained(self.reader()))
        cursor = drained(self.reader())[-1].cursor
        gone = self.team_deletes()
        incremental, full = drained(self.reader(), cursor), drained(self.reader())
        told = {key for batch in incremental for key in batch.deleted}
        listed = {(listing.entity, listing.scope) for batch in full for listing in batch.complete}
        scope = records[gone].scope or ""
        shown = (gone[0], scope) in listed or self.counted_out(gone, scope)
        assert gone in told or (gone not in records_of(full) and shown)

    def counted_out(self, gone: Key, scope: str) -> bool:
        """Say whether a census lists all of the scope, and not this."""
        census = self.reader().census(gone[0], scope)
        return census.complete and gone[1] not in census.external_ids

    def test_what_is_there_is_not_said_to_be_deleted(self) -> None:
        batches = drained(self.reader())
        batches += drained(self.reader(), batches[-1].cursor)
        assert not [key for batch in batches for key in batch.deleted]

    def test_a_listing_is_complete_only_when_all_of_it_was_given(self) -> None:
        before = records_of(drained(self.reader()))
        self.hide()
        try:
            batches = drained(self.reader())
        except ToolError:
            return
        given = set(records_of(batches))
        complete = {(listing.entity, listing.scope) for batch in batches for listing in batch.complete}
        lost = {key for key, record in before.items() if (record.entity, record.scope) in complete} - given
        assert not lost, "what cannot be read would be taken for deleted"

    def test_a_census_is_complete_only_when_all_is_visible(self) -> None:
        before = records_of(drained(self.reader())).values()
        self.hide()
        for entity, scope in {(record.entity, record.scope) for record in before if record.scope}:
            try:
                census = self.reader().census(entity, scope)
            except ToolError:
                continue
            known = {record.external_id: record.scope for record in before if record.entity is entity}
            ids = {external_id for external_id, where in known.items() if where == scope}
            # What is in two scopes counts towards the second one while the first is hidden; nothing else comes in.
            assert not census.complete or ids <= census.external_ids <= known.keys()

    def test_a_reader_that_says_so_lists_everything_with_each_pull(self) -> None:
        reader = self.reader()
        cursor = drained(reader)[-1].cursor
        self.team_sets(self.values[0])
        batches = drained(self.reader(), cursor)
        listed = {(listing.entity, listing.scope) for batch in batches for listing in batch.complete}
        given = {(record.entity, record.scope) for record in records_of(batches).values() if record.scope}
        assert not reader.lists_everything or given <= listed, "without a census, deletions would never be found"

    def test_what_cannot_be_read_is_said(self) -> None:
        self.hide()
        try:
            problems = [problem for batch in self.reader().pull(None) for problem in batch.problems]
        except ToolError as error:
            problems = [error.problem]
        assert [problem for problem in problems if problem.what and problem.where and problem.next_step]

    def test_a_listing_ends_after_it_began_and_once(self) -> None:
        begun = set()
        for batch in self.reader().pull(None):
            begun |= set(batch.begins)
            assert set(batch.complete) <= begun
            begun -= set(batch.complete)

    def test_progress_goes_forward(self) -> None:
        done = 0
        for batch in self.reader().pull(None):
            assert done <= batch.progress.done
            assert batch.progress.total is None or batch.progress.done <= batch.progress.total
            done = batch.progress.done

    def test_a_batch_is_bounded(self) -> None:
        for batch in self.reader().pull(None):
            assert len(batch.records) + len(batch.quarantined) <= self.largest_batch

    def test_an_instant_is_aware(self) -> None:
        for record in records_of(drained(self.reader())).values():
            values = [*dict(record).values(), *record.fields.values()]
            assert not [value for value in values if isinstance(value, datetime) and value.tzinfo is None]

    def test_text_can_be_stored(self) -> None:
        for record in records_of(drained(self.reader())).values():
            text = "".join(
                value for value in [*dict(record).values(), *record.fields.values()] if isinstance(value, str)
            )
            assert "\x00" not in text
            assert text.encode(errors="replace").decode() == text
