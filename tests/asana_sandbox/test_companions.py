"""Budgets, rates, allocations, absences, timesheets, goals and roles; batches of requests."""

from collections.abc import Iterator

import httpx
import pytest

from pmohub.testing.asana import Plan, Sandbox, Server
from tests.asana_sandbox.clients import data, everything, refused, site
from tests.asana_sandbox.recording import Recorder


@pytest.fixture
def here(validated: Recorder) -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(tasks=120), validated) as found:
        yield found


def test_each_is_listed_and_read_by_itself_as_documented(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    nordhaus, spring = data(http, "/workspaces")[0]["gid"], server.hands.project("Spring campaign 2027").gid
    sophie = server.state.person("Sophie Brandt").gid
    goal = data(http, "/goals", workspace=nordhaus)[0]["gid"]
    for path, asked in (
        ("/budgets", {"parent": spring}),
        ("/rates", {"parent": spring, "limit": 2}),
        ("/allocations", {"workspace": nordhaus, "limit": 5}),
        ("/allocations", {"parent": spring}),
        ("/ooo_entries", {"workspace": nordhaus, "user": sophie}),
        ("/timesheet_approval_statuses", {"workspace": nordhaus, "user": sophie, "approval_statuses": "approved"}),
        ("/time_tracking_categories", {"workspace": nordhaus}),
        ("/goals", {"project": spring}),
        ("/goal_relationships", {"supported_goal": goal}),
        ("/time_periods", {"workspace": nordhaus}),
        ("/roles", {"workspace": nordhaus}),
    ):
        found = data(http, path, **asked)
        assert found, path
        assert data(http, f"{path}/{found[0]['gid']}")["gid"] == found[0]["gid"]
    assert data(http, "/memberships", parent=spring, limit=3)


def test_a_budget_adds_up_estimates_and_time(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    totals = set()
    for project in data(http, "/projects", workspace=data(http, "/workspaces")[0]["gid"], archived="false"):
        budget = data(http, "/budgets", parent=project["gid"])[0]
        tasks = [one.gid for one in server.hands.tasks(project["gid"])]
        for gid in tasks:
            tasks += [one.gid for one in server.hands.subtasks(gid)]
        entries = (one for gid in tasks for one in server.hands.entries(gid))
        minutes = sum(one["duration_minutes"] for one in entries if one["attributable_to"] == project["gid"])
        if budget["budget_type"] == "time":
            assert (budget["actual"]["value"], budget["actual"]["units"]) == (minutes, "minutes")
        totals.add(budget["budget_type"])
    assert totals == {"time", "cost"}


@pytest.mark.parametrize(
    ("path", "status"), [("/budgets?parent=", 402), ("/rates?parent=", 402), ("/roles?workspace=", 403)]
)
def test_what_is_not_paid_for_is_refused(path: str, status: int) -> None:
    with site(Sandbox(tasks=40, plan=Plan.ADVANCED)) as (server, http):
        workspace, project = data(http, "/workspaces")[0]["gid"], server.hands.project("Brand refresh").gid
        assert refused(http.get(path + (workspace if "workspace" in path else project)))[0] == status


def test_a_timesheet_goes_from_state_to_state(here: tuple[Server, httpx.Client]) -> None:
    _server, http = here
    nordhaus = data(http, "/workspaces")[0]["gid"]
    draft = data(http, "/timesheet_approval_statuses", workspace=nordhaus, approval_statuses="draft")[0]["gid"]

    def decide(status: str) -> int:
        sent = {"data": {"approval_status": status}}
        return http.put(f"/timesheet_approval_statuses/{draft}", json=sent).status_code

    assert [decide(one) for one in ("approved", "submitted", "approved")] == [400, 200, 200]


def test_ten_actions_are_answered_each_for_itself(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task = server.hands.tasks("Brand refresh")[0].gid
    actions = [
        {"method": "get", "relative_path": f"/tasks/{task}", "options": {"fields": ["name"]}},
        {"method": "get", "relative_path": "/tasks/99"},
        {"method": "put", "relative_path": f"/tasks/{task}", "data": {"name": "By batch"}},
        {"method": "get", "relative_path": f"/tasks/{task}/subtasks", "options": {"limit": 1}},
    ]
    said = http.post("/batch", json={"data": {"actions": actions}}).json()["data"]
    assert [one["status_code"] for one in said] == [200, 404, 200, 200]
    assert said[0]["body"]["data"].keys() == {"gid", "name"}
    assert data(http, f"/tasks/{task}")["name"] == "By batch"


@pytest.mark.parametrize("count", [0, 11])
def test_a_batch_has_one_to_ten_actions(here: tuple[Server, httpx.Client], count: int) -> None:
    actions = [{"method": "get", "relative_path": "/users/me"}] * count
    assert here[1].post("/batch", json={"data": {"actions": actions}}).status_code == 400


def test_a_teams_projects_are_its_memberships(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    team = server.hands.project("Brand refresh")["team"]
    asked = {"member": team, "resource_subtype": "project_membership"}
    found = everything(http, "/memberships", **asked)
    assert {one["parent"]["gid"] for one in found} == {one["gid"] for one in data(http, f"/teams/{team}/projects")}
