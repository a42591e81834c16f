"""What a reference names, whichever side arrives first."""

from datetime import date

import pytest

from canonical.records import Allocation, Dependency, Leave, StatusUpdate, TimeEntry
from canonical.schema.entities import (
    allocation,
    dependency,
    further_project,
    leave,
    source_person,
    status_update,
    time_entry,
)
from canonical.schema.operations import unresolved
from canonical.vocabulary import EntityKind
from tests.identity.world import NOW, World, a_person, a_project, a_task

DAY = date(2026, 3, 10)


def an_entry(external_id: str, **values: object) -> TimeEntry:
    return TimeEntry(external_id=external_id, work_date=DAY, duration=3600, **values)  # type: ignore[arg-type]


def test_every_reference_of_a_task_is_found_in_its_own_connector(world: World) -> None:
    world.give(
        "jira",
        a_project("10", key="ENG"),
        a_person("a1", name="Jane Doe", email="jane@example.com"),
        a_task("1", key="ENG-1", project="id:10"),
        a_task(
            "2", project="key:ENG", parent="key:ENG-1", assignee="name:jane  DOE", reporter="email:Jane@Example.com"
        ),
    ).resolve()
    found = world.task("jira", "2")
    assert found["project_id"] == world.project_of("jira", "10")["id"]
    assert found["parent_id"] == world.task("jira", "1")["id"]
    assert found["assignee_id"] == found["reporter_id"] == world.person_of("jira", "a1")["id"]


def test_a_timesheet_row_names_a_task_of_another_tool(world: World) -> None:
    world.give("sheet", an_entry("e", task="key:ENG-123", person="name:Jane"))
    assert world.resolve().unresolved == 1
    world.give("jira", a_project("10", key="ENG"), a_task("1", key="ENG-123", project="id:10"))
    assert world.resolve().unresolved == 0
    entry = world.row(time_entry, "sheet", "e")
    assert entry["task_id"] == world.task("jira", "1")["id"]
    assert entry["project_id"] == world.project_of("jira", "10")["id"]


def test_a_reference_that_became_ambiguous_is_unresolved_again(world: World) -> None:
    world.give("sheet", an_entry("e", task="key:ENG-1")).give("jira", a_task("1", key="ENG-1")).resolve()
    world.give("other", a_task("9", key="ENG-1")).resolve()
    assert world.row(time_entry, "sheet", "e")["task_id"] is None
    assert [row["reason"] for row in world.rows(unresolved)] == ["ambiguous"]
    world.give("other", deleted=[(EntityKind.TASK, "9")]).resolve()
    assert world.row(time_entry, "sheet", "e")["task_id"] == world.task("jira", "1")["id"]


def test_the_own_connector_goes_before_all_others(world: World) -> None:
    world.give("jira", a_task("1", key="A-1")).give("other", a_task("1", key="A-1"), a_task("2", parent="key:A-1"))
    world.resolve()
    assert world.task("other", "2")["parent_id"] == world.task("other", "1")["id"]


def test_an_id_says_nothing_in_another_tool(world: World) -> None:
    world.give("jira", a_task("1")).give("sheet", an_entry("e", task="id:1")).resolve()
    assert world.row(time_entry, "sheet", "e")["task_id"] is None


def test_a_former_key_still_names_the_moved_task(world: World) -> None:
    world.give("jira", a_task("1", key="AB-5")).resolve()
    world.give("jira", a_task("1", key="CD-9")).give("sheet", an_entry("e", task="key:AB-5")).resolve()
    assert world.row(time_entry, "sheet", "e")["task_id"] == world.task("jira", "1")["id"]


def test_a_key_given_to_another_task_names_the_one_that_bears_it_now(world: World) -> None:
    world.give("jira", a_task("1", key="AB-5")).give("sheet", an_entry("e", task="key:AB-5")).resolve()
    world.give("jira", a_task("1", key="AB-6"), a_task("2", key="AB-5")).resolve()
    assert world.row(time_entry, "sheet", "e")["task_id"] == world.task("jira", "2")["id"]


def test_a_task_without_a_project_takes_that_of_the_task_above(world: World) -> None:
    world.give(
        "asana",
        a_project("p"),
        a_task("top", project="id:p"),
        a_task("middle", parent="id:top"),
        a_task("leaf", parent="id:middle"),
    ).resolve()
    assert world.task("asana", "leaf")["project_id"] == world.project_of("asana", "p")["id"]


def test_work_below_follows_when_the_task_above_changes_its_project(world: World) -> None:
    world.give("asana", a_project("p"), a_project("q"), a_task("top", project="id:p"), a_task("leaf", parent="id:top"))
    world.give("sheet", an_entry("e", person="name:Jane")).give("asana", an_entry("f", task="id:leaf")).resolve()
    world.give("asana", a_task("top", project="id:q")).resolve()
    q = world.project_of("asana", "q")["id"]
    assert world.task("asana", "leaf")["project_id"] == q
    assert world.row(time_entry, "asana", "f")["project_id"] == q


