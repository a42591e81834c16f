"""How much time people have, and for what it is planned: the one definition, for rules and reports alike.

Available time is the weekly capacity, a fifth of it on each working day of the person's calendar, less whole days of
leave (a person's calendar is that of the department whose tool knew them first). Planned time is what tools book
explicitly (allocations), and the remaining estimates of open tasks, spread over the working days until they are due, on
those days on which no tool books their assignee on their project. Never both for the same person, project and day: the
hours that were booked are those in which the tasks are to be done.

An allocation of hours counts on each working day, also on one of leave: that time is promised and not there. One in
percent is a share of the time that is there. An overdue task, and one without a working day in its span, is spread over
the next ten. What lacks an estimate or a due date is no planned time: it is counted (`unplanned_tasks`), so that a load
is told as "at least". Formulas: PMI's capacity as gross less holidays less absence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Float,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from canonical.calendars import NO_DEPARTMENT
from canonical.schema.entities import allocation, leave, person, project, source_person, task, working_day
from canonical.schema.operations import connector
from canonical.vocabulary import ProjectStatus, StatusCategory, TaskKind

WEEK = timedelta(weeks=1)
WORKING_DAYS = 5
"""Days over which a weekly capacity or effort is spread."""
OVERDUE_OVER = 10
"""Working days over which the rest of an overdue task is spread, so that it does not pile up in the present week."""
OPEN = (StatusCategory.TODO.value, StatusCategory.IN_PROGRESS.value)
RESTING = (ProjectStatus.ON_HOLD.value, ProjectStatus.COMPLETED.value, ProjectStatus.CANCELLED.value)
"""Projects on which nobody is planned to work now."""
ALLOCATED, ESTIMATED = "allocation", "estimate"


def weeks_from(today: date, count: int) -> list[date]:
    """Give the Mondays of this week and those after it."""
    monday = today - timedelta(days=today.weekday())
    return [monday + WEEK * number for number in range(count)]


@dataclass(slots=True)
class Planning:
    """What people have and are planned for in some `weeks`, Mondays one after the other, as seen on the day `today`.

    Selects of one object may be joined in one statement.
    """

    weeks: Sequence[date]
    today: date
    people: CTE = field(init=False)
    days: CTE = field(init=False)

    def __post_init__(self) -> None:
        self.people = _people()
        self.days = _days(self.people, self.weeks)

    def available(self) -> Select[Any]:
        """Select `person_id`, `week`, `seconds`, and of how many working `days` how many are `away`.

        Seconds are NULL where the capacity is not known for the whole week.
        """
        days = self.days.c
        there = func.sum(case((days.away, 0), else_=1))
        known = func.count(days.capacity) == func.count()
        seconds = case((known, cast(func.min(days.capacity), Float) * there / WORKING_DAYS))
        return select(
            days.person_id,
            days.week,
            seconds.label("seconds"),
            func.count().label("days"),
            (func.count() - there).label("away"),
        ).group_by(days.person_id, days.week)

    def planned(self) -> Select[Any]:
        """Select `person_id`, `week`, `connector`, `project_id`, `basis` and `seconds` of all planned time.

        `basis` is allocation or estimate. Seconds are NULL where somebody is booked and no tool says how much.
        """
        return select(union_all(self._booked(), self._estimated()).subquery())

    def over_booked(self, percent: ColumnElement[Any] | int) -> Subquery:
        """Select `person_id` and `weeks`: in how many weeks more is planned than so many percent of what is there.

        Everybody is in it whose capacity is known in all of these weeks.
        """
        there, wanted = self.available().cte(), self.planned().subquery()
        load = select(wanted.c.person_id, wanted.c.week, func.sum(wanted.c.seconds).label("seconds"))
        booked = load.group_by(wanted.c.person_id, wanted.c.week).cte()
        same = and_(booked.c.person_id == there.c.person_id, booked.c.week == there.c.week)
        # One second more is a rounding.
        beyond = func.coalesce(booked.c.seconds, 0.0) * 100 > there.c.seconds * percent + 100
        counted = select(there.c.person_id, func.sum(case((beyond, 1), else_=0)).label("weeks"))
        counted = counted.select_from(there.outerjoin(booked, same)).group_by(there.c.person_id)
        return counted.having(func.count(there.c.seconds) == func.count()).subquery()

    def _booked(self) -> Select[Any]:
        days = self.days
        share = cast(days.c.capacity, Float) * type_coerce(allocation.c.percent, BigInteger) / 10_000 / WORKING_DAYS
        much = case(
            (allocation.c.weekly_effort.is_not(None), cast(allocation.c.weekly_effort, Float) / WORKING_DAYS),
            (days.c.away & allocation.c.percent.is_not(None), 0.0),
            else_=share,
        )
        keys = (days.c.person_id, days.c.week, allocation.c.connector, allocation.c.project_id)
        return (
            select(*keys, literal(ALLOCATED, Text).label("basis"), func.sum(much).label("seconds"))
            .join_from(days, allocation, days.c.person_id == allocation.c.person_id)
            .where(allocation.c.deleted_at.is_(None), _spans(allocation, days.c.day, days.c.day))
            .group_by(*keys)
        )

    def _estimated(self) -> Select[Any]:
        """The rest of each open task, evenly on the working days from its start, or today, until it is due.

        By the numbers of the working days, not day by day: a task may last for months.
        """
        days = self.days.c
        # Else SQLite reads the tasks again for each week.
        span = self._spans_of_tasks().cte().prefix_with("MATERIALIZED")
        week = (
            select(
                days.person_id,
                days.week,
                (func.min(days.ordinal) - 1).label("before"),
                func.max(days.ordinal).label("until"),
            )
            .group_by(days.person_id, days.week)
            .cte()
        )
        after = case((span.c.before > week.c.before, span.c.before), else_=week.c.before)
        until = case((span.c.until < week.c.until, span.c.until), else_=week.c.until)
        keys = (span.c.person_id, week.c.week, span.c.connector, span.c.project_id)
        counting = until - after - self._booked_days(span, after, until)
        share = cast(span.c.remaining, Float) * counting / (span.c.until - span.c.before)
        return (
            select(*keys, literal(ESTIMATED, Text).label("basis"), func.sum(share).label("seconds"))
            .join_from(span, week, week.c.person_id == span.c.person_id)
            .where(until > after)
            .group_by(*keys)
            .having(func.sum(counting) > 0)
        )

    def _booked_days(self, span: CTE, after: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[Any]:
        """How many of the working days of a span a tool books its person on its project, and says how much."""
        days = self.days.alias()
        booked = _bookings(span.c.person_id, span.c.project_id)
        on_day = booked.where(_spans(allocation, days.c.day, days.c.day)).correlate(span, days).exists()
        number = select(func.count()).select_from(days).where(days.c.person_id == span.c.person_id, on_day)
        number = number.where(days.c.ordinal > after, days.c.ordinal <= until).correlate_except(days)
        return case((span.c.is_booked, number.scalar_subquery()), else_=0)

    def _spans_of_tasks(self) -> Select[Any]:
        """Of each open task the working days, by their number, after which it begins and until which it lasts."""
        people, began, ends = self.people, working_day.alias(), working_day.alias()
        today = literal(self.today, Date)
        start = case((task.c.planned_start > today, task.c.planned_start), else_=today)
        before = began.c.ordinal - case((began.c.is_working, 1), else_=0)
        late = or_(task.c.due < today, ends.c.ordinal <= before)
        return (
            select(
                people.c.id.label("person_id"),
                task.c.connector,
                task.c.project_id,
                _remaining().label("remaining"),
                before.label("before"),
                case((late, before + OVERDUE_OVER), else_=ends.c.ordinal).label("until"),
                _bookings(task.c.assignee_id, task.c.project_id).exists().label("is_booked"),
            )
            .select_from(
                task.join(people, people.c.id == task.c.assignee_id)
                .outerjoin(project, project.c.id == task.c.project_id)
                .join(began, and_(began.c.calendar == people.c.calendar, began.c.day == start))
                .join(ends, and_(ends.c.calendar == people.c.calendar, ends.c.day == task.c.due))
            )
            .where(_is_to_be_done(), _remaining() > 0)
        )


def unplanned_tasks() -> Select[Any]:
    """Select `person_id` and how many open `tasks` of theirs have no estimate or no due date."""
    lacking = or_(_remaining().is_(None), task.c.due.is_(None))
    return (
        select(task.c.assignee_id.label("person_id"), func.count().label("tasks"))
        .select_from(task.outerjoin(project, project.c.id == task.c.project_id))
        .where(_is_to_be_done(), lacking)
        .group_by(task.c.assignee_id)
    )


def _people() -> CTE:
    own = source_person.c
    first = (
        select(connector.c.department_id)
        .join(source_person, own.connector == connector.c.id)
        .where(
            own.person_id == person.c.id,
            own.deleted_at.is_(None),
            connector.c.department_id.in_(select(working_day.c.calendar).distinct()),
        )
        .order_by(own.first_seen_at, own.id)
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )
    columns = (person.c.id, person.c.weekly_capacity, person.c.capacity_from)
    query = select(*columns, func.coalesce(first, NO_DEPARTMENT).label("calendar"))
    return query.where(person.c.merged_into.is_(None), person.c.deleted_at.is_(None)).cte()


def _days(people: CTE, weeks: Sequence[date]) -> CTE:
    """Each person's working days in the weeks, whether away, with the capacity that holds then."""
    day = working_day.c.day
    week: ColumnElement[Any] = literal(weeks[-1], Date)
    if len(weeks) > 1:
        week = case(*((day < monday + WEEK, literal(monday, Date)) for monday in weeks[:-1]), else_=week)
    gone = (
        select(leave.c.id)
        .where(leave.c.person_id == people.c.id, leave.c.deleted_at.is_(None), _spans(leave, day, day))
        .exists()
    )
    holds = or_(people.c.capacity_from.is_(None), people.c.capacity_from <= day)
    return (
        select(
            people.c.id.label("person_id"),
            people.c.calendar,
            week.label("week"),
            day,
            working_day.c.ordinal,
            gone.label("away"),
            case((holds, people.c.weekly_capacity)).label("capacity"),
        )
        .join(working_day, working_day.c.calendar == people.c.calendar)
        .where(working_day.c.is_working, day >= weeks[0], day < weeks[-1] + WEEK)
        .cte()
    )


