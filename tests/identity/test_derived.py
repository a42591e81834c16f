"""What follows from rows and history: leaves, since when, the last activity, and the calendars to count in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from canonical import calendars
from canonical.database import writing
from canonical.intake import ReportedChange
from canonical.problems import ConfigurationError
from canonical.records import StatusUpdate, TimeEntry
from canonical.resolution import DepartmentSettings, ResolutionSettings
from canonical.schema.entities import department, working_day
from canonical.schema.operations import change
from canonical.store.connectors import note_history
from canonical.vocabulary import EntityKind, ProjectStatus
from tests.identity.world import HOUR, NOW, World, a_project, a_task

OLD = datetime(2025, 6, 1, 12, tzinfo=UTC)


def ordinal(world: World, calendar: str, day: date) -> int:
    (row,) = [row for row in world.rows(working_day) if (row["calendar"], row["day"]) == (calendar, day)]
    return int(row["ordinal"])


def working_days(world: World, calendar: str, after: date, until: date) -> int:
    return ordinal(world, calendar, until) - ordinal(world, calendar, after)


def test_a_task_is_a_leaf_again_when_its_last_live_child_is_gone(world: World) -> None:
    world.give("jira", a_task("1"), a_task("2", parent="id:1")).resolve()
    assert (world.task("jira", "1")["is_leaf"], world.task("jira", "2")["is_leaf"]) == (False, True)
    world.give("jira", deleted=[(EntityKind.TASK, "2")]).resolve()
    assert world.task("jira", "1")["is_leaf"]


def test_both_parents_are_looked_at_when_a_child_moves(world: World) -> None:
    world.give("jira", a_task("1"), a_task("2"), a_task("3", parent="id:1")).resolve()
    world.give("jira", a_task("3", parent="id:2")).resolve()
    assert [world.task("jira", each)["is_leaf"] for each in "123"] == [True, False, True]


def test_a_status_holds_since_it_last_changed(world: World) -> None:
    world.give("jira", a_task("1", status="Open")).resolve()
    assert world.task("jira", "1")["status_since"] == world.now
    world.give("jira", a_task("1", status="Doing")).resolve()
    changed = world.now
    world.give("jira", a_task("1", status="Doing", title="New title")).resolve()
    assert world.task("jira", "1")["status_since"] == changed


def test_what_was_not_updated_for_long_has_had_its_status_for_as_long(world: World) -> None:
    world.give("jira", a_task("1", status="Open", source_updated_at=OLD)).resolve()
    assert world.task("jira", "1")["status_since"] == OLD
    world.give("jira", a_task("1", title="New", source_updated_at=NOW)).resolve()
    assert world.task("jira", "1")["status_since"] == OLD


def test_a_project_keeps_since_when_its_status_and_phase_hold(world: World) -> None:
    world.give("register", a_project("1", status=ProjectStatus.PLANNED)).resolve()
    world.give("register", a_project("1", status=ProjectStatus.ACTIVE)).resolve()
    assert world.projects()[0]["status_since"] == world.now
    assert world.projects()[0]["phase_since"] is None


def test_work_on_a_task_is_activity_of_its_project(world: World) -> None:
    world.give("jira", a_project("p", source_updated_at=OLD), a_task("1", project="id:p", source_updated_at=OLD))
    world.resolve()
    assert world.projects()[0]["last_activity_at"] == OLD
    world.give("jira", a_task("1", title="Changed", source_updated_at=NOW)).resolve()
    assert world.projects()[0]["last_activity_at"] == world.now


def test_the_hubs_own_write_is_no_activity(world: World) -> None:
    world.give("jira", a_project("p", source_updated_at=OLD, source_created_at=OLD)).resolve()
    world.give("jira", a_project("p", portfolio="Core", source_updated_at=NOW))
    with writing(world.engine) as connection:
        connection.execute(update(change).values(by_hub=True))
    world.resolve()
    assert world.projects()[0]["last_activity_at"] == OLD


def test_time_booked_and_status_reports_are_activity_but_not_for_days_to_come(world: World) -> None:
    world.give("jira", a_project("p", source_created_at=OLD))
    for each, day in (("1", date(2026, 3, 9)), ("2", date(2027, 1, 1))):
        world.give("jira", TimeEntry(external_id=each, project="id:p", work_date=day, duration=60))
    world.resolve()
    assert world.projects()[0]["last_activity_at"] == datetime(2026, 3, 9, tzinfo=UTC)
    world.give("jira", StatusUpdate(external_id="u", project="id:p", at=NOW - HOUR)).resolve()
    assert world.projects()[0]["last_activity_at"] == NOW - HOUR


def test_the_day_of_a_status_report_is_that_of_the_departments_zone(engine: Engine) -> None:
    settings = ResolutionSettings(departments=(DepartmentSettings(id="pmo", name="PMO", timezone="Asia/Tokyo"),))
    world = World(engine, settings)
    late = datetime(2026, 3, 10, 20, tzinfo=UTC)
    world.give("jira", a_project("p"), StatusUpdate(external_id="u", project="id:p", at=late)).resolve()
    assert world.projects()[0]["last_status_update_on"] == date(2026, 3, 11)


def test_working_days_leave_out_weekends_and_the_regions_holidays(engine: Engine) -> None:
    berlin = DepartmentSettings(id="eng", name="Engineering", holidays="DE-BE")
    plain = DepartmentSettings(id="ops", name="Operations")
    world = World(engine, ResolutionSettings(departments=(berlin, plain)))
    world.resolve()
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    assert working_days(world, "ops", friday, monday) == 1
    assert working_days(world, "eng", friday, monday) == 1
    women_s_day_of_2027, before = date(2027, 3, 8), date(2027, 3, 5)
    assert working_days(world, "ops", before, women_s_day_of_2027) == 1
    assert working_days(world, "eng", before, women_s_day_of_2027) == 0


def test_calendars_reach_as_far_as_plausible_dates_do(world: World) -> None:
    world.give("jira", a_task("1", due=date(2031, 5, 1)), a_task("2", due=date(202, 5, 1))).resolve()
    days = [row["day"] for row in world.rows(working_day)]
    assert (min(days), max(days)) == (date(2025, 1, 1), date(2031, 12, 31))


def test_a_new_year_extends_the_calendars_though_nothing_was_touched(world: World) -> None:
    world.resolve()
    world.now += timedelta(days=366)
    assert world.resolve().written == 0
    assert max(row["day"] for row in world.rows(working_day)) == date(2028, 12, 31)


def test_an_unknown_region_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match="DE-XX is not known"):
        calendars.public_holidays("DE-XX")


def test_departments_are_what_is_configured(engine: Engine) -> None:
    world = World(engine, ResolutionSettings(departments=(DepartmentSettings(id="a", name="A"),)))
    world.resolve()
    world.settings = ResolutionSettings(departments=(DepartmentSettings(id="b", name="B", timezone="Europe/Paris"),))
    world.resolve()
    assert [(row["id"], row["timezone"]) for row in world.rows(department)] == [("b", "Europe/Paris")]


def test_time_booked_for_a_day_to_come_is_activity_once_that_day_has_come(world: World) -> None:
    booked = NOW.date() + timedelta(days=2)
    entry = TimeEntry(external_id="w1", project="id:1", work_date=booked, duration=60)
    world.give("jira", a_project("1"), entry).resolve()
    assert world.project_of("jira", "1")["last_activity_at"].date() < booked
    world.now += timedelta(days=3)
    assert not world.resolve().everything
    assert world.project_of("jira", "1")["last_activity_at"].date() == booked


def reported(world: World, field: str, old: str, new: str, hours: int, **parts: str) -> ReportedChange:
    facts = {"external_id": "1", "change_id": f"{field}{hours}", "actor": "id:ada"} | parts
    return ReportedChange(EntityKind.TASK, field=field, old=old, new=new, at=world.now + hours * HOUR, **facts)


def test_a_status_holds_since_the_moment_that_the_tool_reports(world: World) -> None:
    started = world.now - 5 * HOUR
    world.give("jira", a_task("1", status="Doing"), changes=[reported(world, "status", "Open", "Doing", -5)]).resolve()
    assert world.task("jira", "1")["status_since"] == started
    world.give("jira", changes=[reported(world, "status", "New", "Open", -50)]).resolve()
    assert world.task("jira", "1")["status_since"] == started


def test_a_status_that_never_changed_holds_since_the_item_was_made(world: World) -> None:
    for connector in ("jira", "plan"):
        world.give(connector, a_task("1", source_created_at=OLD, source_updated_at=NOW))
        world.give(connector, a_project("1", source_created_at=OLD, status=ProjectStatus.PLANNED))
    reports = {EntityKind.TASK: frozenset({"status"}), EntityKind.PROJECT: frozenset({"status"})}
    note_history(world.engine, "jira", None, reports)
    world.resolve()
    assert [world.task(each, "1")["status_since"] for each in ("jira", "plan")] == [OLD, NOW]
    assert world.project_of("jira", "1")["status_since"] == OLD < world.project_of("plan", "1")["status_since"]


def test_activity_has_the_tools_time_where_it_tells_its_history(world: World) -> None:
    """Also that of a field of which the history tells nothing."""
    for connector in ("jira", "plan"):
        world.give(connector, a_task("1", source_created_at=OLD, source_updated_at=OLD))
    note_history(world.engine, "jira", None, {EntityKind.TASK: frozenset({"status"})})
    for connector in ("jira", "plan"):
        world.give(connector, a_task("1", title="New", source_updated_at=NOW))
    world.resolve()
    assert [world.task(each, "1")["last_activity_at"] for each in ("jira", "plan")] == [NOW, world.now]


def test_coming_back_is_no_activity_where_the_tool_tells_its_history(world: World) -> None:
    world.give("jira", a_task("1", source_created_at=OLD, source_updated_at=OLD))
    note_history(world.engine, "jira", None, {EntityKind.TASK: frozenset({"status"})})
    world.give("jira", deleted=[(EntityKind.TASK, "1")]).resolve()
    gone = world.now
    assert world.task("jira", "1")["last_activity_at"] == gone
    world.give("jira", a_task("1", source_created_at=OLD, source_updated_at=OLD)).resolve()
    assert world.task("jira", "1")["last_activity_at"] == OLD


def test_what_happened_in_the_tool_after_the_hubs_write_is_activity(world: World) -> None:
    """A comment, say, which is no change of a field."""
    jira = a_task("1", source_created_at=OLD, source_updated_at=NOW)
    note = reported(world, "title", "A", "B", 0, actor="id:hub")
    world.give("jira", jira, changes=[note])
    with writing(world.engine) as connection:
        connection.execute(update(change).values(by_hub=True))
    world.resolve()
    assert world.task("jira", "1")["last_activity_at"] == OLD
    world.give("jira", a_task("1", source_updated_at=NOW + HOUR)).resolve()
    assert world.task("jira", "1")["last_activity_at"] == NOW + HOUR
