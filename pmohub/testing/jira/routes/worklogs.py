"""Worklogs: of one issue, many by id, and the feeds of what was changed and deleted."""

from typing import Any

from starlette.responses import Response

from pmohub.testing.jira.entering import Wrong, instant_of, seconds
from pmohub.testing.jira.routes.asking import NOTHING, Asking, Json, Refusal, answer
from pmohub.testing.jira.routes.edits import QUIET_IS_FOR_ADMINS
from pmohub.testing.jira.world.issue import Issue, Worklog
from pmohub.testing.jira.world.working import Entry, Estimate

MOST, MOST_LISTED = 5000, 1000
BODY = (
    "comment", "created", "updated", "started", "timeSpent", "timeSpentSeconds", "visibility", "author", "updateAuthor",
    "id", "self", "issueId", "properties",
)  # fmt: skip


def listed(ask: Asking) -> Json:
    """Answer `GET issue/{issueIdOrKey}/worklog`: Cloud by pages, Data Center all at once."""
    issue = ask.issue(ask.path("issue"))
    if not ask.state.cloud:
        return ask.issues.worklog_page(issue, 0, max(len(issue.worklogs), 1))
    start, most = ask.page(MOST, MOST)
    after, before = ask.number("startedAfter", 0), ask.number("startedBefore", 1 << 60)
    within = tuple(one for one in issue.worklogs if after <= one.started < before)
    return ask.issues.worklog_page(issue.changed(worklogs=within), start, most)


def one(ask: Asking) -> Json:
    """Answer `GET issue/{issueIdOrKey}/worklog/{id}`."""
    return ask.issues.worklog(_found(ask)[1])


def _found(ask: Asking) -> tuple[Issue, Worklog]:
    issue, identity = ask.issue(ask.path("issue")), ask.path("id")
    for entry in ask.issues.visible_worklogs(issue):
        if str(entry.id) == identity:
            return issue, entry
    raise Refusal(404, f"Cannot find worklog with id: '{identity}'.")


def add(ask: Asking) -> Response:
    """Answer `POST issue/{issueIdOrKey}/worklog`."""
    issue = ask.issue(ask.path("issue"))
    _allowed(ask, "WORK_ON_ISSUES")
    told = _told(ask)
    if "seconds" not in told:
        raise Refusal(400, errors={"timeLogged": "You must indicate the time spent working."})
    told.setdefault("started", ask.world.now())
    made = ask.state.timekeeper.add(issue, ask.known(), told, _estimate(ask, "reduceBy"))
    return answer(ask.issues.worklog(made), 201)


def change(ask: Asking) -> Json:
    """Answer `PUT issue/{issueIdOrKey}/worklog/{id}`."""
    issue, entry = _found(ask)
    _own(ask, entry, "EDIT")
    told = _told(ask)
    return ask.issues.worklog(ask.state.timekeeper.change(issue, entry, ask.known(), told, _estimate(ask, "reduceBy")))


def delete(ask: Asking) -> Response:
    """Answer `DELETE issue/{issueIdOrKey}/worklog/{id}`."""
    issue, entry = _found(ask)
    _own(ask, entry, "DELETE")
    ask.state.timekeeper.delete(issue, entry, ask.known(), _estimate(ask, "increaseBy"))
    return NOTHING


def _allowed(ask: Asking, permission: str) -> None:
    if not ask.may(permission):
        raise Refusal(403, "You do not have the permission to associate a worklog to this issue.")
    if not ask.flag("notifyUsers", default=True) and not ask.may("ADMINISTER_PROJECTS"):
        raise Refusal(403, QUIET_IS_FOR_ADMINS)


def _own(ask: Asking, entry: Worklog, verb: str) -> None:
    own = entry.author == ask.known().id and ask.may("EDIT_OWN_WORKLOGS")
    _allowed(ask, "WORK_ON_ISSUES" if own else f"{verb}_ALL_WORKLOGS")


def _told(ask: Asking) -> Json:
    body = ask.expect(BODY)
    told: Json = {}
    try:
        if "timeSpentSeconds" in body:
            told["seconds"] = int(body["timeSpentSeconds"])
        elif "timeSpent" in body:
            told["seconds"] = seconds(body["timeSpent"])
        if "started" in body:
            told["started"] = instant_of(body["started"])
    except (Wrong, TypeError, ValueError) as wrong:
        raise Refusal(400, errors={"timeLogged" if "started" not in str(body) else "started": str(wrong)}) from None
    if told.get("seconds", 60) < 60:
        raise Refusal(400, errors={"timeLogged": "Invalid time duration entered."})
    if "comment" in body:
        told["comment"] = body["comment"]
    if body.get("visibility"):
        told["role"] = body["visibility"].get("value")
    return told


def _estimate(ask: Asking, by: str) -> Estimate:
    adjust = ask.query("adjustEstimate", "auto")
    if adjust == "new":
        return Estimate("new", seconds(ask.query("newEstimate")))
    if adjust == "manual":
        return Estimate("leave") if not ask.query(by) else Estimate("auto")
    return Estimate(adjust)


def by_id(ask: Asking) -> Any:
    """Answer `POST worklog/list`: those that the account sees, of at most 1000."""
    ask.known()
    asked = ask.expect(("ids",)).get("ids")
    if not isinstance(asked, list) or len(asked) > MOST_LISTED:
        raise Refusal(400, f"The list of worklog ids must have at most {MOST_LISTED} entries.")
    found = (ask.state.timekeeper.find(int(identity)) for identity in asked)
    seen = [pair[1] for pair in found if pair and ask.sees(pair[0]) and pair[1] in ask.issues.visible_worklogs(pair[0])]
    return [ask.issues.worklog(entry) for entry in seen]


def updated(ask: Asking) -> Json:
    """Answer `worklog/updated`: a thousand a page, oldest first, nothing of the last minute."""
    ask.known()
    since = ask.number("since", 0)
    return _feed(ask, since, *ask.state.timekeeper.updated(since))


def deleted(ask: Asking) -> Json:
    """Answer `worklog/deleted`; the worklogs of a deleted issue are not told."""
    ask.known()
    since = ask.number("since", 0)
    return _feed(ask, since, *ask.state.timekeeper.deleted(since))


def _feed(ask: Asking, since: int, entries: list[Entry], last: bool) -> Json:
    until = entries[-1][0] if entries else since
    base = str(ask.request.url).partition("?")[0]
    told: Json = {"values": [{"worklogId": one, "updatedTime": at, "properties": []} for at, one in entries]}
    told |= {"since": since, "until": until, "self": f"{base}?since={since}", "lastPage": last}
    return told if last else {**told, "nextPage": f"{base}?since={until}"}
