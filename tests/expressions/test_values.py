"""What expressions give for rows of a store, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from canonical.schema.entities import field_value, task_label, working_day
from rules.expressions import Environment, ExpressionError, Subject, rendered
from tests.expressions.conftest import TODAY, World, calendar


@pytest.mark.parametrize(
    ("row", "text", "expected"),
    [
        ({"due": date(2026, 3, 15)}, "task.due < today", True),
        ({"due": TODAY}, "task.due < today", False),
        ({}, "task.due < today", None),
        ({}, "has(task.due) && task.due < today", False),
        ({}, "task.due < today || true", True),
        ({}, "task.due < today ? true : true", None),
        ({}, "!has(task.due) == true", True),
        ({}, "task.due == null", True),
        ({"title": "ABC"}, "task.title.startsWith('ab')", False),
        ({"title": "50%_done"}, "task.title.contains('%_')", True),
        ({"title": "abc"}, "task.title.endsWith('')", True),
        ({}, "task.title.endsWith('')", None),
        ({"title": "a"}, "task.title < 'B'", False),
        ({"title": "z"}, "task.title > 'é'", False),
        ({"title": "  To   Do "}, "task.title.normalized()", "to do"),
        ({"title": "  ÜBER "}, "task.title.normalized()", "über"),
        ({"title": " x\t"}, "task.title.trim()", "x"),
        ({"title": "Größe é"}, "task.title.upperAscii()", "GRößE é"),
        ({"title": "Größe"}, "size(task.title)", 5),
        ({"key": "ENG-1"}, r"task.key.matches('^[A-Z]+-\\d+$')", True),
        ({"key": "ENG-1\n"}, r"task.key.matches('^[A-Z]+-\\d+$')", False),
        ({"key": "ENG-٣"}, r"task.key.matches('^[A-Z]+-\\d+$')", False),
        ({"percent_complete": Decimal("33.33")}, "task.percent_complete == 33.33", True),
        ({"percent_complete": Decimal(100)}, "task.percent_complete == 100", True),
        ({"percent_complete": Decimal("33.33")}, "task.percent_complete < 33.333", True),
        ({"percent_complete": Decimal("0.3")}, "task.percent_complete == 0.1 + 0.2", True),
        ({"time_spent": 50, "original_estimate": 40}, "task.time_spent > task.original_estimate * 1.25", False),
        ({"time_spent": 51, "original_estimate": 40}, "task.time_spent > task.original_estimate * 1.25", True),
        ({"time_spent": -7}, "task.time_spent / 2", -3),
        ({"time_spent": -7}, "task.time_spent % 3", -1),
        ({"time_spent": 7}, "task.time_spent / (task.time_spent - 7)", None),
        ({"time_spent": 2**62}, "task.time_spent * 4", None),
        ({"time_spent": 2**62}, "task.time_spent * 4 - task.time_spent * 4", None),
        ({"time_spent": -(2**62)}, "task.time_spent + task.time_spent - 1", None),
        ({"time_spent": 1}, "task.time_spent" + " + task.time_spent" * 7, 8),
        ({"assignee_ref": "name:Jane"}, "!has(task.assignee)", None),
        ({"assignee_ref": "name:Jane", "assignee_id": "p1"}, "!has(task.assignee)", False),
        ({}, "!has(task.assignee)", True),
        ({"time_spent": 2**31}, "task.time_spent + 1", 2**31 + 1),
        ({"planned_start": TODAY, "due": date(2026, 4, 1)}, "days(task.planned_start, task.due)", 16),
        ({"due": TODAY}, "task.due + days(20)", date(2026, 4, 5)),
        ({"due": TODAY}, "max(task.due, date('2026-04-01'))", date(2026, 4, 1)),
        ({"due": TODAY}, "max(task.due, task.planned_start)", None),
        ({"due": TODAY}, "'due ' + string(task.due)", "due 2026-03-16"),
        ({"time_spent": 12}, "string(task.time_spent) + ' s'", "12 s"),
        ({"priority": "High"}, "task.priority in ['High', 'Low']", True),
        ({"assignee_ref": None}, "has(task.assignee)", False),
        ({"assignee_ref": "name:Jane"}, "has(task.assignee)", None),
        ({"assignee_ref": "name:Jane", "assignee_id": "p1"}, "has(task.assignee)", True),
        ({"project_id": "gone"}, "task.project.name == 'x'", None),
        ({"completed_at": datetime(2026, 3, 2, tzinfo=UTC)}, "task.completed_at < now - days(14)", True),
        (
            {"completed_at": datetime(2026, 3, 2, 12, 1, tzinfo=UTC)},
            "task.completed_at < now - duration('336h')",
            False,
        ),
    ],
)
def test_one_task(world: World, row: dict[str, Any], text: str, expected: Any) -> None:
    world.add("task", "t1", **row)
    assert world.value("task", text) == expected


def test_a_resolved_parent_is_read_through_a_join(world: World) -> None:
    world.add("person", "p1", name="Jane", active="no")
    world.add("project", "a", manager_id="p1", status="active")
    world.add("task", "t1", project_id="a")
    assert world.value("task", "task.project.status == 'active' && !task.project.manager.active") is True


def test_activity_that_no_tool_states_is_undetermined(world: World) -> None:
    world.add("person", "p1")
    assert world.value("person", "person.active") is None


def test_labels_are_an_empty_list_when_there_are_none(world: World) -> None:
    world.add("task", "t1")
    world.add("task", "t2")
    world.fill(task_label, {"task_id": "t2", "label": "Urgent"}, {"task_id": "t2", "label": "risk"})
    assert world.values("task", "'risk' in task.labels") == {"t1": False, "t2": True}
    assert world.values("task", "task.labels.size()") == {"t1": 0, "t2": 2}
    assert world.values("task", "task.labels.all(l, l.matches('^[a-z]+$'))") == {"t1": True, "t2": False}
    assert world.values("task", "task.labels.exists(l, l == task.priority)") == {"t1": False, "t2": None}


def test_custom_fields_keep_their_types(world: World) -> None:
    world.add("task", "t1")
    world.add("task", "t2")
    blank = {"entity_id": "t1", "text": None, "number": None, "date": None, "instant": None}
    world.fill(
        field_value,
        {**blank, "name": "cost", "number": Decimal("1000.5")},
        {**blank, "name": "approved", "text": "true"},
        {**blank, "name": "gate", "date": TODAY},
        {**blank, "name": "pmo_phase", "text": "build"},
    )
    text = "task.fields.cost == 1000.50 && task.fields.approved && task.fields.gate == today"
    assert world.values("task", text) == {"t1": True, "t2": None}
    assert world.values("task", "has(task.fields.pmo_phase)") == {"t1": True, "t2": False}


def test_collections_are_counted_summed_and_searched(world: World) -> None:
    world.add("project", "a", planned_finish=TODAY)
    world.add("project", "b")
    world.add("task", "t1", project_id="a", status_category="done", time_spent=5)
    world.add("task", "t2", project_id="a", due=date(2026, 5, 1), time_spent=7)
    world.add("task", "t3", project_id="a", deleted_at=datetime(2026, 1, 1, tzinfo=UTC), time_spent=100)
    done = "project.tasks.filter(t, has(t.status_category) && t.status_category == 'done').size()"
    assert world.values("project", done) == {"a": 1, "b": 0}
    spent = "project.tasks.filter(t, has(t.time_spent)).map(t, t.time_spent).sum()"
    assert world.values("project", spent) == {"a": 12, "b": 0}
    assert world.values("project", "project.tasks.exists(t, t.due > project.planned_finish)") == {"a": True, "b": False}
    assert world.values("project", "project.tasks.all(t, t.due > today)") == {"a": None, "b": True}
    assert world.values("task", f"task.{done}") == {"t1": 1, "t2": 1, "t3": 1}
    assert world.values("task", "task.project.tasks.exists(t, t.due > task.due)") == {
        "t1": None,
        "t2": None,
        "t3": None,
    }


def test_working_days_follow_the_department_of_each_row(world: World) -> None:
    holiday = frozenset({date(2026, 3, 12)})
    world.fill(working_day, *calendar("de", date(2026, 3, 1), 31), *calendar("fr", date(2026, 3, 1), 31, holiday))
    for department in ("de", "fr"):
        world.add("project", department, department_id=department)
        world.add("task", department, project_id=department, due=date(2026, 3, 10))
    world.add("task", "none", due=date(2026, 3, 10))
    expected = {"de": 4, "fr": 3, "none": None}
    assert world.values("task", "workdays(task.due, today)") == expected
    assert world.values("task", "workdays(today, task.due)") == {"de": -4, "fr": -3, "none": None}


def test_today_is_each_departments_own_date(world: World) -> None:
    late = datetime.combine(TODAY, time(22), tzinfo=UTC)
    world.env = replace(Environment(late), zones={"tokyo": "Asia/Tokyo", "berlin": "Europe/Berlin"})
    for department in ("tokyo", "berlin"):
        world.add("project", department, department_id=department, planned_finish=TODAY, source_created_at=late)
    assert world.values("project", "project.planned_finish < today") == {"tokyo": True, "berlin": False}
    assert world.values("project", "date(project.source_created_at) == today") == {"tokyo": True, "berlin": True}
    assert world.values("project", "string(date(now))") == {"tokyo": "2026-03-17", "berlin": "2026-03-16"}


def test_an_active_project_without_a_phase_counts_as_in_execution(world: World) -> None:
    world.add("project", "a", status="active")
    world.add("project", "b", status="planned")
    world.add("project", "c", status="active", phase="initiation")
    assert world.values("project", "phase_at_least(project, 'planning')") == {"a": True, "b": None, "c": False}


def test_parameters_keep_their_types(world: World) -> None:
    world.env = Environment.on(TODAY, {"grace": 3, "share": 0.25, "words": ["tbd", "n/a"]})
    world.add("task", "t1", title="N/A", due=date(2026, 3, 12), percent_complete=Decimal(1))
    text = "task.title.normalized() in params.words && task.due < today - days(params.grace)"
    assert world.value("task", f"{text} && task.percent_complete > params.share") is True


def test_a_message_shows_values_as_people_read_them(world: World) -> None:
    world.add("project", "a", name="Apollo", budget=Decimal("1234567.5"), percent_complete=Decimal("33.5"))
    world.add("task", "t1", key="ENG-1", project_id="a", due=TODAY, time_spent=5400)
    text = "{task.key} of {task.project}: due {task.due}, {task.time_spent} spent, {task.project.budget}"
    assert world.message("task", text) == "ENG-1 of Apollo: due 16 Mar 2026, 1.5 h spent, 1,234,567.50"
    assert world.message("task", "{{{task.project.percent_complete}}} {task.title}") == "{33.5%} (none)"


def test_a_message_leaves_slots_to_the_caller(world: World) -> None:
    subject = Subject("task", world.catalogue, world.env)
    message = subject.message("{count} tasks like {task.key}", slots={"count"})
    assert rendered(message, ["ENG-1"], {"count": "3"}) == "3 tasks like ENG-1"


@pytest.mark.parametrize(
    "form",
    [
        "({} + task.time_spent) + 0",
        "(task.time_spent + {})",
        "(task.is_leaf ? {} : 1)",
        "max({}, task.time_spent)",
        "(({} > 0) == (task.is_leaf || !task.is_leaf) ? 1 : 0)",
    ],
)
def test_what_nests_is_computed_or_refused_never_a_fault(world: World, form: str) -> None:
    world.add("task", "t1", time_spent=1)
    text = "task.time_spent"
    for depth in range(16):
        try:
            world.value("task", f"{text} > 0 && has(task.project)")
        except ExpressionError:
            assert depth > 2
            return
        text = form.format(text)
    pytest.fail("nothing was refused")
