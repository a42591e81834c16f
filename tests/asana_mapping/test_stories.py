"""Stories become reported changes, in the values that records hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from canonical.intake import ReportedChange
from canonical.vocabulary import StatusCategory, TaskKind
from connectors.asana.mapping.history import HistoryMapper
from tests.asana_mapping.answers import ADA, GRACE, HIGH, LOW, P1, P2, membership, plan, story, task

TODO, BEGUN, DONE = StatusCategory.TODO, StatusCategory.IN_PROGRESS, StatusCategory.DONE
TO_DO, DOING = {"gid": "s1", "name": "To do"}, {"gid": "s2", "name": "Doing"}


def told(raw: Any, *stories: Any, home: str | None = P1, **options: Any) -> list[ReportedChange]:
    """Give what the stories of a task tell, all of it readable."""
    mapper = HistoryMapper(plan(**options))
    changes = mapper.changes(raw, home, stories, {P1, P2})
    assert mapper.problems() == []
    return changes


def sides(changes: list[ReportedChange]) -> list[tuple[str, Any, Any]]:
    """Give field, old and new of each."""
    return [(one.field, one.old, one.new) for one in changes]


def custom(gid: str, kind: str, old: Any, new: Any, day: int = 1) -> dict[str, Any]:
    """Give a story of a custom field."""
    held = {"multi_enum": "multi_enum_values"}.get(kind, f"{kind}_value")
    values = {f"old_{held}": old, f"new_{held}": new}
    return story(f"{kind}_custom_field_changed", day, custom_field={"gid": gid}, **values)


def moved(old: Any, new: Any, day: int = 1) -> dict[str, Any]:
    """Give a story of a move between sections of the first project."""
    of = {"project": {"gid": P1}}
    return story("section_changed", day, old_section={**old, **of}, new_section={**new, **of})


def test_a_change_says_what_when_and_by_whom() -> None:
    (one,) = told(task(name="New"), story("name_changed", old_name="Old", new_name="New", gid="77"))
    assert (one.external_id, one.change_id, one.actor, one.at) == (
        "9001", "77", "id:31", datetime(2026, 3, 1, 9, tzinfo=UTC)
    )  # fmt: skip
    assert (one.field, one.old, one.new) == ("title", "Old", "New")


def test_an_assignment_follows_the_one_before() -> None:
    stories = [
        story("assigned", 1, assignee=ADA),
        story("assigned", 2, assignee=GRACE),
        story("unassigned", 3, assignee=GRACE),
        story("assigned", 4, assignee=ADA),
    ]
    changes = told(task(assignee=ADA), *reversed(stories))
    assert [(one.old, one.new) for one in changes] == [
        (None, "id:31"), ("id:31", "id:32"), ("id:32", None), (None, "id:31")
    ]  # fmt: skip


def test_dates_are_told_as_dates() -> None:
    changed = story(
        "due_date_changed",
        old_dates={"due_on": "2026-02-13", "due_at": None, "start_on": None},
        new_dates={"due_on": "2026-02-20", "due_at": None, "start_on": "2026-02-01"},
    )
    assert sides(told(task(), changed)) == [
        ("due", date(2026, 2, 13), date(2026, 2, 20)),
        ("planned_start", None, date(2026, 2, 1)),
    ]


def test_the_day_of_a_moment_is_the_one_that_asana_shows() -> None:
    moment = "2026-02-13T23:30:00.000Z"
    changed = story("due_date_changed", old_dates=None, new_dates={"due_on": None, "due_at": moment, "start_on": None})
    at = datetime(2026, 2, 13, 23, 30, tzinfo=UTC)
    in_new_york = task(due_on="2026-02-13", due_at=moment)
    assert sides(told(in_new_york, changed)) == [("due", None, date(2026, 2, 13)), ("due_at", None, at)]
    assert sides(told(task(), changed)) == [("due", None, date(2026, 2, 14)), ("due_at", None, at)]


def test_custom_fields_are_told_in_the_values_of_records() -> None:
    mapping = {"risk": "102", "where": "103", "live": "104", "note": "105", "sure": "107", "who": "101"}
    day = {"due_on": "2026-02-13", "due_at": None, "start_on": None}
    stories = [
        custom("102", "enum", LOW, HIGH),
        custom("103", "multi_enum", [], [LOW, HIGH], 2),
        custom("104", "date", None, day, 3),
        custom("105", "text", "a", None, 4),
        custom("107", "number", None, 0.5, 5),
        custom("101", "people", [ADA], [ADA, GRACE], 6),
        custom("108", "number", 1, 2, 7),
    ]
    assert sides(told(task(), *stories, fields=mapping)) == [
        ("fields.risk", "Low", "High"),
        ("fields.where", None, ["Low", "High"]),
        ("fields.live", None, date(2026, 2, 13)),
        ("fields.note", "a", None),
        ("fields.sure", None, 50),
        ("fields.who", ["Ada Byron"], ["Ada Byron", "Grace Hopper"]),
    ]


def test_a_field_that_is_mapped_to_another_is_told_by_that() -> None:
    stories = [story("assigned", 1, assignee=GRACE), custom("101", "people", None, [ADA], 2)]
    assert sides(told(task(), *stories, fields={"assignee": "Sponsor"})) == [("assignee", None, "id:31")]
    stories = [custom("109", "number", 1, 1.5)]
    assert sides(told(task(), *stories, fields={"original_estimate": "109"})) == [("original_estimate", 3600, 5400)]


def test_status_and_what_it_means_follow_sections_and_completion() -> None:
    stories = [moved(TO_DO, DOING, 1), story("marked_complete", 2), story("marked_incomplete", 3)]
    now = task(memberships=[{"project": {"gid": P1}, "section": DOING}])
    assert sides(told(now, *stories)) == [
        ("status", "To do", "Doing"),
        ("status_category", TODO, BEGUN),
        ("status_category", BEGUN, DONE),
        ("status_category", DONE, BEGUN),
    ]


def test_a_renamed_section_is_told_by_its_name_of_today() -> None:
    now = task(memberships=[{"project": {"gid": P1}, "section": {**DOING, "name": "Under way"}}])
    assert sides(told(now, moved(TO_DO, DOING)))[0] == ("status", "To do", "Under way")


def test_a_subtask_without_a_section_is_completed_or_not() -> None:
    below = task(parent={"gid": "1"}, memberships=[], completed=True)
    assert sides(told(below, story("marked_complete"))) == [
        ("status", "incomplete", "completed"),
        ("status_category", TODO, DONE),
    ]


def test_a_move_in_another_project_says_nothing_of_the_status() -> None:
    elsewhere = {"project": {"gid": P2}}
    changed = story("section_changed", old_section={**TO_DO, **elsewhere}, new_section={**DOING, **elsewhere})
    assert told(task(), changed) == []


def test_a_status_in_a_field_is_told_by_the_field() -> None:
    changed = custom("116", "enum", {"gid": "1", "name": "Backlog"}, {"gid": "2", "name": "Doing"})
    assert sides(told(task(), changed, moved(TO_DO, DOING, 2), status="field:Stage")) == [
        ("status", "Backlog", "Doing"),
        ("status_category", TODO, BEGUN),
    ]


def test_a_move_to_another_project_changes_where_it_counts() -> None:
    stories = [
        story("added_to_project", 1, "1", project={"gid": P2}),
        story("added_to_project", 2, "2", project={"gid": P1}),
        story("removed_from_project", 2, "3", project={"gid": P2}),
    ]
    assert sides(told(task(memberships=[membership(P1, "To do")]), *stories)) == [
        ("project", None, f"id:{P2}"),
        ("project", f"id:{P2}", f"id:{P1}"),
        ("further_projects", [], [f"id:{P2}"]),
        ("further_projects", [f"id:{P2}"], []),
    ]


def test_an_approval_tells_how_it_was_decided() -> None:
    decided = story("approved", old_approval_status="pending", new_approval_status="approved")
    now = task(resource_subtype="approval", approval_status="approved", completed=True)
    assert sides(told(now, decided)) == [
        ("fields.approval_status", "pending", "approved"),
        ("status_category", TODO, DONE),
    ]


def test_a_change_of_subtype_is_one_of_kind() -> None:
    changed = story("resource_subtype_changed", old_resource_subtype="default_task", new_resource_subtype="milestone")
    assert sides(told(task(), changed)) == [("kind", TaskKind.TASK, TaskKind.MILESTONE)]


def test_a_kind_in_a_field_is_told_by_the_field() -> None:
    changed = custom("116", "enum", None, {"gid": "1", "name": "Bug"})
    assert sides(told(task(), changed, fields={"kind": "Stage"})) == [("kind", TaskKind.TASK, TaskKind.BUG)]


def test_comments_and_what_is_not_mapped_tell_nothing() -> None:
    stories = [story("comment_added", text="Hello"), story("liked", 2), story("never seen", 3, old_name="x")]
    assert told(task(), *stories) == []


def test_what_cannot_be_read_is_counted_and_hides_nothing_else() -> None:
    mapper = HistoryMapper(plan(fields={"sure": "107"}))
    stories = [
        custom("107", "number", "much", 0.5),
        {"gid": "1", "created_at": "yesterday"},
        story("name_changed", 2, old_name="Old", new_name="New"),
        custom("107", "number", 0.25, 0.125, 3),
    ]
    assert sides(mapper.changes(task(), P1, stories)) == [
        ("title", "Old", "New"),
        ("fields.sure", 25, Decimal("12.5")),
    ]
    assert [one.what.split(" in stories")[0] for one in mapper.problems()] == [
        "1 changes of a story", "1 changes of Confidence (107)"
    ]  # fmt: skip


def test_coming_back_into_a_project_begins_in_the_section_that_asana_chooses() -> None:
    stories = [
        moved(TO_DO, DOING, 1),
        story("removed_from_project", 2, project={"gid": P1}),
        story("added_to_project", 3, project={"gid": P1}),
    ]
    now = task(memberships=[{"project": {"gid": P1}, "section": TO_DO}])
    told_of_status = [one for one in sides(told(now, *stories)) if one[0] == "status"]
    assert told_of_status == [("status", "To do", "Doing"), ("status", "Doing", "To do")]
