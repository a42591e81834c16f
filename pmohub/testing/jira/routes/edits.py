"""Issues created, edited, taken through their workflow, linked and deleted.

Source: Atlassian, "The Jira Cloud platform REST API" (v3, Issues) and "JIRA Server platform REST API" (v2).
"""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from pmohub.testing.jira.answers.meta import field_meta
from pmohub.testing.jira.answers.values import issue_id
from pmohub.testing.jira.entering import EDITABLE, Screen, Wrong, read
from pmohub.testing.jira.routes.asking import NOTHING, Asking, Json, Refusal, answer
from pmohub.testing.jira.state import Mail
from pmohub.testing.jira.world import catalogue, scheme
from pmohub.testing.jira.world.catalogue import FIELDS
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.issue import Issue, Link
from pmohub.testing.jira.world.scheme import Transition

BODY = ("fields", "update", "historyMetadata", "properties", "transition")
NO_EDIT = "You do not have permission to edit issues in this project."
QUIET_IS_FOR_ADMINS = "To discard the user notification either admin or project admin permissions are required."
COLLECTIONS = frozenset(
    {"labels", "components", "fixVersions", "versions", catalogue.LABELLED, catalogue.RISKS, catalogue.STAKEHOLDERS}
)


def screen(ask: Asking, project: Project) -> Screen:
    """Give where the account enters values into issues of a project."""
    return Screen(ask.world, project, ask.state.cloud, ask.version == "3")


def edit(ask: Asking) -> Any:
    """Answer `PUT issue/{issueIdOrKey}`: only what is named changes, all of it or nothing."""
    issue = ask.issue(ask.path("issue"))
    body = ask.expect(BODY)
    _editable(ask, issue)
    loud = _loud(ask)
    made = ask.state.editor.edit(issue, _values(ask, issue, body, EDITABLE), ask.known())
    if loud and made is not issue:
        ask.state.mails.append(Mail(made.key, ask.known().id, made.updated))
    if ask.flag("returnIssue", default=False):
        return ask.issues.whole(made, tuple(FIELDS))
    return NOTHING


def _editable(ask: Asking, issue: Issue) -> None:
    if not ask.may("EDIT_ISSUES") or ask.world.projects[issue.project].archived:
        raise Refusal(403, NO_EDIT)


def _loud(ask: Asking) -> bool:
    """Tell whether watchers get mail; sending none is for administrators (403)."""
    if ask.flag("notifyUsers", default=True):
        return True
    if not ask.may("ADMINISTER_PROJECTS") and not ask.may("ADMINISTER"):
        raise Refusal(403, QUIET_IS_FOR_ADMINS)
    return False


def _values(ask: Asking, issue: Issue, body: Json, editable: Iterable[str]) -> Json:
    """Read `fields` and `update` of a request; everything that is wrong is told at once (400)."""
    where = screen(ask, ask.world.projects[issue.project])
    fields, update = body.get("fields") or {}, body.get("update") or {}
    values: Json = {}
    errors = {
        name: f"Field '{name}' cannot be set in both 'fields' and 'update'." for name in fields.keys() & update.keys()
    }
    for name, given in {**fields, **{name: _operated(issue, name, steps) for name, steps in update.items()}}.items():
        try:
            values |= read(where, name, given, editable)
        except Wrong as wrong:
            errors[name] = str(wrong)
    if errors:
        raise Refusal(400, errors=errors)
    return values


def _operated(issue: Issue, name: str, steps: Any) -> Any:
    """Give the value that the operations `set`, `add`, `remove` and `edit` lead to, in Jira's JSON."""
    value: Any = _present(issue, name) if name in COLLECTIONS else None
    for step in steps if isinstance(steps, list) else [steps]:
        for operation, operand in step.items():
            if operation in {"set", "edit"}:
                value = operand
            elif operation in {"add", "remove"} and name in COLLECTIONS:
                value = [one for one in value or [] if not _same(one, operand)]
                value += [operand] if operation == "add" else []
            else:
                raise Refusal(400, errors={name: f"Field '{name}' does not support operation '{operation}'."})
    return value


def _present(issue: Issue, name: str) -> list[Any]:
    held = issue.values.get(name) or ()
    if name in {"labels", catalogue.LABELLED}:
        return list(held)
    return [{"accountId": one, "key": one} if name == catalogue.STAKEHOLDERS else {"id": one} for one in held]


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return bool(one == other)
    named = {option.value: option.id for option in FIELDS[catalogue.RISKS].options}
    return bool(one.get("id") == other.get("id", named.get(other.get("value", ""))) or one == other)


def create(ask: Asking) -> Response:
    """Answer `POST issue`."""
    body = ask.expect(BODY)
    fields = dict(body.get("fields") or {})
    given = fields.pop("project", None)
    name = given.get("key") or given.get("id") if isinstance(given, dict) else None
    project = ask.world.project(str(name)) if name else None
    if project is None or not ask.sees_project(project.place):
        raise Refusal(400, errors={"project": "Specify a valid project ID or key"})
    if not ask.may("CREATE_ISSUES") or project.archived:
        raise Refusal(403, "You do not have permission to create issues in this project.")
    values = _created(ask, project, fields)
    made = ask.state.editor.create(project, values, ask.known())
    identity = issue_id(made.number)
    return answer({"id": identity, "key": made.key, "self": f"{ask.things.base}/issue/{identity}"}, 201)