def _spans(table: Any, first: Any, last: Any) -> ColumnElement[bool]:
    """Whether a row's span has a day in common with another."""
    return and_(table.c.first_day <= last, or_(table.c.last_day.is_(None), table.c.last_day >= first))


def _remaining() -> ColumnElement[Any]:
    """The rest of a task: as estimated, or all of it where nothing is begun."""
    whole = case((task.c.status_category == StatusCategory.TODO.value, task.c.original_estimate), else_=null())
    return func.coalesce(task.c.remaining_estimate, whole)


def _is_to_be_done() -> ColumnElement[bool]:
    return and_(
        task.c.deleted_at.is_(None),
        task.c.assignee_id.is_not(None),
        task.c.is_leaf,
        task.c.kind != TaskKind.MILESTONE.value,
        task.c.status_category.in_(OPEN),
        func.coalesce(project.c.status, "").not_in(RESTING),
    )


def _bookings(person_id: ColumnElement[Any], project_id: ColumnElement[Any]) -> Select[Any]:
    """The allocations of a person on a project that say how much."""
    says = or_(allocation.c.weekly_effort.is_not(None), allocation.c.percent.is_not(None))
    same = and_(allocation.c.person_id == person_id, allocation.c.project_id == project_id)
    return select(allocation.c.id).where(same, allocation.c.deleted_at.is_(None), says)
