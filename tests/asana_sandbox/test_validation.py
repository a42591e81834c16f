"""The sandbox answers as Asana's document says, and the check that says so can fail."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from pmohub.testing.asana import Sandbox, Server
from tests.asana_sandbox.clients import Json, data, site, sync_of
from tests.asana_sandbox.recording import Recorder, faults_of

ALL_FIELDS = (
    "name,resource_subtype,assignee.name,completed,completed_at,created_at,created_by,custom_fields.name,"
    "custom_fields.type,custom_fields.number_value,custom_fields.enum_value.name,custom_fields.display_value,"
    "dependencies,dependents,due_at,due_on,followers.name,memberships.project.name,memberships.section.name,modified_at,"
    "notes,num_subtasks,parent.name,permalink_url,projects.name,start_on,tags.name,actual_time_minutes,workspace.name"
)


def paths(server: Server, http: httpx.Client) -> Iterator[str]:
    nordhaus, spring = data(http, "/workspaces")[0]["gid"], server.hands.project("Spring campaign 2027")
    task = next(one for one in server.hands.tasks(spring.gid) if server.hands.entries(one.gid))
    portfolio = data(http, "/portfolios", workspace=nordhaus)[0]["gid"]
    yield from ("/users/me", "/workspaces?limit=1", f"/workspaces/{nordhaus}", f"/workspaces/{nordhaus}/users")
    yield from (f"/workspaces/{nordhaus}/{name}?limit=3" for name in ("teams", "projects", "custom_fields", "tags"))
    yield from (f"/users?workspace={nordhaus}&opt_fields=name,email,gid", f"/teams/{spring['team']}")
    yield from (f"/teams/{spring['team']}/projects?limit=100&archived=false", f"/teams/{spring['team']}/users")
    yield from (
        f"/projects/{spring.gid}",
        f"/projects/{spring.gid}/custom_field_settings",
        f"/projects?workspace={nordhaus}",
    )
    yield from (f"/projects/{spring.gid}/sections", f"/projects/{spring.gid}/task_counts?opt_fields=num_tasks")
    yield from (f"/projects/{spring.gid}/tasks?limit=5", f"/tasks?project={spring.gid}&limit=9&opt_fields={ALL_FIELDS}")
    yield from (f"/sections/{spring['sections'][0]}", f"/sections/{spring['sections'][0]}/tasks?limit=2")
    yield from (f"/project_briefs/{spring['brief']}", f"/custom_fields/{server.hands.field('Channels').gid}")
    yield from (f"/tasks/{task.gid}", f"/tasks/{task.gid}?opt_fields={ALL_FIELDS}", "/tasks", "/tasks/99")
    tails = ("subtasks", "dependencies", "dependents", "stories", "time_tracking_entries", "projects", "tags")
    yield from (f"/tasks/{task.gid}/{name}" for name in tails)
    story, entry = (data(http, f"/tasks/{task.gid}/{name}")[0]["gid"] for name in ("stories", "time_tracking_entries"))
    yield from (f"/stories/{story}", f"/time_tracking_entries/{entry}")
    days = "entered_on_start_date=2026-10-01&entered_on_end_date=2026-11-25"
    yield f"/time_tracking_entries?workspace={nordhaus}&{days}&limit=50"
    update = data(http, "/status_updates", parent=spring.gid)[0]["gid"]
    yield from (f"/status_updates?parent={spring.gid}&created_since=2026-01-01T00:00:00Z", f"/status_updates/{update}")
    yield from (
        f"/portfolios?workspace={nordhaus}&limit=10",
        f"/portfolios/{portfolio}",
        f"/portfolios/{portfolio}/items",
    )
    yield from (f"/portfolios/{portfolio}/custom_field_settings", f"/events?resource={spring.gid}")


def test_it_answers_as_documented(validated: Recorder) -> None:
    with site(Sandbox(tasks=200), validated) as (server, http):
        said = [http.get(path).status_code for path in paths(server, http)]
    assert set(said) == {200, 400, 404, 412}
    assert said.count(200) == len(said) - 3


def test_events_and_stories_of_every_edit_are_as_documented(validated: Recorder) -> None:
    with site(Sandbox(tasks=200), validated) as (server, http):
        hands, spring = server.hands, server.hands.project("Spring campaign 2027").gid
        sync = sync_of(http, spring)
        task, other = (one.gid for one in hands.tasks(spring)[:2])
        hands.edit(task, name="New", notes="New", assignee=None, completed=True, due_on="2026-12-01")
        hands.edit(task, completed=False, resource_subtype="approval", assignee=server.state.person("Clara Jung").gid)
        for field, value in (
            ("Priority", "Low"), ("Channels", ("Web", "Print")), ("Story points", 3), ("Briefing", "Text"),
            ("Go-live", "2026-12-24T09:00:00Z"), ("Approvers", ("Clara Jung", "Milan Novak")),
            ("Related work", (other,)),
        ):  # fmt: skip
            hands.fill(task, field, value)
            hands.fill(task, field, None)
        hands.move(task, "Waiting")
        hands.add_project(task, "Brand refresh")
        hands.remove_project(task, spring)
        hands.depend(other, task)
        hands.comment(other)
        hands.delete(other)
        assert len(data(http, "/events", resource=spring, sync=sync)) > 40
        whole = data(
            http, f"/tasks/{task}/stories", opt_fields="resource_subtype,old_enum_value.name,new_enum_value.name"
        )
        for story in whole:
            data(http, f"/stories/{story['gid']}")
    assert {"enum_custom_field_changed", "section_changed", "marked_complete"} <= {
        one["resource_subtype"] for one in whole
    }


def test_the_check_can_fail(validated: Recorder) -> None:
    with site(Sandbox(tasks=60), validated) as (_server, http):
        http.get("/workspaces")
    good = validated.exchanges[0]
    assert faults_of(replace(good, query="opt_fields=nonsense"))
    assert faults_of(replace(good, path="/api/1.0/nonsense"))
    assert faults_of(replace(good, answer=b'{"data": [{"gid": 5}]}'))
    assert faults_of(replace(good, status=402))


@pytest.mark.parametrize("body", [{"name": 5}, {"completed": "yes"}])
def test_a_body_is_held_against_the_document(body: Json, validated: Recorder) -> None:
    with site(Sandbox(tasks=60), validated) as (server, http):
        http.get("/users/me")
        path = f"/api/1.0/tasks/{server.hands.tasks('Brand refresh')[0].gid}"
    wrong = replace(
        validated.exchanges[0], method="PUT", path=path, body=httpx.Request("PUT", "/", json={"data": body}).content
    )
    assert any(one.startswith("body") for one in faults_of(wrong)) or body == {"due_on": "soon"}
