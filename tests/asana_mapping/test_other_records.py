"""Projects, people, time entries, status updates and dependencies become records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from canonical.intake import Quarantined
from canonical.vocabulary import ApprovalState, Health, ProjectStatus
from connectors.asana.mapping.dependencies import add_dependencies
from connectors.asana.mapping.people import Rate, agreed_rates, to_person
from connectors.asana.mapping.projects import Beside, to_project, workspace_of
from connectors.asana.mapping.status_updates import to_status_update
from connectors.asana.mapping.time_entries import Timesheets, to_time_entry
from connectors.mapping.making import Mapped
from tests.asana_mapping.answers import ADA, FIELDS, GRACE, HIGH, P1, P2, plan, value

PROJECT = {
    "gid": P1,
    "name": "Website",
    "notes": "Why we do it",
    "owner": ADA,
    "team": {"gid": "4", "name": "Web"},
    "workspace": {"gid": "12"},
    "archived": False,
    "completed": False,
    "completed_at": None,
    "start_on": "2026-01-05",
    "due_on": "2026-06-30",
    "current_status_update": {"gid": "5", "status_type": "at_risk"},
    "project_brief": {"gid": "6", "text": "The brief"},
    "custom_fields": [value("102", enum_value=HIGH), value("101", people_value=[GRACE])],
}


def project(raw: Any, beside: Beside = Beside(), **options: Any) -> Any:  # noqa: B008
    """Map a project by a plan of these options."""
    made = to_project(raw, plan(**options), "12", beside)
    assert not isinstance(made, Quarantined), made.reason
    return made


def test_a_project_says_all_that_was_asked_for() -> None:
    made = project(PROJECT, project_fields={"sponsor": "Sponsor", "risk": "Risk"})
    assert (made.external_id, made.scope, workspace_of(PROJECT)) == (P1, "12", "12")
    assert (made.name, made.description, made.manager, made.sponsor) == ("Website", "Why we do it", "id:31", "id:32")
    assert (made.planned_start, made.planned_finish) == (date(2026, 1, 5), date(2026, 6, 30))
    assert (made.status, made.health, made.archived) == (ProjectStatus.ACTIVE, Health.AMBER, False)
    assert made.fields == {"team": "Web", "brief": "The brief", "risk": "High"}


@pytest.mark.parametrize(
    ("completed", "archived", "said", "status", "health"),
    [
        (False, False, "on_track", ProjectStatus.ACTIVE, Health.GREEN),
        (False, False, "off_track", ProjectStatus.ACTIVE, Health.RED),
        (False, False, "on_hold", ProjectStatus.ON_HOLD, None),
        (False, False, "dropped", ProjectStatus.CANCELLED, None),
        (False, False, "never seen", ProjectStatus.ACTIVE, None),
        (True, False, "complete", ProjectStatus.COMPLETED, None),
        (True, True, "dropped", ProjectStatus.CANCELLED, None),
        (False, True, None, None, None),
        (False, True, "complete", ProjectStatus.COMPLETED, None),
    ],
)
def test_a_project_stands_where_asana_says(
    completed: bool, archived: bool, said: str | None, status: ProjectStatus | None, health: Health | None
) -> None:
    current = None if said is None else {"gid": "5", "status_type": said}
    made = project({**PROJECT, "completed": completed, "archived": archived, "current_status_update": current})
    assert (made.status, made.health, made.archived) == (status, health, archived)


def test_of_a_project_without_named_parts_nothing_is_made_up() -> None:
    made = project({"gid": P1, "name": "Website", "owner": {}, "current_status_update": {}, "project_brief": {}})
    assert made.model_fields_set == {"external_id", "scope", "name", "fields"}
    assert made.fields == {}


def test_a_project_finished_on_the_day_of_its_department() -> None:
    assert project({**PROJECT, "completed_at": "2026-03-01T23:30:00.000Z"}).actual_finish == date(2026, 3, 2)


def test_what_is_listed_beside_a_project_is_supplied_where_it_was_read() -> None:
    cost = {"budget_type": "cost", "total": {"enabled": True, "value": 1000.5, "units": "EUR"}}
    made = project(PROJECT, Beside(("B", "A", "B"), [{"gid": "1", "name": "Grow"}], cost))
    assert (made.portfolio, made.objective) == ("A; B", "Grow")
    assert (made.budget, made.currency, made.fields["budget_hours"]) == (Decimal("1000.5"), "EUR", None)
    in_time = {"budget_type": "time", "total": {"enabled": True, "value": 90, "units": "minutes"}}
    timed = project(PROJECT, Beside((), [], in_time))
    assert (timed.portfolio, timed.objective, timed.budget) == (None, None, None)
    assert timed.fields["budget_hours"] == Decimal("1.5")
    none = project(PROJECT, Beside(budget={}))
    assert (none.budget, "portfolio" in none.model_fields_set) == (None, False)


def test_a_project_with_two_sponsors_is_set_aside() -> None:
    raw = {**PROJECT, "custom_fields": [value("101", people_value=[ADA, GRACE])]}
    made = to_project(raw, plan(project_fields={"sponsor": "Sponsor"}), "12")
    assert isinstance(made, Quarantined)
    assert (made.place, made.external_id) == (f"project {P1}", P1)
    assert made.reason == "sponsor (Sponsor (101)): Ada Byron; Grace Hopper are several where one is asked for."


def test_people_are_known_by_gid_and_by_address_where_it_is_shown() -> None:
    made = to_person({**ADA, "email": "ada@example.com"})
    assert (made.external_id, made.name, made.email) == ("31", "Ada Byron", "ada@example.com")  # type: ignore[union-attr]
    assert "email" not in to_person(ADA).model_fields_set  # type: ignore[union-attr]
    assert to_person({"gid": "9", "name": None, "email": None}).name is None  # type: ignore[union-attr]


def test_a_rate_holds_where_all_projects_agree() -> None:
    def rate(who: Any, amount: float, project: str) -> dict[str, Any]:
        return {"gid": "1", "parent": {"gid": project}, "resource": who, "rate": amount, "currency_code": "EUR"}

    placeholder = {"gid": "7", "name": "Designer", "resource_type": "placeholder"}
    raws = [rate(ADA, 100, P1), rate(ADA, 100, P2), rate(GRACE, 80, P1), rate(GRACE, 90, P2), rate(placeholder, 1, P1)]
    agreed, problems = agreed_rates(raws, "mkt-asana")
    assert agreed == {"31": Rate(Decimal(100), "EUR")}
    assert "1 people cost differently" in problems[0].what
    made = to_person(ADA, agreed)
    assert (made.cost_rate, made.cost_rate_currency) == (Decimal(100), "EUR")  # type: ignore[union-attr]


ENTRY = {
    "gid": "801",
    "duration_minutes": 90,
    "entered_on": "2026-02-13",
    "created_by": ADA,
    "task": {"gid": "9001"},
    "attributable_to": {"gid": P2},
    "categories": [{"gid": "1", "name": "Design"}],
    "approval_status": "APPROVED",
    "billable_status": "nonBillable",
    "description": "Sketches",
    "created_at": "2026-02-13T10:00:00.000Z",
}


def test_a_time_entry_says_who_when_how_long_and_for_what() -> None:
    made: Any = to_time_entry(ENTRY, P1)
    assert (made.work_date, made.duration, made.person, made.task) == (date(2026, 2, 13), 5400, "id:31", "id:9001")
    assert (made.project, made.scope, made.billable) == (f"id:{P2}", P1, False)
    assert (made.approval, made.note, made.fields) == (ApprovalState.APPROVED, "Sketches", {"category": "Design"})


def test_a_time_entry_without_a_project_of_its_own_has_that_of_its_task() -> None:
    bare = {"gid": "801", "duration_minutes": 0, "entered_on": "2026-02-13", "attributable_to": None, "created_by": ADA}
    weeks = [{"user": ADA, "start_date": "2026-02-09", "end_date": "2026-02-15", "approval_status": "SUBMITTED"}, {}]
    made: Any = to_time_entry(bare, P1, "9001", Timesheets(weeks))
    assert (made.project, made.task, made.duration, made.approval) == (
        f"id:{P1}",
        "id:9001",
        0,
        ApprovalState.SUBMITTED,
    )
    assert "billable" not in made.model_fields_set


@pytest.mark.parametrize("raw", [{**ENTRY, "duration_minutes": None}, {**ENTRY, "entered_on": None}, {"gid": "801"}, 5])
def test_a_time_entry_without_day_or_duration_is_set_aside(raw: Any) -> None:
    made = to_time_entry(raw, P1)
    assert isinstance(made, Quarantined)
    assert made.reason


def test_a_status_update_says_health_and_words() -> None:
    raw = {
        "gid": "601",
        "title": "February",
        "text": "Late, but it will do.",
        "status_type": "off_track",
        "created_at": "2026-03-01T08:00:00.000Z",
        "author": None,
        "created_by": ADA,
    }
    made: Any = to_status_update(raw, P1)
    assert (made.project, made.at, made.author) == (f"id:{P1}", datetime(2026, 3, 1, 8, tzinfo=UTC), "id:31")
    assert (made.health, made.text) == (Health.RED, "February\n\nLate, but it will do.")
    assert to_status_update({**raw, "status_type": "on_hold"}, P1).health is None  # type: ignore[union-attr]


def test_dependencies_are_finish_to_start_and_told_by_both_ends() -> None:
    result = Mapped()
    waits = {"gid": "1", "dependencies": [{"gid": "2"}, {"gid": "2"}, {"gid": "3"}], "dependents": [{"gid": "4"}]}
    assert add_dependencies(waits, set(), result)
    assert [(one.external_id, one.predecessor, one.successor, one.type) for one in result.records] == [  # type: ignore[attr-defined]
        ("2-1", "id:2", "id:1", "FS"),
        ("3-1", "id:3", "id:1", "FS"),
        ("1-4", "id:1", "id:4", "FS"),
    ]


def test_that_all_dependencies_of_a_task_were_given_is_said_where_both_sides_were_told() -> None:
    assert add_dependencies({"gid": "1", "dependencies": [], "dependents": None}, set(), Mapped())
    assert not add_dependencies({"gid": "1"}, set(), Mapped())
    assert not add_dependencies({"gid": "1", "dependencies": []}, set(), Mapped())
    assert not add_dependencies({"gid": "1", "dependencies": [{}], "dependents": []}, set(), Mapped())


def test_fields_are_found_by_gid_or_name_and_doubt_is_told_with_both_gids() -> None:
    compiled = plan(
        fields={"a": "Twice", "b": "Rsik", "c": "102"}, project_fields={"manager": "Sponsor", "url": "Risk"}
    )
    told = " ".join(f"{one.what} {one.next_step}" for one in compiled.problems)
    assert "201 and 202" in told
    assert "The nearest is Risk." in told
    assert "cannot fill url" in told
    assert len(compiled.problems) == 3
    assert len(compiled.catalogue.by_id) == len(FIELDS)
