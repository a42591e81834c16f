"""What stands beside the work, as it is read; each with the plan that it is part of."""

from hashlib import blake2b

from starlette.responses import Response

from pmohub.testing.asana.routes.asking import Asking, Handler, Json, Refusal
from pmohub.testing.asana.routes.entering import day, gid_of, read, text, word
from pmohub.testing.asana.routes.writing_tasks import NOTHING
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import MEMBERSHIPS, Thing

PLANS = {
    "budget": (Plan.ENTERPRISE, "Budgets"), "rate": (Plan.ENTERPRISE, "Rates"),
    "allocation": (Plan.ADVANCED, "Allocations"), "goal": (Plan.ADVANCED, "Goals"),
    "timesheet_approval_status": (Plan.ENTERPRISE, "Timesheets"), "ooo_entry": (Plan.STARTER, "Out-of-office entries"),
    "time_period": (Plan.ADVANCED, "Time periods"), "goal_relationship": (Plan.ADVANCED, "Goals"),
    "role": (Plan.ENTERPRISE, "Roles"), "time_tracking_category": (Plan.ADVANCED, "Time tracking"),
}  # fmt: skip
TYPED = {"start_date": day, "end_date": day}
SENT_STATES = {
    "submitted": ("DRAFT", "REJECTED"), "draft": ("SUBMITTED",), "approved": ("SUBMITTED",), "rejected": ("SUBMITTED",)
}  # fmt: skip


def _paid(ask: Asking, kind: str, workspace: str | None) -> None:
    plan, name = PLANS[kind]
    refused = 403 if kind in {"ooo_entry", "role"} else 402
    ask.need(plan, workspace, f"{name} are not available on your plan.", refused)


def one(ask: Asking) -> Json:
    """Answer with one of them, by its gid."""
    kinds = ("time_tracking_category", *PLANS)
    found = ask.of_path(*dict.fromkeys(kinds))
    _paid(ask, found.kind, found["workspace"])
    return ask.whole(found)


def _where(ask: Asking, *names: str) -> str:
    for name in names:
        if ask.query(name):
            found = ask.of_query(name, "workspace", "project", "user", "goal", "team", "portfolio", "task")
            if found.kind == "user":
                return str(found["workspaces"][0])
            return found.gid if found.kind == "workspace" else str(found.get("workspace") or found["organization"])
    raise Refusal(400, f"{names[0]}: Missing input")


def listing(kind: str, *names: str, required: tuple[str, ...] = ()) -> Handler:
    """Make what answers a list of a kind: filtered by the values that parameters of the same names have."""

    def answer(ask: Asking) -> Json:
        for name in required:
            if not ask.query(name):
                raise Refusal(400, f"{name}: Missing input")
        where = _where(ask, *names)
        _paid(ask, kind, where)
        found = (one for one in ask.world.of(kind) if one["workspace"] == where)
        asked = {name: ask.query(name) for name in names if ask.query(name) and name != "workspace"}
        gids = {name: ask.of_query(name, "project", "user", "goal", "team").gid for name in asked}
        return ask.listed(one for one in found if all(one.get(name) == gid for name, gid in gids.items()))

    return answer


def absences(ask: Asking) -> Json:
    """Answer `/ooo_entries`: of a person in a workspace, those that overlap with the days asked for."""
    user, where = ask.of_query("user", "user"), ask.of_query("workspace", "workspace")
    _paid(ask, "ooo_entry", where.gid)
    first, last = ask.query("start_date"), ask.query("end_date") or "9999"
    mine = (one for one in ask.world.of("ooo_entry") if one["user"] == user.gid)
    return ask.listed(one for one in mine if one["end_date"] >= first and one["start_date"] <= last)


def timesheets(ask: Asking) -> Json:
    """Answer `/timesheet_approval_statuses`."""
    where = ask.of_query("workspace", "workspace")
    _paid(ask, "timesheet_approval_status", where.gid)
    user = ask.of_query("user", "user").gid if ask.query("user") else None
    words = {word.upper() for word in ask.query("approval_statuses").split(",") if word}
    first, last = ask.query("from_date"), ask.query("to_date") or "9999"
    found = (one for one in ask.world.of("timesheet_approval_status") if user in {None, one["user"]})
    weeks = (one for one in found if one["end_date"] >= first and one["start_date"] <= last)
    return ask.listed(one for one in weeks if not words or one["approval_status"] in words)


