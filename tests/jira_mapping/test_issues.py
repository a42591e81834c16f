"""Issues become tasks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from canonical.vocabulary import StatusCategory, TaskKind
from connectors.jira.config import Flavour
from tests.jira_mapping.answers import issue, mapped, plan, task

DC = Flavour.DATA_CENTER


def test_an_issue_is_known_by_its_id_and_linked_by_its_key() -> None:
    moved, first = task(issue(key="CD-9", project="10001")), task(issue())
    assert (first.external_id, first.key, first.project, first.scope) == ("20005", "ENG-5", "id:10000", "10000")
    assert (moved.external_id, moved.key, moved.project) == ("20005", "CD-9", "id:10001")
    assert first.url == "https://example.atlassian.net/browse/ENG-5"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"name": "Epic", "hierarchyLevel": 1}, TaskKind.EPIC),
        ({"name": "Vorhaben", "hierarchyLevel": 1}, TaskKind.EPIC),
        ({"name": "Initiative", "hierarchyLevel": 2}, TaskKind.OTHER),
        ({"name": "Sub-task", "hierarchyLevel": -1}, TaskKind.SUBTASK),
        ({"name": "Unteraufgabe", "subtask": True}, TaskKind.SUBTASK),
        ({"name": "Epic", "subtask": False}, TaskKind.EPIC),
        ({"name": "Bug", "hierarchyLevel": 0}, TaskKind.BUG),
        ({"name": "Story", "hierarchyLevel": 0}, TaskKind.STORY),
        ({"name": "Chore", "hierarchyLevel": 0}, TaskKind.TASK),
        ({"name": "Gate", "hierarchyLevel": 0}, TaskKind.MILESTONE),
    ],
)
def test_the_kind_is_the_admins_word_else_the_level_else_the_name(kind: dict[str, Any], expected: TaskKind) -> None:
    assert task(issue(issuetype=kind), kinds={"gate": "milestone"}).kind is expected


@pytest.mark.parametrize(
    ("status", "key", "resolution", "expected"),
    [
        ("Open", "new", None, StatusCategory.TODO),
        ("Doing", "indeterminate", None, StatusCategory.IN_PROGRESS),
        ("Closed", "done", "Done", StatusCategory.DONE),
        ("Closed", "done", None, StatusCategory.DONE),
        ("Closed", "done", "Won't Do", StatusCategory.CANCELLED),
        ("Closed", "done", "Won\u2019t Fix", StatusCategory.CANCELLED),
        ("Closed", "done", "Duplicate", StatusCategory.CANCELLED),
        ("Closed", "done", "Cannot Reproduce", StatusCategory.CANCELLED),
        ("Closed", "done", "Declined", StatusCategory.CANCELLED),
        ("Reopened", "new", "Won't Do", StatusCategory.TODO),
        ("Cancelled", "done", None, StatusCategory.CANCELLED),
        ("Parked", "indeterminate", None, StatusCategory.TODO),
        ("Closed", "done", "Verworfen", StatusCategory.CANCELLED),
        ("Odd", "undefined", None, None),
    ],
)
def test_a_status_means_what_jiras_category_says_and_the_resolution_tells_cancelled(
    status: str, key: str, resolution: str | None, expected: StatusCategory | None
) -> None:
    raw = issue(status={"name": status, "statusCategory": {"key": key}}, resolution=resolution and {"name": resolution})
    found = task(raw, statuses={"Parked": "todo", "verworfen": "cancelled"})
    assert (found.status, found.status_category) == (status, expected)


def test_the_parent_is_kept_by_id_or_key_even_where_nobody_knows_it() -> None:
    assert task(issue(parent={"id": "9", "key": "ENG-1"})).parent == "id:9"
    assert task(issue(parent=None, customfield_10014="ENG-1"), DC).parent == "key:ENG-1"
    assert task(issue(customfield_10018="INIT-3"), DC).parent == "key:INIT-3"
    assert (
        task(issue(customfield_10018={"hasEpicLinkFieldDependency": False, "data": {"id": 7, "key": "INIT-3"}})).parent
        == "key:INIT-3"
    )
    assert task(issue(parent=None)).parent is None


def test_a_field_that_is_not_in_the_answer_is_not_supplied_and_null_is_known_to_be_empty() -> None:
    absent, empty = task(issue()), task(issue(duedate=None, assignee=None, timeoriginalestimate=None, labels=[]))
    names = {"due", "assignee", "original_estimate", "labels", "status", "iteration_id"}
    assert not names & absent.model_fields_set
    assert {"due", "assignee", "original_estimate", "labels"} <= empty.model_fields_set
    assert (empty.due, empty.assignee, empty.original_estimate, empty.labels) == (None, None, None, ())


def test_people_are_named_by_what_never_changes() -> None:
    assert task(issue(assignee={"accountId": "5b10", "displayName": "Ada"})).assignee == "id:5b10"
    assert task(issue(reporter={"key": "JIRAUSER1", "name": "ada"}), DC).reporter == "id:JIRAUSER1"
    assert task(issue(reporter={"name": "ada"}), DC).reporter == "id:ada"


def test_estimates_are_seconds_wherever_jira_puts_them() -> None:
    flat = task(issue(timeoriginalestimate=7200, timeestimate=3600, timespent=None))
    nested = task(issue(timetracking={"originalEstimateSeconds": 7200, "remainingEstimateSeconds": 3600}))
    for found in (flat, nested):
        assert (found.original_estimate, found.remaining_estimate, found.time_spent) == (7200, 3600, None)


@pytest.mark.parametrize(("points", "expected"), [(3.0, Decimal(3)), ("3", Decimal(3)), (None, None), (0, Decimal(0))])
def test_story_points_are_a_number_in_whatever_form_and_none_is_not_zero(points: Any, expected: Decimal | None) -> None:
    found = task(issue(customfield_10016=points), fields={"story_points": "Story Points"})
    assert found.story_points == expected
    assert "story_points" in found.model_fields_set


def test_fewer_points_than_none_set_the_issue_aside_with_the_reason() -> None:
    result = mapped(issue(customfield_10016="-1"), fields={"story_points": "Story Points"})
    (aside,) = result.quarantined
    assert result.records == []
    assert aside.reason == "ENG-5: Story Points (customfield_10016): “-1” are fewer points than none."
    assert (aside.external_id, aside.place, aside.scope) == ("20005", "issue 20005", "10000")
    assert aside.raw["fields"]["customfield_10016"] == "-1"


@pytest.mark.parametrize(
    "printed",
    [
        "2017-09-19T16:07:27.697Z",
        "2017-09-19T16:07:27.697+0000",
        "2017-09-19T18:07:27.697+0200",
        "2017-09-19T18:07:27.697+02:00",
        1505837247697,
        "1505837247697",
    ],
)
def test_instants_are_the_same_kind_of_instant_in_every_form(printed: Any) -> None:
    found = task(issue(resolutiondate=printed)).completed_at
    assert found == datetime(2017, 9, 19, 16, 7, 27, 697000, UTC)
    assert found.tzinfo is UTC


def test_days_labels_and_lists_are_read() -> None:
    found = task(
        issue(
            duedate="2026-02-13",
            customfield_10015="2026-02-01",
            labels=["b", "a"],
            components=[{"name": "Core"}, {"name": "UI"}],
            fixVersions=[],
        ),
        fields={"planned_start": "Start date"},
    )
    assert (found.due, found.planned_start, found.labels) == (date(2026, 2, 13), date(2026, 2, 1), ("b", "a"))
    assert found.fields == {"components": "Core; UI", "fix_versions": None}


def test_two_fields_of_one_name_are_refused_with_both_ids_and_work_by_id() -> None:
    by_name, by_id = plan(fields={"own": "Twice"}), plan(fields={"own": "customfield_10202"})
    (problem,) = by_name.problems
    assert "customfield_10201 and customfield_10202" in problem.what
    assert "customfield_10201" not in by_name.ask
    assert by_id.problems == ()
    assert "customfield_10202" in by_id.ask


def test_a_mapped_field_that_jira_does_not_show_is_told_with_the_nearest_name() -> None:
    (problem,) = plan(fields={"own": "Story Pionts"}).problems
    assert "Story Points" in problem.next_step


def test_a_bad_value_sets_aside_its_issue_and_unknown_keys_are_nothing() -> None:
    (aside,) = mapped(issue(duedate="2026-02-31")).quarantined
    assert aside.reason == "ENG-5: Due date: “2026-02-31” is no day of the calendar."
    assert task({**issue(unheard_of={"a": 1}), "expand": "everything"}).key == "ENG-5"
