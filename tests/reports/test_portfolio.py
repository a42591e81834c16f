"""The portfolio report from the store: what its figures count, and what it says when it does not know."""

import re
from datetime import date, timedelta

from canonical.vocabulary import EntityKind
from pmohub.portfolio import headline as status_headline
from pmohub.portfolio import projects
from pmohub.reports.portfolio import page
from pmohub.reports.portfolio.facts import Rag
from pmohub.reports.portfolio.findings import changes, figures, headline
from tests.reports.conftest import NOW, Portfolio

HOUR = 3600


def deviation(portfolio: Portfolio, **values: object) -> None:
    project = portfolio.project()
    row = {
        "rule_id": "task-overdue",
        "subject": "project",
        "subject_id": project.id,
        "project_id": project.id,
        "department_id": "engineering",
        "severity": "critical",
        "state": "open",
        "message": "Payments was due.",
        "rule_version": "1",
        "first_seen_at": NOW,
        "opened_at": NOW,
    }
    portfolio.plant("deviation", **row | values)


def test_slip_counts_working_days_against_the_baseline(portfolio: Portfolio) -> None:
    assert portfolio.project().slip == 22


def test_a_project_that_is_over_leaves_the_portfolio(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.PROJECT, "1", status="completed")
    assert portfolio.facts().projects == []


def test_a_green_project_with_late_milestones_is_red_by_its_figures(portfolio: Portfolio) -> None:
    for number, due in enumerate((date(2026, 2, 2), date(2026, 2, 9))):
        milestone = {"kind": "milestone", "title": "M", "due": due, "status": "Doing"}
        portfolio.put(EntityKind.TASK, str(number), project="id:1", **milestone)
    project = portfolio.project()
    assert (project.reported, project.computed.health) == (Rag.GREEN, Rag.RED)
    assert "By their figures Payments is red as well." in figures(portfolio.facts())[0].why


def test_a_project_without_health_is_grey_not_green(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.PROJECT, "1", health=None)
    assert portfolio.project().reported is Rag.UNSET


def test_planned_hours_are_spread_over_working_days(portfolio: Portfolio) -> None:
    span = {"planned_start": date(2026, 3, 9), "due": date(2026, 3, 20), "status": "Doing", "title": "T"}
    portfolio.put(EntityKind.TASK, "7", project="id:1", original_estimate=100 * HOUR, **span)
    entry = {"task": "id:7", "work_date": date(2026, 3, 10), "duration": 8 * HOUR}
    portfolio.put(EntityKind.TIME_ENTRY, "9", project="id:1", **entry)
    effort = portfolio.project().effort
    assert (effort.actual, effort.planned) == (8.0, 60.0)


def test_too_few_estimates_give_no_plan_rather_than_a_small_one(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.TASK, "7", project="id:1", title="T", original_estimate=HOUR, due=date(2026, 3, 2))
    for number in range(3):
        portfolio.put(EntityKind.TASK, f"x{number}", project="id:1", title="no estimate")
    assert portfolio.project().effort.planned is None


def test_a_critical_deviation_asks_for_a_decision(portfolio: Portfolio) -> None:
    assert headline(portfolio.facts()) == "No project needs a decision"
    deviation(portfolio)
    assert headline(portfolio.facts()) == "One project needs a decision"


def test_hours_by_person_are_shown_only_for_departments_that_were_named(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.PERSON, "p", name="Ada Wong")
    day = date(2026, 3, 10)
    portfolio.put(EntityKind.TIME_ENTRY, "9", project="id:1", person="id:p", work_date=day, duration=8 * HOUR)
    assert "Ada Wong" not in page.render(portfolio.facts())
    assert "Ada Wong" in page.render(portfolio.facts(people_of=["engineering"]))


def test_hours_by_person_add_up_to_the_projects_whoever_booked_them(portfolio: Portfolio) -> None:
    for number in "pq":
        portfolio.put(EntityKind.PERSON, number, name="Ada Wong")
    for person in ("id:p", "id:q", "email:kim@example.com", "id:nobody"):
        entry = {"project": "id:1", "person": person, "work_date": date(2026, 3, 10), "duration": HOUR}
        portfolio.put(EntityKind.TIME_ENTRY, person, **entry)
    people = portfolio.facts(people_of=["engineering"]).hours.people
    assert [row.person for row in people] == ["(nobody known)", "Ada Wong", "Ada Wong", "kim@example.com"]


def planned_for(portfolio: Portfolio, weekly_effort: int) -> None:
    portfolio.put(EntityKind.PERSON, "p", name="Ada Wong", weekly_capacity=40 * HOUR)
    span = {"first_day": date(2026, 3, 2), "last_day": date(2026, 4, 3)}
    portfolio.put(EntityKind.ALLOCATION, "b", person="id:p", project="id:1", weekly_effort=weekly_effort, **span)


def test_people_who_are_over_booked_are_counted_and_named_only_where_asked_for(portfolio: Portfolio) -> None:
    planned_for(portfolio, 48 * HOUR)
    html = page.render(portfolio.facts())
    assert "1 person has planned time; of 1 whose capacity is known 1 is over-booked" in html
    assert "Ada Wong" not in html
    named = page.render(portfolio.facts(people_of=["engineering"]))
    assert "Payments 144 h (booked in memory)" in named
    assert "over-booked</span>" in named


