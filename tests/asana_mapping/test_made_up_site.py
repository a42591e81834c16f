"""What a made-up Asana answers is mapped without exception, and its stories end in what its tasks hold."""

from collections.abc import Iterator
from typing import Any

from connectors.asana.mapping.catalogue import PARTS, Catalogue
from connectors.asana.mapping.history import HistoryMapper
from connectors.asana.mapping.plan import Plan, compile_plan
from connectors.asana.mapping.tasks import TaskMapper, home_of
from connectors.mapping.making import Mapped
from pmohub.testing.asana import Sandbox, Server
from pmohub.testing.contract.history import in_order, lines_of, plain
from tests.asana_mapping.answers import context, options
from tests.asana_sandbox.clients import Json, data, everything, site

SPRING = "Spring campaign 2027"
OWN = {"priority_own": "Priority", "channels": "Channels", "live": "Go-live", "who": "Approvers", "note": "Briefing"}


def plan_of(http: Any) -> Plan:
    """Compile a plan for the fields of the first workspace."""
    workspace = data(http, "/workspaces")[0]["gid"]
    fields = everything(http, f"/workspaces/{workspace}/custom_fields", opt_fields=",".join(PARTS))
    return compile_plan(options(fields=OWN, history=True), context(), Catalogue(fields))


def edited(server: Server) -> None:
    """Let people do to a task whatever leaves a story."""
    hands = server.hands
    task = hands.tasks(SPRING)[0].gid
    for field, values in {
        "Priority": ("High", "Low"),
        "Channels": (("Print",), ()),
        "Go-live": ("2027-03-01", None),
        "Approvers": (("Jonas Richter",), ()),
        "Briefing": ("A text", "Another"),
    }.items():
        for one in values:
            hands.fill(task, field, one)
    hands.edit(task, name="Renamed", due_on="2027-04-01")
    hands.edit(task, assignee=None)
    hands.move(task, hands.project(SPRING)["sections"][-1])
    hands.add_project(task, "Brand refresh")
    hands.remove_project(task, SPRING)


def tasks(http: Any, plan: Plan, scope: set[str]) -> Iterator[tuple[Json, str]]:
    """Give every task with the project in which it counts, subtasks at any depth too."""
    asked = ",".join(plan.ask.task)
    level = [(raw, "") for gid in sorted(scope) for raw in everything(http, "/tasks", project=gid, opt_fields=asked)]
    met: set[str] = set()
    while level:
        below: list[tuple[Json, str]] = []
        for raw, inherited in level:
            home = home_of(raw, scope, inherited or None)
            if home is None or raw["gid"] in met:
                continue
            met.add(raw["gid"])
            yield raw, home
            if raw["num_subtasks"]:
                listed = everything(http, f"/tasks/{raw['gid']}/subtasks", opt_fields=asked)
                below += [(each, home) for each in listed]
        level = below


def test_every_story_ends_in_what_the_task_holds() -> None:
    with site(Sandbox(tasks=40)) as (server, http):
        edited(server)
        plan = plan_of(http)
        workspace = data(http, "/workspaces")[0]["gid"]
        scope = {one["gid"] for one in data(http, f"/workspaces/{workspace}/projects")}
        mapper, history, result = TaskMapper(plan), HistoryMapper(plan), Mapped()
        changes = []
        for raw, home in tasks(http, plan, scope):
            mapper.add(raw, home, result)
            stories = everything(http, f"/tasks/{raw['gid']}/stories", opt_fields=",".join(plan.ask.story))
            changes += history.changes(raw, home, stories, scope)
    assert (result.quarantined, history.problems()) == ([], [])
    records = {record.external_id: record for record in result.records}
    lines = lines_of(changes)
    assert {f"fields.{name}" for name in OWN} | {"title", "status", "project"} <= {name for _, name in lines}
    for ((_, gid), name), line in lines.items():
        assert [in_order(one.old) for one in line[1:]] == [in_order(one.new) for one in line[:-1]], name
        assert in_order(line[-1].new) == plain(records[gid], name), name
