"""What stands beside the work: portfolios, goals, budgets, rates, planned capacity, days away, reports, history."""

from pathlib import Path
from typing import Any

from canonical.problems import Weight
from canonical.vocabulary import EntityKind, Health
from pmohub.testing.asana import Plan
from tests.asana_reading.sites import pulled, records, site


def of_kind(found: dict[Any, Any], kind: EntityKind) -> list[Any]:
    return [record for (entity, _), record in found.items() if entity is kind]


def test_projects_come_with_portfolio_goal_and_budget_and_people_with_their_rate(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        found = records(pulled(asana.reader(projects=["*"])))
        projects = of_kind(found, EntityKind.PROJECT)
        assert [one for one in projects if one.portfolio]
        assert [one for one in projects if one.objective]
        assert [one for one in projects if one.budget and one.currency == "EUR"]
        assert [one for one in of_kind(found, EntityKind.PERSON) if one.cost_rate]


def test_allocations_and_days_away_are_of_those_who_work_here(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        found = records(pulled(asana.reader(projects=["*"])))
        people = {f"id:{one.external_id}" for one in of_kind(found, EntityKind.PERSON)}
        booked, away = of_kind(found, EntityKind.ALLOCATION), of_kind(found, EntityKind.LEAVE)
        assert booked
        assert away
        assert {one.person for one in (*booked, *away) if one.person} <= people


def test_what_the_plan_lacks_is_not_known_and_not_emptied(tmp_path: Path) -> None:
    with site(tmp_path, plan=Plan.FREE) as asana:
        found = records(pulled(asana.reader(projects=["*"])))
        for project in of_kind(found, EntityKind.PROJECT):
            assert not {"portfolio", "objective", "budget"} & project.model_fields_set
        assert not [one for one in of_kind(found, EntityKind.PERSON) if "cost_rate" in one.model_fields_set]
        assert not of_kind(found, EntityKind.ALLOCATION)


def test_only_the_portfolios_that_are_meant_are_told(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        none = records(pulled(asana.reader(projects=["*"], portfolios=["No such*"])))
        assert {one.portfolio for one in of_kind(none, EntityKind.PROJECT)} == {None}
        amiss = asana.reader(projects=["*"], portfolios=["No such*"])
        told = [problem.what for batch in pulled(amiss) for problem in batch.problems]
        assert told == [found.what for found in amiss.check() if found.weight is Weight.WARNING]
        assert told == ["No portfolio that this account sees is called No such*."]
        unread = records(pulled(asana.reader(projects=["*"], portfolios=[])))
        assert not [one for one in of_kind(unread, EntityKind.PROJECT) if "portfolio" in one.model_fields_set]


def test_a_new_status_update_comes_with_the_next_run_and_costs_one_request(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        cursor = pulled(asana.reader())[-1].cursor
        cursor = pulled(asana.reader(), cursor)[-1].cursor
        before = asana.reader()
        pulled(before, cursor)
        asana.hands.pass_time(60)
        update = asana.hands.report(asana.projects()[0].gid, "off_track", "The printer is late.")
        reader = asana.reader()
        found = records(pulled(reader, cursor))
        assert found[EntityKind.STATUS_UPDATE, update].health is Health.RED
        assert found[EntityKind.PROJECT, asana.projects()[0].gid].health is Health.RED
        assert reader.traffic().requests == before.traffic().requests + 1


def test_stories_tell_the_history_where_that_is_asked_for(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest = asana.family()
        asana.hands.edit(lowest, name="Renamed")
        told = [one for batch in pulled(asana.reader(history=True)) for one in batch.changes]
        assert ("Bottom", "Renamed") in [(one.old, one.new) for one in told if one.external_id == lowest]
        assert "title" in asana.reader(history=True).reports()[EntityKind.TASK]
        assert not asana.reader().reports()
        assert not [one for batch in pulled(asana.reader()) for one in batch.changes]


def test_what_is_not_wanted_is_not_asked_for(tmp_path: Path) -> None:
    off = ("budgets", "rates", "allocations", "absences", "goals", "status_updates", "time_entries")
    with site(tmp_path) as asana:
        found = records(pulled(asana.reader(**dict.fromkeys(off, False))))
        assert {kind for kind, _ in found} == {
            EntityKind.PROJECT,
            EntityKind.PERSON,
            EntityKind.TASK,
            EntityKind.DEPENDENCY,
        }
        whole, less = asana.reader(), asana.reader(**dict.fromkeys(off, False))
        pulled(whole)
        pulled(less)
        assert less.traffic().requests < whole.traffic().requests / 2


def test_more_users_than_the_list_of_a_workspace_shows_come_with_their_addresses(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        workspace = asana.projects()[0]["workspace"]
        for number in range(2000):
            one = {"name": f"Zoe {number:04}", "email": f"user{number}@example.com", "workspaces": [workspace]}
            asana.server.state.world.add("user", one)
        people = of_kind(records(pulled(asana.reader())), EntityKind.PERSON)
        assert "user1999@example.com" in {one.email for one in people}
