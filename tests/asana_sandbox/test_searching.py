"""The search: for who pays, a hundred at most, and late."""

from collections.abc import Iterator

import httpx
import pytest

from pmohub.testing.asana import Plan, Sandbox, Server
from tests.asana_sandbox.clients import Json, data, everything, names, refused, site
from tests.asana_sandbox.recording import Recorder

SPRING = "Spring campaign 2027"


@pytest.fixture
def here(validated: Recorder) -> Iterator[tuple[Server, httpx.Client]]:
    with site(Sandbox(tasks=240, lag=20), validated) as found:
        yield found


def search(http: httpx.Client, **asked: str) -> list[Json]:
    found: list[Json] = data(http, f"/workspaces/{data(http, '/workspaces')[0]['gid']}/tasks/search", **asked)
    return found


def test_it_is_refused_to_who_does_not_pay() -> None:
    with site(Sandbox(tasks=40, plan=Plan.FREE)) as (_server, http):
        nordhaus, agency = (one["gid"] for one in data(http, "/workspaces"))
        for gid in (nordhaus, agency):
            answer = http.get(f"/workspaces/{gid}/tasks/search")
            assert refused(answer) == (402, "Search is only available to premium users.")


def test_it_gives_a_hundred_at_most_the_last_changed_first(here: tuple[Server, httpx.Client]) -> None:
    found = search(here[1], opt_fields="modified_at")
    moments = [one["modified_at"] for one in found]
    assert (len(found), moments) == (100, sorted(moments, reverse=True))


def test_subtasks_changed_since_are_found_when_the_search_has_learnt_of_them(
    here: tuple[Server, httpx.Client],
) -> None:
    server, http = here
    task = next(one.gid for one in server.hands.tasks(SPRING) if server.hands.subtasks(one.gid))
    below = server.hands.subtasks(task)[0].gid
    server.hands.pass_time(60)
    server.hands.edit(below, name="Found")
    asked = {"is_subtask": "true", "modified_at.after": "2026-11-25T10:30:30Z"}
    assert search(http, **asked) == []
    server.hands.pass_time(21)
    assert names(search(http, **asked)) == ["Found"]


@pytest.mark.parametrize(
    "asked",
    [
        {"resource_subtype": "milestone"},
        {"completed": "false", "is_subtask": "false"},
        {"due_on.before": "2027-01-01"},
        {"text": "poster"},
    ],
)
def test_filters_find_what_fits(here: tuple[Server, httpx.Client], asked: dict[str, str]) -> None:
    server, http = here
    spring = server.hands.project(SPRING).gid
    found = {one["gid"] for one in search(http, **{"projects.any": spring}, **asked)}
    fields = "completed,resource_subtype,due_on,name,notes,parent"
    every = everything(http, "/tasks", project=spring, opt_fields=fields)

    def fits(task: Json) -> bool:
        return {
            "resource_subtype": task["resource_subtype"] == "milestone",
            "completed": not task["completed"],
            "due_on.before": task["due_on"] is not None and task["due_on"] < "2027-01-01",
            "text": "poster" in f"{task['name']} {task['notes']}".lower(),
        }[next(iter(asked))]

    assert found == {one["gid"] for one in every if fits(one)}
    assert found


def test_a_value_of_a_custom_field_is_found(here: tuple[Server, httpx.Client]) -> None:
    server, http = here
    gid = server.hands.field("Briefing").gid
    task = server.hands.create(SPRING, "Wanted")
    server.hands.fill(task, "Briefing", "Under this")
    server.hands.pass_time(30)
    assert names(search(http, **{f"custom_fields.{gid}.value": "Under this"})) == ["Wanted"]