def _created(ask: Asking, project: Project, fields: Json) -> Json:
    errors: dict[str, str] = {}
    values: Json = {}
    for name, given in fields.items():
        try:
            values |= read(screen(ask, project), name, given, EDITABLE)
        except Wrong as wrong:
            errors[name] = str(wrong)
    if "issuetype" not in fields:
        errors["issuetype"] = "Specify an issue type"
    elif values.get("issuetype") == scheme.SUBTASK and values.get("parent") is None:
        errors.setdefault("parent", "Issue type is a sub-task but parent issue key or id not specified.")
    if "summary" not in fields:
        errors["summary"] = "You must specify a summary of the issue."
    if errors:
        raise Refusal(400, errors=errors)
    return values


def delete(ask: Asking) -> Response:
    """Answer `DELETE issue/{issueIdOrKey}`."""
    issue = ask.issue(ask.path("issue"))
    if not ask.may("DELETE_ISSUES"):
        raise Refusal(403, "You do not have permission to delete issues in this project.")
    if ask.world.children(issue) and not ask.flag("deleteSubtasks", default=False):
        message = f"The issue '{issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete "
        raise Refusal(400, message + "this issue and all its subtasks.")
    ask.state.editor.delete(issue)
    return NOTHING


def _open_steps(ask: Asking, issue: Issue) -> list[Transition]:
    if not ask.may("TRANSITION_ISSUES") or ask.world.projects[issue.project].archived:
        return []
    workflow = ask.world.projects[issue.project].workflow
    return [step for step in workflow.transitions if issue.values["status"] in step.origins]


def transitions(ask: Asking) -> Json:
    """Answer `GET issue/{issueIdOrKey}/transitions`: the steps that are open now, and what their screens ask for."""
    told = open_steps(ask, ask.issue(ask.path("issue")), fields="transitions.fields" in ask.query("expand"))
    return {
        "expand": "transitions",
        "transitions": [one for one in told if ask.query("transitionId", one["id"]) == one["id"]],
    }


def open_steps(ask: Asking, issue: Issue, *, fields: bool = False) -> list[Json]:
    """Give the steps that are open to the account now; with the `fields` of their screens where asked for."""
    told = []
    for step in _open_steps(ask, issue):
        entry: Json = {"id": step.id, "name": step.name, "to": ask.things.status(step.target)}
        entry |= {"hasScreen": bool(step.required), "isGlobal": False, "isInitial": False, "isConditional": False}
        if ask.state.cloud:
            entry |= {"isAvailable": True, "looped": False}
        if fields:
            asked = (FIELDS[name] for name in step.required)
            entry["fields"] = {one.id: field_meta(ask.things, one, issue.project, required=True) for one in asked}
        told.append(entry)
    return told


def take(ask: Asking) -> Response:
    """Answer `POST issue/{issueIdOrKey}/transitions`."""
    issue = ask.issue(ask.path("issue"))
    body = ask.expect(BODY)
    wanted = (body.get("transition") or {}).get("id")
    if wanted is None:
        raise Refusal(400, "Missing 'transition' identifier")
    step = next((one for one in _open_steps(ask, issue) if one.id == str(wanted)), None)
    if step is None:
        raise Refusal(400, f"Transition id '{wanted}' is not valid for this issue.")
    values = _values(ask, issue, body, step.required)
    missing = [name for name in step.required if values.get(name) is None and issue.values.get(name) is None]
    if missing:
        raise Refusal(400, errors={name: f"{FIELDS[name].name} is required." for name in missing})
    ask.state.editor.transition(issue, step, values, ask.known())
    return NOTHING


def link(ask: Asking) -> Response:
    """Answer `POST issueLink`."""
    body = ask.expect(("type", "inwardIssue", "outwardIssue", "comment"))
    named = body.get("type") or {}
    kind = next(
        (one for one in scheme.LINKS.values() if named.get("name") == one.name or named.get("id") == one.id), None
    )
    if kind is None:
        raise Refusal(404, f"No issue link type with name '{named.get('name')}' found.")
    ends = [body.get(name) or {} for name in ("inwardIssue", "outwardIssue")]
    inward, outward = (ask.issue(str(end.get("key") or end.get("id"))) for end in ends)
    # The issue named as inward carries the outward words: `inwardIssue` blocks `outwardIssue`.
    ask.state.editor.link(kind.id, inward, outward, ask.known())
    return answer(None, 201)


def _link(ask: Asking) -> tuple[Issue, Link]:
    found = ask.world.link(ask.path("id"))
    if found is None or not ask.sees(found[0]) or not ask.sees(ask.world.issue(found[1].other)):
        raise Refusal(404, f"No issue link with id '{ask.path('id')}' exists.")
    return found


def get_link(ask: Asking) -> Json:
    """Answer `GET issueLink/{linkId}`."""
    issue, one = _link(ask)
    other = ask.issue(issue_id(one.other))
    outward, inward = (other, issue) if one.outward else (issue, other)
    told: Json = {"id": one.id, "self": f"{ask.things.base}/issueLink/{one.id}", "type": ask.things.link_type(one.type)}
    return {**told, "inwardIssue": ask.issues.reference(inward), "outwardIssue": ask.issues.reference(outward)}


def unlink(ask: Asking) -> Response:
    """Answer `DELETE issueLink/{linkId}`."""
    issue, one = _link(ask)
    _editable(ask, issue)
    ask.state.editor.unlink(issue, one, ask.known())
    return NOTHING