def decide(ask: Asking) -> Json:
    """Answer a PUT of `/timesheet_approval_statuses/{gid}`: only from a state that leads there."""
    found = ask.of_path("timesheet_approval_status")
    _paid(ask, found.kind, found["workspace"])
    told = read(ask, ask.body, {"approval_status": word(*SENT_STATES), "message": text})
    status = told.get("approval_status")
    if status is None or found["approval_status"] not in SENT_STATES[status]:
        raise Refusal(400, f"approval_status: Invalid transition from {found['approval_status'].lower()} to {status}")
    ask.state.editor.thing(found, {"approval_status": status.upper()}, ask.account.gid)
    return ask.whole(found)


def goals(ask: Asking) -> Json:
    """Answer `/goals`."""
    where = _where(ask, "workspace", "team", "project", "portfolio", "task")
    _paid(ask, "goal", where)
    periods = {one for one in ask.query("time_periods").split(",") if one}
    found = [one for one in ask.world.of("goal") if one["workspace"] == where]
    if ask.query("project"):
        project = ask.of_query("project", "project").gid
        links = (one for one in ask.world.of("goal_relationship") if one["supporting_resource"] == project)
        supported = {one["supported_goal"] for one in links}
        found = [one for one in found if one.gid in supported]
    return ask.listed(one for one in found if not periods or one["time_period"] in periods)


def relationships(ask: Asking) -> Json:
    """Answer `/goal_relationships`."""
    goal = ask.of_query("supported_goal", "goal")
    _paid(ask, "goal_relationship", goal["workspace"])
    return ask.listed(one for one in ask.world.of("goal_relationship") if one["supported_goal"] == goal.gid)


def memberships(ask: Asking) -> Json:
    """Answer `/memberships`: of a project or portfolio, or a team's projects."""
    world = ask.world
    if ask.query("parent"):
        parent = ask.of_query("parent", "project", "portfolio", "goal", "custom_field")
        members = parent.get("members") or parent.get("followers") or ()
        wanted = ask.of_query("member", "user", "team").gid if ask.query("member") else None
        pairs = [(parent, one) for one in members if wanted in {None, one}]
    else:
        team = ask.of_query("member", "team")
        if ask.query("resource_subtype") != "project_membership":
            raise Refusal(400, "parent: Missing input")
        pairs = [(one, team.gid) for one in world.of("project") if one["team"] == team.gid]
    return ask.listed(_membership(ask, parent, member) for parent, member in pairs if ask.sight.sees(parent))


def _membership(ask: Asking, parent: Thing, member: str) -> Thing:
    """Give somebody's membership, whose gid comes of both: whoever asks for it makes nothing new."""
    digest = blake2b(f"{parent.gid} {member}".encode(), digest_size=5).digest()
    subtype = f"{parent.kind}_membership"
    told = {"parent": parent.gid, "member": member, "resource_subtype": subtype}
    values = {**told, "workspace": parent.get("workspace")}
    found = Thing(str(MEMBERSHIPS + int.from_bytes(digest)), "membership", values)
    ask.world.keep(found)
    return found


def create(kind: str, *people: str) -> Handler:
    """Make what answers a POST of an absence or an allocation, whose `people` are named by gid."""

    def answer(ask: Asking) -> Response:
        own = {name: gid_of("user") for name in people}
        more = {"parent": gid_of("project"), "workspace": gid_of("workspace")}
        given = {name: value for name, value in ask.body.items() if name != "effort"}
        values = read(ask, given, {**TYPED, **own, **more})
        values["effort"] = ask.body.get("effort")
        parent = ask.world.get(values["parent"]) if values.get("parent") else None
        values["workspace"] = parent["workspace"] if parent else values.get("workspace")
        _paid(ask, kind, values["workspace"])
        for name in ("start_date", *people):
            if values.get(name) is None:
                raise Refusal(400, f"{name}: Missing input")
        ask.world.edits += 1
        told = {"end_date": None, "created_by": ask.account.gid, **values}
        return ask.created(ask.world.add(kind, told))

    return answer


def delete(ask: Asking) -> Json:
    """Answer a DELETE of one of them."""
    found = ask.of_path(*PLANS)
    ask.state.editor.delete(found, ask.account.gid)
    return NOTHING