def test_parents_in_a_circle_have_no_project(world: World) -> None:
    world.give("sheet", a_project("p"), a_task("a", project="id:p"), a_task("b", parent="id:a")).resolve()
    world.give("sheet", a_task("a", project=None, parent="id:b"), a_task("b", parent="id:a")).resolve()
    assert world.task("sheet", "b")["project_id"] is None
    assert world.task("sheet", "a")["parent_id"] == world.task("sheet", "b")["id"]


def test_an_emptied_reference_names_nothing(world: World) -> None:
    world.give("jira", a_task("1"), a_task("2", parent="id:1")).resolve()
    world.give("jira", a_task("2", parent=None)).resolve()
    assert world.task("jira", "2")["parent_id"] is None
    assert world.task("jira", "1")["is_leaf"]


def test_a_project_may_be_named_by_its_name_where_a_key_was_expected(world: World) -> None:
    world.give("register", a_project("1", key="P-1", name="New Website"))
    world.give("sheet", an_entry("e", project="key:new website")).resolve()
    assert world.row(time_entry, "sheet", "e")["project_id"] == world.project_of("register", "1")["id"]


def test_a_task_may_be_named_by_its_title_in_its_own_connector_only(world: World) -> None:
    world.give("plan", a_task("1", title="Write the brief"), an_entry("e", task="key:write the brief"))
    world.give("sheet", an_entry("f", task="name:Write the brief")).resolve()
    assert world.row(time_entry, "plan", "e")["task_id"] == world.task("plan", "1")["id"]
    assert world.row(time_entry, "sheet", "f")["task_id"] is None


def test_dependencies_status_updates_and_further_projects_are_found(world: World) -> None:
    world.give(
        "jira",
        a_project("p"),
        a_project("q", key="Q"),
        a_task("1", key="P-1", project="id:p", further_projects=("key:Q",)),
        a_task("2"),
        Dependency(external_id="d", predecessor="key:P-1", successor="id:2"),
        StatusUpdate(external_id="u", project="key:Q", at=NOW, author="name:Jane"),
    ).resolve()
    link = world.row(dependency, "jira", "d")
    assert (link["predecessor_id"], link["successor_id"]) == (
        world.task("jira", "1")["id"],
        world.task("jira", "2")["id"],
    )
    assert world.row(status_update, "jira", "u")["project_id"] == world.project_of("jira", "q")["id"]
    assert world.rows(further_project)[0]["source_project_id"] is not None


def test_planned_capacity_and_leave_find_their_project_and_person_across_tools(world: World) -> None:
    world.give("jira", a_project("p", key="P"), a_person("u", email="jane@example.com"))
    world.give(
        "planner",
        a_person("7", email="jane@example.com"),
        Allocation(external_id="b", project="key:P", person="id:7", first_day=NOW.date()),
        Leave(external_id="l", person="email:jane@example.com", first_day=NOW.date()),
    ).resolve()
    planned, away = world.row(allocation, "planner", "b"), world.row(leave, "planner", "l")
    jane = world.row(source_person, "jira", "u")["person_id"]
    assert (planned["project_id"], planned["person_id"]) == (world.project_of("jira", "p")["id"], jane)
    assert away["person_id"] == jane


@pytest.mark.parametrize("ref", ["key:NOPE-1", "url:https://example.com/NOPE-1", "name:Nope", "id:404"])
def test_what_names_nothing_known_is_listed_as_written(world: World, ref: str) -> None:
    world.give("jira", a_task("1", parent=ref)).resolve()
    (listed,) = world.rows(unresolved)
    assert (listed["field"], listed["ref"], listed["reason"]) == ("parent", ref, "missing")


def test_a_second_resolution_writes_nothing(world: World) -> None:
    world.give("jira", a_project("10"), a_task("1", project="id:10", assignee="name:Jane"), a_task("2", parent="id:1"))
    first = world.resolve()
    assert first.everything
    assert first.written > 0
    assert world.resolve().written == 0
    world.settings = world.settings.model_copy(update={"timezone": "Europe/Berlin"})
    again = world.resolve()
    assert (again.everything, again.written) == (True, 0)


def test_where_much_is_open_everything_is_looked_at_once_something_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each open reference is tried again; for many that costs more one by one."""
    monkeypatch.setattr("canonical.identity.scope.MANY", 4)
    entry = TimeEntry(external_id="e", task="id:2", person="id:u", work_date=NOW.date(), duration=60)
    world.give("jira", a_task("1", project="id:p"), entry).resolve()
    assert not world.resolve().everything
    assert world.give("jira", a_project("p")).resolve().everything
    assert world.task("jira", "1")["project_id"] is not None
    assert not world.give("jira", a_task("3")).resolve().everything


def test_each_row_is_written_once_for_all_that_follows_from_it(world: World) -> None:
    tasks = [a_task("1", project="id:p"), a_task("2", project="id:p", parent="id:1", assignee="id:u")]
    entry = TimeEntry(external_id="e", task="id:2", person="id:u", work_date=NOW.date(), duration=60)
    world.give("jira", a_project("p"), a_person("u"), *tasks, entry)
    of_the_project = 2  # its fields, and in the end the last activity of all that is in it
    assert world.resolve().written == of_the_project + len(["u", *tasks, entry])
    assert [world.task("jira", each)["is_leaf"] for each in "12"] == [False, True]
