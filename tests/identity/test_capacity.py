"""Available and planned time: capacity less holidays and leave, what is booked in place of what is estimated."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from canonical.capacity import Planning, unplanned_tasks, weeks_from
from canonical.database import reading
from canonical.records import Allocation, Leave
from canonical.resolution import DepartmentSettings, ResolutionSettings
from canonical.vocabulary import StatusCategory
from tests.identity.world import World, a_person, a_project, a_task

HOUR = 3600
MONDAY = date(2026, 3, 30)
"""Good Friday and Easter Monday lie in this week and the next."""
WEEKS = weeks_from(date(2026, 4, 1), 4)
EASTER = ResolutionSettings(departments=(DepartmentSettings(id="pmo", name="PMO", holidays="DE-BE"),))
FULL_TIME = {"weekly_capacity": 40 * HOUR}


@pytest.fixture
def easter(world: World) -> World:
    world.settings = EASTER
    world.now = datetime(2026, 3, 30, 6, tzinfo=UTC)
    return world.give("jira", a_person("u", email="jane@example.com", **FULL_TIME), a_project("p", key="P"))


def hours(world: World, chosen: Any) -> dict[date, float | None]:
    """Hours by week of all that is selected."""
    world.resolve()
    found: dict[date, float | None] = dict.fromkeys(WEEKS)
    with reading(world.engine) as connection:
        for row in connection.execute(select(chosen.subquery())):
            if row.seconds is not None:
                found[row.week] = round((found[row.week] or 0) + row.seconds / HOUR, 6)
    return found


def there(world: World) -> list[float | None]:
    return [*hours(world, Planning(WEEKS, MONDAY).available()).values()]


def planned(world: World) -> list[float | None]:
    return [*hours(world, Planning(WEEKS, MONDAY).planned()).values()]


def over(world: World, percent: int = 110) -> list[int]:
    world.resolve()
    with reading(world.engine) as connection:
        counted = Planning(WEEKS, MONDAY).over_booked(percent)
        return list(connection.execute(select(counted.c.weeks)).scalars())


def away(first: int, last: int | None, month: int = 4) -> Leave:
    day = None if last is None else date(2026, month, last)
    return Leave(external_id=f"l{first}", person="id:u", first_day=date(2026, month, first), last_day=day)


def booked(number: str = "b", project: str | None = "id:p", **how_much: Any) -> Allocation:
    return Allocation(external_id=number, person="id:u", project=project, first_day=MONDAY, **how_much)


def work(number: str, hours_left: int | None, due: date | None, **values: Any) -> Any:
    left = None if hours_left is None else hours_left * HOUR
    rest = {"assignee": "id:u", "project": "id:p", "status_category": StatusCategory.IN_PROGRESS}
    return a_task(number, due=due, remaining_estimate=left, **{**rest, **values})


def test_public_holidays_and_leave_are_no_capacity(easter: World) -> None:
    easter.give("planner", a_person("7", email="jane@example.com"))
    assert there(easter) == [32, 32, 40, 40]
    easter.give("jira", away(13, 15), away(15, 17))
    assert there(easter) == [32, 32, 0, 40]


def test_leave_without_an_end_lasts_and_weekends_of_leave_cost_nothing(easter: World) -> None:
    easter.give("jira", away(18, 19), away(23, None))
    assert there(easter) == [32, 32, 40, 24]


def test_a_capacity_that_holds_from_a_later_day_is_not_known_before(easter: World) -> None:
    easter.give("jira", a_person("u", email="jane@example.com", **FULL_TIME, capacity_from=date(2026, 4, 15)))
    assert there(easter) == [None, None, None, 40]


def test_hours_booked_count_on_working_days_and_percent_on_days_there(easter: World) -> None:
    easter.give("jira", booked(weekly_effort=10 * HOUR), away(13, 17))
    assert planned(easter) == [8, 8, 10, 10]
    easter.give("jira", booked(percent=Decimal(50), weekly_effort=None))
    assert planned(easter) == [16, 16, 0, 20]


def test_what_is_estimated_is_spread_until_it_is_due(easter: World) -> None:
    easter.give(
        "jira", work("1", 18, date(2026, 4, 10)), work("2", 10, date(2026, 4, 24), planned_start=date(2026, 4, 20))
    )
    assert planned(easter) == [9, 9, None, 10]


def test_an_overdue_rest_is_spread_over_ten_working_days(easter: World) -> None:
    easter.give("jira", work("1", 20, date(2026, 3, 2)))
    assert planned(easter) == [8, 8, 4, None]


def test_of_a_task_that_is_not_begun_all_remains_and_of_a_rest_that_nobody_knows_nothing(easter: World) -> None:
    todo = {"status_category": StatusCategory.TODO, "original_estimate": 8 * HOUR}
    begun = {"original_estimate": 80 * HOUR}
    easter.give("jira", work("1", None, date(2026, 4, 2), **todo), work("2", None, date(2026, 4, 2), **begun))
    easter.give("jira", work("3", 5, None))
    assert planned(easter) == [8, None, None, None]
    with reading(easter.engine) as connection:
        assert [row.tasks for row in connection.execute(unplanned_tasks())] == [2]


def test_where_a_tool_books_a_person_the_estimates_of_the_same_project_are_not_counted_again(easter: World) -> None:
    easter.give(
        "jira", a_project("q"), work("1", 18, date(2026, 4, 10)), work("2", 9, date(2026, 4, 10), project="id:q")
    )
    easter.give(
        "planner",
        a_person("7", email="jane@example.com"),
        Allocation(external_id="b", person="id:7", project="key:P", first_day=MONDAY, weekly_effort=20 * HOUR),
    )
    assert planned(easter) == [20.5, 20.5, 20, 20]


def test_after_the_last_day_of_a_booking_the_estimates_count(easter: World) -> None:
    easter.give("jira", booked(weekly_effort=5 * HOUR, last_day=date(2026, 4, 3)), work("1", 18, date(2026, 4, 10)))
    assert planned(easter) == [4, 9, None, None]


def test_a_booking_of_nobody_knows_how_much_is_no_figure_and_the_estimates_stand(easter: World) -> None:
    easter.give("jira", booked(), work("1", 18, date(2026, 4, 10)))
    assert planned(easter) == [9, 9, None, None]


def test_weeks_are_over_booked_beyond_a_share_of_what_is_there(easter: World) -> None:
    easter.give("jira", booked(weekly_effort=44 * HOUR), away(13, 14))
    assert (over(easter), over(easter, 100)) == ([1], [4])


def test_a_week_of_leave_that_is_booked_by_the_hour_is_over_booked_and_by_percent_is_not(easter: World) -> None:
    easter.give("jira", away(13, 17), booked(percent=Decimal(100)))
    assert over(easter) == [0]
    easter.give("jira", booked(weekly_effort=HOUR, percent=None))
    assert over(easter) == [1]


def test_nobody_is_over_booked_whose_capacity_is_not_known(easter: World) -> None:
    easter.give("jira", a_person("u", weekly_capacity=None), booked(weekly_effort=80 * HOUR))
    assert over(easter) == []


def test_projects_that_rest_and_tasks_that_are_gone_plan_nothing(easter: World) -> None:
    easter.give("jira", work("1", 18, date(2026, 4, 10)), a_project("p", key="P", status="on_hold"))
    assert planned(easter) == [None, None, None, None]
