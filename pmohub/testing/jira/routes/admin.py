"""What only tests ask for: to act as a person, to move and hide, to turn the clock, to take logins away.

`/_sandbox/as/{person}/...` is the whole API as that person, without a login and without limits of permission.
"""

from datetime import datetime
from typing import Any

from pmohub.testing.jira.entering import EDITABLE, Wrong, read
from pmohub.testing.jira.routes.asking import NOTHING, Asking, Json, Refusal
from pmohub.testing.jira.routes.edits import screen
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.company import Project, renamed
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.scheme import Transition

SECURED = "10000"
"""The issue security level that no account is in."""


class Acting(Asking):
    """A request of somebody who is at the keyboard: no login, every permission, everything to be seen."""

    def _login(self) -> User | None:
        name = self.request.path_params.get("person")
        found = self.world.person(str(name)) if name else self.world.people[0]
        if found is None:
            raise Refusal(404, f"Nobody here is called {name}.")
        return found

    def may(self, _permission: str) -> bool:
        """Allow everything."""
        return True

    def sees_project(self, _place: int) -> bool:
        """Show everything."""
        return True

    def sees(self, issue: Issue | None) -> bool:
        """Show everything."""
        return issue is not None


def _issue(ask: Asking, body: Json) -> Issue:
    return ask.issue(str(body.get("issue", "")))


def _project(ask: Asking, body: Json) -> Project:
    return ask.project(str(body.get("project", "")))


def _by(ask: Asking, body: Json) -> User:
    found = ask.world.person(str(body.get("by", ask.world.people[0].email)))
    if found is None:
        raise Refusal(400, f"Nobody here is called {body.get('by')}.")
    return found


def move(ask: Asking) -> Json:
    """Move `issue` to `project`, by `by`; give its new key."""
    body = ask.expect(("issue", "project", "by"))
    moved = ask.state.editor.move(_issue(ask, body), _project(ask, body), _by(ask, body))
    return {"key": moved.key}


def to_status(ask: Asking) -> Any:
    """Bring `issue` to the status called `to`, whatever the workflow says, with `fields`."""
    body = ask.expect(("issue", "to", "fields", "by"))
    issue = _issue(ask, body)
    target = next((one for one in scheme.STATUSES.values() if one.name.casefold() == str(body["to"]).casefold()), None)
    if target is None:
        raise Refusal(400, f"There is no status {body['to']}.")
    values: Json = {"resolution": "10000"} if target.category == "done" else {}
    for name, given in (body.get("fields") or {}).items():
        try:
            values |= read(screen(ask, ask.world.projects[issue.project]), name, given, EDITABLE | {"resolution"})
        except Wrong as wrong:
            raise Refusal(400, errors={name: str(wrong)}) from None
    ask.state.editor.transition(issue, Transition("0", target.name, (), target.id), values, _by(ask, body))
    return NOTHING


def hide(ask: Asking) -> Any:
    """Hide a `project` or an `issue` from every account, or show it again (`hidden` false)."""
    body = ask.expect(("project", "issue", "hidden", "by"))
    hidden = body.get("hidden", True)
    if "issue" in body:
        level = SECURED if hidden else None
        ask.state.editor.edit(_issue(ask, body), {"security": level}, _by(ask, body))
        return NOTHING
    change = ask.world.hidden_projects.add if hidden else ask.world.hidden_projects.discard
    change(_project(ask, body).place)
    ask.world.edits += 1
    return NOTHING


def change_project(ask: Asking) -> Any:
    """Change a `project`: its `key`, `name`, `lead`, `archived`."""
    body = ask.expect(("project", "key", "name", "lead", "archived"))
    ask.world.change_project(_changed(ask, body))
    return NOTHING


def _changed(ask: Asking, body: Json) -> Project:
    project = _project(ask, body)
    if "key" in body:
        project = renamed(project, str(body["key"]))
    told: Json = {name: body[name] for name in ("name", "archived") if name in body}
    if "lead" in body:
        told["lead"] = _by(ask, {"by": body["lead"]}).number
    return project.changed(**told)


def forbid(ask: Asking) -> Any:
    """Take permissions from every account: `permissions` are all that it has not."""
    ask.state.forbidden.clear()
    ask.state.forbidden.update(ask.expect(("permissions",))["permissions"])
    return NOTHING


def login(ask: Asking) -> Any:
    """Refuse every token from now on (`refused`), or take them again."""
    ask.state.tokens_refused = bool(ask.expect(("refused",)).get("refused", True))
    return NOTHING


def clock(ask: Asking) -> Json:
    """Set the clock to `now`, or let `seconds` pass; `stopped` true or false. Give what it shows."""
    body = ask.expect(("now", "seconds", "stopped"))
    if "stopped" in body:
        ask.state.clock.stop(stopped=bool(body["stopped"]))
    if "now" in body:
        ask.state.clock.set(datetime.fromisoformat(str(body["now"])))
    ask.state.clock.advance(float(body.get("seconds", 0)))
    return {"now": ask.things.times.text(ask.world.now())}


def lag(ask: Asking) -> Any:
    """Let the search learn of an edit only after so many `seconds`."""
    ask.world.lag = int(float(ask.expect(("seconds",))["seconds"]) * 1000)
    return NOTHING


def forget_pages(ask: Asking) -> Any:
    """Let every `nextPageToken` that was given expire."""
    ask.state.pages.clear()
    return NOTHING


def delete_worklog(ask: Asking) -> Any:
    """Delete worklog `id` without a word on its issue."""
    body = ask.expect(("id", "by"))
    found = ask.state.timekeeper.find(int(body["id"]))
    if found is None:
        raise Refusal(404, "There is no such worklog.")
    ask.state.timekeeper.delete(*found, _by(ask, body), quiet=True)
    return NOTHING


def mails(ask: Asking) -> Any:
    """List the notifications that watchers got."""
    return [{"issue": one.issue, "by": one.by, "at": one.at} for one in ask.state.mails]
