"""Tasks at any depth, of every kind and in any number of projects, become records."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from canonical.vocabulary import StatusCategory, TaskKind
from connectors.asana.mapping.tasks import home_of
from tests.asana_mapping.answers import ADA, GRACE, HIGH, P1, P2, P3, mapped, membership, record, task, value

DONE = {"completed": True, "completed_at": "2026-03-01T10:00:00.000Z"}


def test_a_task_says_all_that_was_asked_for() -> None:
    raw = task(
        **DONE,
        assignee=ADA,
        created_by=GRACE,
        due_on="2026-02-13",
        due_at="2026-02-13T23:30:00.000Z",
        start_on="2026-02-01",
        created_at="2026-01-01T00:00:00.000Z",
        modified_at="2026-01-02T00:00:00.000Z",
        permalink_url="https://app.asana.com/1/12/task/9001",
        tags=[{"gid": "1", "name": "approval"}],
        actual_time_minutes=90,
        memberships=[membership(P1, "Done"), membership(P2, "Later")],
        something_new={"nobody": "knows"},
    )
    made = record(raw)
    assert (made.external_id, made.scope, made.project, made.further_projects) == (
        "9001",
        P1,
        f"id:{P1}",
        (f"id:{P2}",),
    )
    assert (made.due, made.due_at) == (date(2026, 2, 13), datetime(2026, 2, 13, 23, 30, tzinfo=UTC))
    assert (made.planned_start, made.completed_at) == (date(2026, 2, 1), datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert (made.assignee, made.reporter, made.labels, made.time_spent) == ("id:31", "id:32", ("approval",), 5400)
    assert (made.status, made.status_category) == ("Done", StatusCategory.DONE)


def test_what_is_null_is_empty_and_what_is_absent_is_not_known() -> None:
    made = record(task())
    assert {"assignee", "due", "due_at", "parent", "completed_at"} <= made.model_fields_set
    bare = record({"gid": "1", "memberships": [{}], "assignee": {}, "parent": {}, "tags": [{}]})
    assert bare.model_fields_set == {"external_id", "project", "scope", "fields"}
    assert bare.key is None


def test_a_gid_is_a_text_however_long() -> None:
    assert record(task(gid="12000000000000000001")).external_id == "12000000000000000001"


@pytest.mark.parametrize(
    ("section", "completed", "more", "expected"),
    [
        ("To do", False, {}, StatusCategory.TODO),
        ("Design", False, {}, StatusCategory.TODO),
        ("Design", False, {"actual_time_minutes": 30}, StatusCategory.IN_PROGRESS),
        ("Doing", False, {}, StatusCategory.IN_PROGRESS),
        ("To do", True, {}, StatusCategory.DONE),
        ("Shipped", False, {}, StatusCategory.DONE),
        ("Cancelled", True, {}, StatusCategory.CANCELLED),
        ("Parked", True, {}, StatusCategory.CANCELLED),
        ("Parked", False, {}, StatusCategory.CANCELLED),
        (None, False, {}, StatusCategory.TODO),
    ],
)
def test_completed_means_done_unless_the_word_means_cancelled(
    section: str | None, completed: bool, more: dict[str, Any], expected: StatusCategory
) -> None:
    made = record(
        task(section=section, completed=completed, **more), statuses={"shipped": "done", "Parked": "cancelled"}
    )
    assert (made.status, made.status_category) == (section or "incomplete", expected)


def test_the_status_may_be_in_a_field() -> None:
    raw = task(custom_fields=[value("116", enum_value={"gid": "1", "name": "Doing"})])
    made = record(raw, status="field:Stage")
    assert (made.status, made.status_category) == ("Doing", StatusCategory.IN_PROGRESS)


def test_the_section_is_that_of_the_project_in_which_the_task_counts() -> None:
    raw = task(memberships=[membership(P2, "Elsewhere"), membership(P1, "Here")])
    assert record(raw, P1).status == "Here"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, TaskKind.TASK),
        ({"parent": {"gid": "1"}}, TaskKind.SUBTASK),
        ({"resource_subtype": "milestone"}, TaskKind.MILESTONE),
        ({"resource_subtype": "milestone", "parent": {"gid": "1"}}, TaskKind.MILESTONE),
        ({"resource_subtype": "approval"}, TaskKind.OTHER),
        ({"resource_subtype": "custom", "custom_type": {"gid": "5", "name": "Bug"}}, TaskKind.BUG),
        ({"resource_subtype": "custom", "custom_type": {"gid": "5", "name": "Feature"}}, TaskKind.STORY),
        ({"resource_subtype": "section"}, TaskKind.TASK),
    ],
)
def test_a_kind_follows_subtype_type_and_parent(raw: dict[str, Any], expected: TaskKind) -> None:
    assert record(task(**raw), kinds={"Feature": "story"}).kind is expected


@pytest.mark.parametrize(
    ("word", "more", "expected"),
    [
        ("Bug", {}, TaskKind.BUG),
        ("Campaign", {}, TaskKind.EPIC),
        ("Decision", {}, TaskKind.TASK),
        (None, {"resource_subtype": "milestone"}, TaskKind.MILESTONE),
    ],
)
def test_a_kind_may_be_in_a_field(word: str | None, more: dict[str, Any], expected: TaskKind) -> None:
    chosen = word and {"gid": "1", "name": word}
    raw = task(custom_fields=[value("116", enum_value=chosen)], **more)
    assert record(raw, fields={"kind": "Stage"}, kinds={"campaign": "epic"}).kind is expected


def test_an_approval_says_how_it_was_decided() -> None:
    raw = task(resource_subtype="approval", approval_status="changes_requested", **DONE)
    assert record(raw).fields["approval_status"] == "changes_requested"
    assert record(task(approval_status="pending")).fields["approval_status"] is None


def test_a_subtask_counts_towards_the_project_of_its_topmost_parent() -> None:
    scope = {P1, P2}
    top = task(memberships=[membership(P3), membership(P2)])
    child = task(parent={"gid": "9001"}, memberships=[])
    homed = task(parent={"gid": "9001"}, memberships=[membership(P1)])
    home = home_of(top, scope)
    assert (home, home_of(child, scope, home), home_of(homed, scope, home)) == (P2, P2, P1)
    made = record(child, home_of(child, scope, home))
    assert (made.project, made.scope, made.parent, made.status) == (f"id:{P2}", P2, "id:9001", "incomplete")


def test_a_heading_among_subtasks_is_no_task() -> None:
    result = mapped(task(is_rendered_as_separator=True))
    assert (result.records, result.quarantined) == ([], [])


def test_a_task_that_cannot_be_read_is_set_aside_with_its_name_and_project() -> None:
    result = mapped(task(due_on="soon"))
    (aside,) = result.quarantined
    assert (aside.external_id, aside.scope, aside.place) == ("9001", P1, "task 9001")
    assert aside.reason == "Write the plan: due_on: “soon” is no day of the calendar."


def test_a_disabled_value_is_kept() -> None:
    raw = task(custom_fields=[value("102", enum_value=HIGH, enabled=False)])
    assert record(raw, fields={"risk": "Risk"}).fields["risk"] == "High"
