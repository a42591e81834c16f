"""What may be written, what is refused in which words, and what every edit leaves behind."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pmohub.testing.asana import Plan, Sandbox, Server
from tests.asana_sandbox.clients import Json, data, everything, names, refused, site
from tests.asana_sandbox.recording import Recorder

SPRING, BRAND = "Spring campaign 2027", "Brand refresh"


@pytest.fixture
def here(validated: Recorder) -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(tasks=120), validated) as found:
        yield found


def first(server: Server, project: str = SPRING) -> str:
    return server.hands.tasks(project)[0].gid


def put(http: httpx.Client, path: str, **values: Any) -> httpx.Response:
    return http.put(path, json={"data": values})


def post(http: httpx.Client, path: str, **values: Any) -> httpx.Response:
    return http.post(path, json={"data": values})


def stories(http: httpx.Client, task: str) -> list[Json]:
    found = everything(http, f"/tasks/{task}/stories")
    return [data(http, f"/stories/{one['gid']}") for one in found if one["gid"].startswith("15")]


def test_a_put_changes_what_it_names_and_tells_what_was_before(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task = first(server)
    before = data(http, f"/tasks/{task}")
    changed = put(http, f"/tasks/{task}", name="Renamed", due_on="2026-12-24").raise_for_status().json()["data"]
    assert (changed["name"], changed["due_on"], changed["notes"]) == ("Renamed", "2026-12-24", before["notes"])
    assert changed["modified_at"] > before["modified_at"]
    told = {one["resource_subtype"]: one for one in stories(http, task)}
    assert told["name_changed"]["old_name"] == before["name"]
    assert told["due_date_changed"]["old_dates"]["due_on"] == before["due_on"]
    assert told["name_changed"]["source"] == "api"


def test_what_is_as_it_was_leaves_nothing_behind(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    before = data(http, f"/tasks/{first(server)}")
    put(http, f"/tasks/{first(server)}", name=before["name"]).raise_for_status()
    assert data(http, f"/tasks/{first(server)}") == before
    assert stories(http, first(server)) == []


@pytest.mark.parametrize(
    ("field", "sent", "shown"),
    [
        ("Briefing", "By post", "By post"),
        ("Story points", 2.25, "2.3"),
        ("Estimated time", 90, "90"),
        ("Go-live", {"date": "2027-01-31"}, "2027-01-31T00:00:00.000Z"),
        ("Go-live", {"date_time": "2027-01-31T08:00:00+01:00"}, "2027-01-31T07:00:00.000Z"),
    ],
)
def test_a_custom_field_takes_a_value_of_its_type(
    here: tuple[Server, httpx.Client], field: str, sent: object, shown: str
) -> None:
    server, http = here
    task, gid = first(server), server.hands.field(field).gid
    put(http, f"/tasks/{task}", custom_fields={gid: sent}).raise_for_status()
    held = {one["gid"]: one["display_value"] for one in data(http, f"/tasks/{task}")["custom_fields"]}
    assert held[gid] == shown
    put(http, f"/tasks/{task}", custom_fields={gid: None}).raise_for_status()
    assert {one["gid"]: one["display_value"] for one in data(http, f"/tasks/{task}")["custom_fields"]}[gid] is None


def test_options_and_people_are_set_by_gid(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task, hands = first(server), server.hands
    channels = data(http, f"/custom_fields/{hands.field('Channels').gid}")
    options = [one["gid"] for one in channels["enum_options"][:2]]
    approvers = {hands.field("Approvers").gid: [server.state.person("Clara Jung").gid]}
    put(http, f"/tasks/{task}", custom_fields={channels["gid"]: options, **approvers}).raise_for_status()
    held = {one["name"]: one["display_value"] for one in data(http, f"/tasks/{task}")["custom_fields"]}
    assert (held["Channels"], held["Approvers"]) == ("Web, Print", "Clara Jung")


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        ("Priority", "High", "enum_value: Not a recognized ID: High"),
        ("Priority", "99", "enum_value: Unknown object: 99"),
        ("Story points", "3", "number_value: Value is not a number: 3"),
        ("Briefing", 3, "text_value: Value is not a string: 3"),
        ("Briefing", "x" * 1025, "text_value: Text must be 1024 characters or fewer"),
        ("Channels", "99", "multi_enum_values: Value is not an array: 99"),
        ("Go-live", "2026-12-24", "date_value: Value is not a JSON object: 2026-12-24"),
        ("Risk score", 3, "Custom field with ID GID is read-only"),
        ("Ref", "X", "Custom field with ID GID is read-only"),
        ("Budget", 3, "Custom field with ID GID is not on given object"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    here: tuple[Server, httpx.Client], field: str, sent: object, said: str
) -> None:
    server, http = here
    task, gid = first(server), server.hands.field(field).gid
    before = data(http, f"/tasks/{task}")
    answer = put(http, f"/tasks/{task}", custom_fields={gid: sent})
    assert refused(answer) == (400, said.replace("GID", gid))
    assert data(http, f"/tasks/{task}") == before


def test_a_disabled_option_cannot_be_chosen(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    channels = data(http, f"/custom_fields/{server.hands.field('Channels').gid}")
    radio = next(one["gid"] for one in channels["enum_options"] if not one["enabled"])
    answer = put(http, f"/tasks/{first(server)}", custom_fields={channels["gid"]: [radio]})
    assert refused(answer) == (400, f"enum_value: Unknown object: {radio}")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"projects": []}, "projects: Cannot write this property"),
        ({"due_on": "24.12.2026"}, "due_on: Date must be in ISO-8601 (yyyy-mm-dd) format, not: 24.12.2026"),
        ({"due_on": None, "due_at": None}, "You may only provide one of due_on or due_at!"),
        ({"start_on": "2026-12-01"}, "You must provide due_on or due_at when you provide start_on or start_at"),
        ({"assignee": "nobody@example.com"}, "assignee: Not a user in Organization: nobody@example.com"),
        ({"custom_fields": "x"}, "custom_fields: Value is not a JSON object: x"),
    ],
)
def test_a_property_that_does_not_fit_is_refused(here: tuple[Server, httpx.Client], values: Json, said: str) -> None:
    assert refused(put(here[1], f"/tasks/{first(here[0])}", **values)) == (400, said)


def test_a_task_and_its_subtask_are_made_found_and_deleted(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    spring = server.hands.project(SPRING).gid
    made = post(http, "/tasks", name="New", projects=[spring], assignee="clara.jung@nordhaus.example")
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/1.0/tasks/{made.json()['data']['gid']}")
    task = made.json()["data"]["gid"]
    below = post(http, f"/tasks/{task}/subtasks", name="Below").json()["data"]
    assert (below["parent"]["gid"], below["memberships"]) == (task, [])
    assert task in [one["gid"] for one in everything(http, "/tasks", project=spring)]
    assert http.delete(f"/tasks/{task}").json() == {"data": {}}
    assert [http.get(f"/tasks/{gid}").status_code for gid in (task, below["gid"])] == [404, 404]
    server.hands.restore(task)
    assert [http.get(f"/tasks/{gid}").status_code for gid in (task, below["gid"])] == [200, 200]


def test_a_task_moves_between_sections_and_projects(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task, brand = first(server), server.hands.project(BRAND)
    sections = data(http, f"/projects/{server.hands.project(SPRING).gid}/sections")
    post(http, f"/sections/{sections[2]['gid']}/addTask", task=task).raise_for_status()
    post(http, f"/tasks/{task}/addProject", project=brand.gid, section=brand["sections"][1]).raise_for_status()
    fields = "memberships.project.name,memberships.section.name"
    places = data(http, f"/tasks/{task}", opt_fields=fields)["memberships"]
    assert [(one["project"]["name"], one["section"]["name"]) for one in places] == [
        (SPRING, "Waiting"),
        (BRAND, "Doing"),
    ]
    post(http, f"/tasks/{task}/removeProject", project=brand.gid).raise_for_status()
    assert names(data(http, f"/tasks/{task}/projects")) == [SPRING]
    told = [one["resource_subtype"] for one in stories(http, task)]
    assert told == ["section_changed", "added_to_project", "removed_from_project"]


def test_dependencies_are_known_at_both_ends(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task, other = (server.hands.create(SPRING, name) for name in ("One", "Two"))
    post(http, f"/tasks/{task}/addDependencies", dependencies=[other]).raise_for_status()
    assert names(data(http, f"/tasks/{other}/dependents")) == ["One"]
    post(http, f"/tasks/{other}/removeDependents", dependents=[task]).raise_for_status()
    assert data(http, f"/tasks/{task}/dependencies") == []


def test_a_task_is_not_below_itself(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task = next(one.gid for one in server.hands.tasks(SPRING) if server.hands.subtasks(one.gid))
    below = server.hands.subtasks(task)[0].gid
    assert post(http, f"/tasks/{task}/setParent", parent=below).status_code == 400
    post(http, f"/tasks/{below}/setParent", parent=None).raise_for_status()
    assert below not in [one["gid"] for one in data(http, f"/tasks/{task}/subtasks")]


def test_time_is_entered_changed_and_deleted(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task = server.hands.create(SPRING, "Timed")
    made = post(http, f"/tasks/{task}/time_tracking_entries", duration_minutes=45, entered_on="2026-11-20")
    path = f"/time_tracking_entries/{made.json()['data']['gid']}"
    put(http, path, duration_minutes=60, billable_status="billable").raise_for_status()
    assert data(http, f"/tasks/{task}")["actual_time_minutes"] == 60
    http.delete(path).raise_for_status()
    assert data(http, f"/tasks/{task}")["actual_time_minutes"] is None


def test_a_status_update_mails_every_follower_but_its_author(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    spring = server.hands.project(SPRING)
    told = {"parent": spring.gid, "status_type": "off_track", "text": "Late", "title": "Week 48"}
    made = post(http, "/status_updates", **told).json()["data"]
    assert (made["author"]["name"], made["resource_subtype"]) == ("PMO Hub", "project_status_update")
    assert data(http, f"/projects/{spring.gid}")["current_status_update"]["gid"] == made["gid"]
    assert len(server.hands.mails()) == len(spring["followers"])
    http.delete(f"/status_updates/{made['gid']}").raise_for_status()
    assert http.get(f"/status_updates/{made['gid']}").status_code == 404


def test_a_projects_fields_are_those_of_its_portfolios(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    spring, tier = server.hands.project(SPRING).gid, server.hands.field("Tier")
    put(http, f"/projects/{spring}", custom_fields={server.hands.field("PMO id").gid: "PMO-7"}).raise_for_status()
    held = {one["name"]: one["display_value"] for one in data(http, f"/projects/{spring}")["custom_fields"]}
    assert held["PMO id"] == "PMO-7"
    answer = put(http, f"/projects/{spring}", custom_fields={server.hands.field("Priority").gid: None})
    assert refused(answer)[0] == 400
    handbook = server.hands.project("Onboarding handbook").gid
    answer = put(http, f"/projects/{handbook}", custom_fields={tier.gid: tier["enum_options"][0]})
    assert refused(answer) == (400, f"Custom field with ID {tier.gid} is not on given object")


def test_a_field_is_added_to_a_project_with_a_new_option(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    handbook, phase = server.hands.project("Onboarding handbook").gid, server.hands.field("Phase").gid
    path = f"/projects/{handbook}/addCustomFieldSetting"
    post(http, path, custom_field=phase, is_important=True).raise_for_status()
    assert refused(post(http, path, custom_field=phase))[0] == 400
    option = post(http, f"/custom_fields/{phase}/enum_options", name="Paused", color="blue").json()["data"]["gid"]
    task = first(server, "Onboarding handbook")
    put(http, f"/tasks/{task}", custom_fields={phase: option}).raise_for_status()
    assert server.hands.value(task, "Phase") == option
    post(http, f"/projects/{handbook}/removeCustomFieldSetting", custom_field=phase).raise_for_status()
    held = {one["gid"]: one["enabled"] for one in data(http, f"/tasks/{task}")["custom_fields"]}
    assert held[phase] is False


def test_a_project_is_made_changed_and_deleted(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    nordhaus = data(http, "/workspaces")[0]["gid"]
    assert refused(post(http, "/projects", name="New", workspace=nordhaus)) == (400, "Missing required team field")
    team = server.hands.project(SPRING)["team"]
    made = post(http, f"/teams/{team}/projects", name="New").json()["data"]
    assert names(data(http, f"/projects/{made['gid']}/sections")) == ["Untitled section"]
    assert put(http, f"/projects/{made['gid']}", archived=True).json()["data"]["archived"] is True
    http.delete(f"/projects/{made['gid']}").raise_for_status()
    assert http.get(f"/projects/{made['gid']}").status_code == 404


def test_a_free_workspace_has_no_custom_fields(validated: Recorder) -> None:
    with site(Sandbox(tasks=60, plan=Plan.FREE), validated) as (server, http):
        answer = put(http, f"/tasks/{first(server)}", custom_fields={server.hands.field("Briefing").gid: "x"})
    assert refused(answer) == (402, "Custom Fields are not available for free users or guests.")


def test_what_is_locked_is_refused_to_accounts_and_not_to_its_team(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    server.hands.lock(server.hands.project(SPRING).gid)
    assert put(http, f"/tasks/{first(server)}", name="x").status_code == 403
    server.hands.edit(first(server), name="By the team")
    assert data(http, f"/tasks/{first(server)}")["name"] == "By the team"


def test_a_body_that_is_not_wrapped_is_refused(here: tuple[Server, httpx.Client]) -> None:
    path = f"/tasks/{first(here[0])}"
    said = "Unrecognized request field name . The only allowed keys at the top level are: data, options."
    assert refused(here[1].put(path, json={"name": "x"})) == (400, said)
    assert refused(here[1].put(path, content=b"{")) == (400, "Could not parse request data, invalid JSON")
