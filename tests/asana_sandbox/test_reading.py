"""What the sandbox answers to whoever reads it."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest

from pmohub.testing.asana import Plan, Sandbox, Server
from tests.asana_sandbox.clients import client, data, everything, names, refused, site


@pytest.fixture(scope="module")
def here() -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(tasks=260, sharing=True)) as found:
        yield found


def project(here: tuple[Server, httpx.Client], name: str = "Spring campaign 2027") -> str:
    return here[0].hands.project(name).gid


def test_the_account_sees_two_workspaces(here: tuple[Server, httpx.Client]) -> None:
    assert names(data(here[1], "/workspaces")) == ["Nordhaus", "Studio Lumen"]
    me = data(here[1], "/users/me")
    assert (me["email"], len(me["workspaces"])) == ("pmo@nordhaus.example", 2)


def test_a_listing_is_compact_and_a_single_record_is_whole(here: tuple[Server, httpx.Client]) -> None:
    listed = data(here[1], f"/projects/{project(here)}/tasks", limit=1)[0]
    assert listed.keys() == {"gid", "resource_type", "name", "resource_subtype"}
    whole = data(here[1], f"/tasks/{listed['gid']}")
    assert {"due_on", "memberships", "custom_fields", "modified_at"} <= whole.keys()
    assert not {"num_subtasks", "dependencies", "created_by"} & whole.keys()


def test_opt_fields_give_what_they_name_and_the_gid(here: tuple[Server, httpx.Client]) -> None:
    first = here[0].hands.tasks("Spring campaign 2027")[0].gid
    asked = "name,memberships,projects.name,this.(due_on|start_on)"
    found = data(here[1], f"/tasks/{first}", opt_fields=asked)
    assert found.keys() == {"gid", "name", "memberships", "projects", "due_on", "start_on"}
    assert found["memberships"] == [{}]
    assert found["projects"][0].keys() == {"gid", "name"}
    named = data(here[1], f"/tasks/{first}", opt_fields="memberships.project.gid,memberships.section.name")
    assert named["memberships"][0]["project"] == {"gid": project(here)}
    assert named["memberships"][0]["section"].keys() == {"gid", "name"}


def test_pages_hold_every_task_once(here: tuple[Server, httpx.Client]) -> None:
    found = everything(here[1], "/tasks", limit=7, project=project(here))
    assert [one["gid"] for one in found] == [one.gid for one in here[0].hands.tasks("Spring campaign 2027")]


def test_subtasks_are_in_no_project_and_go_down_three_levels(here: tuple[Server, httpx.Client]) -> None:
    depths = {}
    for task in here[0].hands.tasks("Spring campaign 2027"):
        level, depth = [task.gid], 0
        while level := [one["gid"] for gid in level for one in everything(here[1], f"/tasks/{gid}/subtasks")]:
            depth += 1
            assert data(here[1], f"/tasks/{level[0]}")["memberships"] == []
        depths[task.gid] = depth
    assert set(depths.values()) == {0, 1, 3}


def test_some_tasks_are_in_two_projects_and_in_both_listings(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    spring, brand = (server.hands.project(name).gid for name in ("Spring campaign 2027", "Brand refresh"))
    listed = {gid: {one["gid"] for one in everything(http, "/tasks", project=gid)} for gid in (spring, brand)}
    shared = listed[spring] & listed[brand]
    assert shared
    for gid in shared:
        places = data(http, f"/tasks/{gid}", opt_fields="memberships.project.gid")["memberships"]
        assert [one["project"]["gid"] for one in places] == [spring, brand]


def test_every_type_of_custom_field_is_there_and_only_set_ones_have_values(here: tuple[Server, httpx.Client]) -> None:
    found = everything(here[1], f"/workspaces/{data(here[1], '/workspaces')[0]['gid']}/custom_fields")
    kinds = {"text", "enum", "multi_enum", "number", "date", "people", "reference", "formula", "custom_id"}
    assert {one["representation_type"] for one in found} == kinds
    held = data(here[1], f"/tasks/{here[0].hands.tasks('Spring campaign 2027')[0].gid}")["custom_fields"]
    assert all(one["type"] != "number" or "number_value" in one for one in held)
    assert not any("number_value" in one for one in held if one["type"] != "number")


def test_modified_since_lists_only_what_changed() -> None:
    with site() as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        server.hands.pass_time(60)
        now = data_now(http, spring)
        assert everything(http, "/tasks", project=spring, modified_since=now) == []
        task = server.hands.tasks(spring)[2].gid
        server.hands.edit(task, name="Edited")
        assert names(everything(http, "/tasks", project=spring, modified_since=now)) == ["Edited"]


def data_now(http: httpx.Client, project: str) -> str:
    """The server's own time, as its answers tell it, in Asana's form."""
    said = http.get(f"/projects/{project}").headers["Date"]
    return f"{parsedate_to_datetime(said):%Y-%m-%dT%H:%M:%SZ}"


def test_a_changed_subtask_a_comment_and_time_touch_what_the_documents_say() -> None:
    with site() as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        task = next(one.gid for one in server.hands.tasks(spring) if server.hands.subtasks(one.gid))
        server.hands.pass_time(60)
        now = data_now(http, spring)

        def moved() -> list[str]:
            return [one["gid"] for one in everything(http, "/tasks", project=spring, modified_since=now)]

        server.hands.edit(server.hands.subtasks(task)[0].gid, name="Edited below")
        server.hands.log_time(task, 45, "2026-11-25")
        assert moved() == []
        server.hands.comment(task)
        assert moved() == [task]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "/projects",
            (400, "This request accesses data in multiple workspaces. Please specify a workspace or team."),
        ),
        ("/tasks", (400, "Must specify exactly one of project, tag, section, user task list, or assignee + workspace")),
        ("/tasks/99", (404, "task: Unknown object: 99")),
        ("/tasks/abc", (400, "task: Not a recognized ID: abc")),
        ("/portfolios", (400, "workspace: Missing input")),
        ("/workspaces?limit=0", (400, "limit: Must be between 1 and 100: 0")),
        ("/workspaces?limit=5&offset=made-up", (400, "offset: Your pagination token is invalid.")),
        ("/nowhere", (404, "No matching route for request")),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_asanas_words(
    here: tuple[Server, httpx.Client], path: str, said: tuple[int, str]
) -> None:
    assert refused(here[1].get(path)) == said


def test_without_a_token_nothing_is_answered(here: tuple[Server, httpx.Client]) -> None:
    assert refused(httpx.get(f"{here[0].url}/users/me")) == (401, "Not Authorized")
    with client(here[0], "wrong") as stranger:
        assert stranger.get("/users/me").status_code == 401


def test_too_much_without_pages_is_refused() -> None:
    with site(Sandbox(tasks=12_000)) as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        assert refused(http.get(f"/projects/{spring}/tasks"))[1].startswith("The result is too large.")
        assert len(everything(http, f"/projects/{spring}/tasks")) > 1000


def test_an_offset_expires() -> None:
    with site() as (server, http):
        spring = server.hands.project("Spring campaign 2027").gid
        page = http.get("/tasks", params={"project": spring, "limit": 2}).json()["next_page"]
        server.hands.pass_time(901)
        answer = http.get("/tasks", params={"project": spring, "limit": 2, "offset": page["offset"]})
        assert refused(answer) == (400, "offset: Your pagination token has expired.")


def test_who_is_not_in_a_private_project_does_not_see_it(here: tuple[Server, httpx.Client]) -> None:
    handbook = project(here, "Onboarding handbook")
    with (
        client(here[0], here[0].token_of("Clara Jung")) as clara,
        client(here[0], here[0].token_of("Nora Falk")) as nora,
    ):
        assert refused(clara.get(f"/projects/{handbook}")) == (403, "You do not have access to this project.")
        nordhaus = data(nora, "/workspaces")[0]["gid"]
        assert "Onboarding handbook" not in names(everything(clara, "/projects", workspace=nordhaus))
        assert "Onboarding handbook" in names(everything(nora, "/projects"))


def test_what_a_workspace_does_not_pay_for_is_told() -> None:
    with site(Sandbox(tasks=60, plan=Plan.STARTER)) as (_server, http):
        nordhaus, agency = (one["gid"] for one in data(http, "/workspaces"))
        assert http.get("/portfolios", params={"workspace": nordhaus}).status_code == 402
        assert http.get(f"/workspaces/{agency}/custom_fields").status_code == 402
        assert http.get(f"/workspaces/{nordhaus}/events").status_code == 403


def test_time_entries_of_days_are_those_of_the_tasks(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    nordhaus = data(http, "/workspaces")[0]["gid"]
    days = {"entered_on_start_date": "2026-09-01", "entered_on_end_date": "2026-10-31"}
    found = {one["gid"] for one in everything(http, "/time_tracking_entries", workspace=nordhaus, **days)}
    gids = [task for one in data(http, "/projects", workspace=nordhaus) for task in below(server, one["gid"])]
    entries = (entry for gid in gids for entry in server.hands.entries(gid))
    assert found == {one.gid for one in entries if "2026-09-01" <= one["entered_on"] <= "2026-10-31"}
    assert len(found) > 20


def below(server: Server, project: str) -> list[str]:
    """Every task of a project, with all subtasks."""
    every = [one.gid for one in server.hands.tasks(project)]
    for gid in every:
        every += [one.gid for one in server.hands.subtasks(gid)]
    return every


def test_the_actual_time_is_the_sum_of_the_entries(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task = next(one.gid for one in server.hands.tasks("Brand refresh") if len(server.hands.entries(one.gid)) > 1)
    entries = everything(http, f"/tasks/{task}/time_tracking_entries")
    told = data(http, f"/tasks/{task}", opt_fields="actual_time_minutes")
    assert told["actual_time_minutes"] == sum(one["duration_minutes"] for one in entries)


def test_counts_are_told_only_where_they_are_named(here: tuple[Server, httpx.Client]) -> None:
    path = f"/projects/{project(here)}/task_counts"
    assert data(here[1], path) == {}
    assert data(here[1], path, opt_fields="num_tasks") == {"num_tasks": len(here[0].hands.tasks(project(here)))}


@pytest.mark.parametrize(("serves", "seen"), [(False, ["Marketing 2027"]), (True, ["Marketing 2027", "Operations"])])
def test_only_a_service_account_is_told_of_everybodys_portfolios(serves: bool, seen: list[str]) -> None:
    with site(Sandbox(tasks=40, service_account=serves)) as (_server, http):
        nordhaus = data(http, "/workspaces")[0]["gid"]
        assert names(data(http, "/portfolios", workspace=nordhaus)) == seen


def test_one_of_no_tasks_has_empty_projects() -> None:
    with site(Sandbox(tasks=0)) as (_server, http):
        nordhaus = data(http, "/workspaces")[0]["gid"]
        found = data(http, "/projects", workspace=nordhaus)
        assert len(found) == 7
        assert not [task for one in found for task in everything(http, "/tasks", project=one["gid"])]
        assert not everything(http, "/time_tracking_entries", workspace=nordhaus, entered_on_end_date="2027-01-01")


def test_a_link_leads_to_a_page(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    task = server.hands.create("Brand refresh", "A <b> & more")
    server.hands.fill(task, "Briefing", "As agreed")
    server.hands.edit(task, name="A <i> & more")
    page, project, none = (
        httpx.get(address)
        for address in (
            data(http, f"/tasks/{task}")["permalink_url"],
            data(http, f"/projects/{server.hands.project('Brand refresh').gid}")["permalink_url"],
            f"{server.state.site}/1/1/task/99",
        )
    )
    assert "<h1>A &lt;i&gt; &amp; more</h1>" in page.text
    assert "<th>Briefing<td>As agreed" in page.text
    assert "Sophie Brandt: changed Briefing" in page.text
    assert f"/task/{task}" in project.text
    assert (page.headers["content-type"], none.status_code) == ("text/html; charset=utf-8", 404)


def test_status_updates_come_newest_first(here: tuple[Server, httpx.Client]) -> None:
    found = data(here[1], "/status_updates", parent=project(here, "Brand refresh"), opt_fields="status_type,created_at")
    assert [one["status_type"] for one in found] == ["at_risk", "on_track", "on_track"]
    assert found == sorted(found, key=lambda one: one["created_at"], reverse=True)