def test_leave_is_taken_off_what_is_available_for_the_plan_and_for_recorded_hours(portfolio: Portfolio) -> None:
    planned_for(portfolio, 30 * HOUR)
    entry = {"project": "id:1", "person": "id:p", "work_date": date(2026, 3, 16), "duration": 8 * HOUR}
    portfolio.put(EntityKind.TIME_ENTRY, "9", **entry)
    portfolio.put(EntityKind.LEAVE, "l", person="id:p", first_day=date(2026, 3, 18), last_day=date(2026, 3, 24))
    facts = portfolio.facts(people_of=["engineering"])
    first, second, third, *_ = facts.load.people[0].by_week
    assert [(week.available, week.away) for week in (first, second, third)] == [(16, 3), (24, 2), (40, 0)]
    assert (first.is_over, second.is_over, third.is_over, facts.load.over) == (True, True, False, 1)
    assert list(facts.hours.people[0].available)[-2:] == [40, 16]


def test_a_plan_without_known_capacity_is_shown_and_judges_nobody(portfolio: Portfolio) -> None:
    planned_for(portfolio, 80 * HOUR)
    portfolio.put(EntityKind.PERSON, "p", weekly_capacity=None)
    assert "of none is the capacity known, so nobody can be judged" in page.render(portfolio.facts())


def test_what_changed_is_told_against_the_snapshot_of_a_week_ago(portfolio: Portfolio) -> None:
    project = portfolio.project()
    day = (NOW - timedelta(days=7)).date()
    row = {"health": "red", "planned_finish": project.planned_finish, "open_deviations": 3, "open_critical": 0}
    portfolio.plant("project_day", day=day, project_id=project.id, **row)
    (change,) = changes(portfolio.facts())
    assert (change.what, change.was, change.now) == ("Payments turned green", Rag.RED, Rag.GREEN)


def test_the_page_is_one_file_that_loads_nothing(portfolio: Portfolio) -> None:
    deviation(portfolio)
    html = page.render(portfolio.facts())
    assert "<script" not in html
    assert not re.findall(r'(?:src|@import|url\()\s*=?\s*["\']?https?:', html)
    assert "Portfolio report, Monday 16 March 2026" in html


def test_text_of_a_tool_is_never_markup(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.PROJECT, "1", name="<script>alert(1)</script>", url="javascript:alert(1)")
    html = page.render(portfolio.facts())
    assert "<script>" not in html
    assert 'href="javascript' not in html


def test_an_empty_store_says_that_nothing_was_read(portfolio: Portfolio) -> None:
    portfolio.tool.remove(EntityKind.PROJECT, "1")
    assert "No project has been read yet" in page.render(portfolio.facts())


def test_what_no_figure_can_judge_is_said_and_not_counted_as_none_red_or_late(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.PROJECT, "1", baseline_finish=None, health=None)
    facts = portfolio.facts()
    health, finish, effort, *_ = figures(facts)
    assert "none can be judged" in health.why
    assert (finish.figure, effort.figure) == ("–", "–")
    assert headline(facts) == "No project is known to need a decision"


def test_a_plan_without_recorded_hours_is_left_out_of_the_comparison(portfolio: Portfolio) -> None:
    plan = {"original_estimate": 100 * HOUR, "due": date(2026, 3, 2)}
    portfolio.put(EntityKind.TASK, "7", project="id:1", title="T", **plan)
    assert portfolio.project().effort.compared is None
    assert figures(portfolio.facts())[2].figure == "–"


def test_the_status_and_the_report_read_the_same_portfolio(portfolio: Portfolio) -> None:
    (reported,) = portfolio.facts().projects
    (shown,) = projects(portfolio.engine)
    assert (shown.slip, shown.deviations, shown.health) == (reported.slip, reported.open, reported.reported)
    assert "1 of 1 with a baseline is more than 5 working days late" in status_headline([shown])


def test_a_portfolio_without_baselines_is_not_said_to_be_on_time(portfolio: Portfolio) -> None:
    portfolio.put(EntityKind.PROJECT, "1", baseline_finish=None)
    portfolio.sync()
    assert "how late they are is not known" in status_headline(projects(portfolio.engine))


def test_one_place_with_many_findings_is_named_once(portfolio: Portfolio) -> None:
    for number in range(3):
        deviation(portfolio, discriminator=str(number))
    (group,) = page._deviation_groups(portfolio.facts())
    assert group.rows[0].says.endswith("3 times")
    assert len(group.rows[0].where) == 1


def test_a_waived_deviation_does_not_count_against_its_project(portfolio: Portfolio) -> None:
    project = portfolio.project()
    shared = {"rule_id": "task-overdue", "department_id": "engineering", "project_id": project.id}
    portfolio.plant("verdict_count", passes=0, deviates=1, unknown=0, not_applicable=0, **shared)
    assert (portfolio.project().met, portfolio.project().applicable) == (0, 1)
    deviation(portfolio, state="waived")
    assert (portfolio.project().met, portfolio.project().applicable) == (1, 1)
